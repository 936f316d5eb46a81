"""Defects of what the CRM sends to the bus."""

import datetime as dt
import json
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.picking import Event, Neighbours, Pick, anything, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.tampering import (
    Change,
    Delayed,
    Denied,
    Edit,
    Sent,
    altered,
    entry,
    in_entry,
    lost,
    payload,
    twice,
)

PUBLISHING = "between the event store and the bus"
ECHO_AFTER = 3
HELD_S = 4.5  # longer than a defect's scenarios wait, shorter than the CRM's own time-out


def a_cent_more(money: Any) -> Any:
    """Return an amount that is a cent higher."""
    return {**money, "amount": str(Decimal(money["amount"]) + Decimal("0.01"))}


def an_hour_later(moment: str) -> str:
    """Return a moment an hour later, in UTC."""
    found = dt.datetime.fromisoformat(moment) + dt.timedelta(hours=1)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_utc(moment: str) -> str:
    """Return the same moment under another offset."""
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).isoformat()


def to_neighbour() -> Change:
    """Give an event to another tenant, once there is one."""
    neighbours = Neighbours()

    def change(event: Document) -> Sequence[Document]:
        other = neighbours.other_than(event["tenant_id"])
        return [event if other is None else {**event, "tenant_id": other}]

    return change


def _invented(event: Document) -> Sequence[Document]:
    return [event, {**event, "event_id": str(uuid4())}]


def _echo(event_type: str) -> Edit:
    """Send an entry again with a later one."""
    kept: list[Document] = []
    passed = 0

    def edit(sent: Document) -> Sequence[Document]:
        nonlocal passed
        passed += bool(kept)
        if sent["DetailType"] == event_type and not kept:
            kept.append(sent)
        return [sent, kept[0]] if kept and passed == ECHO_AFTER else [sent]

    return edit


def _swapped() -> Edit:
    """Give an event the payload of the one of its type before."""
    before: dict[str, Any] = {}

    def edit(sent: Document) -> Sequence[Document]:
        event = json.loads(sent["Detail"])
        mine = event["payload"]
        event["payload"] = before.get(event["event_type"], mine)
        before[event["event_type"]] = mine
        return [{**sent, "Detail": json.dumps(event, ensure_ascii=False)}]

    return edit


def _is_long(event: Event) -> bool:
    return event["event_type"] == "AccountCreated" and len(event["payload"]["name"]) > 100


SENDING = (
    WireDefect(
        "bus-loses-a-won-deal",
        "The announcement of a won opportunity is dropped on its way to the bus.",
        Sort.DROPS,
        ("2.4.14",),
        ("lost: OpportunityWon", PUBLISHING),
        fast=True,
        tampering=lambda: Sent(in_entry(Pick(of("OpportunityWon")), lost)),
    ),
    WireDefect(
        "bus-loses-every-seventh",
        "Every seventh event, of whatever type, is dropped on its way to the bus.",
        Sort.DROPS,
        ("1.1.2", "1.3.2"),
        ("lost: ", PUBLISHING),
        tampering=lambda: Sent(in_entry(Pick(anything, every=7), lost)),
    ),
    WireDefect(
        "bus-loses-one-contact",
        "One new contact in the whole run is not announced.",
        Sort.DROPS,
        ("1.1.2", "2.2.8"),
        ("lost: ContactCreated", PUBLISHING),
        tampering=lambda: Sent(in_entry(Pick(of("ContactCreated"), at_most=1), lost)),
    ),
    WireDefect(
        "bus-loses-the-first-of-all",
        "The very first event of the run is dropped on its way to the bus.",
        Sort.DROPS,
        ("1.1.1",),
        ("lost: LeadCreated", PUBLISHING),
        at_end=True,
        tampering=lambda: Sent(in_entry(Pick(anything, at_most=1), lost)),
    ),
    WireDefect(
        "bus-refuses-what-it-takes",
        "The bus takes a discontinued product and says that it did not: it is sent again.",
        Sort.DOUBLES,
        ("2.6.8",),
        ("duplicate: ProductDiscontinued", "published 2 times"),
        tampering=lambda: Denied(Pick(of("ProductDiscontinued"))),
    ),
    WireDefect(
        "bus-takes-update-twice",
        "A changed account is announced twice in one call.",
        Sort.DOUBLES,
        ("2.1.7",),
        ("duplicate: AccountUpdated", "published 2 times"),
        fast=True,
        tampering=lambda: Sent(in_entry(Pick(of("AccountUpdated")), twice)),
    ),
    WireDefect(
        "bus-takes-event-again-later",
        "An event is announced a second time, three events later.",
        Sort.DOUBLES,
        ("2.3.11", "2.3.12"),
        ("duplicate: LeadQualified", "published"),
        at_end=True,
        tampering=lambda: Sent(_echo("LeadQualified")),
    ),
    WireDefect(
        "bus-gets-other-type",
        "A change of owner is announced under the type of an update.",
        Sort.RELABELS,
        ("2.1.8",),
        ("misrouted: AccountOwnerChanged", "'AccountUpdated'"),
        tampering=lambda: Sent(
            entry(Pick(of("AccountOwnerChanged")), altered(DetailType="AccountUpdated"))
        ),
    ),
    WireDefect(
        "bus-gets-other-source",
        "A qualification is announced in the name of another program.",
        Sort.RELABELS,
        ("2.3.11",),
        ("misrouted: LeadQualified", "'crm.legacy'"),
        tampering=lambda: Sent(entry(Pick(of("LeadQualified")), altered(Source="crm.legacy"))),
    ),
    WireDefect(
        "bus-gets-unknown-tenant",
        "A new product is announced in the name of a tenant that nobody knows.",
        Sort.RELABELS,
        ("2.6.6",),
        ("leaked: ProductCreated",),
        tampering=lambda: Sent(
            in_entry(Pick(of("ProductCreated")), altered(tenant_id=lambda own: f"{own}-x"))
        ),
    ),
    WireDefect(
        "bus-gets-other-tenant",
        "A new product is announced in the name of another tenant.",
        Sort.LEAKS,
        ("2.6.9",),
        ("leaked: ProductCreated",),
        fast=True,
        tampering=lambda: Sent(in_entry(Pick(of("ProductCreated")), to_neighbour())),
    ),
    WireDefect(
        "bus-gets-a-cent-more",
        "A new opportunity is announced with an amount that is a cent too high.",
        Sort.ALTERS,
        ("2.4.10",),
        ("mutated: OpportunityCreated", "amount"),
        tampering=lambda: Sent(
            in_entry(Pick(of("OpportunityCreated")), payload(amount=a_cent_more))
        ),
    ),
    WireDefect(
        "bus-gets-higher-version",
        "A qualification is announced with a version that is one too high.",
        Sort.ALTERS,
        ("2.3.11",),
        ("mutated: LeadQualified", "version"),
        tampering=lambda: Sent(
            in_entry(Pick(of("LeadQualified")), altered(version=lambda own: own + 1))
        ),
    ),
    WireDefect(
        "bus-gets-other-actor",
        "An event is announced with the program as its actor, not who asked.",
        Sort.ALTERS,
        ("1.8.3",),
        ("mutated: AccountCreated", "actor"),
        tampering=lambda: Sent(in_entry(Pick(of("AccountCreated")), altered(actor="system"))),
    ),
    WireDefect(
        "bus-gets-new-event-id",
        "A cancellation is announced under an event id that it was not committed with.",
        Sort.ALTERS,
        ("2.5.15",),
        ("lost: ActivityCancelled", "phantom: ActivityCancelled"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ActivityCancelled")), altered(event_id=lambda _: str(uuid4())))
        ),
    ),
    WireDefect(
        "bus-gets-other-entity",
        "A logged activity is announced as one of another entity.",
        Sort.ALTERS,
        ("2.5.11",),
        ("mutated: ActivityLogged", "entity_id"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ActivityLogged"), at_most=1), altered(entity_id="activity-elsewhere"))
        ),
    ),
    WireDefect(
        "bus-gets-new-correlation",
        "One event of a conversion is announced with a correlation of its own.",
        Sort.ALTERS,
        ("3.1.4",),
        ("mutated: ContactCreated", "correlation_id"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ContactCreated")), altered(correlation_id=lambda _: str(uuid4())))
        ),
    ),
    WireDefect(
        "bus-gets-no-cause",
        "The opportunity of a conversion is announced without its cause.",
        Sort.ALTERS,
        ("3.1.5",),
        ("mutated: OpportunityCreated", "causation_id"),
        tampering=lambda: Sent(
            in_entry(Pick(of("OpportunityCreated")), altered(causation_id=None))
        ),
    ),
    WireDefect(
        "bus-gets-later-time",
        "A changed contact is announced as having happened an hour later.",
        Sort.ALTERS,
        ("2.2.9",),
        ("mutated: ContactUpdated", "occurred_at"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ContactUpdated")), altered(occurred_at=an_hour_later))
        ),
    ),
    WireDefect(
        "bus-gets-other-offset",
        "A due time is announced in UTC, without the offset that it was given in.",
        Sort.ALTERS,
        ("1.2.5",),
        ("mutated: ActivityScheduled", "due_at"),
        tampering=lambda: Sent(in_entry(Pick(of("ActivityScheduled")), payload(due_at=in_utc))),
    ),
    WireDefect(
        "bus-gets-number-as-text",
        "A score is announced as a text instead of a number.",
        Sort.ALTERS,
        ("2.3.11",),
        ("mutated: LeadQualified", "score"),
        tampering=lambda: Sent(in_entry(Pick(of("LeadQualified")), payload(score=str))),
    ),
    WireDefect(
        "bus-gets-whole-number-as-decimal",
        "A score is announced as 80.0 instead of 80.",
        Sort.ALTERS,
        ("2.3.11",),
        ("mutated: LeadQualified", "score"),
        tampering=lambda: Sent(in_entry(Pick(of("LeadQualified")), payload(score=float))),
    ),
    WireDefect(
        "bus-gets-shorter-name",
        "A long name is announced with its first hundred characters only.",
        Sort.ALTERS,
        ("1.2.3",),
        ("mutated: AccountCreated", "name"),
        tampering=lambda: Sent(in_entry(Pick(_is_long), payload(name=lambda name: name[:100]))),
    ),
    WireDefect(
        "bus-gets-composed-characters",
        "Names are announced in another Unicode form: they look the same and are not.",
        Sort.ALTERS,
        ("1.2.3",),
        ("mutated: AccountCreated", "name"),
        tampering=lambda: Sent(
            in_entry(
                Pick(of("AccountCreated")),
                payload(name=lambda name: unicodedata.normalize("NFC", name)),
            )
        ),
    ),
    WireDefect(
        "bus-gets-empty-for-nothing",
        "What was not given is announced as an empty text instead of nothing.",
        Sort.ALTERS,
        ("2.7.9",),
        ("mutated: AddressAdded", "line2"),
        tampering=lambda: Sent(
            in_entry(Pick(of("AddressAdded")), payload(line2=lambda given: given or ""))
        ),
    ),
    WireDefect(
        "bus-gets-newer-schema",
        "An event is announced under a schema version that was never published.",
        Sort.ALTERS,
        ("2.7.9",),
        ("mutated: AddressAdded", "schema"),
        tampering=lambda: Sent(in_entry(Pick(of("AddressAdded")), altered(schema_version=2))),
    ),
    WireDefect(
        "bus-gets-internal-field",
        "An event is announced with a field that its schema does not have.",
        Sort.ALTERS,
        ("2.7.10",),
        ("mutated: AddressCorrected", "internal_note"),
        tampering=lambda: Sent(
            in_entry(Pick(of("AddressCorrected")), payload(internal_note="do not show"))
        ),
    ),
    WireDefect(
        "bus-gets-payload-of-another",
        "An event is announced with the payload of the one of its type before.",
        Sort.ALTERS,
        ("1.3.3",),
        ("mutated: ", "arrived other than it was committed"),
        tampering=lambda: Sent(_swapped()),
    ),
    WireDefect(
        "bus-gets-invented-event",
        "A change of the primary address is announced a second time as another event.",
        Sort.INVENTS,
        ("2.7.11",),
        ("phantom: AddressMadePrimary", "not in the history"),
        tampering=lambda: Sent(in_entry(Pick(of("AddressMadePrimary")), _invented)),
    ),
    WireDefect(
        "bus-is-the-wrong-one",
        "An archived contact is announced on another bus.",
        Sort.DROPS,
        ("2.2.12",),
        ("lost: ContactArchived", PUBLISHING),
        tampering=lambda: Sent(entry(Pick(of("ContactArchived")), altered(EventBusName="default"))),
    ),
    WireDefect(
        "bus-is-too-late",
        "A moved contact is announced long after the change was accepted.",
        Sort.DELAYS,
        ("2.2.10",),
        ("ContactMovedToAccount", "late"),
        at_end=True,
        tampering=lambda: Delayed(HELD_S, Pick(of("ContactMovedToAccount"), at_most=1)),
    ),
)
