"""Each command of each entity: the event it makes, the rules that refuse it, the view after."""

from collections.abc import Mapping

import pytest

from support.reference_crm.domain import COMMANDS, EVENT_TYPES, EntityRef, EntityType, Json, view
from tests.unit.reference_crm.domain_cases import (
    account,
    activity,
    address,
    contact,
    lead,
    opportunity,
    product,
)
from tests.unit.reference_crm.domain_desk import Act, Desk, Happened, label
from tests.unit.reference_crm.domain_samples import MAKE_PRIMARY, PRODUCT

ENTITIES = (account, contact, lead, opportunity, activity, product, address)
EVENTS = [row for cases in ENTITIES for row in cases.EVENTS]
REFUSALS = [row for cases in ENTITIES for row in cases.REFUSALS]
VIEWS = [row for cases in ENTITIES for row in cases.VIEWS]


@pytest.mark.parametrize(("before", "wanted", "event"), EVENTS, ids=label)
def test_an_accepted_command_makes_exactly_its_event(
    before: tuple[Act, ...], wanted: Act, event: Happened
) -> None:
    """The payload is compared as a whole."""
    assert Desk.after(*before).tells(wanted) == [event]


@pytest.mark.parametrize(("before", "wanted", "code"), REFUSALS, ids=label)
def test_a_broken_rule_is_refused_with_its_code(
    before: tuple[Act, ...], wanted: Act, code: str
) -> None:
    """Nothing has changed after a refusal."""
    desk = Desk.after(*before)
    states, registers = dict(desk.states), dict(desk.registers)
    assert desk.refuses(wanted) == code
    assert (desk.states, desk.registers) == (states, registers)


@pytest.mark.parametrize(("acts", "entity_id", "data"), VIEWS, ids=label)
def test_a_view_shows_every_field(
    acts: tuple[Act, ...], entity_id: str, data: Mapping[str, Json]
) -> None:
    """The view is compared as a whole."""
    states = Desk.after(*acts).states
    shown = {ref.entity_id: view(state) for ref, state in states.items()}
    assert shown[entity_id] == data


def test_every_event_and_every_command_has_a_row() -> None:
    """Only the conversion has tests of its own."""
    assert {event.event_type for _, _, event in EVENTS} == set(EVENT_TYPES) - {"LeadConverted"}
    assert {wanted.command for _, wanted, _ in EVENTS} == set(COMMANDS) - {"ConvertLead"}


def test_every_entity_type_has_events_and_commands() -> None:
    """No entity was left out of the catalogue."""
    assert set(EVENT_TYPES.values()) == set(EntityType)
    assert {spec.entity_type for spec in COMMANDS.values()} == set(EntityType)


def test_a_taken_sku_names_its_product() -> None:
    """The register is what keeps a SKU unique."""
    registers = Desk.after(PRODUCT).registers
    assert {key: held.value for key, held in registers.items()} == {"sku#BOLT-1": "bolt"}


def test_the_primary_address_is_a_register_of_its_owner() -> None:
    """The number counts the primary addresses that the owner has had."""
    desk = Desk.after(*address.BOTH, MAKE_PRIMARY, address.MAKE_DEPOT_PRIMARY)
    held = desk.registers["primary-address#account#acme"]
    assert (held.value, held.number) == ("depot", 2)


def test_an_event_about_one_entity_leaves_the_others_alone() -> None:
    """Making an address primary is no event of the one that it replaces."""
    desk = Desk.after(*address.BOTH, MAKE_PRIMARY)
    replaced = desk.states[EntityRef(EntityType.ADDRESS, "hq")]
    desk.does(address.MAKE_DEPOT_PRIMARY)
    assert desk.states[EntityRef(EntityType.ADDRESS, "hq")] is replaced
