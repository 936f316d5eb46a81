"""What the auditor costs: events a second on one core, and memory per event, at growing sizes."""

import datetime as dt
import json
import time
import timeit
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from benchmarks.tables import Figures, Table, progress
from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.contract.entities import EntityType
from support.crm.port import (
    Accepted,
    Applied,
    AuditEntry,
    Command,
    Receipt,
    ReceiptEvent,
    Subscriber,
    View,
)
from support.judging.case import Case, Document, Evidence, Finding
from support.judging.history import audit
from support.observing.deliveries import Delivery, Message, delivery_of
from support.observing.sightings import Sighting

Row = TypeVar("Row", bound=BaseModel)
VERSIONS = 5
BORN = {"owner": "kim", "industry": "toys"}
# Events, and how many tenants share them.
SHAPES = ((1_000, 1), (10_000, 10), (10_000, 1), (100_000, 1))
QUICK_SHAPES = SHAPES[:3]
ROUNDS = 5
BEGAN = 1767225600.0  # 2026-01-01T00:00:00Z
APART_S = 0.001
SEEN_AFTER_S = 0.1
LATEST_S = 5.0
SUBSCRIBERS = [
    Subscriber(
        name=name, entity_types=tuple(EntityType), queue_url=name, dead_letter_queue_url=name
    )
    for name in ("entity-views", "audit-trail", "account-deactivation")
]


@dataclass(frozen=True)
class Measured:
    """Hold one size: CPU seconds of the fastest audit of several, bytes at its peak.

    `with_schemas` are those of the fastest that checks each event against its schema, too.
    """

    events: int
    tenants: int
    seconds: float
    with_schemas: float
    peak: int


def measure(folder: Path, *, quick: bool) -> Figures:  # noqa: ARG001 - nothing is written
    """Audit sound histories, each event commanded, delivered and applied."""
    measured = []
    for events, tenants in QUICK_SHAPES if quick else SHAPES:
        progress(f"  auditor: {events} events of {tenants} tenant(s)")
        measured.append(_measured(events, tenants))
    return Figures([_table(measured)], {"measured": [asdict(each) for each in measured]})


def _measured(events: int, tenants: int) -> Measured:
    history = [_event(number, tenants) for number in range(events)]
    seconds = min(_seconds(_case(history)) for _ in range(ROUNDS))
    violations = Catalogue().violations
    checked = min(_seconds(replace(_case(history), violations=violations)) for _ in range(ROUNDS))
    case = _case(history)
    tracemalloc.start()
    try:
        audit(case)
        return Measured(events, tenants, seconds, checked, tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def _seconds(case: Case) -> float:
    """Audit a case that nobody has used before: it keeps what it has sorted."""
    found: list[Finding] = []
    # timeit keeps the garbage collector out, which would walk through the case, not the audit.
    taken = timeit.timeit(lambda: found.extend(audit(case)), timer=time.process_time, number=1)
    if found:
        raise AssertionError(f"a sound history was found wanting: {found[0]}")
    return taken


def _event(number: int, tenants: int) -> dict[str, Any]:
    version = number % VERSIONS + 1
    happened = dt.datetime.fromtimestamp(_moment(number), dt.UTC)
    return {
        "event_id": str(UUID(int=number)),
        "event_type": "AccountCreated" if version == 1 else "AccountUpdated",
        "schema_version": 1,
        "tenant_id": f"bench-{number // VERSIONS % tenants}",
        "entity_type": "account",
        "entity_id": f"account-{number // VERSIONS}",
        "version": version,
        "occurred_at": happened.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "actor": "kim",
        "correlation_id": f"correlation-{number}",
        "causation_id": None,
        "payload": {**(BORN if version == 1 else {}), "name": f"Account {number}"},
    }


def _moment(number: int) -> float:
    return BEGAN + number * APART_S


def _case(history: Sequence[Document]) -> Case:
    by_tenant: dict[str, list[Document]] = {}
    for event in history:
        by_tenant.setdefault(event["tenant_id"], []).append(event)
    return Case(
        evidence=[_evidence(*each) for each in by_tenant.items()],
        deliveries=[_delivery(*each) for each in enumerate(history)],
        subscribers=SUBSCRIBERS,
        accepted=[_accepted(*each) for each in enumerate(_answer(history))],
        violations=lambda _: (),
        promised=PROMISED,
        keeps_order=True,
        sightings=[*_sightings(_answer(history))],
        latest=LATEST_S,
    )


def _evidence(tenant_id: str, history: Sequence[Document]) -> Evidence:
    newest = {event["entity_id"]: event for event in history}
    return Evidence(
        tenant_id=tenant_id,
        history=_answer(history),
        applied={each.name: _read(history, Applied, times=1) for each in SUBSCRIBERS},
        audit_trail=_read(history, AuditEntry),
        views=[*map(_view, _answer([*newest.values()]))],
    )


def _sightings(history: Sequence[Document]) -> Iterator[Sighting]:
    for each in SUBSCRIBERS:
        for number, event in enumerate(history):
            sent = _moment(number)
            yield Sighting(
                event["tenant_id"], each.name, event["event_id"], sent, sent + SEEN_AFTER_S
            )


def _answer(rows: Sequence[Document]) -> list[dict[str, Any]]:
    """Return rows as they come in an answer of their own: no text is another answer's object."""
    return [*json.loads(json.dumps(rows))]


def _read(history: Sequence[Document], model: type[Row], **more: object) -> list[Row]:
    return [model.model_validate(_only(event, model) | more) for event in _answer(history)]


def _view(event: Document) -> View:
    data = {**BORN, **event["payload"], "status": "active"}
    return View(data=data, last_event_id=event["event_id"], **_only(event, View))


def _only(event: Document, model: type[BaseModel]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name in model.model_fields}


def _accepted(number: int, event: Document) -> Accepted:
    made = ReceiptEvent(**_only(event, ReceiptEvent))
    receipt = Receipt(
        entity_type=made.entity_type, entity_id=made.entity_id, version=made.version, events=(made,)
    )
    asked = (event["entity_id"], event["payload"], event["event_id"], event["correlation_id"])
    kind = "CreateAccount" if made.version == 1 else "UpdateAccount"
    command = Command(event["tenant_id"], kind, *asked, actor="kim")
    sent = _moment(number)
    return Accepted(command, receipt, sent_at=sent, answered_at=sent + APART_S)


def _delivery(number: int, event: Document) -> Delivery:
    arrived = _moment(number) + APART_S
    return delivery_of("bus", Message(event["event_id"], "receipt", _body(event), arrived, 1))


def _body(event: Document) -> str:
    envelope = {"id": event["event_id"], "source": "crm", "detail-type": event["event_type"]}
    return json.dumps({**envelope, "detail": event})


def _table(measured: Sequence[Measured]) -> Table:
    return Table(
        "The auditor, one core",
        ("events", "tenants", "seconds", "events/s without schemas", "with schemas", "bytes/event"),
        [
            (
                f"{each.events:,}",
                f"{each.tenants}",
                f"{each.seconds:.3f}",
                f"{each.events / each.seconds:,.0f}",
                f"{each.events / each.with_schemas:,.0f}",
                f"{each.peak / each.events:,.0f}",
            )
            for each in measured
        ],
    )
