"""A workload ends with whoever waits for it."""

from threading import Event as Flag
from typing import Any, cast

import pytest

from support.acts import Act
from support.failures.endurance import Endurance
from support.scenario import Deeds
from support.workload.making import Leg
from support.workload.moves import Move

LONGEST_S = 0.2


class SlowActor:
    """Take a while for the first command; `sent` counts them."""

    def __init__(self) -> None:
        self.sent = 0
        self.began, self.never = Flag(), Flag()

    def prepare(self, *_: object) -> None:
        """Make nothing up."""

    def insist(self, *_: object) -> None:
        """Send it."""
        self.sent += 1
        self.began.set()
        if self.sent == 1:
            self.never.wait(LONGEST_S)


def test_an_interrupt_does_not_wait_for_commands_that_nobody_waits_for() -> None:
    """Only for the one that is under way."""
    actor, nothing = SlowActor(), cast(Any, None)
    deeds = Deeds(tenants=cast(Any, {"Acme": "acme"}))
    moves = [Move("Acme", cast(Act, None), "Globex", {})] * 5

    def interrupt() -> None:
        actor.began.wait()
        raise KeyboardInterrupt

    subject = Endurance(nothing, "a scenario", deeds, nothing, nothing)
    with pytest.raises(KeyboardInterrupt):
        subject._go(Leg(tuple(moves), "it"), cast(Any, {"Acme": actor}), {"it": interrupt})
    assert actor.sent == 1
