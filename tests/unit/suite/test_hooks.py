"""What behave is told before a scenario, and what the journal keeps of how it has ended."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from behave.model import Status

from support.errors import Inconclusive
from support.faults.plane import FaultError
from support.observing.journal import Journal, read_journal

GONE = "nothing answers at http://aws:1: start it"
LACKING = "needs-wings: it does not fly"


NAME = "a.feature: a scenario"


def _environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Load the hooks, and leave behave and the process as they are."""
    monkeypatch.setattr("support.vocabulary.define_vocabulary", lambda: None)
    monkeypatch.setattr("support.interrupts.end_at_once", lambda: None)
    return runpy.run_path("environment.py")


class _Context(SimpleNamespace):
    """Say what is in it, as behave's does."""

    def __contains__(self, name: str) -> bool:
        return hasattr(self, name)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Open the journal of a run in which another scenario was before."""
    with Journal(tmp_path / "journal.jsonl") as opened:
        opened.begin("a.feature: the scenario before")
        yield opened


def _outcomes(journal: Journal) -> list[tuple[str, str, str]]:
    lines = read_journal(journal.path)
    return [(line["scenario"], line["status"], line["error"]) for line in lines]


@pytest.mark.parametrize(
    ("lost", "ended", "skipped"), [(GONE, [GONE], []), (None, [], [LACKING])], ids=["gone", "there"]
)
def test_a_target_that_is_gone_is_not_taken_for_one_that_cannot(
    monkeypatch: pytest.MonkeyPatch, lost: str | None, ended: list[str], skipped: list[str]
) -> None:
    """Whoever has gone would lack everything, and a run that skips all of it is green."""
    before_scenario = _environment(monkeypatch)["before_scenario"]
    ends: list[str] = []
    skips: list[str] = []
    run = SimpleNamespace(lost=lambda: lost, lacks=lambda _: LACKING, skipped=[])
    context: Any = SimpleNamespace(run=run, aborted=False, abort=ends.append)
    context._set_root_attribute = lambda *_: None
    before_scenario(context, SimpleNamespace(effective_tags=(), skip=skips.append))
    assert (ends, skips, run.skipped) == (ended, skipped, skipped)


def test_a_run_that_was_ended_asks_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behave goes on with the rows of the outline in which it ended: each would take its time."""
    context: Any = SimpleNamespace(aborted=True)
    _environment(monkeypatch)["before_scenario"](context, SimpleNamespace())


def test_a_scenario_that_could_not_begin_is_in_the_journal(
    monkeypatch: pytest.MonkeyPatch, journal: Journal
) -> None:
    """As its own outcome: whoever judges again would take the run for a green one."""
    context: Any = _Context(run=SimpleNamespace(journal=journal))
    scenario = SimpleNamespace(
        filename="a.feature",
        name="a scenario",
        status=Status.hook_error,
        all_steps=[SimpleNamespace(exception=None)],
        exception=Inconclusive("the target does not tell"),
    )
    _environment(monkeypatch)["after_scenario"](context, scenario)
    assert _outcomes(journal) == [(NAME, "hook_error", "INCONCLUSIVE: the target does not tell")]


def test_a_scenario_that_could_not_be_tidied_up_is_in_the_journal(
    monkeypatch: pytest.MonkeyPatch, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was noted as passed before; what fails as the run is taken down is no scenario's."""
    tell = _environment(monkeypatch)["_tell_cleanup_error"]
    run = SimpleNamespace(journal=journal)
    journal.begin(NAME)
    tell(_Context(run=run, world=object()), None, FaultError("the door stays shut"))
    tell(_Context(run=run), None, FaultError("the tap stays"))
    assert _outcomes(journal) == [(NAME, "cleanup_error", "the door stays shut")]
    assert capsys.readouterr().out.splitlines() == [
        "CLEANUP-ERROR: the door stays shut",
        "CLEANUP-ERROR: the tap stays",
    ]
