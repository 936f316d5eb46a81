"""How often a subscriber asks its queue."""

import time
from collections.abc import Callable

LONG_POLL_SECONDS = 1
BUSY_SECONDS = 0.5
# What comes after a silence waits for a tenth of that on average.
SHARE_OF_SILENCE = 0.2


class Pace:
    """Choose between short and long polls.

    A long poll is what SQS is made for, and all that is used unless `short_rest` (seconds between
    short polls) is above 0. An emulator may look into a waiting queue only every 100 ms: there,
    short polls are quicker for as long as messages keep coming. The longer none has come, the
    longer the rests: the polls of idle subscribers take time away from busy ones. No poll is longer
    than a second, because a killed long poller swallows the next message until its visibility
    time-out.
    """

    def __init__(self, short_rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._short_rest = short_rest
        self._clock = clock
        self._found_at = clock() - BUSY_SECONDS

    @property
    def wait_seconds(self) -> int:
        """Return how long the next poll may wait for a message."""
        return 0 if self._is_busy else LONG_POLL_SECONDS

    def rest_after(self, *, found: bool) -> float:
        """Return how many seconds to rest after a poll."""
        if found:
            self._found_at = self._clock()
        if found or not self._is_busy:
            return 0.0
        return max(self._short_rest, SHARE_OF_SILENCE * self._silence)

    @property
    def _silence(self) -> float:
        return self._clock() - self._found_at

    @property
    def _is_busy(self) -> bool:
        return self._short_rest > 0 and self._silence < BUSY_SECONDS
