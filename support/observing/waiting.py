"""The one place that waits: bounded, monotonic, backing off exponentially with full jitter."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import polling2

T = TypeVar("T")
SHARE_OF_WAIT = 0.1


@dataclass(frozen=True)
class Backoff:
    """Set how pauses grow: each is drawn from 0 to a bound that doubles up to `ceiling` seconds.

    Who has waited for long is in less of a hurry, and takes less time away from whom it waits for:
    the bound goes on to a tenth of the wait, up to `longest` seconds.
    """

    first: float = 0.002
    ceiling: float = 0.008
    longest: float = 0.1

    def after(self, bound: float, waited: float) -> float:
        """Return the bound that follows another one, after so many seconds."""
        most = max(self.ceiling, min(SHARE_OF_WAIT * waited, self.longest))
        return min(bound * 2, most)


class WaitTimeout(Exception, Generic[T]):
    """Carry the last value that was seen, and the seconds that passed."""

    def __init__(self, last: T, elapsed: float) -> None:
        super().__init__(f"not satisfied after {elapsed:.2f} s")
        self.last = last
        self.elapsed = elapsed


class _Expired(Exception):
    pass


@dataclass(frozen=True)
class Waiter:
    """Ask again and again until the answer will do or the deadline has passed."""

    backoff: Backoff = Backoff()
    clock: Callable[[], float] = time.monotonic
    rng: random.Random = field(default_factory=random.Random)

    def until(
        self, probe: Callable[[float], T], satisfied: Callable[[T], bool], timeout: float
    ) -> T:
        """Return the first answer of `probe(seconds left)` that satisfies.

        Asks at least once, never starts to ask after `timeout` seconds, and returns by then plus
        one answer and one pause: polling2 draws the pause before it asks.
        Raises ValueError for a time-out that is not above zero, WaitTimeout when it has passed.
        """
        if timeout <= 0:
            raise ValueError(f"a time-out must be above zero seconds, not {timeout}")
        start = self.clock()
        bound = self.backoff.first
        seen: list[T] = []

        def ask() -> T:
            if seen and self.clock() - start > timeout:
                raise _Expired
            seen[:] = [probe(max(0.0, start + timeout - self.clock()))]
            return seen[0]

        def check(answer: T) -> bool:
            if satisfied(answer):
                return True
            if self.clock() - start >= timeout:
                raise _Expired
            return False

        def pause(_: float) -> float:
            nonlocal bound
            drawn = self.rng.uniform(0, bound)
            bound = self.backoff.after(bound, self.clock() - start)
            return min(drawn, max(0.0, start + timeout - self.clock()))

        try:
            answer: T = polling2.poll(
                ask, step=0, step_function=pause, check_success=check, poll_forever=True
            )
        except _Expired:
            raise WaitTimeout(seen[0], self.clock() - start) from None
        return answer
