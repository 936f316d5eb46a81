"""The auditor's look at commands: each was told completely, and nothing happened without one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter, itemgetter
from typing import Any

from support.crm.port import Accepted, Command, Receipt, ReceiptEvent
from support.judging.case import (
    CLOCKS_APART_S,
    Case,
    Document,
    Evidence,
    Finding,
    Kind,
    entity_of,
    title,
)
from support.judging.timeliness import published
from support.judging.values import moment, show

# Told by the events of what the conversion created, under other names.
TOLD_ELSEWHERE = {"ConvertLead": ("opportunity_name", "owner")}
NOT_TOLD = "(not told)"
TRANSPORT_APART_S = 5.0  # when something was published, it is the transport's clock that says
IDENTITY = tuple(ReceiptEvent.model_fields)
PROMISED, COMMITTED = attrgetter(*IDENTITY), itemgetter(*IDENTITY)
SENT, ANSWERED = attrgetter("sent_at"), attrgetter("answered_at")
NOTHING: Mapping[str, Any] = {"event_id": None}
State = Mapping[str, Any]
Around = tuple[dt.datetime, dt.datetime]


def commands(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold every accepted command against its receipt and its events."""
    before: Mapping[str, State] | None = None
    for each in _not_plain(case, evidence):
        events = [evidence.committed.get(event.event_id) for event in each.receipt.events]
        before = before if before is not None else _states_before(case, evidence)
        yield from _one(case, each, events, before, evidence)


def _not_plain(case: Case, evidence: Evidence) -> Iterator[Accepted]:
    """Pass over, as nearly always, those whose one event told all that was asked, and as it was."""
    committed, accepted = evidence.committed, case.accepted_of(evidence.tenant_id)
    around = _around(accepted, case.clocks_apart)
    for each in accepted:
        command, made = each.command, vars(each.receipt)["events"]
        # By its dictionary: an attribute of a pydantic model takes several times as long.
        promised = vars(made[0]) if len(made) == 1 else NOTHING
        event = committed.get(promised["event_id"])
        if (
            event is None
            or promised["event_type"] != event["event_type"]
            or promised["entity_type"] != event["entity_type"]
            or promised["entity_id"] != event["entity_id"]
            or promised["version"] != event["version"]
            or command.actor != event["actor"]
            or command.correlation_id != event["correlation_id"]
            or event["causation_id"] is not None
            or not _is_its_own(command, event, case)
            or not _asked_for(command).items() <= event["payload"].items()
            or not (_is_amid(event, around) or _is_timely(each, event, case.clocks_apart))
        ):
            yield each


def _asked_for(command: Command) -> Mapping[str, Any]:
    """Return what a command wants to be told, by name.

    Something that is no command, though a CRM accepts it, wants nothing: that it was to be refused,
    the scenario says that sent it.
    """
    data = command.data
    # To ask of a dictionary whether it is any mapping takes ten times as long.
    return data if type(data) is dict or isinstance(data, Mapping) else {}


def _is_its_own(command: Command, event: Document, case: Case) -> bool:
    types = case.promised.get(command.command_type)
    return not types or types[0] == event["event_type"]


def _around(accepted: Sequence[Accepted], clocks_apart: float) -> Around:
    """Return moments between which an event is timely whichever of these commands made it."""
    apart = min(clocks_apart, CLOCKS_APART_S)  # which may be infinite
    since = max(map(SENT, accepted), default=0.0) - apart
    until = min(map(ANSWERED, accepted), default=0.0) + apart
    return dt.datetime.fromtimestamp(since, dt.UTC), dt.datetime.fromtimestamp(until, dt.UTC)


def _is_amid(event: Document, around: Around) -> bool:
    try:
        return around[0] < dt.datetime.fromisoformat(event["occurred_at"]) < around[1]
    except (ValueError, TypeError):  # it says no time, or not where in the world
        return False


def _one(
    case: Case,
    accepted: Accepted,
    events: Sequence[Document | None],
    before: Mapping[str, State],
    evidence: Evidence,
) -> Iterator[Finding]:
    command, receipt = accepted.command, accepted.receipt
    known = [event for event in events if event is not None]
    yield from _receipt(receipt, events, evidence)
    yield from _types(case, command, receipt, evidence)
    for event in known:
        yield from _asked_by(command, event, evidence)
        yield from _asked_when(accepted, event, evidence, case.clocks_apart)
    yield from _caused_by(events, evidence)
    if known and len(known) == len(events):
        yield from _told(command, known, before[known[0]["event_id"]], evidence)


def causes(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Lead each event back, from cause to cause, to one that a receipt names."""
    accepted = case.accepted_of(evidence.tenant_id)
    rooted: AbstractSet[str] = case.receipted.keys()
    if len(accepted) != len(case.accepted):  # some are another tenant's
        rooted = {
            vars(made)["event_id"] for each in accepted for made in vars(each.receipt)["events"]
        }
    if not evidence.walked.caused and rooted >= evidence.committed.keys():
        return
    yield from _commanded_by_subscribers(case, rooted, evidence)
    rooted = {*rooted}
    for event in evidence.history:
        if event["causation_id"]:
            yield from _same_correlation(event, evidence)
        if event["event_id"] not in rooted and not _leads_back(event, rooted, evidence.committed):
            sentence = f"{title(event)} was caused by nothing that this scenario commanded"
            yield evidence.finding(Kind.PHANTOM, sentence, event)
    yield from _effects_first(evidence)


def _commanded_by_subscribers(
    case: Case, rooted: AbstractSet[str], evidence: Evidence
) -> Iterator[Finding]:
    """Hold what no receipt names against its cause: who did it, and when."""
    consequences = [e for e in evidence.walked.caused if e["event_id"] not in rooted]
    first = published(case, evidence) if consequences else {}
    for event in consequences:
        cause = evidence.committed.get(event["causation_id"])
        if cause is None:
            continue
        if case.actors and event["actor"] not in case.actors:
            sentence = (
                f"{title(event)} says actor {event['actor']!r}, and nobody commanded it but "
                f"{' or '.join(case.actors)}"
            )
            yield evidence.finding(Kind.MUTATED, sentence, event)
        published_at = first.get(event["event_id"])
        if not _is_between(cause, event, published_at, case.clocks_apart):
            since = f"{cause['occurred_at']}, when {title(cause)} happened"
            came_about = (
                f"after {since}"
                if published_at is None
                else f"between {since}, and {_spelt(published_at)}, when it was published"
            )
            sentence = (
                f"{title(event)} says occurred_at {event['occurred_at']}, and came about "
                f"{came_about}"
            )
            yield evidence.finding(Kind.MUTATED, sentence, event)


def _is_between(
    cause: Document, event: Document, published_at: float | None, clocks_apart: float
) -> bool:
    """Say whether it happened after its cause and before it was published, if that is known."""
    since, happened = moment(cause["occurred_at"]), moment(event["occurred_at"])
    if since is None or happened is None:
        return True
    is_after = happened >= since - clocks_apart
    transport_apart = max(clocks_apart, TRANSPORT_APART_S)
    return is_after and (published_at is None or happened <= published_at + transport_apart)


def _effects_first(evidence: Evidence) -> Iterator[Finding]:
    """Find what is in the history before the event that caused it, and what caused itself."""
    before: set[str] = set()
    for event in evidence.history:
        cause = evidence.committed.get(event["causation_id"] or "")
        if cause is event:
            sentence = f"{title(event)} names itself as its cause"
            yield evidence.finding(Kind.MUTATED, sentence, event)
        elif cause and cause["event_id"] not in before:
            sentence = f"{title(event)} was committed before its cause, {title(cause)}"
            yield evidence.finding(Kind.REORDERED, sentence, event)
        before.add(event["event_id"])


def _leads_back(event: Document, rooted: set[str], committed: Mapping[str, Document]) -> bool:
    """Follow the causes, and remember of all on the way that they lead back."""
    way: set[str] = set()
    link: Document | None = event
    while link and link["event_id"] not in rooted:
        if link["event_id"] in way:
            return False
        way.add(link["event_id"])
        link = committed.get(link["causation_id"] or "")
    if link is not None:
        rooted |= way
    return link is not None


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
        if event is None:
            name = f"{promised.event_type} of {promised.entity_id} version {promised.version}"
            sentence = f"{name} was accepted, and is not in the history"
            yield evidence.finding(Kind.LOST, sentence, promised.model_dump())
        elif PROMISED(promised) != COMMITTED(event):
            name = f"{promised.event_type} of {promised.entity_id} version {promised.version}"
            sentence = f"{name} was promised, and the history has {title(event)}"
            yield evidence.finding(Kind.MUTATED, sentence, event)


def _types(case: Case, command: Command, receipt: Receipt, evidence: Evidence) -> Iterator[Finding]:
    """Compare the receipt's types; that the history has its events, `_receipt` sees to."""
    promised = case.promised.get(command.command_type, ())
    found = [event.event_type for event in receipt.events]
    if not promised or not found or found == [promised[0]]:
        return
    if found[0] != promised[0] or Counter(found[1:]) - Counter(promised[1:]):
        sentence = (
            f"{command.command_type} of {command.entity_id} should make {', '.join(promised)}, "
            f"and made {', '.join(found)}"
        )
        yield evidence.finding(Kind.PHANTOM, sentence)


def _asked_by(command: Command, event: Document, evidence: Evidence) -> Iterator[Finding]:
    """Compare who asked and under which correlation; what was not sent, the CRM makes up."""
    for name in ("actor", "correlation_id"):
        wanted = getattr(command, name)
        if wanted and event[name] != wanted:
            sentence = f"{title(event)} says {name} {event[name]!r}, and was asked with {wanted!r}"
            yield evidence.finding(Kind.MUTATED, sentence, event)


def _asked_when(
    accepted: Accepted, event: Document, evidence: Evidence, clocks_apart: float
) -> Iterator[Finding]:
    """Compare when it happened with when it was commanded, as far as that is known."""
    if not _is_timely(accepted, event, clocks_apart):
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


def _is_timely(accepted: Accepted, event: Document, clocks_apart: float) -> bool:
    if not accepted.sent_at:
        return True
    happened = moment(event["occurred_at"])
    since, until = accepted.sent_at - clocks_apart, accepted.answered_at + clocks_apart
    return happened is None or since <= happened <= until


def _spelt(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds")


def _told(
    command: Command, events: Sequence[Document], before: State, evidence: Evidence
) -> Iterator[Finding]:
    """Compare to the letter (10 is not 10.00): an event may leave out only what was so before."""
    elsewhere = TOLD_ELSEWHERE.get(command.command_type, ())
    for name, value in _asked_for(command).items():
        wanted = value.strip() if isinstance(value, str) else value
        says = next(
            (event["payload"][name] for event in events if name in event["payload"]),
            before.get(name, NOT_TOLD),
        )
        if says != wanted and name not in elsewhere:
            sentence = (
                f"{command.command_type} of {command.entity_id} asked for {name} {show(wanted)}, "
                f"and the event says {show(says)}"
            )
            yield evidence.finding(Kind.MUTATED, sentence, events[0])


def _states_before(case: Case, evidence: Evidence) -> Mapping[str, State]:
    """Fold the payloads of each entity, and keep what it was before each command's events."""
    accepted = case.accepted_of(evidence.tenant_id)
    asked = {event.event_id for each in accepted for event in each.receipt.events}
    before: dict[str, State] = {}
    now: dict[tuple[str, str], State] = {}
    for event in evidence.history:
        entity = entity_of(event)
        state = now.get(entity, {})
        if event["event_id"] in asked:
            before[event["event_id"]] = state
        now[entity] = {**state, **event["payload"]}
    return before
