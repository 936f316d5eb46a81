"""A sound case for the auditor, and ways to change one thing about it."""

import datetime as dt
from dataclasses import replace
from typing import Any

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.contract.entities import EntityType
from support.crm.port import (
    Accepted,
    Applied,
    AuditEntry,
    Command,
    Parked,
    Receipt,
    ReceiptEvent,
    Subscriber,
    View,
)
from support.judging.case import Case, Evidence
from support.observing.deliveries import Delivery
from tests.support.samples import Document, an_event, delivery, numbered

GLOBEX, DEAL = "globex", "deal"
NAMED: Document = {"name": "Globex", "owner": "kim", "industry": None}
SOLD: Document = {
    "account_id": GLOBEX,
    "name": "Deal",
    "amount": {"amount": "10.00", "currency": "EUR"},
    "close_date": "2026-12-31",
    "stage": "prospecting",
    "lead_id": None,
}
CREATED = an_event(1, entity_id=GLOBEX, payload=NAMED)
UPDATED = an_event(2, "AccountUpdated", entity_id=GLOBEX, payload={"industry": "toys"})
OPENED = an_event(3, "OpportunityCreated", entity_id=DEAL, payload=SOLD, causation_id=numbered(2))
HISTORY = (CREATED, UPDATED, OPENED)
ARRIVED_AFTER_S = 1.0
HAPPENED_AT = dt.datetime.fromisoformat(CREATED["occurred_at"]).timestamp()
SHOWN: dict[str, Document] = {GLOBEX: {**NAMED, "industry": "toys", "status": "active"}, DEAL: SOLD}

VIEWS = Subscriber(
    name="views",
    entity_types=(EntityType.ACCOUNT, EntityType.OPPORTUNITY),
    queue_url="q",
    dead_letter_queue_url="d",
)
SALES = VIEWS.model_copy(update={"name": "sales", "entity_types": (EntityType.OPPORTUNITY,)})


def applied(event: Document, times: int = 1, **changes: object) -> Applied:
    """Say that a subscriber had an event."""
    kept = ("event_id", "entity_type", "entity_id", "version")
    return Applied(**{key: event[key] for key in kept} | {"times": times} | changes)


def kept(event: Document, **changes: object) -> Parked:
    """Say that an event waits at a subscriber."""
    return Parked(**{name: event[name] for name in Parked.model_fields} | changes)


def entry(event: Document, **changes: object) -> AuditEntry:
    """Write an event into the audit trail."""
    return AuditEntry(**{k: v for k, v in event.items() if k != "schema_version"} | changes)


def view(event: Document, **changes: object) -> View:
    """Show an entity as it is after an event."""
    return View(
        **{
            "tenant_id": event["tenant_id"],
            "entity_type": event["entity_type"],
            "entity_id": event["entity_id"],
            "version": event["version"],
            "last_event_id": event["event_id"],
            "data": SHOWN.get(event["entity_id"], event["payload"]),
        }
        | changes
    )


def accepted(event: Document, *others: Document, command: str = "DoIt", **data: Any) -> Accepted:
    """Pair a command, of a type that the contract does not know, with a receipt for events."""
    asked = Command("acme", command, event["entity_id"], data, "key", "c-1", "kim")
    made = tuple(
        ReceiptEvent(**{name: each[name] for name in ReceiptEvent.model_fields})
        for each in (event, *others)
    )
    receipt = Receipt(
        entity_type=made[0].entity_type,
        entity_id=made[0].entity_id,
        version=made[0].version,
        events=made,
    )
    return Accepted(asked, receipt, sent_at=HAPPENED_AT, answered_at=HAPPENED_AT)


def came(event: Document, message_id: str, **changes: Any) -> Delivery:
    """Let an event arrive soon; changes are of its envelope."""
    return replace(delivery(event, message_id, **changes), sent_at=HAPPENED_AT + ARRIVED_AFTER_S)


def arrive(*events: Document) -> tuple[Delivery, ...]:
    """Let events arrive, each under a message of its own."""
    return tuple(came(event, f"m-{number}") for number, event in enumerate(events))


CREATION = accepted(CREATED, command="CreateAccount", name=" Globex ", owner="kim")
SOUND = Case(
    evidence=[
        Evidence(
            tenant_id="acme",
            history=HISTORY,
            applied={
                "views": [applied(event) for event in HISTORY],
                "sales": [applied(OPENED)],
            },
            audit_trail=[entry(event) for event in HISTORY],
            views=[view(UPDATED), view(OPENED)],
        )
    ],
    deliveries=arrive(*HISTORY),
    subscribers=[VIEWS, SALES],
    accepted=[CREATION, accepted(UPDATED, command="UpdateAccount", industry="toys")],
    violations=Catalogue().violations,
    promised=PROMISED,
)
ONLY = SOUND.evidence[0]
VIEWED, SOLD_TO = ONLY.applied["views"], ONLY.applied["sales"]


def with_evidence(**changes: object) -> Case:
    """Return the sound case with other evidence."""
    return replace(SOUND, evidence=[replace(ONLY, **changes)])  # type: ignore[arg-type]


def delivered(*deliveries: Delivery) -> Case:
    """Return the sound case with other deliveries."""
    return replace(SOUND, deliveries=deliveries)


def updated_by(*accepted_update: Accepted) -> Case:
    """Return the sound case with another command, or none, in place of the update."""
    return replace(SOUND, accepted=[CREATION, *accepted_update])
