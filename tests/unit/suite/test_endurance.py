"""A workload meets its troubles, and ends with whoever waits for it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.acts import Act
from support.errors import Inconclusive
from support.failures.endurance import Endurance
from support.faults.plane import ControlPlane
from support.observing.journal import Journal
from support.scenario import Deeds
from support.workload.making import Leg
from support.workload.moves import Move

LONGEST_S = 0.2
MOVES = 5


class SlowActor:
    """Take `first_s` seconds for the first command; `sent` counts them."""

    def __init__(self, first_s: float = 0.0) -> None:
        self.sent = 0
        self.began, self.never = Flag(), Flag()
        self._first_s = first_s

    def prepare(self, *_: object) -> None:
        """Make nothing up."""

    def insist(self, *_: object) -> None:
        """Send it."""
        self.sent += 1
        self.began.set()
        if self.sent == 1:
            self.never.wait(self._first_s)


def go(actor: SlowActor, trouble: Callable[[], None], plane: Any = None) -> None:
    """Let one tenant send five commands, and a trouble befall them."""
    deeds = Deeds(tenants=cast(Any, {"Acme": "acme"}))
    moves = [Move("Acme", cast(Act, None), "Globex", {})] * MOVES
    run, nothing = SimpleNamespace(settings=SimpleNamespace(timeout=0.01)), cast(Any, None)
    subject = Endurance(cast(Any, run), "a scenario", deeds, plane, nothing)
    subject._go(Leg(tuple(moves), "it"), cast(Any, {"Acme": actor}), {"it": trouble})


def test_an_interrupt_does_not_wait_for_commands_that_nobody_waits_for() -> None:
    """Only for the one that is under way."""
    actor = SlowActor(LONGEST_S)

    def interrupt() -> None:
        actor.began.wait()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(actor, interrupt)
    assert actor.sent == 1


def test_half_of_the_commands_are_sent_while_the_trouble_lasts(tmp_path: Path) -> None:
    """However long it takes to come: nobody may be done by then."""
    actor, told = SlowActor(), list[int]()

    def comes_slowly() -> None:
        actor.never.wait(LONGEST_S)
        told.append(actor.sent)

    with Journal(tmp_path / "journal.jsonl") as journal:
        go(actor, comes_slowly, ControlPlane(journal, lambda: None))
    assert (told, actor.sent) == ([MOVES // 2], MOVES)


def test_a_trouble_is_not_repaired_before_it_has_struck(tmp_path: Path) -> None:
    """It would have troubled nobody, and the sentence would be untrue."""
    with Journal(tmp_path / "journal.jsonl") as journal:
        plane = ControlPlane(journal, lambda: None)

        def nothing_is_hit() -> None:
            def nothing() -> None:
                """Do nothing."""

            plane.break_until_repaired("it", nothing, nothing, struck=lambda: False)

        with pytest.raises(Inconclusive, match="these faults never struck: it"):
            go(SlowActor(), nothing_is_hit, plane)
        assert plane.broken == ["it"]
