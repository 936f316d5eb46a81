"""Commands that no editor would send: what is wrong with each, in words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, cast

from support.crm.port import Command


class Flaw(StrEnum):
    """Say what is wrong with a command."""

    NO_ACTOR = "without saying who asks"
    NO_KEY = "without a key"
    NO_CORRELATION = "without a correlation"
    EMPTY_ID = "under an empty id"
    LONG_ID = "under an id of 101 characters"
    BAD_ID = "under an id with a forbidden character"
    UNKNOWN_COMMAND = "by a command that nobody knows"
    NO_COMMAND = "by something that is no command"


SPOILERS: Mapping[Flaw, Callable[[Command], Command]] = {
    Flaw.NO_ACTOR: lambda command: replace(command, actor=""),
    Flaw.NO_KEY: lambda command: replace(command, idempotency_key=""),
    Flaw.NO_CORRELATION: lambda command: replace(command, correlation_id=""),
    Flaw.EMPTY_ID: lambda command: replace(command, entity_id=""),
    Flaw.LONG_ID: lambda command: replace(command, entity_id=command.entity_id.ljust(101, "x")),
    Flaw.BAD_ID: lambda command: replace(command, entity_id=f"{command.entity_id}#1"),
    Flaw.UNKNOWN_COMMAND: lambda command: replace(command, command_type="Bewitch"),
    Flaw.NO_COMMAND: lambda command: replace(command, data=cast(Mapping[str, Any], ["nothing"])),
}


def spoil(command: Command, flaw: Flaw) -> Command:
    """Return the command with one flaw."""
    return SPOILERS[flaw](command)
