"""Deliveries arrive in the order, and in the form, that a sentence says."""

import json
import random

import pytest

from support.errors import ScenarioError
from support.faults.sequel import Sequel, arranged, in_older_form
from support.fixtures.older import older
from tests.support.samples import an_event, delivery, envelope


@pytest.mark.parametrize(
    ("sequel", "numbers"),
    [
        (Sequel.IN_ORDER, [1, 2, 3, 4, 5]),
        (Sequel.REVERSED, [5, 4, 3, 2, 1]),
        (Sequel.SHUFFLED, random.Random(7).sample([1, 2, 3, 4, 5], 5)),  # noqa: S311
    ],
)
def test_deliveries_arrive_in_the_order_that_is_said(sequel: Sequel, numbers: list[int]) -> None:
    """A random order is another one, and the same for the same seed."""
    held = {number: delivery(an_event(number)) for number in range(1, 6)}
    found = arranged([*held.values()], sequel, random.Random(7))  # noqa: S311
    assert found == [held[number] for number in numbers]
    assert len({tuple(numbers), (1, 2, 3, 4, 5), (5, 4, 3, 2, 1)}) >= 2


def test_what_has_no_older_form_is_no_older_form() -> None:
    """A sentence that changes nothing proves nothing; what has none beside one that has, stays."""
    revalued = an_event(2, "OpportunityAmountChanged")
    plain = delivery(an_event())
    with pytest.raises(ScenarioError, match="nothing that was held back has an older form"):
        in_older_form([plain])
    (first, second) = in_older_form([plain, delivery(revalued)])
    told = {**envelope(revalued), "detail": older(revalued)}
    assert (first, json.loads(second.body)) == (plain, told)


def test_amounts_are_told_wrongly_and_nothing_else() -> None:
    """What has none beside one that has, stays; nothing but such would prove nothing."""
    payload = {"name": "Reactor", "amount": {"amount": "1200.00", "currency": "EUR"}}
    created = an_event(2, "OpportunityCreated", payload=payload)
    plain = delivery(an_event())
    with pytest.raises(ScenarioError, match="nothing that was held back has an amount"):
        arranged([plain], Sequel.WRONG, random.Random(7))  # noqa: S311
    first, second = arranged([plain, delivery(created)], Sequel.WRONG, random.Random(7))  # noqa: S311
    wrong = {**payload, "amount": {"amount": "1.00", "currency": "EUR"}}
    assert (first, json.loads(second.body)["detail"]) == (plain, {**created, "payload": wrong})
