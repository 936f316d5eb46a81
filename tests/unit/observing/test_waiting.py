"""How the suite waits: bounded, with jitter, and with the last answer kept."""

import random

import pytest

from support.observing.waiting import Backoff, Waiter, WaitTimeout
from tests.support.fake_clock import FakeClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Replace time."""
    return FakeClock(monkeypatch)


def test_the_first_answer_that_will_do_is_returned_at_once(clock: FakeClock) -> None:
    """Nobody sleeps who has the answer."""
    assert clock.waiter().until(lambda _: "here", bool, timeout=5) == "here"
    assert clock.sleeps == []


def test_the_asker_is_told_how_much_time_is_left(clock: FakeClock) -> None:
    """A long poll must not outlast the question."""
    told: list[float] = []

    def probe(left: float) -> bool:
        told.append(left)
        clock.now += 1.5
        return len(told) == 3

    clock.waiter(first=0.0).until(probe, bool, timeout=5)
    assert told == [5.0, 3.5, 2.0]


@pytest.mark.parametrize("cost", [0.0, 0.3, 1.0, 7.0])
def test_nobody_asks_after_the_deadline(clock: FakeClock, cost: float) -> None:
    """It ends by the deadline plus one answer and one pause, however slow the answers are."""
    clock.oversleeps = 0.001
    started: list[float] = []

    def probe(_: float) -> None:
        started.append(clock.now - 1000.0)
        clock.now += cost

    with pytest.raises(WaitTimeout):
        clock.waiter(ceiling=0.5).until(probe, bool, timeout=5)
    assert max(started) <= 5.0
    assert clock.now - 1000.0 <= 5.0 + cost + 0.5 + clock.oversleeps


def test_no_pause_goes_beyond_the_deadline(clock: FakeClock) -> None:
    """The last pause is cut to what is left."""
    with pytest.raises(WaitTimeout) as late:
        clock.waiter(first=50.0, ceiling=50.0).until(lambda _: None, bool, timeout=5)
    assert (clock.now, late.value.elapsed) == (1005.0, 5.0)


def test_a_deadline_that_has_passed_still_allows_one_question(clock: FakeClock) -> None:
    """An answer that is there already is never missed."""

    def probe(_: float) -> str:
        clock.now += 100.0
        return "slow, but here"

    assert clock.waiter().until(probe, bool, timeout=0.001) == "slow, but here"


@pytest.mark.parametrize("timeout", [0, -1, -0.5])
def test_a_time_out_that_is_not_above_zero_is_refused(timeout: float) -> None:
    """Such a wait would be no wait, and look like one."""
    with pytest.raises(ValueError, match=f"a time-out must be above zero seconds, not {timeout}"):
        Waiter().until(lambda _: True, bool, timeout)


def test_pauses_are_drawn_from_bounds_that_double_up_to_a_ceiling(clock: FakeClock) -> None:
    """Askers that began together do not go on together."""
    answers = iter([False] * 8 + [True])
    clock.waiter(first=0.5, ceiling=4.0).until(lambda _: next(answers), bool, timeout=1000)
    rng = random.Random(1)  # noqa: S311 - the waiter's own draws
    bounds = [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]
    assert clock.sleeps == [0, *(rng.uniform(0, bound) for bound in bounds)]


def test_who_has_waited_for_long_asks_less_often() -> None:
    """A tenth of the wait, and a tenth of a second at most; never oftener than its ceiling says."""
    backoff = Backoff(first=0.002, ceiling=0.008)
    waits = (0.0, 0.05, 0.2, 0.7, 1.5, 20.0)
    assert [round(backoff.after(1.0, waited), 3) for waited in waits] == [
        *(0.008, 0.008, 0.02, 0.07, 0.1, 0.1)
    ]
    assert backoff.after(0.002, 20.0) == 0.004
    assert Backoff(first=0.5, ceiling=2.0).after(2.0, 20.0) == 2.0


def test_no_two_waiters_pause_alike() -> None:
    """Each waiter draws from a source of its own."""
    assert Waiter().rng.random() != Waiter().rng.random()
    assert Waiter().backoff == Backoff()


def test_a_time_out_carries_the_last_answer(clock: FakeClock) -> None:
    """Whoever asked can say how far it got."""
    answers = iter(range(1000))
    with pytest.raises(WaitTimeout, match=r"not satisfied after 5\.00 s") as late:
        clock.waiter(first=1.0, ceiling=1.0).until(
            lambda _: next(answers), lambda answer: answer > 900, timeout=5
        )
    assert late.value.last == next(answers) - 1


def test_the_trouble_of_the_asker_is_not_swallowed(clock: FakeClock) -> None:
    """Only the answer decides whether to ask again."""

    def probe(_: float) -> bool:
        raise KeyError("trouble")

    with pytest.raises(KeyError, match="trouble"):
        clock.waiter().until(probe, bool, timeout=5)
