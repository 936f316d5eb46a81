"""Values as scenarios and events spell them, compared as what they mean."""

from decimal import Decimal
from typing import Any

import pytest

from support.judging.values import Instant, Money, comparable, show

NOON = "2026-03-31T12:00:00+02:00"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"amount": "10.00", "currency": "EUR"}, Money(Decimal(10), "EUR")),
        ({"amount": 0, "currency": "JPY"}, Money(Decimal(0), "JPY")),
        ({"amount": "much", "currency": "EUR"}, {"amount": "much", "currency": "EUR"}),
        ({"amount": "1"}, {"amount": "1"}),
        (NOON, Instant(NOON)),
        ("2026-03-31", "2026-03-31"),
        ("2026-03-31T12:00:00", "2026-03-31T12:00:00"),
        ("3T", "3T"),
        ("T-Shirt", "T-Shirt"),
        (" padded ", " padded "),
        (True, True),
        (None, None),
        ([1], [1]),
    ],
)
def test_a_value_of_an_event_is_made_comparable(value: Any, expected: Any) -> None:
    """Only what is an amount or a moment is read as one."""
    assert comparable(value) == expected
    assert type(comparable(value)) is type(expected)


def test_one_moment_can_be_spelled_in_two_ways() -> None:
    """Z is the offset zero, and a fraction of zero is none."""
    one, other = Instant("2026-03-31T10:00:00Z"), Instant("2026-03-31T10:00:00.000+00:00")
    assert (one == other, hash(one) == hash(other)) == (True, True)
    assert one != "2026-03-31T10:00:00Z"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(none)"),
        ("", "''"),
        ("  x ", "'  x '"),
        ("Zoë 🎉", "'Zoë 🎉'"),
        ("a\u00a0b", "'a\\xa0b'"),
        ("\u202eabc", "'\\u202eabc'"),
        (True, "True"),
        (1, "1"),
        (Money(Decimal("1200.00"), "EUR"), "1200.00 EUR"),
        (Money(Decimal("1E+3"), "EUR"), "1000 EUR"),
        (Instant(NOON), NOON),
    ],
)
def test_a_value_is_shown_so_that_it_can_be_told_from_others(value: object, shown: str) -> None:
    """Blanks and invisible characters can be seen."""
    assert show(value) == shown
