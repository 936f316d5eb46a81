"""Each Then sentence passes where all is well, and goes red where it must, saying what happened.

The sentences are the real ones, the World is the real one; the CRM is in memory and has a defect.
What each sentence shows of each class of defects is in `controls`, a module for each steps file.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.errors import Inconclusive, ScenarioError
from support.final_audit import final_audit
from tests.support.fake_defects import Defect
from tests.support.stage import Stage, definitions, open_stage
from tests.unit.suite.controls.all_of_them import CONTROLS
from tests.unit.suite.controls.answers import ONE_EVENT
from tests.unit.suite.controls.matrix import (
    CLOSING,
    By,
    Case,
    Control,
    Wrong,
    cases,
    flaws,
    told,
)
from tests.unit.suite.controls.stories import CHANGED, GLOBEX

BROKEN = [pytest.param(case, id=str(case)) for case in cases(CONTROLS)]
WHOLE = [pytest.param(control, id=control.sentence) for control in CONTROLS]
# What runs of the suite leave is no matter of events: tests/integration/operation has its controls.
OPERATION = "then_operation.py"
SENTENCES = [
    each.pattern for each in definitions("then") if Path(each.location.filename).name != OPERATION
]
A_CONTROL = Control("a sentence", "", cannot=dict.fromkeys(Wrong, ONE_EVENT))


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Put up an honest CRM, and an end of the run that tests need not wait for."""
    monkeypatch.setattr("support.final_audit.LAST_LOOK_S", 0.001)
    monkeypatch.setattr("support.failures.steadily.STILL_S", 0.001)
    with open_stage(tmp_path) as opened:
        yield opened


def test_every_then_sentence_has_a_full_row() -> None:
    """A sentence that was never seen red proves nothing: each class is shown, or cannot be."""
    found = [*flaws(SENTENCES, CONTROLS)]
    assert not found, "\n".join([*found, "", told(SENTENCES, CONTROLS)])


def test_every_row_is_about_a_sentence() -> None:
    """What nobody can say any more goes."""
    assert {control.sentence for control in CONTROLS} <= {*SENTENCES}


def test_the_closing_audit_shows_every_class() -> None:
    """It is what other sentences leave their classes to: it has no excuse."""
    closing = CLOSING.removeprefix("Then ")
    ours = [each for each in CONTROLS if each.sentence == closing]
    assert {wrong for each in ours for wrong in each.red} == {*Wrong}
    assert [each.cannot for each in ours if each.cannot] == []


@pytest.mark.parametrize(
    ("control", "flaw"),
    [
        (replace(A_CONTROL, cannot={}), "a sentence: nothing is said of missing"),
        (
            replace(A_CONTROL, cannot={Wrong.LATE: "it cannot be"}),
            "a sentence: late needs a sentence that says why it cannot be, not 'it cannot be'",
        ),
        (
            replace(A_CONTROL, red={Wrong.LATE: {Defect.LATE: ("late",)}}),
            "a sentence: late cannot be, and is shown or excused elsewhere, too",
        ),
    ],
    ids=["an empty cell", "a poor reason", "a reason beside a control"],
)
def test_a_row_that_is_not_full_is_named(control: Control, flaw: str) -> None:
    """The guard over the matrix has been seen red, too."""
    assert flaw in [*flaws(["a sentence"], [control])]
    assert [*flaws(["a sentence"], [A_CONTROL])] == []


@pytest.mark.parametrize("control", WHOLE)
def test_a_sentence_passes_where_all_is_well(stage: Stage, control: Control) -> None:
    """And the audit that closes the scenario has nothing to add."""
    stage.play(control.honest + control.story)
    _say_what_was_refused(stage, control)
    stage.play(CLOSING)


def _say_what_was_refused(stage: Stage, control: Control) -> None:
    if "is refused" not in control.story and "tries" in control.story:
        stage.play('Then the command is refused as "invalid name"')


@pytest.mark.parametrize("case", BROKEN)
def test_what_must_go_red_does_and_says_why(stage: Stage, case: Case) -> None:
    """Whoever comes before it has passed; the message has what a reader needs to know."""
    stage.play(case.control.honest)
    stage.play(case.control.before, case.defect)
    said = _verdict(stage, case)
    assert [fact for fact in case.facts if fact not in said] == [], said


def _verdict(stage: Stage, case: Case) -> str:
    """Return what whoever has to go red says."""
    if case.by is By.SENTENCE:
        return _red(stage, case.control.last)
    stage.play(case.control.last)
    _say_what_was_refused(stage, case.control)
    if case.by is By.CLOSING:
        return _red(stage, CLOSING)
    stage.play(CLOSING)
    stage.crm.release()
    return "\n".join(final_audit(stage.run))


def _red(stage: Stage, sentence: str) -> str:
    with pytest.raises(AssertionError) as red:
        stage.play(sentence)
    return str(red.value)


@pytest.mark.parametrize("control", WHOLE)
def test_a_repetition_by_the_transport_is_no_trouble(stage: Stage, control: Control) -> None:
    """Delivered twice under one envelope is legal, everywhere."""
    stage.play(control.honest + control.story, Defect.DUPLICATES)


def test_one_event_of_several_alike_that_lost_its_correlation_is_seen(stage: Stage) -> None:
    """Every event is looked at, not one of each type."""
    stage.play(
        f"""{GLOBEX}And Acme has the opportunity "Deal"
And Acme has the opportunity "Other deal"
When Acme deactivates the account "Globex"
""",
        Defect.ONE_UNCORRELATED,
    )
    with pytest.raises(AssertionError, match="something-else"):
        stage.play("Then the events of Acme share the correlation of the command")


def test_a_suite_that_looks_late_blames_nobody_and_proves_nothing(stage: Stage) -> None:
    """Neither in time nor late is known: no finding, and no proof either."""
    stage.play(CHANGED)
    stage.crm.hours_passed = 1
    with pytest.raises(Inconclusive, match=r"^INCONCLUSIVE: 0 % for certain, 100 % at most, of 1 "):
        stage.play("Then 95 % of the events of Acme have reached every subscriber in time")
    stage.play(CLOSING)


def test_where_nothing_happened_nothing_can_be_in_time(stage: Stage) -> None:
    """A sentence that cannot fail proves nothing."""
    stage.play(GLOBEX)
    with pytest.raises(ScenarioError, match="nothing has happened at Acme that could be in time"):
        stage.play("Then 95 % of the events of Acme have reached every subscriber in time")
