"""A replay or a rebuild that was not carried out proves nothing, and a sentence says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from support.crm.own import OFFERED
from support.errors import ScenarioError
from support.faults.recovery import Projection
from support.observing.journal import read_journal
from support.observing.questions import EventCollectionTimeout
from support.targets.reference import ReferenceCrm
from tests.support.fake_defects import Defect
from tests.support.fake_subscribers import SUBSCRIBERS
from tests.support.stage import Stage, open_stage

STORY = """Given Acme is a tenant
And Acme has the account "Globex"
And Acme has the opportunity "Deal"
"""
REPLAY = "When somebody replays all events of Acme\n"
REBUILD = "When somebody rebuilds the {} of Acme\n"
ONLY_AGAIN = "Then the audit of Acme finds nothing but events that were published again\n"
UNCHANGED = "Then nothing has changed at Acme\n"
CLOSING = "Then every event of this scenario is accounted for"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM, whose driver can replay and rebuild."""
    with open_stage(tmp_path) as opened:
        yield opened


def _faults(stage: Stage) -> list[dict[str, Any]]:
    lines = read_journal(stage.run.journal.path)
    own = ("entry", "at", "scenario")
    return [
        {key: line[key] for key in line if key not in own}
        for line in lines
        if line["entry"] == "fault"
    ]


def test_a_replay_changes_nothing_and_is_seen(stage: Stage) -> None:
    """The journal says whose events came again."""
    stage.play(STORY + REPLAY + UNCHANGED + ONLY_AGAIN + CLOSING)
    assert _faults(stage) == [{"replayed": "test-acme-1"}]


def test_a_tenant_can_be_replayed_as_often_as_one_likes(stage: Stage) -> None:
    """Each time all of it has to come."""
    stage.play(STORY + REPLAY + REPLAY + ONLY_AGAIN + CLOSING)


def test_a_replay_that_leaves_something_out_is_no_replay(stage: Stage) -> None:
    """What does not come is told."""
    stage.play(STORY)
    with pytest.raises(EventCollectionTimeout, match="event of tenant test-acme-1 published again"):
        stage.play(REPLAY, Defect.REPLAYS_LESS)


def test_a_replay_that_has_its_effect_again_is_red(stage: Stage) -> None:
    """That is what it must not have."""
    stage.play(STORY)
    stage.play(REPLAY, Defect.REPLAYS_ANEW)
    with pytest.raises(AssertionError, match="unexpected: anomaly 'duplicate'"):
        stage.play(ONLY_AGAIN)


def test_a_replay_of_nothing_proves_nothing(stage: Stage) -> None:
    """A scenario needs a past first."""
    with pytest.raises(ScenarioError, match="nothing has happened at test-acme-1 that could be"):
        stage.play(f"Given Acme is a tenant\n{REPLAY}")


@pytest.mark.parametrize("projection", Projection)
def test_what_is_rebuilt_is_what_was_live(stage: Stage, projection: Projection) -> None:
    """By the subscriber that shows it."""
    stage.play(STORY + REBUILD.format(projection) + UNCHANGED + CLOSING)
    (fault,) = _faults(stage)
    assert fault["tenant_id"] == "test-acme-1"
    assert fault["rebuilt"] in [each.name for each in SUBSCRIBERS]


def test_a_rebuild_from_less_than_is_stored_is_red(stage: Stage) -> None:
    """Though what is shown might be right by chance."""
    stage.play(STORY)
    with pytest.raises(AssertionError, match="entity-views was rebuilt from 1 events, and listens"):
        stage.play(REBUILD.format("views"), Defect.REBUILDS_LESS)


def test_a_rebuild_of_nothing_proves_nothing(stage: Stage) -> None:
    """Not even if the CRM says that it was from nothing."""
    with pytest.raises(AssertionError, match="sales-pipeline was rebuilt from 0 events"):
        stage.play(
            'Given Acme is a tenant\nAnd Acme has the account "Globex"\n'
            + REBUILD.format("pipeline")
        )


def test_a_crm_that_calls_its_subscribers_otherwise_says_so(stage: Stage) -> None:
    """Rather than that something else is rebuilt."""
    stage.run.witness.subscribers = SUBSCRIBERS[1:]
    with pytest.raises(ScenarioError, match="no subscriber of this CRM is called entity-views"):
        stage.play(STORY + REBUILD.format("views"))


@pytest.mark.parametrize("method", ["replay", "rebuild", "roles"])
def test_a_driver_that_does_not_offer_it_is_not_asked(
    stage: Stage, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scenario is skipped with the reason; one of its own goes before."""
    need = OFFERED[method]
    assert stage.run.lacks([need]) is None
    monkeypatch.setattr(type(stage.crm), method, None)
    reason = f"the driver of the CRM has no {method} (see CrmOperator)"
    assert stage.run.lacks([need]) == f"{need}: {reason}"
    stage.crm.cannot = {need: "it may not"}
    assert stage.run.lacks([need]) == f"{need}: it may not"
    stage.run.reference = cast(ReferenceCrm, object())
    stage.crm.cannot = {}
    assert stage.run.lacks([need]) is None
