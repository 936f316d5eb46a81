"""Asking several at once, and waiting for none of them beyond one common deadline."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from threading import Thread
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")
Answer = Callable[[], T | None]


class Asking:
    """Ask in threads of their own; `unknown` says what gave no answer, and why."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._deadline = clock() + seconds
        self.unknown: list[str] = []

    @property
    def left(self) -> float:
        """Return the seconds left, at least 0."""
        return max(0.0, self._deadline - self._clock())

    def ask(self, what: str, question: Callable[[], T]) -> Answer[T]:
        """Ask at once; what is returned waits for the answer, which is None if there is none.

        Who does not answer keeps a daemon thread, which holds nobody up, not even at the end.
        """
        future: Future[T] = Future()
        Thread(target=_settle, args=(future, question), name=what, daemon=True).start()
        return lambda: self._answer(what, future)

    def _answer(self, what: str, future: Future[T]) -> T | None:
        try:
            return future.result(self.left)
        except Late:
            self.unknown.append(f"{what} (no answer within {self._seconds:g} s)")
        except Exception as error:  # noqa: BLE001 - must not hide the failure that it explains
            self.unknown.append(f"{what} ({type(error).__name__}: {error})")
        return None


def gathered(asked: Mapping[K, Answer[T]]) -> dict[K, T]:
    """Wait for several answers, and leave out who gave none."""
    return {key: found for key, answer in asked.items() if (found := answer()) is not None}


def _settle(future: Future[T], question: Callable[[], T]) -> None:
    try:
        future.set_result(question())
    except BaseException as error:  # noqa: BLE001 - it is told by whoever waits for the answer
        future.set_exception(error)
