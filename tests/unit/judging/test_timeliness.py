"""How long events took is told hop by hop, and late is only what is known to be late."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from support.crm.port import Accepted
from support.judging.case import Case, Finding, Kind
from support.judging.history import audit
from support.judging.timeliness import Journey, Span, journeys
from support.observing.deliveries import Delivery
from support.observing.sightings import Sighting
from tests.support.cases import CREATED, CREATION, ONLY, OPENED, SOUND, UPDATED, accepted
from tests.support.samples import Document, an_event, delivery

LIMIT = 5.0
CHANGE = accepted(UPDATED, command="UpdateAccount", industry="toys")


def _sent(command: Accepted, at: float, answered: float) -> Accepted:
    return replace(command, sent_at=at, answered_at=answered)


def _came(event: Document, at: float, message_id: str) -> Delivery:
    return replace(delivery(event, message_id), sent_at=at)


def _seen(event: Document, subscriber: str, not_before: float | None, by: float) -> Sighting:
    return Sighting("acme", subscriber, event["event_id"], not_before, by)


# CREATED and UPDATED were commanded, OPENED was caused by UPDATED.
DELIVERIES = (_came(CREATED, 100.5, "m-1"), _came(UPDATED, 201.0, "m-2"), _came(OPENED, 203, "m-3"))
SIGHTINGS = (
    _seen(CREATED, "views", None, 101.0),
    _seen(UPDATED, "views", 200.0, 202.0),
    _seen(OPENED, "views", 203.5, 204.0),
    _seen(OPENED, "sales", 202.0, 205.0),
)
TIMED = replace(
    SOUND,
    deliveries=DELIVERIES,
    accepted=[_sent(CREATION, 100.0, 100.25), _sent(CHANGE, 200.0, 200.5)],
    sightings=SIGHTINGS,
    latest=LIMIT,
    clocks_apart=float("inf"),
)
FIRST = Journey(
    "AccountCreated of globex version 1",
    hops={
        "command to acceptance": Span(0.25, 0.25),
        "command to publication": Span(0.5, 0.5),
        "publication to views": Span(0.0, 0.5),
    },
    stations={"command to publication": Span(0.5, 0.5), "views": Span(0.0, 1.0)},
)
CAUSED = Journey(
    "OpportunityCreated of deal version 1",
    hops={
        "cause to effect": Span(2.0, 2.0),
        "publication to views": Span(0.5, 1.0),
        "publication to sales": Span(0.0, 2.0),
    },
    stations={
        "cause to effect": Span(2.0, 2.0),
        "views": Span(2.5, 3.0),
        "sales": Span(1.0, 4.0),
    },
)


def _late(case: Case) -> list[Finding]:
    return [finding for finding in audit(case) if finding.kind is Kind.LATE]


def test_a_commanded_event_counts_from_its_command() -> None:
    """To the answer, to the bus, and from there to each subscriber, as an interval."""
    first, *_ = journeys(TIMED, ONLY)
    assert first == FIRST
    assert first.whole == Span(0.5, 1.0)


def test_an_event_that_a_subscriber_caused_counts_from_its_cause() -> None:
    """Nobody but the CRM knows when that command was given; when its cause was there, we saw."""
    *_, caused = journeys(TIMED, ONLY)
    assert caused == CAUSED
    assert caused.whole == Span(2.5, 4.0)


def test_what_no_look_has_shown_may_come_at_any_time() -> None:
    """It is lost, perhaps; it is not known to be late, nor in time."""
    first, *_ = journeys(replace(TIMED, sightings=SIGHTINGS[1:]), ONLY)
    assert first.stations["views"] == Span(0.0, float("inf"))
    assert list(first.hops) == ["command to acceptance", "command to publication"]


@pytest.mark.parametrize(
    "case",
    [
        replace(TIMED, deliveries=DELIVERIES[1:]),
        replace(TIMED, accepted=TIMED.accepted[1:]),
    ],
    ids=["it never reached the bus", "nobody knows who commanded it"],
)
def test_without_a_start_and_a_publication_there_is_no_journey(case: Case) -> None:
    """Nothing is made up."""
    assert FIRST.event not in [each.event for each in journeys(case, ONLY)]


def test_the_fences_of_the_suite_have_no_journey() -> None:
    """They are no events of the tenant's business."""
    fence = an_event(1, entity_id="fence-1")
    evidence = replace(ONLY, history=[fence])
    assert journeys(replace(TIMED, evidence=[evidence]), evidence) == []


def test_only_the_first_arrival_counts() -> None:
    """The transport may repeat itself whenever it likes."""
    again = _came(CREATED, 900.0, "m-again")
    for deliveries in ([again, *DELIVERIES], [*DELIVERIES, again]):
        assert journeys(replace(TIMED, deliveries=deliveries), ONLY)[0] == FIRST


def test_clocks_that_disagree_make_no_negative_time() -> None:
    """The clock of the queue may be behind ours."""
    early = replace(TIMED, deliveries=(_came(CREATED, 99.0, "m-1"), *DELIVERIES[1:]))
    assert journeys(early, ONLY)[0].hops["command to publication"] == Span(0.0, 0.0)


def _moved(at: float) -> Case:
    return replace(TIMED, deliveries=(_came(CREATED, at, "m-1"), *DELIVERIES[1:]))


def _looked(not_before: float | None, by: float) -> Case:
    looked = _seen(CREATED, "views", not_before, by)
    return replace(TIMED, sightings=(looked, *SIGHTINGS[1:]))


LATE: Mapping[str, tuple[Case, str]] = {
    "on its way to the bus": (
        _moved(107.3),
        "AccountCreated of globex version 1 took 7.3 s from command to publication; no event may "
        "take longer than 5 s",
    ),
    "on its way to a subscriber": (
        _looked(106.0, 109.0),
        "AccountCreated of globex version 1 took at least 6.0 s from command to views (0.5 s from "
        "command to publication); no event may take longer than 5 s",
    ),
    "after its cause": (
        replace(
            TIMED,
            deliveries=(*DELIVERIES[:2], _came(OPENED, 210.0, "m-3")),
            sightings=(*SIGHTINGS[:2], _seen(OPENED, "views", 212.0, 213.0)),
        ),
        "OpportunityCreated of deal version 1 took at least 11.0 s from cause to views (9.0 s from "
        "cause to effect); no event may take longer than 5 s",
    ),
}


@pytest.mark.parametrize(("case", "sentence"), LATE.values(), ids=LATE.keys())
def test_a_late_event_is_found_with_its_hop_and_the_limit(case: Case, sentence: str) -> None:
    """One finding an event, however many subscribers had it late."""
    assert _late(case) == [Finding(Kind.LATE, "acme", sentence)]


IN_TIME: Mapping[str, Case] = {
    "all is well": TIMED,
    "it took exactly as long as it may": _moved(105.0),
    "the suite looked late for the first time": _looked(None, 999.0),
    "the suite looked late for the second time": _looked(104.0, 999.0),
    "who saw it late does not listen to it": replace(
        TIMED, sightings=(*SIGHTINGS, _seen(CREATED, "sales", 150.0, 151.0))
    ),
    "the suite held events up itself": replace(_moved(999.0), latest=None),
}


@pytest.mark.parametrize("case", IN_TIME.values(), ids=IN_TIME.keys())
def test_what_is_not_known_to_be_late_is_no_finding(case: Case) -> None:
    """A suite that looks late raises no false alarm."""
    assert audit(case) == []
