"""The control line: orders in, answers out, a JSON object a line.

    {"do": "start" | "stop" | "kill" | "status", "role": ROLE}
        -> {"role", "state": "running" | "stopped", "pid", "endpoint"}
    start may name an "endpoint", where only this role finds AWS, until it is started again.

    {"do": "redrive", "role": "publisher" | SUBSCRIBER}, {"do": "rebuild", "role": SUBSCRIBER},
    {"do": "replay"}, each with a "tenant" or for all tenants
        -> {"role", "done": how many}, once it is done

What was not carried out is answered by {"error": one sentence}. Orders wait for the one before.
"""

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from support.reference_crm.domain.fields import ID
from support.reference_crm.operations import Kind, Operation, OperationError
from support.reference_crm.roles import Role
from support.reference_crm.settings import SettingsError, check_url

CHUNK = 65536


class Do(StrEnum):
    """Name what can be done: the first four to a role, the others are operations."""

    START = "start"
    STOP = "stop"
    KILL = "kill"
    STATUS = "status"
    REDRIVE = Kind.REDRIVE
    REPLAY = Kind.REPLAY
    REBUILD = Kind.REBUILD


OPERATIONS = frozenset({Do.REDRIVE, Do.REPLAY, Do.REBUILD})


class State(StrEnum):
    """Name what a role can be."""

    RUNNING = "running"
    STOPPED = "stopped"


class Order(BaseModel):
    """Hold one order: to a role, which can be started with an endpoint that only it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Do
    role: Role
    endpoint: str | None = None


class OperationOrder(BaseModel):
    """Hold one order for an operation, of a tenant or of all; a replay names no role."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Kind
    role: Role | None = None
    tenant: Annotated[str, StringConstraints(pattern=ID)] | None = None


class Answer(BaseModel):
    """Say what a role is now, and the endpoint that it does not share with the program."""

    model_config = ConfigDict(frozen=True)

    role: Role
    state: State
    pid: int | None
    endpoint: str | None


class Done(BaseModel):
    """Say to how many events or messages an operation was done."""

    model_config = ConfigDict(frozen=True)

    role: Role | None
    done: int


class Problem(BaseModel):
    """Say in one sentence why an order was not carried out."""

    model_config = ConfigDict(frozen=True)

    error: str


class Control:
    """Read orders from one file descriptor and write answers to another."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading = reading
        self._writing = writing
        self._rest = b""

    def orders(self) -> Sequence[Order | Operation | Problem] | None:
        """Return the orders that have come; None when no more will come."""
        chunk = os.read(self.reading, CHUNK)
        if not chunk:
            return None
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [order(line) for line in lines if line.strip()]

    def answer(self, answer: Answer | Done | Problem) -> None:
        """Write one answer."""
        self.say(answer.model_dump_json())

    def say(self, line: str) -> None:
        """Write one line."""
        os.write(self._writing, line.encode() + b"\n")


def order(line: bytes) -> Order | Operation | Problem:
    """Return what a line of the control line asks for, or what is wrong with it."""
    try:
        do = _Asked.model_validate_json(line).do
        if do in OPERATIONS:
            return _operation(OperationOrder.model_validate_json(line))
        return _checked(Order.model_validate_json(line))
    except (SettingsError, OperationError) as error:
        return Problem(error=str(error))
    except ValidationError:
        actions, roles = ", ".join(Do), ", ".join(Role)
        return Problem(
            error='An order is {"do": ..., "role": ...}, with an "endpoint" to start a role,'
            ' with a "tenant" for an operation on one only;'
            f" what to do is one of {actions}; the roles are {roles}."
        )


class _Asked(BaseModel):
    model_config = ConfigDict(extra="ignore")

    do: Do


def _checked(order: Order) -> Order:
    if order.endpoint is not None:
        if order.do != Do.START:
            raise SettingsError("An endpoint is for start only; leave it out.")
        check_url(order.endpoint)
    return order


def _operation(asked: OperationOrder) -> Operation:
    if asked.do == Kind.REPLAY and asked.role is not None:
        raise OperationError("A replay is of no role; leave the role out.")
    if asked.do != Kind.REPLAY and asked.role is None:
        raise OperationError(f"To {asked.do} needs a role; name one.")
    operation = Operation(asked.do, asked.role, asked.tenant)
    operation.check()
    return operation
