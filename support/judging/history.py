"""The auditor: a scenario's whole history held against everything that was delivered."""

from collections.abc import Iterator

from support.judging.case import Case, Evidence, Finding, Kind, entity_of, title
from support.judging.choreography import choreography
from support.judging.commands import causes, commands
from support.judging.isolation import own_subscription
from support.judging.parked import parked
from support.judging.payloads import payloads
from support.judging.pipeline import pipeline
from support.judging.subscribers import audit_trail, subscribers, views
from support.judging.timeliness import late
from support.judging.transport import transport


def audit(case: Case) -> list[Finding]:
    """Return every deviation from: each accepted change arrives everywhere, once, unchanged."""
    return [
        finding
        for evidence in case.evidence
        for look in (
            commands(case, evidence),
            _versions(evidence),
            payloads(evidence),
            transport(case, evidence),
            own_subscription(case, evidence),
            subscribers(case, evidence),
            parked(case, evidence),
            audit_trail(evidence),
            views(evidence, case.owners),
            pipeline(evidence),
            causes(case, evidence),
            choreography(evidence),
            late(case, evidence),
        )
        for finding in look
    ]


def _versions(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.runs_on:
        yield from _one_by_one(evidence)


def _one_by_one(evidence: Evidence) -> Iterator[Finding]:
    last: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for event in evidence.history:
        entity = entity_of(event)
        if event["event_id"] in seen:
            sentence = f"{title(event)} is in the history more than once"
            yield evidence.finding(Kind.DUPLICATE, sentence, event)
        elif event["version"] != last.get(entity, 0) + 1:
            sentence = f"{title(event)} follows version {last.get(entity, 0)}"
            yield evidence.finding(Kind.GAP, sentence, event)
        if event["tenant_id"] != evidence.tenant_id:
            sentence = f"{title(event)} of tenant {event['tenant_id']} is in the history"
            yield evidence.finding(Kind.LEAKED, sentence, event)
        last[entity] = event["version"]
        seen.add(event["event_id"])
