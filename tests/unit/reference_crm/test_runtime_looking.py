"""Looking until something is so: whoever starts roles waits in one way, and not for ever."""

import pytest

from support.reference_crm import patience
from support.reference_crm.patience import look_until


class Clock:
    """Let time pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds so far."""
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let nobody wait in fact."""
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def test_what_is_so_already_is_not_waited_for(clock: Clock) -> None:
    """One look will do."""
    assert look_until(lambda: "ready", bool, 9, first=1, longest=4) == "ready"
    assert clock.slept == []


def test_pauses_grow_up_to_the_longest(clock: Clock) -> None:
    """Whoever takes long is asked less often."""
    looks = iter([0, 0, 0, 0, 0, 7])
    assert look_until(lambda: next(looks), bool, 60, first=1, longest=3) == 7
    assert clock.slept == [1, 1.5, 2.25, 3, 3]


def test_what_never_comes_to_be_is_returned_as_it_was_last(clock: Clock) -> None:
    """It is for who asked to say what that means."""
    looks = iter(range(1, 99))
    assert look_until(lambda: next(looks), lambda _: False, 3, first=2, longest=2) == 3
    assert clock.slept == [2, 2]
