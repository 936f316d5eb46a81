"""Rows against rows: exact, one to one, and with the nearest misses named."""

import random
from decimal import Decimal

import pytest

from support.judging.expectations import (
    Difference,
    Ending,
    Judgement,
    NearMiss,
    Row,
    Unmet,
    differences,
    judge,
    same,
)
from support.judging.values import Money

EXACTLY, IN_ORDER = Ending.EXACTLY, Ending.IN_ORDER
MADE: Row = {"event": "AccountCreated", "version": 1, "name": "Globex"}
CHANGED: Row = {"event": "AccountUpdated", "version": 2, "name": "Globex 2"}


@pytest.mark.parametrize("ending", Ending)
def test_what_was_expected_and_nothing_else_holds(ending: Ending) -> None:
    """Only the headings of the row are compared."""
    expected: list[Row] = [{"event": "AccountCreated"}, {"version": 2}]
    judgement = judge(expected, [MADE, CHANGED], ending)
    assert judgement == Judgement((), (), (MADE, CHANGED), order_broken=False)
    assert judgement.holds


@pytest.mark.parametrize("ending", Ending)
def test_nothing_expected_and_nothing_there_holds(ending: Ending) -> None:
    """Absence is an expectation like any other."""
    assert judge([], [], ending).holds


def test_what_nobody_expected_must_not_be_there() -> None:
    """Exact by default."""
    judgement = judge([], [MADE], EXACTLY)
    assert (judgement.holds, judgement.unexpected) == (False, (MADE,))


def test_one_event_meets_one_row() -> None:
    """Two equal rows want two events, and two equal events two rows."""
    assert judge([MADE, MADE], [MADE], EXACTLY).missing == (Unmet(MADE),)
    assert judge([MADE], [MADE, MADE], EXACTLY).unexpected == (MADE,)
    assert judge([MADE, MADE], [MADE, dict(MADE)], EXACTLY).holds


def test_the_order_counts_only_where_it_is_asked_for() -> None:
    """The rows of one sentence are a set, of the other a sequence."""
    turned = [CHANGED, MADE]
    assert judge(turned, [MADE, CHANGED], EXACTLY).holds
    judgement = judge(turned, [MADE, CHANGED], IN_ORDER)
    assert (judgement.holds, judgement.missing, judgement.unexpected) == (False, (), ())
    assert judgement.order_broken


@pytest.mark.parametrize("loose_first", [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
def test_a_loose_row_never_starves_a_specific_one(loose_first: list[int]) -> None:
    """However the rows stand, a match of all is found where there is one."""
    rows: list[Row] = [{}, {"event": "a"}, {"event": "a", "version": 1}]
    actual: list[Row] = [
        {"event": "a", "version": 1},
        {"event": "a", "version": 2},
        {"event": "b", "version": 3},
    ]
    assert judge([rows[index] for index in loose_first], actual, EXACTLY).holds


def test_any_rows_taken_from_what_arrived_are_found_in_any_order() -> None:
    """A seeded search for a case that greedy matching would miss."""
    rng = random.Random(7)  # noqa: S311 - repeatable
    for _ in range(300):
        actual = [{k: rng.randrange(2) for k in "abc"} for _ in range(6)]
        rows = [{k: v for k, v in row.items() if rng.random() < 0.6} for row in actual]
        rng.shuffle(rows)
        assert judge(rows, actual, EXACTLY).holds


def test_the_nearest_misses_are_told_by_where_they_differ() -> None:
    """The nearest first; what is equal, or in the list below anyway, is not said again."""
    wanted = {**MADE, "name": "Initech"}
    name = Difference("name", "Initech", "Globex")
    changed = {**CHANGED, "version": 1}
    judgement = judge([wanted], [changed, MADE], EXACTLY)
    others = (
        Difference("event", "AccountCreated", "AccountUpdated"),
        Difference("name", "Initech", "Globex 2"),
    )
    assert judgement.missing == (
        Unmet(wanted, (NearMiss(2, MADE, (name,)), NearMiss(1, changed, others))),
    )
    assert judgement.lines() == [
        "missing: event 'AccountCreated', version 1, name 'Initech'",
        "  nearest: number 2 of what arrived, except",
        "    name: expected 'Initech', found 'Globex'",
        "  then: number 1 of what arrived, except",
        "    event: expected 'AccountCreated', found 'AccountUpdated'",
        "    name: expected 'Initech', found 'Globex 2'",
        "arrived:",
        "  1. event 'AccountUpdated', version 1, name 'Globex 2'",
        "  2. event 'AccountCreated', version 1, name 'Globex'",
    ]


def test_three_near_misses_are_enough() -> None:
    """Of equally near ones the earlier; the others are told as unexpected."""
    wanted = {**MADE, "name": "Initech"}
    arrived = [{**MADE, "name": f"Globex {number}"} for number in range(1, 5)]
    judgement = judge([wanted], arrived, EXACTLY)
    assert [miss.number for miss in judgement.missing[0].near] == [1, 2, 3]
    assert [line for line in judgement.lines() if not line.startswith(" ")] == [
        "missing: event 'AccountCreated', version 1, name 'Initech'",
        "unexpected: event 'AccountCreated', version 1, name 'Globex 4'",
        "arrived:",
    ]


def test_each_missing_row_has_near_misses_of_its_own() -> None:
    """A row that is left over may be meant by either."""
    first, second = {**MADE, "name": "One"}, {**MADE, "version": 9}
    judgement = judge([first, second], [MADE], EXACTLY)
    assert judgement.lines() == [
        "missing: event 'AccountCreated', version 1, name 'One'",
        "  nearest: number 1 of what arrived, except",
        "    name: expected 'One', found 'Globex'",
        "missing: event 'AccountCreated', version 9, name 'Globex'",
        "  nearest: number 1 of what arrived, except",
        "    version: expected 9, found 1",
        "arrived:",
        "  1. event 'AccountCreated', version 1, name 'Globex'",
    ]


def test_what_shares_no_value_is_no_near_miss() -> None:
    """A reader is not sent after something unrelated."""
    judgement = judge([{"event": "LeadCreated"}], [MADE], EXACTLY)
    assert judgement.missing == (Unmet({"event": "LeadCreated"}),)
    assert judgement.lines()[:2] == ["missing: event 'LeadCreated'", "  nothing came near it"]


def test_what_met_another_row_is_no_near_miss() -> None:
    """Only what is left over can be meant."""
    judgement = judge([MADE, {**MADE, "version": 2}], [MADE], EXACTLY)
    assert judgement.missing == (Unmet({**MADE, "version": 2}),)


def test_silence_is_told_as_silence() -> None:
    """Nothing arrived is a fact of its own."""
    assert judge([{"event": "a"}], [], EXACTLY).lines() == [
        "missing: event 'a'",
        "  nothing came near it",
        "arrived: nothing",
    ]


def test_a_wrong_order_is_told_with_what_arrived() -> None:
    """The lines are numbered as they came."""
    one, two = {"version": 1}, {"version": 2}
    assert judge([two, one], [one, two], IN_ORDER).lines() == [
        "the order is not the expected one",
        "arrived:",
        "  1. version 1",
        "  2. version 2",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (0, False),
        ("1", 1),
        ("", None),
        ("a", "A"),
        ("é", "e\u0301"),
        (Money(Decimal(10), "EUR"), Money(Decimal(10), "USD")),
        (Money(Decimal(10), "EUR"), "10 EUR"),
        (None, False),
    ],
)
def test_values_that_look_alike_are_not_the_same(one: object, other: object) -> None:
    """A type that changed on the way is a change."""
    assert not same(one, other)
    assert not same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1),
        (True, True),
        (None, None),
        (Money(Decimal("10.00"), "EUR"), Money(Decimal(10), "EUR")),
    ],
)
def test_equal_values_are_the_same(one: object, other: object) -> None:
    """How an amount is spelled does not matter."""
    assert same(one, other)


def test_a_heading_that_is_not_there_is_a_difference() -> None:
    """Not there is not the same as none."""
    assert differences({"reason": None}, {}) == (Difference("reason", None, "(not there)"),)
    assert str(Difference("reason", None, "(not there)")) == (
        "reason: expected (none), found '(not there)'"
    )
    assert differences({"reason": None}, {"reason": None}) == ()


def test_invisible_characters_are_made_visible() -> None:
    """A reader sees why two names that look alike differ."""
    assert str(Difference("name", "Globex", "Globex\u200b\n")) == (
        "name: expected 'Globex', found 'Globex\\u200b\\n'"
    )
