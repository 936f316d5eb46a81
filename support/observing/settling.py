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


def settle_window(latencies: Sequence[float], order: Order) -> Window:
    """Return FACTOR times what 99 % of the events took (all of them, while they are below 100).

    Where order is kept, nothing can come behind a fence that was sent before it, and no window
    would be needed: there the first few latencies are enough to learn from. Elsewhere the window
    is at least UNLEARNED_S while they are FEW.
    """
    slow = slowest_of_99_percent(latencies)
    few = order is Order.UNKNOWN and len(latencies) < FEW
    seconds = min(CEILING_S, max(UNLEARNED_S if few else FLOOR_S, FACTOR * slow))
    learned = f"of this run's {len(latencies)} events, 99 % took at most {slow * 1000:.0f} ms"
    return Window(seconds, f"{learned}; {FACTOR:g} times that" + (", or a little more" * few))


def slowest_of_99_percent(latencies: Sequence[float]) -> float:
    """Return the 99th percentile as a latency that was measured; 0 of none."""
    rank = -(-99 * len(latencies) // 100)
    return sorted(latencies)[rank - 1] if latencies else 0.0
