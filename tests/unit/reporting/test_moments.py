"""The moments of a scenario, from its journal."""

import pytest

from support.reporting.moments import moments
from support.reporting.timeline import Kind, Moment, summary
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


def test_commands_that_got_no_answer_are_told_and_counted() -> None:
    """Who sent one again may have hidden that the CRM breaks off."""
    line = {"entry": "unanswered", "at": 7.0, "command": 3, "tenant_id": "acme", "why": "gone"}
    told = moments([line, line])
    assert told == [Moment(Kind.SILENCE, 0.0, "no answer to command 3", "acme", detail="gone")] * 2
    assert summary(told) == "2 silences"
