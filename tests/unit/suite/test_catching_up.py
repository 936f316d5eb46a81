"""After a repair the next scenario waits until nobody is busy with what was before."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from botocore.exceptions import ClientError

from support.catching_up import STRETCHES, see_backlog_dealt_with, see_canary_come_round
from support.errors import Inconclusive
from support.observing.fences import Fences
from support.observing.waiting import Backoff
from support.targets.queues import backlogs
from support.targets.reference import ReferenceCrm
from tests.support.fake_subscribers import SUBSCRIBERS
from tests.support.stage import PATIENT_S, Stage, open_stage

Counts = Callable[[list[int | None]], list[int | None]]
NAMES = [each.name for each in SUBSCRIBERS]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return a stage whose CRM is the suite's own."""
    with open_stage(tmp_path) as opened:
        opened.run.reference = cast("ReferenceCrm", object())
        yield opened


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Let each subscriber have a message to do, and the last one so many at each look.

    None is a look at which the target does not tell.
    """

    def hold(counts: list[int | None]) -> list[int | None]:
        def look(*_: object) -> dict[str, int] | None:
            last = counts.pop(0) if len(counts) > 1 else counts[0]
            return None if last is None else {**dict.fromkeys(NAMES, 1), NAMES[-1]: last}

        monkeypatch.setattr("support.catching_up.LOOKING", Backoff(0.001, 0.001))
        monkeypatch.setattr("support.catching_up.backlogs", look)
        return counts

    return hold


def test_a_backlog_is_waited_for_until_nobody_has_more_than_a_batch(
    stage: Stage, waiting: Counts
) -> None:
    """What all the others have done already is no reason to begin."""
    stage.run.settings = stage.run.settings.model_copy(update={"timeout": PATIENT_S})
    left = waiting([500, 500, None, 300, 11, None, 10, 9])
    see_backlog_dealt_with(stage.run)
    assert left == [9]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            [500],
            f"the subscriber {NAMES[-1]} has 500 messages to deal with, and they got no fewer "
            "within 0 s",
        ),
        ([None], "for 0 s the target did not tell how much the subscribers have to do"),
    ],
)
def test_a_backlog_that_gets_no_less_leaves_no_verdict(
    stage: Stage, waiting: Counts, counts: list[int | None], sentence: str
) -> None:
    """What comes next would be blamed for it; what nobody knows is not done either."""
    waiting(counts)
    with pytest.raises(Inconclusive) as verdict:
        see_backlog_dealt_with(stage.run)
    assert verdict.value.reason == sentence


def test_the_queues_of_a_deployed_crm_may_be_as_full_as_they_are(
    stage: Stage, waiting: Counts
) -> None:
    """Others use them, too."""
    waiting([500])
    stage.run.reference = None
    see_backlog_dealt_with(stage.run)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AWS.SimpleQueueService.NonExistentQueue", dict.fromkeys(NAMES, 0)),
        ("ThrottlingException", None),
        ("ExpiredToken", None),
    ],
)
def test_only_in_a_queue_that_is_gone_nothing_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, code: str, told: dict[str, int] | None
) -> None:
    """Of any other that does not tell, nobody knows."""

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "No."}}, "GetQueueAttributes")

    monkeypatch.setattr(stage.queues, "get_queue_attributes", refuse)
    assert backlogs(stage.run.aws, SUBSCRIBERS) == told


@pytest.mark.parametrize(
    ("counts", "silences", "comes"),
    [
        ([9], STRETCHES - 1, True),
        ([9], STRETCHES, False),
        ([9, None, None, None], STRETCHES, False),
        ([9, 8, 7, 6, 5], 5, True),
    ],
    ids=["soon", "not at all", "and nobody tells", "behind a backlog"],
)
def test_the_canary_is_waited_for_while_anybody_gets_further(
    stage: Stage,
    waiting: Counts,
    monkeypatch: pytest.MonkeyPatch,
    counts: list[int | None],
    silences: int,
    *,
    comes: bool,
) -> None:
    """It comes after all that has to be published again; how long that takes is counted."""
    waits: list[float] = []

    def wait(_self: Fences, _sent: object, _timeout: float, waited: float) -> None:
        waits.append(waited)
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
    assert waits == sorted({*waits})
