"""Patching one thing of the reference CRM, and telling when the patch had its effect."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.reference_crm import dispatch
from support.reference_crm.envelope import Event
from support.reference_crm.outgoing import Outgoing
from tests.defects.defect import FIRED_FILE, CodeDefect, Sort


def instead(owner: object, name: str, make: Callable[[Any], Any]) -> None:
    """Put what `make` makes of a function in the function's place."""
    setattr(owner, name, make(getattr(owner, name)))


def fired() -> None:
    """Tell that the defect has struck."""
    Path(os.environ[FIRED_FILE]).touch()


def published_as(change: Callable[[Event], Event]) -> None:
    """Let the publisher send what `change` makes of an event."""

    def make(real: Callable[[Event], Outgoing]) -> Callable[[Event], Outgoing]:
        def outgoing(event: Event) -> Outgoing:
            changed = change(event)
            if changed != event:
                fired()
            return real(changed)

        return outgoing

    instead(dispatch, "outgoing", make)


def code_defect(
    plant: Callable[[], None],
    sort: Sort,
    clauses: tuple[str, ...],
    says: tuple[str, ...],
    **more: bool,
) -> CodeDefect:
    """Return the defect that a function plants, under its name and with its docstring."""
    wrong = " ".join((plant.__doc__ or "").split())
    name = plant.__name__.replace("_", "-")
    return CodeDefect(name, wrong, sort, clauses, says, plant=plant, **more)
