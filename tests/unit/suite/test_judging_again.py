"""Judging a finished run from its journal: the same verdicts, and no system."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.__main__ import GREEN, RED, UNREADABLE, main
from support.acts import PROMISED
from support.errors import CrmTrouble
from support.final_audit import final_audit
from support.judging.again import READINESS, RUN, Judged, judge_again
from support.observing.journal import Entry, read_journal
from tests.support.fake_defects import Defect
from tests.support.samples import an_event
from tests.support.stage import CATALOGUE, Stage, open_stage

SCENARIO = "a.feature: a scenario"
STORY = """
Given Acme is a tenant
Given Acme has the account "Globex"
When Acme updates the account "Globex"
"""
NONE = (
    "{{path}} is no journal of this version of the suite ({}); name a journal.jsonl that a run has "
    "written\n"
)
CLOSING = "Then every event of this scenario is accounted for"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up a stage whose scenario has a name."""
    with open_stage(tmp_path, SCENARIO) as stage:
        stage.run.journal.begin(SCENARIO)
        yield stage


def _again(stage: Stage) -> Judged:
    return judge_again(read_journal(stage.run.journal.path), CATALOGUE().violations, PROMISED)


def _said(stage: Stage) -> list[str]:
    """Return what the audit of the scenario found when it was made."""
    lines = read_journal(stage.run.journal.path)
    (verdict,) = (line["findings"] for line in lines if line["entry"] == "verdict")
    return list(verdict)


def _end(stage: Stage, status: str = "passed", error: str = "") -> list[str]:
    stage.run.journal.add(Entry.OUTCOME, {"status": status, "error": error})
    return final_audit(stage.run)


def test_a_green_run_is_judged_green_again(stage: Stage) -> None:
    """Each scenario, and the run as a whole."""
    stage.play(STORY + CLOSING)
    assert _end(stage) == []
    judged = _again(stage)
    assert [each.scenario for each in judged.verdicts] == [SCENARIO, READINESS, RUN]
    assert judged.holds


@pytest.mark.parametrize(
    ("fault", "told_of"),
    [
        ({"checkpoint lost": True}, set()),
        ({"replayed": "test-acme-1"}, {"canary"}),
        ({"held back": []}, {"canary", "test-acme-1"}),
    ],
    # A set's own words come in another order in each process.
    ids=["for all", "for one tenant", "for nobody"],
)
def test_what_the_run_has_published_again_is_told_of_nobody_it_was_done_to(
    stage: Stage, fault: dict[str, object], told_of: set[str]
) -> None:
    """After the scenario was closed: of the tenant that the journal names, or of all."""
    stage.run.canary = stage.run.open_tenant("canary", READINESS)
    stage.run.fences.canary(stage.run.canary, timeout=1)
    stage.play(STORY + CLOSING)
    acme = next(each for each in stage.run.books.scenario_of if "acme" in each)
    named = {"replayed": acme} if "replayed" in fault else fault
    stage.run.journal.add(Entry.FAULT, named)
    published = {each.event_id: each for each in stage.run.collector.deliveries}
    for delivery in published.values():
        stage.tap.put(delivery.detail)
    found = _end(stage)
    tenant_of = {each.detail["entity_id"]: each.detail["tenant_id"] for each in published.values()}
    whose = {tenant for entity, tenant in tenant_of.items() if entity in "\n".join(found)}
    assert {"canary" if "canary" in each else "test-acme-1" for each in whose} == told_of
    assert all(each.startswith("duplicate: ") for each in found)
    assert all(each.same for each in _again(stage).verdicts)


@pytest.mark.parametrize(
    "defect",
    [
        Defect.DROPS,
        Defect.PUBLISHES_TWICE,
        Defect.ALTERS,
        Defect.ADDS_FIELD,
        Defect.OTHER_TENANT,
        Defect.OTHER_TYPE,
        Defect.LEAVES_OUT,
        Defect.EXTRA_EVENT,
        Defect.NO_RECEIPT,
        Defect.SKIPS_VERSION,
        Defect.NOT_APPLIED,
        Defect.APPLIED_TWICE,
        Defect.STALE_VIEW,
        Defect.NO_AUDIT_ENTRY,
    ],
)
def test_what_a_run_has_found_is_found_again(stage: Stage, defect: Defect) -> None:
    """Word for word."""
    stage.play(STORY, defect)
    stage.world.post_mortem(0.01)
    found = _said(stage)
    left = _end(stage, "failed", "the audit found something")
    judged = _again(stage)
    assert found
    assert [each.findings for each in judged.verdicts] == [found, [], left]
    assert [each.same for each in judged.verdicts] == [True, True, True]
    assert not judged.holds


def test_what_was_left_over_at_the_end_is_found_again(stage: Stage) -> None:
    """What came late, what is nobody's, and what had effect once more."""
    stage.play(STORY, Defect.APPLIED_AGAIN)
    stage.play(CLOSING)
    stage.crm.release()
    stage.tap.put(an_event(tenant_id="test-acme-11"))
    left = _end(stage)
    judged = _again(stage)
    assert [each.split(":")[0] for each in left] == ["phantom", "duplicate"]
    assert [each.findings for each in judged.verdicts] == [[], [], left]


def test_what_is_no_event_is_left_over_then_too(stage: Stage) -> None:
    """Though it came in the scenario's time, and names its tenant."""
    stage.play(STORY)
    stage.tap.put({"tenant_id": "test-acme-1"})
    stage.play(CLOSING)
    (left,) = _end(stage)
    assert left.startswith("phantom: a message that holds no event (no event: ")
    assert [each.findings for each in _again(stage).verdicts] == [[], [], [left]]


def test_a_path_that_was_slow_to_start_is_not_judged_then_either(stage: Stage) -> None:
    """The readiness check is filed under itself, though a scenario was the last to run."""
    stage.run.canary = stage.run.open_tenant("canary", READINESS)
    stage.crm.defect = Defect.SLOW_BUS
    stage.run.fences.canary(stage.run.canary, timeout=1)
    stage.crm.defect = None
    stage.play(STORY + CLOSING)
    assert _end(stage) == []
    judged = _again(stage)
    assert [each.scenario for each in judged.verdicts] == [SCENARIO, READINESS, RUN]
    assert judged.holds


def test_a_scenario_that_failed_without_a_finding_is_no_green_run(stage: Stage) -> None:
    """Expectations are the scenario's own; the audit knows nothing of them."""
    stage.play(STORY + CLOSING)
    _end(stage, "failed", "expected 2, found 1")
    assert not _again(stage).holds


def test_a_verdict_that_is_another_one_now_is_told(stage: Stage) -> None:
    """Somebody has changed the journal, or the rules."""
    stage.play(STORY + CLOSING)
    _end(stage)
    lines = [*read_journal(stage.run.journal.path)]
    forged = [
        {**line, "findings": ["lost: all"]} if line["entry"] == "verdict" else line
        for line in lines
    ]
    judged = judge_again(forged, CATALOGUE().violations, PROMISED)
    assert [each.same for each in judged.verdicts] == [False, False, True]
    assert not judged.holds


def test_a_run_that_was_cut_off_is_judged_as_far_as_it_got(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a line is what a crash leaves; the scenario that it belongs to was never closed."""
    stage.play(STORY)
    path = stage.run.journal.path
    with path.open("a", encoding="utf-8") as file:
        file.write('{"entry": "del')
    assert main(["judge", str(path)]) == RED
    assert capsys.readouterr().out.splitlines() == [
        SCENARIO,
        "  was never closed: there is no verdict on it",
        "The run did not get to its end: it was not audited.",
        "0 audits repeated, 0 with the verdict of the run; 0 findings, "
        "0 of 0 scenarios not passed.",
    ]


def test_the_command_tells_what_was_found(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Scenario by scenario, and how each ended."""
    stage.play(STORY, Defect.PUBLISHES_TWICE)
    (found,) = stage.world.post_mortem(0.01)
    _end(stage, "failed", "ASSERT FAILED")
    assert main(["judge", str(stage.run.journal.path)]) == RED
    assert capsys.readouterr().out.splitlines() == [
        SCENARIO,
        f"  {found}",
        SCENARIO,
        "  ended as failed: ASSERT FAILED",
        "3 audits repeated, 3 with the verdict of the run; 1 findings, "
        "1 of 1 scenarios not passed.",
    ]


def test_what_failed_after_its_last_step_and_what_was_left_behind_is_told(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """A scenario that could not be tidied up is one that has not passed; the run is none."""
    stage.play(STORY + CLOSING)
    assert _end(stage) == []
    for scenario, status, error in (
        (SCENARIO, "passed", ""),
        (SCENARIO, "cleanup_error", "the door (no answer)"),
        (None, "error", "run test left behind: queue q"),
    ):
        stage.run.journal.begin(scenario)
        stage.run.journal.add(Entry.OUTCOME, {"status": status, "error": error})
    assert main(["judge", str(stage.run.journal.path)]) == RED
    assert capsys.readouterr().out.splitlines() == [
        SCENARIO,
        "  ended as cleanup_error: the door (no answer)",
        "the run as a whole",
        "  ended as error: run test left behind: queue q",
        "3 audits repeated, 3 with the verdict of the run; 0 findings, "
        "1 of 1 scenarios not passed.",
    ]


def test_the_command_is_content_with_a_green_run(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says so."""
    stage.play(STORY + CLOSING)
    _end(stage)
    assert main(["judge", str(stage.run.journal.path)]) == GREEN
    assert capsys.readouterr().out == (
        "3 audits repeated, 3 with the verdict of the run; 0 findings, "
        "0 of 1 scenarios not passed.\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            None,
            "no journal can be read at {path}: No such file or directory; run behave first, or "
            "name another file\n",
        ),
        (
            b"not JSON\n",
            NONE.format("line 1 is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ),
        (b'{"entry": "verdict"}\n', NONE.format("KeyError('tenants')")),
        (b'{"entry": "entrance"}\n', NONE.format("line 1 is no entry of a journal")),
        (b"[]\n", NONE.format("line 1 is no entry of a journal")),
        (b"\xfb\x00" * 1000 + b"\n", NONE.format("it is no text")),
    ],
)
def test_what_is_no_journal_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes | None, sentence: str
) -> None:
    """And with an exit code of its own."""
    path = tmp_path / "journal.jsonl"
    if text is not None:
        path.write_bytes(text)
    assert main(["judge", str(path)]) == UNREADABLE
    assert capsys.readouterr() == ("", sentence.replace("{path}", str(path)))


def test_what_could_not_be_audited_is_not_held_against_the_run_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The CRM was silent when the scenario ended; what came until then is the scenario's."""
    stage.play(STORY)

    def silent(_: str) -> None:
        raise CrmTrouble("the CRM gave no answer")

    with monkeypatch.context() as broken:
        broken.setattr(stage.crm, "history", silent)
        told = stage.world.told_after_failure(0.01)
    assert told == "No audit was possible: the CRM gave no answer"
    left = _end(stage, "error", "INCONCLUSIVE")
    judged = _again(stage)
    assert (left, judged.unclosed) == ([], [])
    assert [each.findings for each in judged.verdicts] == [[], []]
