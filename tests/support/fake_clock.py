"""A clock that only sleeping and asking move."""

import random

import polling2
import pytest

from support.observing.waiting import Backoff, Waiter


class FakeClock:
    """Tell a time that moves when somebody sleeps; `sleeps` keeps for how long.

    Like a real one it may sleep too long: by `oversleeps` seconds.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []
        self.oversleeps = 0.0
        monkeypatch.setattr(polling2.time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.sleeps.append(seconds)
        self.now += seconds + self.oversleeps

    def waiter(self, first: float = 0.5, ceiling: float = 4.0) -> Waiter:
        """Return a waiter that goes by this clock."""
        return Waiter(Backoff(first, ceiling), lambda: self.now, random.Random(1))  # noqa: S311
