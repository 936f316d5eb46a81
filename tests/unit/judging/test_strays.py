"""The audit at the end of a run names what came late, and what belongs to nobody."""

from support.judging.strays import strays
from support.observing.deliveries import delivery_of
from tests.support.samples import an_event, delivery, message

SCENARIOS = {"acme": "guarantees.feature: Nothing is lost"}


def test_what_the_scenarios_accounted_for_is_no_stray() -> None:
    """A sound run ends without a word."""
    assert strays([delivery(an_event(), "m-1")], {"m-1"}, SCENARIOS) == []


def test_an_event_after_its_scenario_was_closed_is_late() -> None:
    """The scenario that it belongs to is named."""
    assert strays([delivery(an_event(), "m-2")], {"m-1"}, SCENARIOS) == [
        "late: AccountCreated of acme-entity-3f9c version 1 arrived after its scenario was closed: "
        "guarantees.feature: Nothing is lost"
    ]


def test_an_event_of_a_tenant_that_nobody_opened_is_a_phantom() -> None:
    """A tenant id that is nearly right is not right."""
    assert strays([delivery(an_event(tenant_id="ACME"))], (), SCENARIOS) == [
        "phantom: AccountCreated of acme-entity-3f9c version 1 belongs to tenant ACME, "
        "which no scenario opened"
    ]


def test_a_message_without_an_event_is_a_phantom() -> None:
    """Somebody put something on the bus that no contract knows."""
    assert strays([delivery_of("bus", message("{"))], (), SCENARIOS) == [
        "phantom: a message that holds no event (not JSON: '{')"
    ]
