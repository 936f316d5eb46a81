"""The auditor: a scenario's whole history held against everything that was delivered."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from support.crm.port import Applied, AuditEntry, Command, Receipt, Subscriber, View
from support.judging.values import show
from support.observing.deliveries import Delivery
from support.observing.fences import is_fence

Document = Mapping[str, Any]
SOURCE = "crm"


class Kind(StrEnum):
    """Name what can be wrong with the flow of an event."""

    LOST = "lost"
    DUPLICATE = "duplicate"
    PHANTOM = "phantom"
    GAP = "gap"
    MUTATED = "mutated"
    LEAKED = "leaked"
    MISROUTED = "misrouted"
    LATE = "late"


@dataclass(frozen=True)
class Finding:
    """Say what is wrong, with which event, in one sentence."""

    kind: Kind
    tenant_id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence} (tenant {self.tenant_id})"


@dataclass(frozen=True)
class Evidence:
    """Hold what the CRM says of one tenant: its history and what its subscribers have of it."""

    tenant_id: str
    history: Sequence[Document] = ()
    applied: Mapping[str, Sequence[Applied]] = field(default_factory=dict)
    audit_trail: Sequence[AuditEntry] = ()
    views: Sequence[View] = ()


@dataclass(frozen=True)
class Case:
    """Hold all that an audit judges; `accepted` are the commands with their receipts."""

    evidence: Sequence[Evidence]
    deliveries: Sequence[Delivery]
    subscribers: Sequence[Subscriber]
    accepted: Sequence[tuple[Command, Receipt]]
    violations: Callable[[Document], Sequence[str]]
    published_twice_allowed: frozenset[str] = frozenset()


def audit(case: Case) -> list[Finding]:
    """Return every deviation from: each accepted change arrives everywhere, once, unchanged."""
    deliveries = _by_tenant(case.deliveries)
    findings: list[Finding] = []
    for evidence in case.evidence:
        arrived = deliveries.get(evidence.tenant_id, ())
        findings += _receipts(case, evidence)
        findings += _versions(evidence)
        findings += _bus(case, evidence, arrived)
        findings += _subscribers(case, evidence)
        findings += _views(evidence)
        findings += _causes(case, evidence)
    return findings


def behind(
    evidence: Evidence, arrived: Sequence[Delivery], subs: Sequence[Subscriber]
) -> list[str]:
    """Name every hop that has not yet had an event of the history; empty means level."""
    on_bus = {each.event_id for each in arrived}
    missing = [
        f"{title(event)} was lost between the event store and the bus"
        for event in evidence.history
        if event["event_id"] not in on_bus
    ]
    for subscriber in subs:
        has = {each.event_id for each in evidence.applied.get(subscriber.name, ())}
        missing += [
            f"{title(event)} was lost between the bus and the subscriber {subscriber.name}"
            for event in _interesting(evidence, subscriber)
            if event["event_id"] not in has and event["event_id"] in on_bus
        ]
    return missing


def title(event: Document) -> str:
    """Name an event in words."""
    return f"{event['event_type']} of {event['entity_id']} version {event['version']}"


def _by_tenant(deliveries: Sequence[Delivery]) -> dict[str, list[Delivery]]:
    grouped: dict[str, list[Delivery]] = {}
    for each in deliveries:
        if each.event:
            grouped.setdefault(each.event.tenant_id, []).append(each)
    return grouped


def _interesting(evidence: Evidence, subscriber: Subscriber) -> list[Document]:
    return [e for e in evidence.history if e["entity_type"] in subscriber.entity_types]


def _receipts(case: Case, evidence: Evidence) -> Iterator[Finding]:
    committed = {event["event_id"]: event for event in evidence.history}
    for command, receipt in case.accepted:
        if command.tenant_id != evidence.tenant_id:
            continue
        for promised in receipt.events:
            event = committed.get(promised.event_id)
            name = f"{promised.event_type} of {promised.entity_id} version {promised.version}"
            if event is None:
                sentence = f"{name} was accepted, and is not in the history"
                yield Finding(Kind.LOST, evidence.tenant_id, sentence)
            elif any(event[key] != value for key, value in promised):
                sentence = f"{name} was promised, and the history has {title(event)}"
                yield Finding(Kind.MUTATED, evidence.tenant_id, sentence)
            else:
                yield from _asked_by(command, event)
        for first in receipt.events[:1]:
            yield from _commanded(command, committed.get(first.event_id), evidence)


def _asked_by(command: Command, event: Document) -> Iterator[Finding]:
    """Compare who asked and under which correlation; what was not sent, the CRM makes up."""
    asked = {"actor": command.actor, "correlation_id": command.correlation_id}
    for name, wanted in asked.items():
        if wanted and event[name] != wanted:
            sentence = f"{title(event)} says {name} {event[name]!r}, and was asked with {wanted!r}"
            yield Finding(Kind.MUTATED, str(event["tenant_id"]), sentence)


def _commanded(command: Command, event: Document | None, evidence: Evidence) -> Iterator[Finding]:
    """Compare to the letter: 10 is not 10.00, and Z is not +00:00."""
    payload = event["payload"] if event else {}
    for name, value in command.data.items():
        wanted = value.strip() if isinstance(value, str) else value
        if name in payload and payload[name] != wanted:
            sentence = (
                f"{command.command_type} of {command.entity_id} asked for {name} {show(wanted)}, "
                f"and the event says {show(payload[name])}"
            )
            yield Finding(Kind.MUTATED, evidence.tenant_id, sentence)


def _versions(evidence: Evidence) -> Iterator[Finding]:
    last: dict[tuple[str, str], int] = {}
    for event in evidence.history:
        entity = (event["entity_type"], event["entity_id"])
        if event["version"] != last.get(entity, 0) + 1:
            sentence = f"{title(event)} follows version {last.get(entity, 0)}"
            yield Finding(Kind.GAP, evidence.tenant_id, sentence)
        if event["tenant_id"] != evidence.tenant_id:
            sentence = f"{title(event)} of tenant {event['tenant_id']} is in the history"
            yield Finding(Kind.LEAKED, evidence.tenant_id, sentence)
        last[entity] = event["version"]


def _bus(case: Case, evidence: Evidence, arrived: Sequence[Delivery]) -> Iterator[Finding]:
    committed = {event["event_id"]: event for event in evidence.history}
    tenant = evidence.tenant_id
    for sentence in behind(evidence, arrived, ()):
        yield Finding(Kind.LOST, tenant, sentence)
    for delivery in arrived:
        name = title(delivery.detail)
        if delivery.event_id not in committed:
            yield Finding(Kind.PHANTOM, tenant, f"{name} arrived, and is not in the history")
        elif delivery.detail != committed[delivery.event_id]:
            yield Finding(Kind.MUTATED, tenant, f"{name} arrived other than it was committed")
        if (delivery.source, delivery.detail_type) != (SOURCE, delivery.detail["event_type"]):
            sentence = f"{name} was sent as {delivery.detail_type!r} from {delivery.source!r}"
            yield Finding(Kind.MISROUTED, tenant, sentence)
        for violation in case.violations(delivery.detail):
            yield Finding(Kind.MUTATED, tenant, f"{name} breaks its schema: {violation}")
    yield from _published_twice(case, evidence, arrived)


def _published_twice(
    case: Case, evidence: Evidence, arrived: Sequence[Delivery]
) -> Iterator[Finding]:
    envelopes: dict[str, set[str]] = {}
    for delivery in arrived:
        envelopes.setdefault(str(delivery.event_id), set()).add(delivery.envelope_id)
    for event in evidence.history:
        times = len(envelopes.get(event["event_id"], ()))
        if times > 1 and event["event_id"] not in case.published_twice_allowed:
            sentence = f"{title(event)} was published {times} times"
            yield Finding(Kind.DUPLICATE, evidence.tenant_id, sentence)


def _subscribers(case: Case, evidence: Evidence) -> Iterator[Finding]:
    committed = {event["event_id"]: event for event in evidence.history}
    on_bus = [d for d in case.deliveries if d.event and d.event.tenant_id == evidence.tenant_id]
    for sentence in behind(evidence, on_bus, case.subscribers):
        if "subscriber" in sentence:
            yield Finding(Kind.LOST, evidence.tenant_id, sentence)
    for subscriber in case.subscribers:
        for applied in evidence.applied.get(subscriber.name, ()):
            yield from _applied(subscriber, applied, committed, evidence.tenant_id)
    yield from _audit_trail(evidence, committed)


def _applied(
    subscriber: Subscriber, applied: Applied, committed: Mapping[str, Document], tenant: str
) -> Iterator[Finding]:
    name = f"version {applied.version} of {applied.entity_id}"
    if applied.event_id not in committed:
        sentence = f"{subscriber.name} applied {name}, which is not in the history"
        yield Finding(Kind.PHANTOM, tenant, sentence)
    if applied.times != 1:
        sentence = f"{subscriber.name} applied {name} {applied.times} times"
        yield Finding(Kind.DUPLICATE, tenant, sentence)
    if applied.entity_type not in subscriber.entity_types:
        sentence = f"{subscriber.name} got {name}, and does not listen to {applied.entity_type}"
        yield Finding(Kind.MISROUTED, tenant, sentence)


def _audit_trail(evidence: Evidence, committed: Mapping[str, Document]) -> Iterator[Finding]:
    tenant = evidence.tenant_id
    counted = Counter(entry.event_id for entry in evidence.audit_trail)
    for entry in evidence.audit_trail:
        document = entry.model_dump(mode="json")
        name = title(document)
        event = committed.get(entry.event_id)
        if entry.tenant_id != tenant:
            sentence = f"{name} of tenant {entry.tenant_id} is in the audit trail"
            yield Finding(Kind.LEAKED, tenant, sentence)
        elif event is None:
            yield Finding(Kind.PHANTOM, tenant, f"the audit trail has {name}, the history has not")
        elif any(event[key] != value for key, value in document.items()):
            yield Finding(Kind.MUTATED, tenant, f"the audit trail tells {name} differently")
    for event in evidence.history:
        if counted[event["event_id"]] != 1 and event["event_id"] in committed:
            kind = Kind.DUPLICATE if counted[event["event_id"]] else Kind.LOST
            sentence = f"the audit trail has {title(event)} {counted[event['event_id']]} times"
            yield Finding(kind, tenant, sentence)


def _views(evidence: Evidence) -> Iterator[Finding]:
    views = {(view.entity_type, view.entity_id): view for view in evidence.views}
    seen = [event for event in evidence.history if not is_fence(event)]
    newest = {(e["entity_type"], e["entity_id"]): e for e in seen}
    for entity, event in newest.items():
        view = views.get(entity)
        if view is None:
            sentence = f"there is no view of {entity[1]}"
            yield Finding(Kind.LOST, evidence.tenant_id, sentence)
        elif view.tenant_id != evidence.tenant_id:
            sentence = f"the view of {entity[1]} belongs to tenant {view.tenant_id}"
            yield Finding(Kind.LEAKED, evidence.tenant_id, sentence)
        elif (view.version, view.last_event_id) != (event["version"], event["event_id"]):
            sentence = (
                f"the view of {entity[1]} is at version {view.version}, not at {title(event)}"
            )
            yield Finding(Kind.LOST, evidence.tenant_id, sentence)


def _causes(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Each event must lead back, from cause to cause, to one that a receipt names."""
    receipted = {event.event_id for _, receipt in case.accepted for event in receipt.events}
    committed = {event["event_id"]: event for event in evidence.history}
    for event in evidence.history:
        seen: set[str] = set()
        link: Document | None = event
        while link and link["event_id"] not in receipted and link["event_id"] not in seen:
            seen.add(link["event_id"])
            link = committed.get(link["causation_id"] or "")
        if link is None or link["event_id"] in seen:
            sentence = f"{title(event)} was caused by nothing that this scenario commanded"
            yield Finding(Kind.PHANTOM, evidence.tenant_id, sentence)
