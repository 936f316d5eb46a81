"""How long the events of a run took in all: percentiles by hop, and the delivery objective."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from support.judging.expectations import Row
from support.judging.timeliness import (
    ACCEPTANCE,
    EFFECT,
    PUBLICATION,
    Journey,
    Span,
    to_subscriber,
)

WHOLE_WAY = "start to the last subscriber"
PERCENTS = (50, 95, 99)
REQUIRED_PERCENT = 95


@dataclass(frozen=True)
class Percentile:
    """Hold what so many percent of the events took: seconds, at least and at most."""

    percent: int
    span: Span


@dataclass(frozen=True)
class Spread:
    """Hold how long a hop took; a percentile is missing where too few events say something of it.

    A percentile needs an event beyond it: the 95th 20 events, the 99th 100.
    """

    hop: str
    events: int
    percentiles: Sequence[Percentile]
    longest: Span


@dataclass(frozen=True)
class Punctuality:
    """Count the events that reached every subscriber within the delivery objective (seconds).

    `required` is how many percent have to.
    `proved` are known to have, `late` are known not to have; of the rest the suite looked too late
    to tell, and nobody is blamed for it.
    """

    objective: float
    required: int
    events: int
    proved: int
    late: int
    slowest: str

    @property
    def holds(self) -> bool:
        """Return whether enough of them may have been in time."""
        return self.late * 100 <= self.events * (100 - self.required)

    @property
    def is_proved(self) -> bool:
        """Return whether enough of them have certainly been in time."""
        return self.proved * 100 >= self.events * self.required

    def __str__(self) -> str:
        where = f"; the slowest hop is {self.slowest}" if self.late else ""
        short = "" if self.holds else f", and {self.required} % have to"
        return (
            f"{self._share()} of {self.events:,} events reached every subscriber within the "
            f"delivery objective of {self.objective:g} s{short}{where}"
        )

    def _share(self) -> str:
        certain, possible = self._percent(self.proved), self._percent(self.events - self.late)
        if not self.holds:
            return f"only {possible}" if certain == possible else f"at most {possible}"
        return certain if certain == possible else f"{certain} for certain, {possible} at most,"

    def _percent(self, events: int) -> str:
        # Rounded down: 94.96 % are not 95 %.
        return f"{math.floor(1000 * events / self.events) / 10 if self.events else 100:g} %"


def punctuality(
    journeys: Sequence[Journey], objective: float, required: int = REQUIRED_PERCENT
) -> Punctuality:
    """Hold journeys against the delivery objective (seconds), of which so many percent have to."""
    late = [each for each in journeys if each.whole.at_least > objective]
    proved = [each for each in journeys if each.whole.at_most <= objective]
    counts = (len(journeys), len(proved), len(late))
    return Punctuality(objective, required, *counts, _slowest_hop(late))


def spreads(journeys: Sequence[Journey]) -> list[Spread]:
    """Return how long each hop took, in the order in which events pass them, then the whole way."""
    named = {hop for journey in journeys for hop in journey.hops}
    first = [hop for hop in (ACCEPTANCE, PUBLICATION, EFFECT) if hop in named]
    hops = [*first, *sorted(named - {*first})]
    found = [_spread(hop, [j.hops[hop] for j in journeys if hop in j.hops]) for hop in hops]
    arrived = [j.whole for j in journeys if math.isfinite(j.whole.at_most)]
    return [*found, _spread(WHOLE_WAY, arrived)] if arrived else found


def hop_rows(journeys: Sequence[Journey]) -> list[Row]:
    """Return the hops with the events that each is known of, those to subscribers as one.

    What the subscribers are called is the CRM's business, not the scenario's.
    """
    shown = {spread.hop: spread.events for spread in spreads(journeys)}
    whole = shown.get(WHOLE_WAY)
    between = [hop for hop in (ACCEPTANCE, PUBLICATION, EFFECT) if hop in shown]
    rows: list[Row] = [{"hop": hop, "events": shown[hop]} for hop in between]
    return [*rows, {"hop": to_subscriber("each subscriber"), "events": whole}] if whole else rows


def _spread(hop: str, spans: Sequence[Span]) -> Spread:
    known = [percent for percent in PERCENTS if len(spans) * (100 - percent) >= 100]
    figures = [Percentile(percent, _over(spans, _quantile(percent))) for percent in known]
    return Spread(hop, len(spans), figures, _over(spans, max))


def _over(spans: Sequence[Span], figure: Callable[[Sequence[float]], float]) -> Span:
    return Span(figure([s.at_least for s in spans]), figure([s.at_most for s in spans]))


def _quantile(percent: int) -> Callable[[Sequence[float]], float]:
    return lambda seconds: statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def _slowest_hop(late: Sequence[Journey]) -> str:
    """Name the hop on which the late events are known to have spent most of their time."""
    spent: dict[str, float] = {}
    for journey in late:
        for hop, span in journey.hops.items():
            spent[hop] = spent.get(hop, 0.0) + span.at_least
    return max(spent, key=lambda hop: spent[hop], default="")
