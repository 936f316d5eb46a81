"""Looking at tenants: how long what was found holds, and when nothing more can come."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from support.crm.port import Command
from support.errors import ScenarioError
from support.names import Tenant, is_fence
from support.survey import Survey
from tests.support.stage import Stage, open_stage

STORY = """Given Acme is a tenant
When Acme creates the account "Globex"
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM with a tenant that has done something."""
    with open_stage(tmp_path) as opened:
        opened.play(STORY)
        yield opened


@pytest.fixture
def survey(stage: Stage) -> Survey:
    """Return the survey of the scenario."""
    return stage.world._survey


@pytest.fixture
def acme(stage: Stage) -> Tenant:
    """Return the tenant."""
    return stage.world._deeds.tenant("Acme")


@pytest.fixture
def windows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note since when each settle window runs, in place of waiting."""
    since: list[float] = []
    monkeypatch.setattr(stage.run.fences, "settle", since.append)
    return since


def _fences(stage: Stage) -> int:
    return len(stage.run.fences.sent)


def test_where_nothing_followed_the_fence_the_window_runs_from_its_return(
    stage: Stage, survey: Survey, acme: Tenant, windows: list[float]
) -> None:
    """Whoever was busy meanwhile need not wait again."""
    evidence = survey.settled(acme)
    assert is_fence(evidence.history[-1])
    assert windows == [stage.run.fences.returned_at]


def test_what_a_subscriber_set_off_after_the_fence_has_a_window_of_its_own(
    stage: Stage,
    survey: Survey,
    acme: Tenant,
    windows: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An effect that is committed behind the fence is no older than the look that found it."""
    real = stage.run.fences.pass_through

    def pass_through(tenant_id: str, timeout: float) -> None:
        real(tenant_id, timeout)
        data = {"name": "Initech", "owner": "kim"}
        stage.crm.send(Command(tenant_id, "CreateAccount", "initech", data, "k", "c", "kim"))
        stage.run.fences.returned_at -= 60.0

    monkeypatch.setattr(stage.run.fences, "pass_through", pass_through)
    before = stage.run.fences.clock()
    evidence = survey.settled(acme)
    assert evidence.history[-1]["entity_id"] == "initech"
    assert [since >= before for since in windows] == [True]


def test_what_was_found_holds_until_the_next_command(
    stage: Stage, survey: Survey, acme: Tenant
) -> None:
    """Sentences that follow each other look once."""
    first = survey.settled(acme)
    assert survey.settled(acme) is first
    assert survey.level(acme) is first
    assert _fences(stage) == 1
    stage.play('When Acme creates the account "Initech"')
    assert len(survey.settled(acme).history) > len(first.history)
    assert _fences(stage) == 2


def test_what_is_to_be_forgotten_is_looked_at_anew(
    stage: Stage, survey: Survey, acme: Tenant
) -> None:
    """A fault is no command, and changes what arrives all the same."""
    first = survey.settled(acme)
    survey.forget()
    assert survey.settled(acme) is not first
    assert _fences(stage) == 2


def test_faults_in_the_transport_make_the_survey_forget(
    stage: Stage, survey: Survey, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Holding deliveries back, and handing them over, each ends what was known."""
    done: list[str] = []
    held = SimpleNamespace(
        hold=lambda: done.append("hold"),
        restore=lambda: done.append("restore"),
        deliver=lambda deliveries: done.append(f"deliver {len(deliveries)}"),
    )
    monkeypatch.setattr(stage.world, "_held", held)
    known = [survey.settled(acme)]
    stage.world.hold_deliveries()
    known.append(survey.settled(acme))
    stage.world.deliver_reversed("Acme")
    known.append(survey.settled(acme))
    assert len({id(evidence) for evidence in known}) == 3
    assert done == ["hold", "restore", "deliver 1"]


def test_without_an_attempt_nothing_can_be_unchanged(stage: Stage) -> None:
    """The sentence is answered with what it lacks."""
    with pytest.raises(ScenarioError, match="nothing was tried whose effect could be ruled out"):
        stage.play("Then nothing has changed at Acme")


def test_a_tenant_that_came_after_the_attempt_cannot_be_unchanged(stage: Stage) -> None:
    """Nobody looked at it before."""
    stage.play('When Acme tries to deactivate the account "Globex"\nGiven Bravo is a tenant')
    with pytest.raises(ScenarioError, match="nothing was tried"):
        stage.play("Then nothing has changed at Bravo")


def test_a_refusal_that_nobody_spoke_of_is_told_with_what_is_missing(
    stage: Stage, survey: Survey, acme: Tenant
) -> None:
    """It may explain why; once a sentence has expected it, it explains nothing any more."""
    tried = 'When Acme tries to update the account "Globex" with:\n  | name |\n  | (spaces) |\n'
    stage.play(tried)
    asked = stage.world._deeds.last()[0]
    told, *_ = survey.where(acme).splitlines()
    assert told == (
        f"note: UpdateAccount of {asked.entity_id} was refused as invalid_name (422): "
        "An account needs a name."
    )
    stage.play('Then the command is refused as "invalid name"')
    assert "note" not in survey.where(acme)
