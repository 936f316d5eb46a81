"""The one place that waits: roles that must never give up, and who starts them and does."""

import logging
import math
import time
from collections.abc import Callable
from random import uniform
from threading import Event as Flag
from typing import TypeVar

from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)
from tenacity.nap import sleep_using_event

LONGEST_WAIT_SECONDS = 2.0
FIRST_WAIT_SECONDS = 0.05
MOST_DOUBLINGS = 10
SAY_AGAIN_EVERY = 20

T = TypeVar("T")
log = logging.getLogger(__name__)


class Stopping(Exception):
    """Say that the process was told to end while it was trying."""


class GaveUp(Exception):
    """Say in one sentence what did not work for so long that it was given up."""


class Patience:
    """Try again with exponential backoff and full jitter until it works or the process ends.

    Who is waited for by somebody gives up after some seconds; a role never does.
    """

    def __init__(self, stop: Flag, give_up_seconds: float = math.inf) -> None:
        self._stop = stop
        self._give_up_seconds = give_up_seconds

    @property
    def over(self) -> bool:
        """Say whether the process was told to end."""
        return self._stop.is_set()

    def rest(self, seconds: float) -> None:
        """Wait, but not longer than the process is to live."""
        self._stop.wait(seconds)

    def pause_after(self, tries: int) -> float:
        """Return how many seconds to leave alone what was tried so often: longer each time."""
        longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(tries, MOST_DOUBLINGS))
        return uniform(longest / 2, longest)  # noqa: S311 - jitter is no secret

    def say(self, what: str, tries: int, trouble: object) -> None:
        """Tell the log of trouble, but not each time."""
        if tries % SAY_AGAIN_EVERY == 1:
            log.warning("%s: trying again after %s", what, trouble)

    def keep_trying(
        self, what: str, call: Callable[[], object], *transient: type[Exception]
    ) -> None:
        """Repeat a call while it raises one of these.

        Raise Stopping when told to end, GaveUp when it has taken too long. A call that was under
        way when the word came is tried once more: it may have failed for what is over by now.
        """
        is_last = False

        def attempt() -> None:
            nonlocal is_last
            is_last = self._stop.is_set()
            call()

        too_long = stop_after_delay(self._give_up_seconds)
        retrying = Retrying(
            retry=retry_if_exception_type(transient),
            wait=wait_random_exponential(multiplier=FIRST_WAIT_SECONDS, max=LONGEST_WAIT_SECONDS),
            stop=lambda state: is_last or too_long(state),
            sleep=sleep_using_event(self._stop),
            before_sleep=lambda state: self.say(what, state.attempt_number, _trouble(state)),
        )
        try:
            retrying(attempt)
        except RetryError as error:
            if self._stop.is_set():
                raise Stopping(what) from error
            raise GaveUp(
                f"It was given up after {self._give_up_seconds:.0f} seconds of {what}:"
                f" {error.last_attempt.exception()}"
            ) from error


def look_until(
    look: Callable[[], T],
    will_do: Callable[[T], bool],
    seconds: float,
    first: float,
    longest: float,
) -> T:
    """Look until what is seen will do, or so many seconds have passed; return what was seen last.

    The pauses between looks grow from `first` to `longest` seconds.
    """
    deadline, pause = time.monotonic() + seconds, first
    while not will_do(seen := look()) and time.monotonic() <= deadline:
        time.sleep(pause)
        pause = min(pause * 1.5, longest)
    return seen


def _trouble(state: RetryCallState) -> object:
    return state.outcome.exception() if state.outcome is not None else None
