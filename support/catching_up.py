"""Waiting for a tenant after a disturbance: for as long as anybody is still catching up."""

from dataclasses import dataclass
from functools import partial
from operator import gt
from typing import Self

from support.errors import Inconclusive
from support.judging.case import Evidence, Missing
from support.observing.taps import BATCH
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.run import Run
from support.targets.queues import waiting

LOOKING = Backoff(first=0.05, ceiling=0.5)
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


class _Patience:
    """Tell whether to go on waiting: not once nobody has got further for the time-out."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._best: Headway | None = None
        self._idle = 0
        self._taken = 0
        self.stretch = run.settings.timeout / STRETCHES

    def lasts(self, missing: int) -> bool:
        """Say so after one more stretch, at whose end so much was still missing."""
        left = waiting(self._run.aws, self._run.witness.subscribers)
        now = Headway(missing, len(self._run.collector.deliveries), left)
        best = now.best_of(self._best) if self._best else None
        self._idle = 0 if best and best != self._best else self._idle + 1
        self._best = best or now
        self._taken += 1
        return self._idle < STRETCHES and self._taken < MOST_STRETCHES


def level_in_the_end(run: Run, tenant_id: str) -> tuple[Evidence, list[Missing]]:
    """Wait until everybody is level, or for the time-out nobody has got any further.

    Return the evidence, and what is still missing. In short stretches, so that what is lost is told
    soon after the time-out.
    """
    patience = _Patience(run)
    while True:
        evidence, missing = run.witness.level(tenant_id, patience.stretch)
        if not missing or not patience.lasts(len(missing)):
            return evidence, missing


def see_canary_come_round(run: Run) -> None:
    """See a fence of the canary come back, behind whatever has to be published again before.

    Raises Inconclusive as `Fences.wait` does.
    """
    fence, patience = run.fences.send(run.canary), _Patience(run)
    while True:
        try:
            run.fences.wait(fence, patience.stretch)
        except Inconclusive:
            if not patience.lasts(1):
                raise
        else:
            return


def see_backlog_dealt_with(run: Run) -> None:
    """Wait, where the subscribers are the suite's own, until nobody has more than a batch to do.

    Else what comes next would have to wait behind it. Raises Inconclusive if for the time-out it
    gets no less.
    """
    if run.reference is None:
        return
    enough = BATCH * len(run.witness.subscribers)
    left = waiting(run.aws, run.witness.subscribers)
    while left > enough:
        try:
            left = Waiter(LOOKING).until(
                lambda _: waiting(run.aws, run.witness.subscribers),
                partial(gt, left),
                run.settings.timeout,
            )
        except WaitTimeout as late:
            raise Inconclusive(
                f"the subscribers have {left} messages to deal with, and take none of them"
            ) from late
