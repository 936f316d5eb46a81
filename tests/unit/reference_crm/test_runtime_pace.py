"""How often a subscriber asks its queue."""

from support.reference_crm.pace import Pace


class Clock:
    """Tell the time that the test says."""

    now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_long_polls_are_all_that_is_used_by_default() -> None:
    """Also when messages keep coming."""
    pace = Pace(0.0)
    assert (pace.rest_after(found=True), pace.wait_seconds) == (0.0, 1)


def test_a_busy_queue_is_asked_often_for_half_a_second() -> None:
    """Then it is waited for again."""
    clock = Clock()
    pace = Pace(0.02, clock)
    assert pace.wait_seconds == 1
    assert (pace.rest_after(found=True), pace.wait_seconds) == (0.0, 0)
    clock.now += 0.09
    assert (pace.rest_after(found=False), pace.wait_seconds) == (0.02, 0)
    clock.now += 0.4
    assert (round(pace.rest_after(found=False), 3), pace.wait_seconds) == (0.098, 0)
    clock.now += 0.02
    assert (pace.rest_after(found=False), pace.wait_seconds) == (0.0, 1)


def test_the_longer_nothing_comes_the_less_often_the_queue_is_asked() -> None:
    """Until something comes; the least is what was set."""
    clock = Clock()
    pace = Pace(0.02, clock)
    pace.rest_after(found=True)
    rests = []
    for silence in (0.1, 0.2, 0.45):
        clock.now = 100.0 + silence
        rests.append(round(pace.rest_after(found=False), 3))
    pace.rest_after(found=True)
    assert [*rests, pace.rest_after(found=False)] == [0.02, 0.04, 0.09, 0.02]
