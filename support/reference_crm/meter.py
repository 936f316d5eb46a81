"""Saying how far a long operation is."""

import time
from collections.abc import Callable
from typing import TextIO

EVERY_SECONDS = 1.0


class Meter:
    """Write a line every second or so, and none for what is quick."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._said_at = clock()
        self._of = ""

    def expect(self, total: int) -> None:
        """Note how many there are."""
        self._of = f" of {total}"

    def tell(self, done: int) -> None:
        """Say how many are done, if the last word was long enough ago."""
        if self._clock() - self._said_at >= EVERY_SECONDS:
            self._said_at = self._clock()
            self._out.write(f"{done}{self._of} done\n")
            self._out.flush()
