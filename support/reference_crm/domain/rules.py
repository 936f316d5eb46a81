"""How an entity's module ties its commands and events to functions: one explicit row for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from pydantic import BaseModel

from support.reference_crm.domain.model import (
    Case,
    CommandT,
    Decision,
    EntityType,
    HistoryError,
    Needs,
    Payload,
    State,
    StateT,
)

ExpectedT = TypeVar("ExpectedT", bound=BaseModel)
Decide: TypeAlias = Callable[[BaseModel, Case[State | None]], Decision]
Evolve: TypeAlias = Callable[[State | None, Payload], State]
Look: TypeAlias = Callable[[BaseModel, State | None], Needs]


@dataclass(frozen=True)
class CommandSpec:
    """Describe one command: the model of its data, what it needs to see, and how it is decided."""

    name: str
    entity_type: EntityType
    model: type[BaseModel]
    creates: bool
    needs: Look
    decide: Decide


@dataclass(frozen=True)
class EntityRules:
    """Describe one entity: its state, its commands, and what each event does to the state."""

    entity_type: EntityType
    state: type[State]
    commands: tuple[CommandSpec, ...]
    events: Mapping[str, Evolve]


def no_needs(_command: BaseModel, _state: State | None) -> Needs:
    """Return nothing: the entity itself is enough."""
    return Needs()


def creation(
    entity_type: EntityType,
    model: type[CommandT],
    decide: Callable[[CommandT, Case[None]], Decision],
    needs: Callable[[CommandT, None], Needs] = no_needs,
) -> CommandSpec:
    """Return the row of a command that brings an entity into being."""

    def look(command: BaseModel, _state: State | None) -> Needs:
        return needs(_expected(model, command), None)

    def judge(command: BaseModel, case: Case[State | None]) -> Decision:
        return decide(_expected(model, command), Case(case.entity, None, case.around))

    return CommandSpec(model.__name__, entity_type, model, creates=True, needs=look, decide=judge)


def change(
    entity_type: EntityType,
    model: type[CommandT],
    state: type[StateT],
    decide: Callable[[CommandT, Case[StateT]], Decision],
    needs: Callable[[CommandT, StateT], Needs] = no_needs,
) -> CommandSpec:
    """Return the row of a command that changes an entity that exists."""

    def look(command: BaseModel, current: State | None) -> Needs:
        return needs(_expected(model, command), _expected(state, current))

    def judge(command: BaseModel, case: Case[State | None]) -> Decision:
        known = _expected(state, case.state)
        return decide(_expected(model, command), Case(case.entity, known, case.around))

    return CommandSpec(model.__name__, entity_type, model, creates=False, needs=look, decide=judge)


def born(state: type[StateT], **facts: str) -> Evolve:
    """Return the evolution of a first event: its payload, and what is so of every new entity."""

    def evolve(current: State | None, payload: Payload) -> State:
        if current is not None:
            raise HistoryError(f"A first event met a {state.__name__} that exists.")
        return state.model_validate({**payload, **facts})

    return evolve


def updated(state: type[StateT]) -> Evolve:
    """Return the evolution that takes over every field of the payload."""
    return grown(state, lambda current, payload: current.but(payload))


def settled(state: type[StateT], *taken: str, **facts: str | bool) -> Evolve:
    """Return the evolution that takes over some fields of the payload and settles some facts."""
    return grown(
        state,
        lambda current, payload: current.but({**{name: payload[name] for name in taken}, **facts}),
    )


def grown(state: type[StateT], grow: Callable[[StateT, Payload], StateT]) -> Evolve:
    """Return the evolution of a later event: it meets a state and makes the next one."""

    def evolve(current: State | None, payload: Payload) -> State:
        return grow(_expected(state, current), payload)

    return evolve


def _expected(kind: type[ExpectedT], found: object) -> ExpectedT:
    if not isinstance(found, kind):
        raise HistoryError(f"Expected a {kind.__name__}, but there is a {type(found).__name__}.")
    return found
