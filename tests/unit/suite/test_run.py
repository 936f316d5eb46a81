"""What all scenarios of a run share: tenants, needs, and the audit at its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_crm import Defect
from tests.support.samples import an_event
from tests.support.stage import Stage, open_stage

STORY = """Given Acme is a tenant
When Acme creates the account "Globex"
"""
CLOSING = "Then every event of this scenario is accounted for"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM."""
    with open_stage(tmp_path, "a.feature: Nothing is lost") as opened:
        yield opened


def test_a_run_of_sound_scenarios_ends_without_a_word(stage: Stage) -> None:
    """Fences, canaries and facts belong to their scenarios."""
    stage.run.canary = stage.run.open_tenant("canary", "the readiness check")
    stage.run.fences.canary(stage.run.canary, timeout=1)
    stage.play(STORY + CLOSING)
    assert stage.run.final_audit() == []


def test_an_event_that_comes_after_its_scenario_turns_the_run_red(stage: Stage) -> None:
    """And the scenario is named."""
    stage.play(STORY, Defect.LATE)
    finding, *_ = stage.world.post_mortem(0.01)
    stage.crm.release()
    (stray,) = stage.run.final_audit()
    assert str(finding).startswith("lost: AccountCreated of acme-account-")
    assert stray.startswith("late: AccountCreated of acme-account-")
    assert stray.endswith("arrived after its scenario was closed: a.feature: Nothing is lost")


def test_an_event_of_nobody_turns_the_run_red(stage: Stage) -> None:
    """A tenant id that no scenario opened is told."""
    stage.play(STORY + CLOSING)
    stage.tap.put(an_event(tenant_id="test-acme-11"))
    (stray,) = stage.run.final_audit()
    assert stray.endswith("belongs to tenant test-acme-11, which no scenario opened")


def test_an_event_in_another_tenants_name_is_told_at_the_end(stage: Stage) -> None:
    """To its own tenant it is lost; at the end it is known where it went."""
    stage.play(STORY, Defect.OTHER_TENANT)
    with pytest.raises(AssertionError, match="was lost between the event store and the bus"):
        stage.play(CLOSING)
    stage.world.post_mortem(0.01)
    (stray,) = stage.run.final_audit()
    assert stray.startswith("phantom: AccountCreated of acme-account-")
    assert stray.endswith("belongs to tenant mallory, which no scenario opened")


def test_tenants_are_fresh_and_carry_the_run(stage: Stage) -> None:
    """Two scenarios may call their tenants alike."""
    opened = [stage.run.open_tenant("acme", scenario) for scenario in ("one", "two")]
    assert opened == ["test-acme-1", "test-acme-2"]
    assert stage.run.scenario_of == {"test-acme-1": "one", "test-acme-2": "two"}


def test_what_the_target_cannot_do_is_told_by_the_tag_that_needs_it(stage: Stage) -> None:
    """A scenario is skipped with a reason, never passed."""
    stage.crm.cannot = {"needs-wings": "it does not fly"}
    assert stage.run.lacks(["smoke", "needs-wings"]) == "needs-wings: it does not fly"
    assert stage.run.lacks(["smoke"]) is None
