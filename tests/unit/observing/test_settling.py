"""How long to look on is learned from the run, and bounded."""

import pytest

from support.observing.settling import CEILING_S, FLOOR_S, UNLEARNED_S, Order, settle_window


@pytest.mark.parametrize(
    ("latencies", "order", "seconds"),
    [
        ([], Order.UNKNOWN, UNLEARNED_S),
        ([0.1] * 19, Order.UNKNOWN, UNLEARNED_S),
        ([0.1] * 20, Order.UNKNOWN, 0.1),
        ([2.0], Order.UNKNOWN, 2.0),
        ([], Order.KEPT, FLOOR_S),
        ([0.1], Order.KEPT, 0.1),
        ([0.001] * 20, Order.UNKNOWN, FLOOR_S),
        ([99.0] * 20, Order.UNKNOWN, CEILING_S),
    ],
)
def test_the_window_is_learned_and_bounded(
    latencies: list[float], order: Order, seconds: float
) -> None:
    """Few events say little where order can be lost, and a slow one says much from the first."""
    assert settle_window(latencies, order).seconds == pytest.approx(seconds)


def test_one_slow_event_of_a_hundred_does_not_slow_the_run() -> None:
    """Two do: they are more than one in a hundred."""
    usual = [0.1] * 98
    assert settle_window([4.0, *usual, 0.1], Order.UNKNOWN).seconds == pytest.approx(0.1)
    assert settle_window([3.0, *usual, 3.0], Order.UNKNOWN).seconds == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("latencies", "order", "reason"),
    [
        (
            [0.04] * 20,
            Order.KEPT,
            "of this run's 20 events, 99 % took at most 40 ms; 1 times that",
        ),
        (
            [0.04],
            Order.UNKNOWN,
            "of this run's 1 events, 99 % took at most 40 ms; 1 times that, or a little more",
        ),
    ],
)
def test_the_reason_can_be_checked(latencies: list[float], order: Order, reason: str) -> None:
    """It has the figures that the window was made of."""
    assert settle_window(latencies, order).reason == reason
