"""All commands and events of the seven entities, and the functions that dispatch to them."""

from collections.abc import Mapping
from itertools import chain

from pydantic import BaseModel, ValidationError

from support.reference_crm.domain import (
    account,
    activity,
    address,
    contact,
    conversion,
    lead,
    opportunity,
    product,
)
from support.reference_crm.domain.fields import refusal
from support.reference_crm.domain.model import (
    Case,
    Decision,
    EntityRef,
    EntityType,
    HistoryError,
    Json,
    Needs,
    Payload,
    Refused,
    State,
    Surroundings,
)
from support.reference_crm.domain.rules import CommandSpec, EntityRules

RULES: Mapping[EntityType, EntityRules] = {
    rules.entity_type: rules
    for rules in (
        account.RULES,
        contact.RULES,
        lead.RULES,
        opportunity.RULES,
        activity.RULES,
        product.RULES,
        address.RULES,
    )
}
COMMANDS: Mapping[str, CommandSpec] = {
    spec.name: spec
    for spec in (*chain.from_iterable(r.commands for r in RULES.values()), *conversion.COMMANDS)
}
EVENT_TYPES: Mapping[str, EntityType] = {
    str(event_type): rules.entity_type for rules in RULES.values() for event_type in rules.events
}


def parse(command_type: str, data: Mapping[str, Json]) -> BaseModel:
    """Return the command that the data describe, or raise Refused for the first rule broken."""
    if command_type not in COMMANDS:
        raise Refused("unknown_command", "There is no command of this name.")
    try:
        return COMMANDS[command_type].model.model_validate(dict(data))
    except ValidationError as error:
        raise refusal(error) from error


def needs(command: BaseModel, state: State | None) -> Needs:
    """Return what has to be loaded before the command can be decided."""
    return COMMANDS[type(command).__name__].needs(command, state)


def decide(
    command: BaseModel, entity: EntityRef, state: State | None, around: Surroundings
) -> Decision:
    """Return the events of the command, or raise Refused; a creation is given no state."""
    return COMMANDS[type(command).__name__].decide(command, Case(entity, state, around))


def evolve(
    entity_type: EntityType, state: State | None, event_type: str, payload: Payload
) -> State:
    """Return the state after an event; raise HistoryError for one that does not fit the state."""
    evolutions = RULES[entity_type].events
    if event_type not in evolutions:
        raise HistoryError(f"{event_type} is no event of {entity_type}.")
    try:
        return evolutions[event_type](state, payload)
    except (ValidationError, KeyError) as error:
        raise HistoryError(f"The payload of {event_type} does not fit its schema.") from error


def view(state: State) -> dict[str, Json]:
    """Return the fields of a state as the read view shows them."""
    return state.model_dump(mode="json")


def load_state(entity_type: EntityType, stored: Json) -> State:
    """Return the state that `view` wrote."""
    return RULES[entity_type].state.model_validate(stored)
