"""The auditor's look at commands: each was told completely, and nothing happened without one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from support.crm.port import Accepted, Command, Receipt
from support.judging.case import Case, Document, Evidence, Finding, Kind, title
from support.judging.values import show

# Told by the events of what the conversion created, under other names.
TOLD_ELSEWHERE = {"ConvertLead": ("opportunity_name", "owner")}
NOT_TOLD = "(not told)"


def commands(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold every accepted command against its receipt and its events."""
    for accepted in case.accepted:
        command, receipt = accepted.command, accepted.receipt
        if command.tenant_id != evidence.tenant_id:
            continue
        events = [evidence.committed.get(event.event_id) for event in receipt.events]
        yield from _receipt(receipt, events, evidence)
        known = [event for event in events if event is not None]
        yield from _types(case, command, receipt, evidence)
        for event in known:
            yield from _asked_by(command, event, evidence)
            yield from _asked_when(accepted, event, evidence, case.clocks_apart)
        yield from _caused_by(events, evidence)
        if known and len(known) == len(events):
            yield from _told(command, known, evidence)


def causes(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Lead each event back, from cause to cause, to one that a receipt names."""
    receipted = {event.event_id for each in case.accepted for event in each.receipt.events}
    committed = evidence.committed
    for event in evidence.history:
        yield from _same_correlation(event, evidence)
        seen: set[str] = set()
        link: Document | None = event
        while link and link["event_id"] not in receipted and link["event_id"] not in seen:
            seen.add(link["event_id"])
            link = committed.get(link["causation_id"] or "")
        if link is None or link["event_id"] in seen:
            sentence = f"{title(event)} was caused by nothing that this scenario commanded"
            yield evidence.finding(Kind.PHANTOM, sentence)


def _same_correlation(event: Document, evidence: Evidence) -> Iterator[Finding]:
    cause = evidence.committed.get(event["causation_id"] or "")
    if cause and cause["correlation_id"] != event["correlation_id"]:
        sentence = (
            f"{title(event)} says correlation_id {event['correlation_id']!r}, and its cause, "
            f"{title(cause)}, {cause['correlation_id']!r}"
        )
        yield evidence.finding(Kind.MUTATED, sentence)


def _receipt(
    receipt: Receipt, events: Sequence[Document | None], evidence: Evidence
) -> Iterator[Finding]:
    if not receipt.events:
        sentence = f"a change of {receipt.entity_id} was accepted, and its receipt names no event"
        yield evidence.finding(Kind.LOST, sentence)
    for promised, event in zip(receipt.events, events, strict=True):
        name = f"{promised.event_type} of {promised.entity_id} version {promised.version}"
        if event is None:
            sentence = f"{name} was accepted, and is not in the history"
            yield evidence.finding(Kind.LOST, sentence)
        elif any(event[key] != value for key, value in promised):
            sentence = f"{name} was promised, and the history has {title(event)}"
            yield evidence.finding(Kind.MUTATED, sentence)


def _types(case: Case, command: Command, receipt: Receipt, evidence: Evidence) -> Iterator[Finding]:
    """Compare the receipt's types; that the history has its events, `_receipt` sees to."""
    promised = case.promised.get(command.command_type, ())
    found = [event.event_type for event in receipt.events]
    if not promised or not found:
        return
    if found[0] != promised[0] or Counter(found[1:]) - Counter(promised[1:]):
        sentence = (
            f"{command.command_type} of {command.entity_id} should make {', '.join(promised)}, "
            f"and made {', '.join(found)}"
        )
        yield evidence.finding(Kind.PHANTOM, sentence)


def _asked_by(command: Command, event: Document, evidence: Evidence) -> Iterator[Finding]:
    """Compare who asked and under which correlation; what was not sent, the CRM makes up."""
    asked = {"actor": command.actor, "correlation_id": command.correlation_id}
    for name, wanted in asked.items():
        if wanted and event[name] != wanted:
            sentence = f"{title(event)} says {name} {event[name]!r}, and was asked with {wanted!r}"
            yield evidence.finding(Kind.MUTATED, sentence)


def _asked_when(
    accepted: Accepted, event: Document, evidence: Evidence, clocks_apart: float
) -> Iterator[Finding]:
    """Compare when it happened with when it was commanded, as far as that is known."""
    happened = _moment(event["occurred_at"])
    since, until = accepted.sent_at - clocks_apart, accepted.answered_at + clocks_apart
    if accepted.sent_at and happened and not since <= happened <= until:
        sentence = (
            f"{title(event)} says occurred_at {event['occurred_at']}, and was commanded between "
            f"{_spelt(accepted.sent_at)} and {_spelt(accepted.answered_at)}"
        )
        yield evidence.finding(Kind.MUTATED, sentence)


def _caused_by(events: Sequence[Document | None], evidence: Evidence) -> Iterator[Finding]:
    """Require that a command's first event names no cause, the others none but one of them."""
    first = events[0] if events else None
    own = {event["event_id"] for event in events if event}
    for event in events:
        allowed = {None} if event is first else {None, *own}
        if event and event["causation_id"] not in allowed:
            sentence = (
                f"{title(event)} says causation_id {show(event['causation_id'])}, and was commanded"
            )
            yield evidence.finding(Kind.MUTATED, sentence)


def _moment(text: str) -> float | None:
    try:
        return dt.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None  # the look at the schema says what is wrong with it


def _spelt(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds")


def _told(command: Command, events: Sequence[Document], evidence: Evidence) -> Iterator[Finding]:
    """Compare to the letter (10 is not 10.00): an event may leave out only what was so before."""
    before = state_before(events[0], evidence.history)
    for name, value in command.data.items():
        wanted = value.strip() if isinstance(value, str) else value
        if name in TOLD_ELSEWHERE.get(command.command_type, ()):
            continue
        told = [event["payload"][name] for event in events if name in event["payload"]]
        says = (told or [before.get(name, NOT_TOLD)])[0]
        if says != wanted:
            sentence = (
                f"{command.command_type} of {command.entity_id} asked for {name} {show(wanted)}, "
                f"and the event says {show(says)}"
            )
            yield evidence.finding(Kind.MUTATED, sentence)


def state_before(event: Document, history: Sequence[Document]) -> Mapping[str, Any]:
    """Fold the payloads of an entity up to the version before an event."""
    state: dict[str, Any] = {}
    for earlier in history:
        if (earlier["entity_type"], earlier["entity_id"]) == (
            event["entity_type"],
            event["entity_id"],
        ) and earlier["version"] < event["version"]:
            state |= earlier["payload"]
    return state
