"""Troubles are told where they do not fit, and what they leave is judged as what it is."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from support.acts import PROMISED
from support.errors import Inconclusive, ScenarioError
from support.faults.plane import ControlPlane, FaultError
from support.final_audit import final_audit
from support.judging.again import judge_again
from support.observing.journal import read_journal
from support.repairs import leave, require_repaired
from support.run import Run
from tests.support.fake_defects import Defect
from tests.support.stage import CATALOGUE, Stage, open_stage
from tests.unit.suite.controls.matrix import CLOSING
from tests.unit.suite.controls.stories import CHANGE_AGAIN, CHANGE_ONCE_MORE, CHANGED, GLOBEX

REFUSED = 'And the transport refuses for good what happens next to the account "Globex" of Acme\n'
UPDATED = """  | event          | about  | version |
  | AccountUpdated | Globex | 2       |
"""
SET_ASIDE = f"Then what is set aside of Acme is exactly:\n{UPDATED}"
NAME = "a.feature: a scenario"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Put up an honest CRM, whose run has a canary."""
    monkeypatch.setattr("support.failures.steadily.STILL_S", 0.001)
    with open_stage(tmp_path, NAME) as opened:
        opened.run.journal.begin(NAME)
        opened.run.canary = opened.run.open_tenant("canary", "none")
        yield opened


def test_what_is_given_back_may_come_after_later_versions(stage: Stage) -> None:
    """Also when the run is judged again; what was lost meanwhile may not."""
    stage.play(f"{GLOBEX}{REFUSED}{CHANGE_AGAIN}{CHANGE_ONCE_MORE}{SET_ASIDE}{CLOSING}")
    arrived = [each.detail["version"] for each in stage.run.collector.deliveries]
    assert arrived[:3] == [1, 3, 2]
    lines = read_journal(stage.run.journal.path)
    judged = judge_again(lines, CATALOGUE().violations, PROMISED)
    assert [(each.scenario, each.same) for each in judged.verdicts] == [(NAME, True)]


@pytest.mark.parametrize(
    "text",
    [
        "Then the transport lacks nothing of Acme",
        "When everything is repaired",
        "Then the subscribers of Acme have received nothing",
    ],
)
def test_a_fault_that_has_not_struck_allows_no_verdict(stage: Stage, text: str) -> None:
    """What nobody was kept from tells nothing, nor what is repaired before it did anything."""
    stage.play(f"{GLOBEX}{REFUSED}")
    with pytest.raises(Inconclusive) as verdict:
        stage.play(text)
    assert str(verdict.value) == (
        "INCONCLUSIVE: these faults never struck: the transport refuses an event for good"
    )
    stage.world.tidy()
    assert stage.world.plane.broken == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Then the subscriber cleaners still lacks of Acme exactly:\n  | version |\n  | 1 |\n",
            "nobody is called the subscriber cleaners; the subscribers are entity-views, ",
        ),
        ("When everything is repaired", "nothing is broken, so nothing can be repaired"),
        ("When the transport is killed", "the transport is no process; name the publisher or a"),
        ("When the publisher forgets how far it came", "stop the publisher first"),
        (
            "When the publisher is started and killed in the middle of a batch",
            "nothing has happened yet that a process could be killed over",
        ),
    ],
)
def test_words_that_do_not_fit_are_told(stage: Stage, text: str, words: str) -> None:
    """A scenario of that kind would prove nothing."""
    with pytest.raises(ScenarioError) as mistake:
        stage.play(f"Given Acme is a tenant\n{text}")
    assert str(mistake.value).startswith(words)


def test_after_a_fault_the_canary_comes_round_again(stage: Stage) -> None:
    """A scenario that broke nothing need not show that."""
    stage.play(f"{CHANGED}{CLOSING}")
    stage.world.tidy()
    before = len(stage.run.fences.sent)
    stage.play("When the publisher is killed")
    stage.world.tidy()
    assert stage.crm.runs("publisher")
    assert [each.command.tenant_id for each in stage.run.fences.sent[before:]] == [stage.run.canary]
    assert stage.run.unrepaired == []


def test_nothing_begins_while_something_is_broken(stage: Stage) -> None:
    """The next scenario tries to repair it; until that works, there is none."""
    stage.play("Given Acme is a tenant\nWhen the publisher is killed")
    stage.crm.defect = Defect.DEAD_PIPE
    for attempt in (stage.world.tidy, partial(require_repaired, stage.run)):
        with pytest.raises(Inconclusive, match=r"the fence of tenant test-canary-1 did not"):
            attempt()
    stage.crm.defect = None
    require_repaired(stage.run)
    assert stage.run.unrepaired == []


def final(run: Run) -> None:
    """Audit the whole run, and find nothing."""
    assert final_audit(run) == []


@pytest.mark.parametrize("repair", [require_repaired, final])
def test_a_repair_that_fails_is_tried_again(stage: Stage, repair: Callable[[Run], None]) -> None:
    """By the next scenario, or by the end of the run: it may have been the machine."""
    attempts: list[str] = []

    def fails_once() -> None:
        attempts.append("one more")
        if len(attempts) == 1:
            raise ConnectionError("no answer")

    plane = ControlPlane(stage.run.journal, lambda: None)
    plane.break_until_repaired("the door", lambda: None, fails_once)
    with pytest.raises(FaultError, match=r"the door \(no answer\)"):
        leave(stage.run, plane)
    repair(stage.run)
    assert (len(attempts), stage.run.unrepaired) == (2, [])


def test_where_the_repair_fails_the_audit_after_a_failure_says_so(stage: Stage) -> None:
    """Instead of hiding the failure behind its own."""

    def fails() -> None:
        raise ConnectionError("no answer")

    stage.play(CHANGED)
    stage.world.plane.break_until_repaired("the door", lambda: None, fails)
    assert stage.world.told_after_failure(0.01) == (
        "No audit was possible: not everything could be repaired: the door (no answer)"
    )
    assert stage.world.closed


def test_who_is_just_about_to_get_it_does_not_lack_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at twice: a fault that does not hold is seen."""
    fences = stage.run.fences
    settle = fences.settle

    def comes_meanwhile(since: float, at_least: float = 0.0) -> object:
        stage.crm.start("audit-trail")
        stage.crm.stop("audit-trail")
        return settle(since, at_least)

    stage.play(f"{GLOBEX}And the subscriber audit-trail is stopped\n{CHANGE_AGAIN}")
    monkeypatch.setattr(fences, "settle", comes_meanwhile)
    with pytest.raises(AssertionError, match="the subscriber audit-trail still lacks of Acme"):
        stage.play(f"Then the subscriber audit-trail still lacks of Acme exactly:\n{UPDATED}")
