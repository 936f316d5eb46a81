"""Waiting for a tenant after a disturbance: for as long as anybody is still catching up."""

from dataclasses import dataclass
from typing import Self

from support.judging.case import Evidence, Missing
from support.run import Run
from support.targets.queues import waiting

# Of a time-out, after each of which it is asked whether anybody has got further.
STRETCHES = 4
# A CRM that publishes the same for ever gets further for ever.
MOST_STRETCHES = 15 * STRETCHES


@dataclass(frozen=True)
class Headway:
    """Hold how far everybody has got: fewer missing or waiting is further, and more on the bus.

    What is missing alone tells too little: a publisher that begins anew, and whoever gets the same
    again, have much to do before the one event comes that is new.
    """

    missing: int
    on_bus: int
    waiting: int

    def best_of(self, other: Self) -> "Headway":
        """Return the furthest of both, each figure by itself."""
        return Headway(
            min(self.missing, other.missing),
            max(self.on_bus, other.on_bus),
            min(self.waiting, other.waiting),
        )


def level_in_the_end(run: Run, tenant_id: str) -> tuple[Evidence, list[Missing]]:
    """Wait until everybody is level, or for the time-out nobody has got any further.

    Return the evidence, and what is still missing. In short stretches, so that what is lost is told
    soon after the time-out.
    """
    stretch = run.settings.timeout / STRETCHES
    evidence, missing = run.witness.level(tenant_id, stretch)
    best, idle, taken = _headway(run, missing), 1, 1
    while missing and idle < STRETCHES and taken < MOST_STRETCHES:
        evidence, missing = run.witness.level(tenant_id, stretch)
        now = best.best_of(_headway(run, missing))
        idle = idle + 1 if now == best else 0
        best, taken = now, taken + 1
    return evidence, missing


def _headway(run: Run, missing: list[Missing]) -> Headway:
    """Look how far everybody is; who lacks nothing need not be looked at."""
    if not missing:
        return Headway(0, 0, 0)
    left = waiting(run.aws, run.witness.subscribers)
    return Headway(len(missing), len(run.collector.deliveries), left)
