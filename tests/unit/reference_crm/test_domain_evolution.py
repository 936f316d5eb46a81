"""Histories: what an event does to a state, also an old one or one that does not fit."""

from typing import Any

import pytest

from support.reference_crm.domain import (
    COMMANDS,
    EntityRef,
    EntityType,
    HistoryError,
    Surroundings,
    decide,
    evolve,
    load_state,
    parse,
    view,
)
from tests.unit.reference_crm.domain_desk import Desk
from tests.unit.reference_crm.domain_samples import ACCOUNT, CONTACT, LEAD, PRODUCT

ACME = EntityRef(EntityType.ACCOUNT, "acme")


def test_an_event_without_a_field_that_came_later_is_understood() -> None:
    """An optional field that an old event does not have is null."""
    state = evolve(EntityType.ACCOUNT, None, "AccountCreated", {"name": "Acme", "owner": "ann"})
    assert view(state) == {"status": "active", "name": "Acme", "owner": "ann", "industry": None}


def test_evolving_leaves_the_old_state_alone() -> None:
    """A state is a value."""
    before = Desk.after(ACCOUNT).states[ACME]
    after = evolve(EntityType.ACCOUNT, before, "AccountDeactivated", {"reason": "x"})
    assert (view(before)["status"], view(after)["status"]) == ("active", "inactive")


@pytest.mark.parametrize(
    ("event_type", "payload"),
    [
        ("AccountCreated", {"name": "Acme", "owner": "ann"}),
        ("AccountOwnerChanged", {}),
        ("AccountOwnerChanged", {"owner": 5}),
        ("AccountUpdated", {"colour": "red"}),
        ("LeadQualified", {"score": 5}),
        ("accountupdated", {"name": "x"}),
    ],
)
def test_an_event_that_does_not_fit_is_named(event_type: str, payload: dict[str, Any]) -> None:
    """A poison event raises; it never makes a wrong state."""
    before = Desk.after(ACCOUNT).states[ACME]
    with pytest.raises(HistoryError):
        evolve(EntityType.ACCOUNT, before, event_type, payload)


@pytest.mark.parametrize(
    ("event_type", "payload"),
    [("AccountUpdated", {"name": "x"}), ("AccountCreated", {"name": "x"}), ("AccountCreated", {})],
)
def test_a_history_begins_with_a_whole_first_event(event_type: str, payload: Any) -> None:
    """Without a state only a first event fits."""
    with pytest.raises(HistoryError):
        evolve(EntityType.ACCOUNT, None, event_type, payload)


def test_a_change_of_nothing_that_exists_is_a_mistake_of_the_caller() -> None:
    """Who calls must have found the entity first."""
    command = parse("DiscontinueProduct", {})
    around = Surroundings({}, {}, str)
    with pytest.raises(HistoryError, match="Expected a Product"):
        decide(command, EntityRef(EntityType.PRODUCT, "bolt"), None, around)


@pytest.mark.parametrize("wanted", [ACCOUNT, CONTACT, LEAD, PRODUCT], ids=str)
def test_a_stored_state_is_read_again(wanted: Any) -> None:
    """A view and a state are the same facts."""
    entity = EntityRef(COMMANDS[wanted.command].entity_type, wanted.entity_id)
    state = Desk.after(wanted).states[entity]
    assert load_state(entity.entity_type, view(state)) == state


def test_creating_commands_are_marked() -> None:
    """They are the ones for which an id is found."""
    assert {name for name, spec in COMMANDS.items() if spec.creates} == {
        "CreateAccount",
        "CreateContact",
        "CreateLead",
        "CreateOpportunity",
        "LogActivity",
        "ScheduleActivity",
        "CreateProduct",
        "AddAddress",
    }
