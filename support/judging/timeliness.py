"""How long events took, hop by hop, and which were late: by evidence only.

An event's time runs from the sending of its command or, where a subscriber gave the command, from
the arrival of its cause on the bus. Subscribers are only asked, so what they took is an interval;
a suite that looks late widens it, and never makes an event late. What never arrived is lost, not
late.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from support.crm.port import Accepted
from support.judging.case import Case, Document, Evidence, Finding, Kind, title
from support.names import is_fence
from support.observing.sightings import Sighting

ACCEPTANCE = "command to acceptance"
PUBLICATION = "command to publication"
EFFECT = "cause to effect"
NOT_SEEN = float("inf")


@dataclass(frozen=True)
class Span:
    """Hold how many seconds something took, at least and at most; both are equal if measured."""

    at_least: float
    at_most: float

    def __str__(self) -> str:
        return f"{'' if self.at_least == self.at_most else 'at least '}{self.at_least:.1f} s"


@dataclass(frozen=True)
class Journey:
    """Hold how long one event took on each hop, and from its start to each who has to have it.

    `stations` has the bus under the name of the hop that led there, and each subscriber.
    """

    event: str
    hops: Mapping[str, Span]
    stations: Mapping[str, Span]

    @property
    def whole(self) -> Span:
        """Return how long it took until the bus and every subscriber had it."""
        spans = self.stations.values()
        return Span(max(s.at_least for s in spans), max(s.at_most for s in spans))


@dataclass(frozen=True)
class Times:
    """Hold what is known of a tenant's events by event id: seconds since the epoch."""

    accepted: Mapping[str, Accepted]
    published: Mapping[str, float]
    seen: Mapping[tuple[str, str], Sighting]


def to_subscriber(name: str) -> str:
    """Name the hop from the bus to a subscriber."""
    return f"publication to {name}"


def journeys(case: Case, evidence: Evidence) -> list[Journey]:
    """Return the journey of each published event with a known start; fences have none."""
    times = Times(
        case.receipted,
        published(case, evidence),
        {(each.event_id, each.subscriber): each for each in case.sightings_of(evidence.tenant_id)},
    )
    found = (_journey(event, times, case) for event in evidence.history if not is_fence(event))
    return [journey for journey in found if journey]


def late(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Find each event that is known to have taken longer than the case allows."""
    if case.latest is None:
        return
    suspects = _suspects(case, evidence, case.latest)
    for journey in journeys(case, replace(evidence, history=suspects)) if suspects else ():
        if journey.whole.at_least > case.latest:
            sentence = f"{_told(journey)}; no event may take longer than {case.latest:g} s"
            yield evidence.finding(Kind.LATE, sentence)


def _suspects(case: Case, evidence: Evidence, latest: float) -> list[Document]:
    """Return, as nearly always, none: what was known somewhere so long after its command or cause.

    They need not be late: whoever knew may not have had to, or may have known before.
    """
    start, overdue = _starts(case, evidence).get, set()
    for delivery in case.arrived(evidence.tenant_id):
        event_id = delivery.detail["event_id"]
        if delivery.sent_at - start(event_id, NOT_SEEN) > latest:
            overdue.add(event_id)
    for each in case.sightings_of(evidence.tenant_id):
        since = each.not_before
        if since is not None and since - start(each.event_id, NOT_SEEN) > latest:
            overdue.add(each.event_id)
    return [e for e in evidence.history if e["event_id"] in overdue] if overdue else []


def _starts(case: Case, evidence: Evidence) -> Mapping[str, float]:
    """Return by event id when the time of a tenant's events, at least, began to run."""
    if not (caused := evidence.walked.caused):
        return case.sent_at
    arrived = published(case, evidence)
    known = {e["event_id"]: arrived.get(e["causation_id"], NOT_SEEN) for e in caused}
    sent = case.sent_at
    return {each: sent.get(each, known.get(each, NOT_SEEN)) for each in evidence.committed}


def _told(journey: Journey) -> str:
    """Name the station that an event took longest to, and what the way to the bus took of it."""
    station, span = max(journey.stations.items(), key=lambda item: item[1].at_least)
    bus, to_bus = next(iter(journey.stations.items()))
    if station == bus:
        return f"{journey.event} took {span} from {bus}"
    start = bus.partition(" ")[0]
    return f"{journey.event} took {span} from {start} to {station} ({to_bus} from {bus})"


def published(case: Case, evidence: Evidence) -> Mapping[str, float]:
    """Return when each event first got into the queue of the bus tap."""
    first: dict[str, float] = {}
    for each in case.arrived(evidence.tenant_id):
        event_id = each.detail["event_id"]
        if event_id not in first or each.sent_at < first[event_id]:
            first[event_id] = each.sent_at
    return first


def _journey(event: Document, times: Times, case: Case) -> Journey | None:
    published = times.published.get(event["event_id"])
    caused = times.published.get(event["causation_id"] or "")
    command = times.accepted.get(event["event_id"])
    start = command.sent_at if command else caused
    if published is None or start is None:
        return None
    to_bus = _measured(start, published)
    accepted = {ACCEPTANCE: _measured(start, command.answered_at)} if command else {}
    bus = PUBLICATION if command else EFFECT
    listening = [s.name for s in case.subscribers if s.listens_to(event)]
    seen = {name: times.seen.get((event["event_id"], name)) for name in listening}
    after = {to_subscriber(name): _seen(published, s) for name, s in seen.items() if s}
    everywhere = {name: _seen(start, sighting) for name, sighting in seen.items()}
    return Journey(title(event), {**accepted, bus: to_bus, **after}, {bus: to_bus, **everywhere})


def _measured(start: float, end: float) -> Span:
    # The queue's clock is not ours: it may be a little behind.
    seconds = max(0.0, end - start)
    return Span(seconds, seconds)


def _seen(start: float, sighting: Sighting | None) -> Span:
    if sighting is None:
        return Span(0.0, NOT_SEEN)
    earliest = start if sighting.not_before is None else sighting.not_before
    return Span(max(0.0, earliest - start), max(0.0, sighting.by - start))
