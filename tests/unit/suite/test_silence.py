"""Where nothing can come any more, nobody passes, and nobody is blamed: INCONCLUSIVE.

Which sentences rest on absence is not listed: it is seen from what they ask for.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

import pytest

from support.errors import CrmTrouble, Inconclusive
from support.names import Tenant
from support.observing.deliveries import Message
from support.survey import Survey
from tests.support.fake_defects import Defect
from tests.support.stage import Stage, open_stage
from tests.unit.suite.controls.all_of_them import CONTROLS
from tests.unit.suite.controls.matrix import CLOSING, Control

WHOLE = [pytest.param(control, id=control.sentence) for control in CONTROLS]
ARRIVED = [
    pytest.param(control, id=control.sentence) for control in CONTROLS if not control.withheld
]
SHORTEST_REASON = 5
UNANSWERED = ("send", "history", "view", "applied", "audit_trail", "pipeline", "set_aside")


class Silence(Enum):
    """Name what can fall silent, once all that has happened so far has arrived."""

    PIPE = "nothing is published any more"
    TAP = "nothing comes to the tap any more"
    COMMANDS = "the CRM answers to no command any more"
    CRM = "the CRM does not answer at all any more"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM."""
    with open_stage(tmp_path) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Watch who asks for the proof that nothing more is on its way."""
    real, about = Survey.settled_all, list[str]()

    def settled_all(survey: Survey, tenants: Sequence[Tenant], asked: str = "") -> object:
        about.extend(tenant.name for tenant in tenants)
        return real(survey, tenants, asked)

    monkeypatch.setattr(Survey, "settled_all", settled_all)
    return about


def _silent(stage: Stage, silence: Silence, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.run.collector.drain()
    match silence:
        case Silence.PIPE:
            stage.crm.defect = Defect.DEAD_PIPE
        case Silence.TAP:
            monkeypatch.setattr(stage.tap, "receive", _nothing)
        case Silence.COMMANDS:
            monkeypatch.setattr(stage.crm, "send", _gone)
        case Silence.CRM:
            for call in UNANSWERED:
                monkeypatch.setattr(stage.crm, call, _gone)


def _nothing(_: float) -> Sequence[Message]:
    return ()


def _gone(*_: object) -> None:
    raise CrmTrouble("the CRM at http://crm gave no answer")


@pytest.mark.parametrize("control", WHOLE)
def test_a_sentence_asks_for_proof_or_says_why_it_needs_none(
    stage: Stage, control: Control, asked: list[str]
) -> None:
    """A new sentence rests on absence until somebody says why it does not."""
    stage.play(control.honest + control.before)
    asked.clear()
    stage.play(control.last)
    assert bool(asked) is not bool(control.no_fence), control.sentence
    assert not control.no_fence or len(control.no_fence.split()) >= SHORTEST_REASON


@pytest.mark.parametrize("silence", Silence)
@pytest.mark.parametrize("control", ARRIVED)
def test_silence_allows_no_verdict(
    stage: Stage, control: Control, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says so itself if it rests on absence; no other saves its scenario from it."""
    stage.play(control.honest + control.before)
    _silent(stage, silence, monkeypatch)
    with pytest.raises((Inconclusive, AssertionError, CrmTrouble)) as verdict:
        stage.play(control.last if not control.no_fence else f"{control.last}\n{CLOSING}")
    assert isinstance(verdict.value, Inconclusive), verdict.value
    assert str(verdict.value).startswith("INCONCLUSIVE: ")


@pytest.mark.parametrize("silence", Silence)
def test_a_silence_is_told_with_whose_fence_it_was(
    stage: Stage, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with where it was looked for, and what nobody can tell now."""
    stage.play('Given Acme is a tenant\nAnd Acme has the account "Globex"')
    _silent(stage, silence, monkeypatch)
    with pytest.raises(Inconclusive) as verdict:
        stage.play("Then the subscribers of Acme have received nothing")
    first, second, *_, where = str(verdict.value).splitlines()
    gone = silence in (Silence.COMMANDS, Silence.CRM)
    why = (
        "the CRM at http://crm gave no answer" if gone else "its event did not arrive within 0.04 s"
    )
    assert first == f"INCONCLUSIVE: the fence of tenant test-acme-1 did not come back: {why}"
    assert second == (
        "Nobody can tell whether the subscribers of Acme have received nothing. What is known:"
    )
    assert where.startswith("tenant test-acme-1, run test, seed 7; ")
