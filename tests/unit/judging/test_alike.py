"""Comparing JSON to the letter."""

import pytest

from support.judging.alike import alike, differences


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), ("1", 1), (None, ""), ([1, 2], [2, 1])]
)
def test_what_json_spells_differently_differs(one: object, other: object) -> None:
    """Python's own comparison takes some of these for equal."""
    assert not alike(one, other)


def test_the_order_of_fields_is_no_difference() -> None:
    """JSON objects have none."""
    assert alike({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})


def test_each_difference_is_named_with_both_values() -> None:
    """Fields of fields too, and what is there on one side only."""
    found = {"version": 2, "payload": {"amount": {"amount": "2.00"}, "note": "x"}, "actor": "kim"}
    wanted = {"version": 2, "payload": {"amount": {"amount": "1.00"}, "score": 8}, "actor": None}
    assert differences(found, wanted) == (
        "payload.amount.amount '2.00' instead of '1.00', payload.score (not there) instead of 8, "
        "payload.note 'x' instead of (not there), actor 'kim' instead of (none)"
    )


def test_what_is_alike_has_no_differences() -> None:
    """Nothing is said."""
    assert differences({"a": {"b": 1}}, {"a": {"b": 1}}) == ""
