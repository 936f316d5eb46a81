"""What is wrong with how a CRM was named, or with its driver, is told; and nothing is left."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.errors import ConfigurationError
from support.opening import open_run
from support.settings import load_settings
from support.targets.processes import free_port
from tests.integration.other_crm.trial import DRIVER, Deployed, behave

NOBODY = f"http://127.0.0.1:{free_port()}"
HINT = "is the CRM running? what a driver must do is in support/crm/GUIDE.md"
BARE = {"Resources": {"Nerve": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bare"}}}}
IN_THE_MIDDLE, SCENARIO = "@prd-3.3.2", "Open deals add up, each currency by itself"


def _refusal(at: Deployed, folder: Path, **named: str) -> str:
    said = {"target": str(at.aws.endpoint_url), "stack": at.stack, "crm": DRIVER}
    settings = load_settings({**said, "reports": str(folder), **named}, {})
    with pytest.raises(ConfigurationError) as mistake, open_run(settings):
        pass
    return str(mistake.value)


@pytest.fixture(autouse=True)
def _as_its_team(crm: Deployed, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the driver find the CRM, and see that the bus and all queues stay as they are."""
    for name, value in crm.environment.items():
        monkeypatch.setenv(name, value)
    before = crm.standing()
    yield
    assert crm.standing() == before


def test_a_stack_that_does_not_exist_is_told(crm: Deployed, tmp_path: Path) -> None:
    """With what AWS says."""
    told = _refusal(crm, tmp_path, stack="nowhere")
    assert told.startswith("the stack nowhere cannot be read (")
    assert told.endswith("): name your CRM's with -D stack=...")


def test_a_bus_without_rules_is_told(crm: Deployed, tmp_path: Path) -> None:
    """It is the wrong stack, or not all of it is there yet."""
    stacks = crm.aws.cloudformation
    stacks.create_stack(StackName="bare", TemplateBody=json.dumps(BARE))
    told = _refusal(crm, tmp_path, stack="bare")
    stacks.delete_stack(StackName="bare")
    assert told == (
        "the bus bare has no rule, so nobody would receive an event: deploy your CRM's "
        "subscribers first"
    )


def test_a_url_where_nothing_answers_is_told(crm: Deployed, tmp_path: Path) -> None:
    """The tap that was put up by then is gone."""
    told = _refusal(crm, tmp_path, crm=NOBODY)
    assert told.startswith(f"the CRM at {NOBODY} gave no answer to GET /subscribers: ")
    assert told.endswith(f"; is it running at -D crm={NOBODY}?")


def test_a_crm_that_its_driver_cannot_reach_is_told(
    crm: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the driver's own words."""
    monkeypatch.setenv("OTHER_CRM_URL", NOBODY)
    told = _refusal(crm, tmp_path)
    assert told == f"the second CRM gave no answer: [Errno 111] Connection refused; {HINT}"


def test_a_driver_without_its_variables_is_told(
    crm: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not even be made."""
    monkeypatch.delenv("OTHER_CRM_KEY")
    assert _refusal(crm, tmp_path) == (
        f"-D crm={DRIVER} could not be made: KeyError: 'OTHER_CRM_KEY'; see that it finds what it "
        "needs, such as its own variables of the environment"
    )


def test_an_operator_who_is_refused_is_told(
    crm: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the driver's to show another key."""
    monkeypatch.setenv("OTHER_CRM_KEY", "guessed")
    assert _refusal(crm, tmp_path) == (
        "the CRM lets the suite open no tenant (refused as invalid_credential (401): this is not "
        f"the operator's key): give the driver {DRIVER} what it needs to be let in"
    )


def test_a_reading_that_fails_is_told_before_anything_is_tested(
    crm: Deployed, tmp_path: Path
) -> None:
    """Once the canary has come back, all of them are tried."""
    told = _refusal(crm, tmp_path, crm="tests.integration.other_crm.drivers:Hopeless")
    assert told.startswith("pipeline of the driver tests.integration.other_crm.drivers:Hopeless ")
    assert "failed: KeyError: 'totals of canary-1' (" in told
    assert told.endswith("); what a driver must do is in support/crm/GUIDE.md")


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ("Clumsy", "failed: KeyError: 'totals' ("),
        (
            "Outdated",
            "the CRM lets the suite open no tenant any more (refused as invalid_credential (401): "
            "The key is too old.): give it an operator token that lasts as long as the run",
        ),
    ],
)
def test_what_goes_wrong_with_a_driver_later_is_no_broken_promise(
    crm: Deployed, tmp_path: Path, driver: str, words: str
) -> None:
    """The scenario is broken, not failed, and says why."""
    path = f"tests.integration.other_crm.drivers:{driver}"
    ended = behave(crm, tmp_path, f"--tags={IN_THE_MIDDLE}", "-D", f"crm={path}")
    assert ended.code == 1
    broken = [each.name for each in ended.called("broken") if words in each.told]
    assert SCENARIO in broken, ended.output
    assert not ended.called("failed")


def test_a_crm_that_dies_in_the_middle_ends_the_run(crm: Deployed, tmp_path: Path) -> None:
    """No scenario after the one in which it happened is tried."""
    path = "tests.integration.other_crm.drivers:Mortal"
    ended = behave(crm, tmp_path, "features/entities/product.feature", "-D", f"crm={path}")
    why = "the CRM gives no answer any more: it is dead; start it and run again"
    assert ended.code == 1
    assert f"ABORTED: {why}\n" in ended.output
    assert f"The audit at the end of the run was skipped: {why}\n" in ended.output
    assert "\n0 scenarios passed, 0 failed, 1 error, 0 skipped, " in ended.output
    assert "left nothing behind" in ended.output
