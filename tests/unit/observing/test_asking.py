"""Asking several at once: who does not answer in time holds nobody up."""

from collections.abc import Iterator
from threading import Event

import pytest

from support.observing.asking import Asking

LIMIT_S = 0.05
PATIENCE_S = 5.0


@pytest.fixture
def hanging() -> Iterator[Event]:
    """Return what somebody waits for who hangs until the test is over."""
    end = Event()
    yield end
    end.set()


def test_answers_come_back_to_whoever_asked() -> None:
    """However many were asked at once; None is an answer, too."""
    asking = Asking(PATIENCE_S)
    answers = [asking.ask(str(n), lambda n=n: n) for n in range(5)]  # type: ignore[misc]
    assert [answer() for answer in answers] == [0, 1, 2, 3, 4]
    assert asking.ask("nothing", lambda: None)() is None
    assert asking.unknown == []


def test_who_hangs_is_not_waited_for(hanging: Event) -> None:
    """What gave no answer is told."""
    asking = Asking(LIMIT_S)
    answer = asking.ask("the rules", lambda: hanging.wait(PATIENCE_S))
    assert (answer(), asking.left) == (None, 0.0)
    assert asking.unknown == ["the rules (no answer within 0.05 s)"]


def test_all_share_one_deadline(hanging: Event) -> None:
    """Once it has passed nobody is waited for any more; who has answered by then has."""
    now = [100.0]
    asking = Asking(60, clock=lambda: now[0])
    quick = asking.ask("the quick one", lambda: "here")
    assert (quick(), asking.left) == ("here", 60.0)
    hang = [asking.ask(str(n), lambda: hanging.wait(PATIENCE_S)) for n in range(3)]
    now[0] += 61
    assert ([answer() for answer in hang], quick(), asking.left) == ([None] * 3, "here", 0.0)
    assert asking.unknown == [f"{n} (no answer within 60 s)" for n in range(3)]


def test_trouble_is_told_and_does_not_spread() -> None:
    """A diagnosis must not hide the failure that it explains."""

    def fail() -> None:
        raise LookupError("no such rule")

    asking = Asking(PATIENCE_S)
    assert asking.ask("the rules", fail)() is None
    assert asking.unknown == ["the rules (LookupError: no such rule)"]


def test_who_asks_twice_gets_the_same_answer() -> None:
    """It was asked once."""
    asked: list[int] = []
    answer = Asking(PATIENCE_S).ask("it", lambda: asked.append(1))
    answer()
    answer()
    assert asked == [1]
