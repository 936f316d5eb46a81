"""A desk that carries commands out in memory, for the tests of the domain."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias

import pytest

from support.reference_crm.domain import (
    COMMANDS,
    EVENT_TYPES,
    EntityRef,
    EntityType,
    Json,
    NewEvent,
    Refused,
    Register,
    State,
    Surroundings,
    decide,
    evolve,
    load_state,
    needs,
    parse,
    view,
)
from support.reference_crm.domain.payloads import check_payload
from support.reference_crm.upcasting import newest_version


@dataclass(frozen=True)
class Act:
    """Hold one command for one entity."""

    command: str
    entity_id: str
    data: Mapping[str, Json]

    def __str__(self) -> str:
        return self.command

    def but(self, **data: Any) -> "Act":
        """Return the same command with other data."""
        return Act(self.command, self.entity_id, {**self.data, **data})

    def without(self, name: str) -> "Act":
        """Return the same command without a field."""
        kept = {key: value for key, value in self.data.items() if key != name}
        return Act(self.command, self.entity_id, kept)


@dataclass(frozen=True)
class Happened:
    """Hold what a test expects of one event."""

    event_type: str
    entity_id: str
    payload: Mapping[str, Json]

    def __str__(self) -> str:
        return self.event_type


Tells: TypeAlias = tuple[tuple[Act, ...], Act, Happened]
Refuses: TypeAlias = tuple[tuple[Act, ...], Act, str]
Shows: TypeAlias = tuple[tuple[Act, ...], str, Mapping[str, Json]]


def act(command: str, entity_id: str, /, **data: Any) -> Act:
    """Return a command for an entity."""
    return Act(command, entity_id, data)


def happened(event_type: str, entity_id: str, /, **payload: Any) -> Happened:
    """Return an event as a test expects it."""
    return Happened(event_type, entity_id, payload)


def label(value: object) -> str:
    """Return how a parameter is named in the id of a test: what came before is left out."""
    return "" if isinstance(value, tuple | Mapping) else str(value)


def euros(amount: str) -> dict[str, Json]:
    """Return an amount of money in euros."""
    return {"amount": amount, "currency": "EUR"}


def _ids() -> Callable[[EntityType], str]:
    numbers: Iterator[int] = count(1)
    return lambda entity_type: f"{entity_type}-new-{next(numbers)}"


@dataclass
class Desk:
    """Hold the states and registers of one tenant."""

    states: dict[EntityRef, State] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    new_id: Callable[[EntityType], str] = field(default_factory=_ids)

    @classmethod
    def after(cls, *acts: Act) -> "Desk":
        """Return a desk at which some commands were accepted."""
        desk = cls()
        for each in acts:
            desk.does(each)
        return desk

    def does(self, wanted: Act) -> tuple[NewEvent, ...]:
        """Carry a command out and return its events; raise Refused if it is refused."""
        command = parse(wanted.command, wanted.data)
        entity = EntityRef(COMMANDS[wanted.command].entity_type, wanted.entity_id)
        state = self.states.get(entity)
        needed = needs(command, state)
        around = Surroundings(
            {ref: self.states.get(ref) for ref in needed.entities},
            {key: self.registers.get(key) for key in needed.registers},
            self.new_id,
        )
        decision = decide(command, entity, state, around)
        for event in decision.events:
            self._keep(event)
        self.registers.update(decision.registers)
        return decision.events

    def tells(self, wanted: Act) -> list[Happened]:
        """Carry a command out and return its events as a test expects them."""
        return [Happened(e.event_type, e.entity.entity_id, e.payload) for e in self.does(wanted)]

    def refuses(self, wanted: Act) -> str:
        """Return the code of a refusal; its message is one sentence that can be sent."""
        with pytest.raises(Refused) as refused:
            self.does(wanted)
        assert refused.value.message.encode().endswith(b".")
        return refused.value.code

    def shows(self, entity_type: EntityType, entity_id: str) -> dict[str, Json]:
        """Return the view of an entity."""
        return view(self.states[EntityRef(entity_type, entity_id)])

    def _keep(self, event: NewEvent) -> None:
        """Evolve a state from an event that went through JSON, as every subscriber gets it."""
        assert EVENT_TYPES[event.event_type] is event.entity.entity_type
        carried = json.loads(json.dumps(event.payload, ensure_ascii=False).encode())
        assert carried == event.payload
        check_payload(event.event_type, newest_version(event.event_type), carried)
        entity_type = event.entity.entity_type
        before = self.states.get(event.entity)
        state = evolve(entity_type, before, event.event_type, carried)
        assert load_state(entity_type, json.loads(json.dumps(view(state)))) == state
        self.states[event.entity] = state
