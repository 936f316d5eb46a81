"""The audit at the end of a run names what came late, came again, and what belongs to nobody."""

from collections.abc import Mapping
from typing import Any

import pytest

from support.judging.strays import may_come_again, strays
from support.observing.deliveries import Delivery, delivery_of
from tests.support.samples import an_event, delivery, message, numbered

NAME = "AccountCreated of acme-entity-3f9c version 1"
SCENARIO = "guarantees.feature: Nothing is lost"
SCENARIOS = {"acme": SCENARIO}
FIRST = delivery(an_event(), "m-1")
CLOSED = {FIRST.passage}


def test_what_the_scenarios_accounted_for_is_no_stray() -> None:
    """A sound run ends without a word."""
    assert strays([FIRST], CLOSED, SCENARIOS) == []


def test_a_repetition_by_the_transport_is_no_stray() -> None:
    """Another message of the same envelope is legal, whenever it comes."""
    assert strays([FIRST, delivery(an_event(), "m-2")], CLOSED, SCENARIOS) == []


def test_an_event_after_its_scenario_was_closed_is_late() -> None:
    """The scenario that it belongs to is named."""
    other = delivery(an_event(2), "m-2")
    assert strays([FIRST, other], CLOSED, SCENARIOS) == [
        f"late: {NAME} arrived after its scenario was closed: {SCENARIO}"
    ]


HISTORY = {numbered(1): an_event()}


@pytest.mark.parametrize(
    ("changes", "committed", "said"),
    [
        ({}, {"acme": {**HISTORY, numbered(2): an_event(2)}}, f"late: {NAME} arrived"),
        ({}, {"bravo": {}}, f"late: {NAME} arrived"),
        (
            {},
            {"acme": HISTORY},
            f"phantom: {NAME} arrived once more, under an event_id that is not in the history,",
        ),
        (
            {"entity_id": "other"},
            {"acme": HISTORY},
            "phantom: AccountCreated of other version 1 is not in the history, and arrived",
        ),
        ({}, {"acme": {}}, f"phantom: {NAME} is not in the history, and arrived"),
    ],
    ids=["committed", "not read", "under another id", "about another", "without the true one"],
)
def test_what_comes_late_and_is_in_no_history_is_a_phantom(
    changes: Mapping[str, Any], committed: Mapping[str, Any], said: str
) -> None:
    """Its true one may have come in time; a history that nobody has read says nothing."""
    other = delivery(an_event(2, **changes), "m-2")
    assert strays([FIRST, other], CLOSED, SCENARIOS, committed=committed) == [
        f"{said} after its scenario was closed: {SCENARIO}"
    ]


def test_an_event_that_is_published_again_after_its_scenario_is_a_duplicate() -> None:
    """Another envelope of an event that was accounted for is the doing of the CRM."""
    again = delivery(an_event(), "m-2", id="another")
    assert strays([FIRST, again], CLOSED, SCENARIOS) == [
        f"duplicate: {NAME} was published again after its scenario: {SCENARIO}"
    ]


AGAIN = delivery(an_event(), "m-2", id="another")


@pytest.mark.parametrize(
    "fault", [{"replayed": "acme"}, {"checkpoint lost": True, "at": 99.0}], ids=str
)
def test_what_the_run_had_published_again_is_no_stray(fault: Mapping[str, Any]) -> None:
    """A replay of the tenant, or a publisher that begins anew."""
    held = {"held back": ["q"]}
    assert strays([FIRST, AGAIN], CLOSED, SCENARIOS, may_come_again([held, fault])) == []


LOST = {"checkpoint lost": True}


@pytest.mark.parametrize(
    ("faults", "strange"),
    [
        ([{**LOST, "at": 40.0}, {"came round": "canary", "at": 96.0}], 0),
        ([{**LOST, "at": 40.0}, {"came round": "canary", "at": 94.0}], 1),
        ([{**LOST, "at": 104.0}], 0),
        ([{**LOST, "at": 106.0}], 1),
        ([{"came round": "canary", "at": 100.0}], 1),
        ([{**LOST, "at": 1.0}, {"came round": "canary", "at": 2.0}, {**LOST, "at": 90.0}], 0),
    ],
)
def test_a_lost_checkpoint_excuses_what_comes_until_all_has_come_round(
    faults: list[Mapping[str, Any]], strange: int
) -> None:
    """It came 100 s after the epoch, and a bus may bring it 5 s late; of a year later, no word."""
    assert len(strays([FIRST, AGAIN], CLOSED, SCENARIOS, may_come_again(faults))) == strange


@pytest.mark.parametrize(
    "fault",
    [{"replayed": "acme-2"}, {"held back": ["q"]}, {"checkpoint lost": False}, {"rebuilt": "acme"}],
    ids=str,
)
def test_another_fault_is_no_excuse(fault: Mapping[str, Any]) -> None:
    """Whose events come again has to be said."""
    assert len(strays([FIRST, AGAIN], CLOSED, SCENARIOS, may_come_again([fault]))) == 1


CHANGED = {**an_event(), "actor": "mallory"}
NOT_THE_SAME: dict[str, Delivery] = {
    "another event": delivery(an_event(2), "m-2"),
    "other values": delivery(CHANGED, "m-2", id="another"),
    "another type": delivery(an_event(), "m-2", id="another", **{"detail-type": "Changed"}),
    "another source": delivery(an_event(), "m-2", id="another", source="elsewhere"),
    "another tenant": delivery(an_event(tenant_id="acme-2"), "m-2", id="another"),
    "no event": delivery({"tenant_id": "acme"}, "m-2", id="another"),
}


@pytest.mark.parametrize("found", NOT_THE_SAME.values(), ids=NOT_THE_SAME.keys())
def test_what_comes_again_otherwise_stays_a_stray(found: Delivery) -> None:
    """A repetition repeats, letter by letter, what was accounted for."""
    comes_again = may_come_again([{**LOST, "at": 99.0}])
    assert len(strays([FIRST, found], CLOSED, SCENARIOS, comes_again)) == 1


def test_another_event_under_a_known_envelope_is_late() -> None:
    """An envelope stands for nothing without its event."""
    borrowed = delivery(an_event(2), "m-2", id=FIRST.envelope_id)
    assert strays([FIRST, borrowed], CLOSED, SCENARIOS) == [
        f"late: {NAME} arrived after its scenario was closed: {SCENARIO}"
    ]


def test_an_event_of_a_tenant_that_nobody_opened_is_a_phantom() -> None:
    """A tenant id that is nearly right is not right, and an event id that is known no excuse."""
    theirs = delivery(an_event(tenant_id="ACME"), id="another")
    assert theirs.event_id == numbered(1)
    assert strays([theirs], CLOSED, SCENARIOS) == [
        f"phantom: {NAME} belongs to tenant ACME, which no scenario opened"
    ]


def test_a_message_without_an_event_is_a_phantom() -> None:
    """Somebody put something on the bus that no contract knows."""
    assert strays([delivery_of("bus", message("{"))], CLOSED, SCENARIOS) == [
        "phantom: a message that holds no event (not JSON: '{')"
    ]


def test_a_message_without_an_event_names_the_scenario_if_it_names_its_tenant() -> None:
    """An event that lacks a field, for one."""
    broken = {name: value for name, value in an_event().items() if name != "version"}
    assert strays([delivery(broken)], CLOSED, SCENARIOS) == [
        "phantom: a message that holds no event (no event: version: Field required) came to a "
        f"tenant of: {SCENARIO}"
    ]
