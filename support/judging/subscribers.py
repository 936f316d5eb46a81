"""The auditor's look at subscribers: each has every event it listens to, in effect once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from support.crm.port import Subscriber, View
from support.judging.alike import alike, differences
from support.judging.case import BUS, Case, Document, Evidence, Finding, Kind, behind, title
from support.judging.values import show
from support.names import is_fence

# What an event says of its entity by its name alone.
IMPLIED: Mapping[str, Mapping[str, Any]] = {
    "AccountCreated": {"status": "active"},
    "AccountDeactivated": {"status": "inactive"},
    "AccountReactivated": {"status": "active"},
    "ContactCreated": {"status": "active"},
    "ContactConsentWithdrawn": {"consent": False},
    "ContactArchived": {"status": "archived"},
    "LeadCreated": {"status": "new"},
    "LeadQualified": {"status": "qualified"},
    "LeadDisqualified": {"status": "disqualified"},
    "LeadConverted": {"status": "converted"},
    "OpportunityWon": {"stage": "won"},
    "OpportunityLost": {"stage": "lost"},
    "ActivityLogged": {"status": "logged"},
    "ActivityScheduled": {"status": "scheduled"},
    "ActivityCompleted": {"status": "completed"},
    "ActivityCancelled": {"status": "cancelled"},
    "ProductCreated": {"status": "active"},
    "ProductDiscontinued": {"status": "discontinued"},
    "AddressAdded": {"status": "current"},
    "AddressRemoved": {"status": "removed"},
}
NOT_SHOWN = "(not shown)"


def subscribers(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold what the subscribers have applied against the history."""
    for missing in behind(evidence, case.arrived(evidence.tenant_id), case.subscribers):
        if missing.hop != BUS:
            yield evidence.finding(Kind.LOST, str(missing))
    yield from effects(case.subscribers, evidence, case.owners)


def effects(
    listed: Sequence[Subscriber], evidence: Evidence, owners: Mapping[str, str]
) -> Iterator[Finding]:
    """Find what subscribers applied more than once, wrongly, or without it having happened.

    `owners` gives, by event id, the tenant of events that happened to others.
    """
    for subscriber in listed:
        yield from _applied(subscriber, evidence, owners)


def _applied(
    subscriber: Subscriber, evidence: Evidence, owners: Mapping[str, str]
) -> Iterator[Finding]:
    rows = evidence.applied.get(subscriber.name, ())
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row.event_id] += row.times
    for row in {row.event_id: row for row in rows}.values():
        event = evidence.committed.get(row.event_id)
        name = f"version {row.version} of {row.entity_id}"
        if event is None and row.event_id in owners:
            sentence = f"{subscriber.name} applied {name} of tenant {owners[row.event_id]}"
            yield evidence.finding(Kind.LEAKED, sentence)
        elif event is None:
            sentence = f"{subscriber.name} applied {name}, which is not in the history"
            yield evidence.finding(Kind.PHANTOM, sentence)
        elif any(event[k] != v for k, v in row.model_dump(exclude={"times"}).items()):
            sentence = f"{subscriber.name} applied {title(event)} as {name}"
            yield evidence.finding(Kind.MUTATED, sentence)
        if counted[row.event_id] != 1:
            sentence = f"{subscriber.name} applied {name} {counted[row.event_id]} times"
            yield evidence.finding(Kind.DUPLICATE, sentence)
        if row.entity_type not in subscriber.entity_types:
            sentence = f"{subscriber.name} got {name}, and does not listen to {row.entity_type}"
            yield evidence.finding(Kind.MISROUTED, sentence)


def audit_trail(evidence: Evidence) -> Iterator[Finding]:
    """Hold the audit trail against the history."""
    counted = Counter(entry.event_id for entry in evidence.audit_trail)
    for entry in evidence.audit_trail:
        document = entry.model_dump(mode="json")
        name = title(document)
        event = evidence.committed.get(entry.event_id)
        if entry.tenant_id != evidence.tenant_id:
            sentence = f"{name} of tenant {entry.tenant_id} is in the audit trail"
            yield evidence.finding(Kind.LEAKED, sentence)
        elif event is None:
            sentence = f"the audit trail has {name}, the history has not"
            yield evidence.finding(Kind.PHANTOM, sentence)
        elif what := differences(document, {key: event[key] for key in document}):
            sentence = f"the audit trail tells {name} differently: {what}"
            yield evidence.finding(Kind.MUTATED, sentence)
    for event in evidence.history:
        if (times := counted[event["event_id"]]) != 1:
            sentence = f"the audit trail has {title(event)} {times} times"
            yield evidence.finding(Kind.DUPLICATE if times else Kind.LOST, sentence)


def views(evidence: Evidence) -> Iterator[Finding]:
    """Hold each view against the newest version of its entity, and against all it was told."""
    shown = {(view.entity_type, view.entity_id): view for view in evidence.views}
    told = [event for event in evidence.history if not is_fence(event)]
    newest = {(event["entity_type"], event["entity_id"]): event for event in told}
    for entity, event in newest.items():
        view = shown.get(entity)
        if view is None:
            sentence = f"there is no view of {entity[1]}"
            yield evidence.finding(Kind.LOST, sentence)
        elif view.tenant_id != evidence.tenant_id:
            sentence = f"the view of {entity[1]} belongs to tenant {view.tenant_id}"
            yield evidence.finding(Kind.LEAKED, sentence)
        elif (view.version, view.last_event_id) != (event["version"], event["event_id"]):
            sentence = (
                f"the view of {entity[1]} is at version {view.version}, not at {title(event)}"
            )
            yield evidence.finding(Kind.LOST, sentence)
        else:
            yield from _values(view, evidence)


def _values(view: View, evidence: Evidence) -> Iterator[Finding]:
    """Compare what the view shows; a value that the entity was born with, it has to show."""
    events = [event for event in evidence.history if _about(event, view)]
    told = _told(events)
    for name in sorted(told.keys() & (view.data.keys() | events[0]["payload"].keys())):
        says = view.data.get(name, NOT_SHOWN)
        if not alike(says, told[name]):
            sentence = (
                f"the view of {view.entity_id} says {name} {show(says)}, "
                f"and its events say {show(told[name])}"
            )
            yield evidence.finding(Kind.MUTATED, sentence)


def _about(event: Document, view: View) -> bool:
    return (event["entity_type"], event["entity_id"]) == (view.entity_type, view.entity_id)


def _told(events: Sequence[Document]) -> Mapping[str, Any]:
    state: dict[str, Any] = {}
    for event in events:
        state |= {**event["payload"], **IMPLIED.get(event["event_type"], {})}
    return state
