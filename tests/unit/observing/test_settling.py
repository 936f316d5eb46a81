"""How long to look on is learned from the run, and bounded."""

import pytest

from support.observing.settling import (
    CEILING_S,
    FLOOR_S,
    IN_ORDER,
    UNLEARNED_S,
    Order,
    settle_window,
)


@pytest.mark.parametrize(
    ("latencies", "seconds"),
    [
        ([], UNLEARNED_S),
        ([0.1] * 19, UNLEARNED_S),
        ([0.1] * 20, 0.1),
        ([2.0], 2.0),
        ([0.001] * 20, FLOOR_S),
        ([99.0] * 20, CEILING_S),
    ],
)
def test_the_window_is_learned_and_bounded(latencies: list[float], seconds: float) -> None:
    """Few events say little, and a slow one says much from the first."""
    assert settle_window(latencies, Order.UNKNOWN).seconds == seconds


def test_one_slow_event_of_a_hundred_does_not_slow_the_run() -> None:
    """Two do: they are more than one in a hundred."""
    usual = [0.1] * 98
    assert settle_window([4.0, *usual, 0.1], Order.UNKNOWN).seconds == 0.1
    assert settle_window([3.0, *usual, 3.0], Order.UNKNOWN).seconds == 3.0


@pytest.mark.parametrize("latencies", [[], [9.0] * 100])
def test_where_order_is_kept_there_is_no_window(latencies: list[float]) -> None:
    """However slow the run is, what was sent before the fence came before it."""
    assert settle_window(latencies, Order.KEPT) == IN_ORDER


def test_the_reason_can_be_checked() -> None:
    """It has the figures that the window was made of."""
    window = settle_window([0.04] * 20, Order.UNKNOWN)
    assert window.reason == "of this run's 20 events, 99 % took at most 40 ms"
