"""The rules of the CRM, without I/O: commands are decided, events evolve a state."""

from support.reference_crm.domain.catalogue import (
    COMMANDS,
    EVENT_TYPES,
    decide,
    evolve,
    load_state,
    needs,
    parse,
    view,
)
from support.reference_crm.domain.model import (
    Command,
    Decision,
    EntityRef,
    EntityType,
    HistoryError,
    Json,
    Needs,
    NewEvent,
    Payload,
    Refused,
    Register,
    State,
    Surroundings,
)
from support.reference_crm.domain.rules import CommandSpec

__all__ = [
    "COMMANDS",
    "EVENT_TYPES",
    "Command",
    "CommandSpec",
    "Decision",
    "EntityRef",
    "EntityType",
    "HistoryError",
    "Json",
    "Needs",
    "NewEvent",
    "Payload",
    "Refused",
    "Register",
    "State",
    "Surroundings",
    "decide",
    "evolve",
    "load_state",
    "needs",
    "parse",
    "view",
]
