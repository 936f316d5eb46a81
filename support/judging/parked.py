"""The auditor's look at what subscribers keep for later: nothing, once they are level."""

from collections.abc import Iterator

from support.crm.port import Parked, Subscriber
from support.judging.case import Case, Evidence, Finding, Kind, title

IDENTITY = tuple(Parked.model_fields)


def parked(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Find what waits at a subscriber, and never happened, or has nothing to wait for any more.

    What waits for a version that the subscriber lacks is told with that version.
    """
    for subscriber in case.subscribers:
        for row in evidence.parked.get(subscriber.name, ()):
            yield from _kept(row, subscriber, case, evidence)


def _kept(row: Parked, subscriber: Subscriber, case: Case, evidence: Evidence) -> Iterator[Finding]:
    event, document = evidence.committed.get(row.event_id), row.model_dump(mode="json")
    keeps = f"{subscriber.name} keeps {title(document)}"
    if event is None and row.event_id in case.owners:
        sentence = f"{keeps} of tenant {case.owners[row.event_id]} for later"
        yield evidence.finding(Kind.LEAKED, sentence, document)
    elif event is None:
        sentence = f"{keeps} for later, which is not in the history"
        yield evidence.finding(Kind.PHANTOM, sentence, document)
    elif document != {name: event[name] for name in IDENTITY}:
        sentence = f"{keeps} for later, which was committed as {title(event)}"
        yield evidence.finding(Kind.MUTATED, sentence, event)
    elif subscriber.listens_to(event) and _is_due(row, subscriber, evidence):
        sentence = f"{title(event)} waits at the subscriber {subscriber.name} for nothing"
        yield evidence.finding(Kind.BLOCKED, sentence, event)
    if not subscriber.listens_to(document):
        is_its_kind = row.entity_type in subscriber.entity_types
        strange = row.event_type if is_its_kind else row.entity_type
        sentence = f"{keeps} for later, and does not listen to {strange}"
        yield evidence.finding(Kind.MISROUTED, sentence, document)


def _is_due(row: Parked, subscriber: Subscriber, evidence: Evidence) -> bool:
    """Say whether all that it listens to of the entity's history before it was applied."""
    has = {each.event_id for each in evidence.applied.get(subscriber.name, ())}
    return all(
        event["event_id"] in has
        for event in evidence.history
        if (event["entity_type"], event["entity_id"]) == (row.entity_type, row.entity_id)
        and event["version"] < row.version
        and subscriber.listens_to(event)
    )
