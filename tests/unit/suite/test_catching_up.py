"""After a repair the next scenario waits until nobody is busy with what was before."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from support.catching_up import STRETCHES, see_backlog_dealt_with, see_canary_come_round
from support.errors import Inconclusive
from support.observing.fences import Fences
from support.targets.reference import ReferenceCrm
from tests.support.stage import Stage, open_stage

Counts = Callable[[list[int]], list[int]]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a stage whose CRM is the suite's own."""
    with open_stage(tmp_path) as opened:
        opened.run.reference = cast("ReferenceCrm", object())
        yield opened


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Let the subscribers' queues hold so many messages at one look after the other."""

    def hold(counts: list[int]) -> list[int]:
        def look(*_: object) -> int:
            return counts.pop(0) if len(counts) > 1 else counts[0]

        monkeypatch.setattr("support.catching_up.waiting", look)
        return counts

    return hold


def test_a_backlog_is_waited_for_until_nobody_has_more_than_a_batch(
    stage: Stage, waiting: Counts
) -> None:
    """Ten messages for each of the three are soon done."""
    left = waiting([500, 500, 300, 31, 30, 29])
    see_backlog_dealt_with(stage.run)
    assert left == [29]


def test_a_backlog_that_gets_no_less_leaves_no_verdict(stage: Stage, waiting: Counts) -> None:
    """What comes next would be blamed for it."""
    waiting([500])
    with pytest.raises(Inconclusive, match="the subscribers have 500 messages to deal with, and"):
        see_backlog_dealt_with(stage.run)


def test_the_queues_of_a_deployed_crm_may_be_as_full_as_they_are(
    stage: Stage, waiting: Counts
) -> None:
    """Others use them, too."""
    waiting([500])
    stage.run.reference = None
    see_backlog_dealt_with(stage.run)


@pytest.mark.parametrize(
    ("counts", "silences", "comes"),
    [([9], STRETCHES - 1, True), ([9], STRETCHES, False), ([9, 8, 7, 6, 5], 5, True)],
    ids=["soon", "not at all", "behind a backlog"],
)
def test_the_canary_is_waited_for_while_anybody_gets_further(
    stage: Stage,
    waiting: Counts,
    monkeypatch: pytest.MonkeyPatch,
    counts: list[int],
    silences: int,
    *,
    comes: bool,
) -> None:
    """It comes after all that has to be published again."""
    waits: list[float] = []

    def wait(_self: Fences, _sent: object, timeout: float) -> None:
        waits.append(timeout)
        if len(waits) <= silences:
            raise Inconclusive("it did not come back")

    waiting(counts)
    monkeypatch.setattr(Fences, "wait", wait)
    try:
        see_canary_come_round(stage.run)
        came = True
    except Inconclusive:
        came = False
    assert came is comes
