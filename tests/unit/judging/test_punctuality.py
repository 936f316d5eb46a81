"""What all events of a run took together, and whether enough of them were in time."""

from collections.abc import Sequence

import pytest

from support.judging.punctuality import Percentile, Spread, hop_rows, punctuality, spreads
from support.judging.timeliness import NOT_SEEN, Journey, Span

QUICK, SLOW = Span(0.1, 0.2), Span(7.0, 8.0)
LOOKED_LATE, NEVER = Span(0.1, 30.0), Span(0.0, NOT_SEEN)


def _journey(to_views: Span, to_bus: float = 0.1, start: str = "command") -> Journey:
    bus = "command to publication" if start == "command" else "cause to effect"
    accepted = {"command to acceptance": Span(0.01, 0.01)} if start == "command" else {}
    on_bus = Span(to_bus, to_bus)
    seen = {} if to_views is NEVER else {"publication to views": to_views}
    return Journey("an event", {**accepted, bus: on_bus, **seen}, {bus: on_bus, "views": to_views})


def _run(**shares: int) -> list[Journey]:
    kinds = {"quick": QUICK, "slow": SLOW, "looked_late": LOOKED_LATE, "never": NEVER}
    return [_journey(kinds[kind]) for kind, number in shares.items() for _ in range(number)]


@pytest.mark.parametrize(
    ("journeys", "holds", "proved", "sentence"),
    [
        (
            _run(quick=95, slow=5),
            True,
            True,
            "95 % of 100 events reached every subscriber within the delivery objective of 5 s; "
            "the slowest hop is publication to views",
        ),
        (
            _run(quick=94, slow=6),
            False,
            False,
            "only 94 % of 100 events reached every subscriber within the delivery objective of "
            "5 s, and 95 % have to; the slowest hop is publication to views",
        ),
        (
            _run(quick=50, slow=10, looked_late=40),
            False,
            False,
            "at most 90 % of 100 events reached every subscriber within the delivery objective of "
            "5 s, and 95 % have to; the slowest hop is publication to views",
        ),
        (
            _run(quick=1999, slow=106),
            False,
            False,
            "only 94.9 % of 2,105 events reached every subscriber within the delivery objective "
            "of 5 s, and 95 % have to; the slowest hop is publication to views",
        ),
        (
            _run(quick=50, looked_late=40, never=10),
            True,
            False,
            "50 % for certain, 100 % at most, of 100 events reached every subscriber within the "
            "delivery objective of 5 s",
        ),
        (
            [],
            True,
            True,
            "100 % of 0 events reached every subscriber within the delivery objective of 5 s",
        ),
    ],
    ids=["just enough", "too few", "too few at best", "rounded down", "looked late", "no events"],
)
def test_a_run_is_held_against_the_objective(
    journeys: Sequence[Journey], *, holds: bool, proved: bool, sentence: str
) -> None:
    """Red is what is known to be late; what may have been in time is told."""
    found = punctuality(journeys, 5.0)
    assert (found.holds, found.is_proved, str(found)) == (holds, proved, sentence)


def test_the_slowest_hop_is_where_late_events_spent_their_time() -> None:
    """What events in time took is another matter."""
    many = [_journey(Span(3.0, 3.0)) for _ in range(99)]
    late = _journey(Span(1.0, 2.0), to_bus=6.0)
    assert punctuality([*many, late], 5.0).slowest == "command to publication"


@pytest.mark.parametrize(
    ("events", "known"), [(1, []), (2, [50]), (19, [50]), (20, [50, 95]), (100, [50, 95, 99])]
)
def test_a_percentile_needs_an_event_beyond_it(events: int, known: list[int]) -> None:
    """Of seven events nobody can say what 99 % take."""
    spread, *_ = spreads(_run(quick=events))
    assert (spread.events, [each.percent for each in spread.percentiles]) == (events, known)


def test_every_hop_is_told_in_the_order_in_which_events_pass_it() -> None:
    """Each with its own number of events; the whole way comes last."""
    journeys = [_journey(QUICK), _journey(Span(0.3, 0.6)), _journey(SLOW, 2.0, start="cause")]
    assert spreads(journeys) == [
        Spread("command to acceptance", 2, [Percentile(50, Span(0.01, 0.01))], Span(0.01, 0.01)),
        Spread("command to publication", 2, [Percentile(50, Span(0.1, 0.1))], Span(0.1, 0.1)),
        Spread("cause to effect", 1, [], Span(2.0, 2.0)),
        Spread("publication to views", 3, [Percentile(50, Span(0.3, 0.6))], Span(7.0, 8.0)),
        Spread("start to the last subscriber", 3, [Percentile(50, Span(0.3, 0.6))], SLOW),
    ]


def test_the_percentiles_of_many_events_are_those_of_the_field() -> None:
    """Half took less than the median, five of a hundred more than the 95th."""
    spread, *_ = spreads([_journey(QUICK, n / 100) for n in range(101)])[1:]
    spans = [(each.percent, round(each.span.at_most, 6)) for each in spread.percentiles]
    assert spans == [(50, 0.5), (95, 0.95), (99, 0.99)]


def test_scenarios_count_subscribers_as_one() -> None:
    """Their names are the CRM's; an event counts once every one of them was seen to have it."""
    assert hop_rows([_journey(QUICK), _journey(NEVER), _journey(QUICK, start="cause")]) == [
        {"hop": "command to acceptance", "events": 2},
        {"hop": "command to publication", "events": 2},
        {"hop": "cause to effect", "events": 1},
        {"hop": "publication to each subscriber", "events": 2},
    ]
    assert hop_rows([]) == []
