"""How long to go on looking when a fence is back, learned from how long this run's events take."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

# What a fence has overtaken had the fence's own time besides; the end of the run looks once more.
FACTOR = 1.0
FEW = 20
FLOOR_S, CEILING_S, UNLEARNED_S = 0.02, 5.0, 0.25


class Order(Enum):
    """Say whether events leave the path in the order in which they entered it."""

    KEPT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Window:
    """Hold how long to look on, in seconds, and in words why that is long enough."""

    seconds: float
    reason: str


IN_ORDER = Window(0.0, "the target keeps the order of events, so none comes behind a later one")


def settle_window(latencies: Sequence[float], order: Order) -> Window:
    """Return FACTOR times what 99 % of the events took (all of them, while they are below 100).

    At least UNLEARNED_S while they are FEW. Where order is kept, no window is needed.
    """
    if order is Order.KEPT:
        return IN_ORDER
    slow = slowest_of_99_percent(latencies)
    floor = UNLEARNED_S if len(latencies) < FEW else FLOOR_S
    learned = f"of this run's {len(latencies)} events, 99 % took at most {slow * 1000:.0f} ms"
    return Window(min(CEILING_S, max(floor, FACTOR * slow)), learned)


def slowest_of_99_percent(latencies: Sequence[float]) -> float:
    """Return the 99th percentile as a latency that was measured; 0 of none."""
    rank = -(-99 * len(latencies) // 100)
    return sorted(latencies)[rank - 1] if latencies else 0.0
