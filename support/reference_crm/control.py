"""The control line: orders in, answers out, a JSON object a line."""

import os
from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from support.reference_crm.roles import Role
from support.reference_crm.settings import SettingsError, check_url

CHUNK = 65536


class Do(StrEnum):
    """Name what can be done to a role."""

    START = "start"
    STOP = "stop"
    KILL = "kill"
    STATUS = "status"


class State(StrEnum):
    """Name what a role can be."""

    RUNNING = "running"
    STOPPED = "stopped"


class Order(BaseModel):
    """Hold one order; a role can be started with an endpoint that only it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Do
    role: Role
    endpoint: str | None = None


class Answer(BaseModel):
    """Say what a role is now, and the endpoint that it does not share with the program."""

    model_config = ConfigDict(frozen=True)

    role: Role
    state: State
    pid: int | None
    endpoint: str | None


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

    def orders(self) -> Sequence[Order | Problem] | None:
        """Return the orders that have come; None when no more will come."""
        chunk = os.read(self.reading, CHUNK)
        if not chunk:
            return None
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [_order(line) for line in lines if line.strip()]

    def answer(self, answer: Answer | Problem) -> None:
        """Write one answer."""
        self.say(answer.model_dump_json())

    def say(self, line: str) -> None:
        """Write one line."""
        os.write(self._writing, line.encode() + b"\n")


def _order(line: bytes) -> Order | Problem:
    try:
        return _checked(Order.model_validate_json(line))
    except SettingsError as error:
        return Problem(error=str(error))
    except ValidationError:
        actions, roles = ", ".join(Do), ", ".join(Role)
        return Problem(
            error='An order is {"do": ..., "role": ...};'
            f" what to do is one of {actions}; the roles are {roles}."
        )


def _checked(order: Order) -> Order:
    if order.endpoint is not None:
        if order.do != Do.START:
            raise SettingsError("An endpoint is for start only; leave it out.")
        check_url(order.endpoint)
    return order
