"""The auditor's look at payloads: what an event says of the time before it was so."""

from collections.abc import Iterator, Mapping
from typing import Any

from support.judging.alike import alike
from support.judging.case import Document, Evidence, Finding, Kind, title
from support.judging.values import show

BEFORE = "previous_"
# What an event says again of its entity, as it was.
REPEATED: Mapping[str, tuple[str, ...]] = {
    "OpportunityWon": ("amount",),
    "OpportunityLost": ("amount",),
}
ONLY_CHANGES = ("Updated", "Corrected")


def payloads(evidence: Evidence) -> Iterator[Finding]:
    """Hold what each event says of its entity's past against the events before it."""
    states: dict[tuple[str, str], dict[str, Any]] = {}
    for event in evidence.committed.values():
        state = states.setdefault((event["entity_type"], event["entity_id"]), {})
        yield from _past(event, state, evidence)
        yield from _unchanged(event, state, evidence)
        state |= event["payload"]


def _past(event: Document, state: Mapping[str, Any], evidence: Evidence) -> Iterator[Finding]:
    payload = event["payload"]
    told = {name: name.removeprefix(BEFORE) for name in payload if name.startswith(BEFORE)}
    told |= {name: name for name in REPEATED.get(event["event_type"], ()) if name in payload}
    for name, was in told.items():
        if was in state and not alike(payload[name], state[was]):
            sentence = (
                f"{title(event)} says {name} {show(payload[name])}, and the events before it say "
                f"{show(state[was])}"
            )
            yield evidence.finding(Kind.MUTATED, sentence)


def _unchanged(event: Document, state: Mapping[str, Any], evidence: Evidence) -> Iterator[Finding]:
    if not event["event_type"].endswith(ONLY_CHANGES):
        return
    for name, value in event["payload"].items():
        if name in state and alike(value, state[name]):
            sentence = f"{title(event)} tells {name} {show(value)}, which did not change"
            yield evidence.finding(Kind.MUTATED, sentence)
