"""What behave is told before a scenario: to go on, to skip it, or to end the run."""

import runpy
from types import SimpleNamespace
from typing import Any

import pytest

GONE = "nothing answers at http://aws:1: start it"
LACKING = "needs-wings: it does not fly"


@pytest.mark.parametrize(
    ("lost", "ended", "skipped"), [(GONE, [GONE], []), (None, [], [LACKING])], ids=["gone", "there"]
)
def test_a_target_that_is_gone_is_not_taken_for_one_that_cannot(
    monkeypatch: pytest.MonkeyPatch, lost: str | None, ended: list[str], skipped: list[str]
) -> None:
    """Whoever has gone would lack everything, and a run that skips all of it is green."""
    monkeypatch.setattr("support.vocabulary.define_vocabulary", lambda: None)
    monkeypatch.setattr("support.interrupts.end_at_once", lambda: None)
    before_scenario = runpy.run_path("environment.py")["before_scenario"]
    ends: list[str] = []
    skips: list[str] = []
    run = SimpleNamespace(lost=lambda: lost, lacks=lambda _: LACKING, skipped=[])
    context: Any = SimpleNamespace(run=run, aborted=False, abort=ends.append)
    context._set_root_attribute = lambda *_: None
    before_scenario(context, SimpleNamespace(effective_tags=(), skip=skips.append))
    assert (ends, skips, run.skipped) == (ended, skipped, skipped)
