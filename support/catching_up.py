"""Waiting for a tenant after a disturbance: for as long as anybody is still catching up."""

from dataclasses import dataclass
from typing import Self

from support.errors import Inconclusive
from support.judging.case import Evidence, Missing
from support.observing.taps import BATCH
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.run import Run
from support.targets.queues import backlogs

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

    def is_beyond(self, before: Self) -> bool:
        """Say whether any of it is further than a stretch before.

        Not than ever: what a publisher that was down brings at last makes more to do for others.
        """
        return (
            self.missing < before.missing
            or self.on_bus > before.on_bus
            or self.waiting < before.waiting
        )


class _Patience:
    """Tell whether to go on waiting: not once nobody has got further for the time-out."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._before: Headway | None = None
        self._idle = 0
        self._taken = 0
        self.stretch = run.settings.timeout / STRETCHES

    def lasts(self, missing: int) -> bool:
        """Say so after one more stretch, at whose end so much was still missing."""
        now = Headway(missing, len(self._run.collector.deliveries), self._waiting())
        self._idle = 0 if self._before and now.is_beyond(self._before) else self._idle + 1
        self._before = now
        self._taken += 1
        return self._idle < STRETCHES and self._taken < MOST_STRETCHES

    def _waiting(self) -> int:
        """Return how many messages wait, or did when that was last known."""
        told = backlogs(self._run.aws, self._run.witness.subscribers)
        if told is None:
            return self._before.waiting if self._before else 0
        return sum(told.values())


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
    fences, patience = run.fences, _Patience(run)
    fence, began = fences.send(run.canary), fences.clock()
    while True:
        try:
            fences.wait(fence, patience.stretch, waited=fences.clock() - began)
        except Inconclusive:
            if not patience.lasts(1):
                raise
        else:
            return


def see_backlog_dealt_with(run: Run) -> None:
    """Wait, where the subscribers are the suite's own, until nobody has more than a batch to do.

    Else what comes next would have to wait behind it. Raises Inconclusive if for the time-out the
    longest of their queues gets no shorter, or nobody tells how long it is.
    """
    if run.reference is None:
        return
    left = _shorter_than(None, run)
    while left.messages > BATCH:
        left = _shorter_than(left.messages, run)


@dataclass(frozen=True)
class _Longest:
    messages: int
    of: str


def _shorter_than(before: int | None, run: Run) -> _Longest:
    """Wait until the longest queue is shorter than it was before, and return it."""

    def is_shorter(now: _Longest | None) -> bool:
        return now is not None and (before is None or now.messages < before)

    try:
        found = Waiter(LOOKING).until(lambda _: _longest(run), is_shorter, run.settings.timeout)
    except WaitTimeout as late:
        raise Inconclusive(_stuck(late.last, late.elapsed)) from late
    assert found  # noqa: S101 - that is what was waited for
    return found


def _longest(run: Run) -> _Longest | None:
    told = backlogs(run.aws, run.witness.subscribers)
    if told is None:
        return None
    return max(
        (_Longest(messages, name) for name, messages in told.items()),
        key=lambda each: each.messages,
        default=_Longest(0, "nobody"),
    )


def _stuck(last: _Longest | None, seconds: float) -> str:
    if last is None:
        return f"for {seconds:.0f} s the target did not tell how much the subscribers have to do"
    return (
        f"the subscriber {last.of} has {last.messages} messages to deal with, and they got no "
        f"fewer within {seconds:.0f} s"
    )
