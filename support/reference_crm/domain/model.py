"""The words that every entity of the domain uses: state, command, event, decision, refusal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Self, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeAliasType

JsonScalar: TypeAlias = str | int | float | bool | None
Json = TypeAliasType("Json", "JsonScalar | list[Json] | dict[str, Json]")
Payload: TypeAlias = Mapping[str, Json]


class EntityType(StrEnum):
    """The seven kinds of entity."""

    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    ACTIVITY = "activity"
    PRODUCT = "product"
    ADDRESS = "address"


class Refused(Exception):
    """Say that a command is not accepted: a stable code, and one sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class HistoryError(Exception):
    """Say that an event or a command does not fit the state that it meets."""


class State(BaseModel):
    """Hold what is known of one entity after its last event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, changes: Payload) -> Self:
        """Return this state with some fields changed, checked as a whole."""
        return self.model_validate({**self.model_dump(), **changes})


class Command(BaseModel):
    """Hold the data of one command; an update tells absent fields from null ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def payload(self) -> dict[str, Json]:
        """Return every field as JSON, null where the command left one out."""
        return self.model_dump(mode="json")

    def changes(self, state: State) -> dict[str, Json]:
        """Return the commanded fields that differ from the state; refuse if there are none."""
        commanded: dict[str, Json] = self.model_dump(mode="json", exclude_unset=True)
        changed = {name: new for name, new in commanded.items() if new != getattr(state, name)}
        if not changed:
            raise Refused("nothing_to_change", "The command changes no field.")
        return changed


@dataclass(frozen=True)
class EntityRef:
    """Name one entity of a tenant."""

    entity_type: EntityType
    entity_id: str


@dataclass(frozen=True)
class NewEvent:
    """Hold an event that was decided and has no version yet.

    `caused_by_first`: its cause is the first event of the same decision.
    """

    entity: EntityRef
    event_type: str
    payload: Payload
    caused_by_first: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Register:
    """Hold a durable "who holds this" fact of a tenant; `number` counts its holders from 1."""

    value: str
    number: int


@dataclass(frozen=True)
class Needs:
    """Name what a decision has to see besides its own entity."""

    entities: tuple[EntityRef, ...] = ()
    registers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """Hold what a decision asked to see, and its source of new ids."""

    states: Mapping[EntityRef, State | None]
    registers: Mapping[str, Register | None]
    new_id: Callable[[EntityType], str]


@dataclass(frozen=True)
class Decision:
    """Hold the events of an accepted command and the registers that it takes."""

    events: tuple[NewEvent, ...]
    registers: Mapping[str, Register] = field(default_factory=dict)


StateT = TypeVar("StateT", bound=State)
SubjectT = TypeVar("SubjectT", bound=State | None)
CommandT = TypeVar("CommandT", bound=Command)


@dataclass(frozen=True)
class Case(Generic[SubjectT]):
    """Hold what a decision is about: an entity, its state (None before a creation), the rest."""

    entity: EntityRef
    state: SubjectT
    around: Surroundings

    def becomes(self, event_type: str, payload: Payload) -> Decision:
        """Return the decision that one event happens to this entity."""
        return Decision((NewEvent(self.entity, event_type, payload),))

    def existing(self, ref: EntityRef, kind: type[StateT], code: str) -> StateT:
        """Return the state of a referenced entity, refuse with the code if there is none."""
        found = self.around.states[ref]
        if not isinstance(found, kind):
            raise Refused(code, f"There is no {ref.entity_type} with the id {ref.entity_id}.")
        return found
