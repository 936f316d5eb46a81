"""The moments of a scenario, from its journal."""

import pytest

from support.reporting.moments import moments
from tests.support.samples import an_event


@pytest.mark.parametrize(
    ("tap", "told"),
    [("bus", '{"industry": null}'), ("own subscription of b", 'own subscription of b: {"indus')],
)
def test_a_delivery_says_where_it_came_to_unless_it_is_the_bus(tap: str, told: str) -> None:
    """A reader sees at whose door a leaked event was found."""
    line = {
        "entry": "delivery",
        "at": 7.0,
        "tap": tap,
        "detail_type": "AccountUpdated",
        "detail": an_event(1, "AccountUpdated"),
        "problem": None,
    }
    (moment,) = moments([line])
    assert (moment.tenant, moment.detail[: len(told)]) == ("acme", told)
