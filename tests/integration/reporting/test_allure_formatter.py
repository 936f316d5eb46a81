"""The results that behave writes through our formatter, on a project where everything goes wrong.

Each test is named after a defect of allure-behave that must not come back.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from support.room import claim
from tests.integration.reporting.tiny_project import EVERYTHING, TinyProject

TWO = """
Feature: Two
  @smoke
  Scenario: First
    Then all is well

  Scenario: Second
    Then all is well
"""
ROWS = """
Feature: Rows
  Scenario Outline: A <kind> lead
    Given a lead of kind "<kind>"
    Examples:
      | kind    |
      | web     |
      | partner |
"""
INTERRUPTED = """
Feature: Interrupted
  Scenario: First
    Then all is well

  @interrupt
  Scenario: Interrupted
    Then all is well

  Scenario: Never reached
    Then all is well
"""
SILENT = "A check failed and gave no reason.\nsteps/steps.py:17: assert 1 + 1 == 3"
BROKEN_PROMISE = "expected LeadCreated\n  arrived nothing"


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> TinyProject:
    """Return the project after one run."""
    project = TinyProject(tmp_path_factory.mktemp("tiny")).write(EVERYTHING)
    assert project.run() == 1
    return project


@pytest.fixture
def two(tmp_path: Path) -> TinyProject:
    """Return a project with two scenarios that pass."""
    return TinyProject(tmp_path).write({"features/two.feature": TWO})


def values(result: dict[str, Any], label: str) -> list[str]:
    """Return the values of one label of a result."""
    return [found["value"] for found in result["labels"] if found["name"] == label]


def told(result: dict[str, Any]) -> tuple[str, str | None]:
    """Return status and message of a result."""
    return result["status"], result.get("statusDetails", {}).get("message")


def names(results: Sequence[dict[str, Any]]) -> list[str]:
    """Return the names of results in order."""
    return [result["name"] for result in results]


def left_by_a_job(project: TinyProject) -> Path:
    """Make and return what a job of an earlier run left in the reports folder."""
    journal = project.folder / "reports" / "jobs" / "1" / "journal.jsonl"
    journal.parent.mkdir(parents=True)
    journal.touch()
    return journal


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("A lead is announced", "passed", None),
        (
            "A bare check",
            "failed",
            SILENT,
        ),
        ("Trouble", "broken", "ConnectionError: nobody answers"),
        ("No evidence", "broken", "INCONCLUSIVE: the fence did not come back"),
        ("A thing that cannot be done", "skipped", "the target has no magic"),
        ("A forgotten step", "broken", "No step is defined for: Then nobody wrote this"),
        ("A hook breaks before it", "broken", "ConnectionError: no tenant could be opened"),
        ("A hook fails after it", "failed", "the audit found a phantom"),
        ("A cleanup fails", "failed", "the audit found a loss"),
        ("A cleanup breaks", "broken", "OSError: the tenant could not be closed"),
        (
            "Everything goes wrong",
            "failed",
            f"{BROKEN_PROMISE}\n\nOSError: the tenant could not be closed\n\n"
            "the audit found a loss",
        ),
    ],
)
def test_a_scenario_says_how_it_ended(
    ended: TinyProject, name: str, status: str, message: str | None
) -> None:
    """Errors of hooks and cleanups count, and so do the reasons for skipping."""
    assert told(ended.result(name)) == (status, message)


def test_no_traceback_under_a_broken_promise(ended: TinyProject) -> None:
    """A product owner reads what was promised and what came, and no code."""
    (failed,) = [
        r for r in ended.results() if told(r)[1] == "expected LeadCreated\n  arrived nothing"
    ]
    assert "trace" not in failed["statusDetails"]
    assert failed["steps"][-1]["statusDetails"] == failed["statusDetails"]


def test_a_short_trace_under_trouble_with_the_environment(ended: TinyProject) -> None:
    """An engineer reads where it happened in the project, and what caused it."""
    assert ended.result("Trouble")["statusDetails"]["trace"].splitlines() == [
        'steps/steps.py:24: raise ConnectionError("nobody answers") from error',
        "caused by KeyError: 'queue'",
        'steps/steps.py:22: {}["queue"]',
    ]


def test_steps_after_a_failed_one_are_shown_as_skipped(ended: TinyProject) -> None:
    """The reader sees what was not looked at any more."""
    steps = ended.result("A bare check")["steps"]
    assert [step["status"] for step in steps] == ["failed", "skipped"]


def test_scenarios_in_a_rule_are_there(ended: TinyProject) -> None:
    """Their tables do not crash the run either."""
    result = ended.result("A scenario in a rule")
    assert result["status"] == "passed"
    assert values(result, "story") == ["1.3.1 Versions run without gaps."]


def test_equal_names_in_two_files_do_not_merge(ended: TinyProject) -> None:
    """A failure must not hide behind a passed scenario of the same name."""
    same = [result for result in ended.results() if result["name"] == "The same name"]
    assert [result["status"] for result in same] == ["failed", "passed"]
    files = [result["testCaseId"].partition(" ")[0] for result in same]
    assert files == ["features/leads.feature", "features/order.feature"]


def test_equal_rows_of_an_outline_do_not_merge(ended: TinyProject) -> None:
    """Two rows with the same cells are two results."""
    rows = [result for result in ended.results() if result["name"].startswith("Any lead")]
    assert len({result["testCaseId"] for result in rows}) == len(rows) == 2


def test_identity_survives_a_line_inserted_above(two: TinyProject) -> None:
    """The history of a scenario does not depend on where it stands in its file."""
    two.run()
    before = two.result("First")
    two.write({"features/two.feature": f"# A comment\n{TWO}"}).run()
    after = two.result("First")
    assert before["fullName"] != after["fullName"]
    assert before["testCaseId"] == after["testCaseId"]


def test_outline_titles_say_the_row_in_words(ended: TinyProject) -> None:
    """No `-- @1.1`; a title without a placeholder gets the cells."""
    told_names = names(ended.results())
    assert {"A web lead", "A partner lead", "Any lead (web, fast)"} <= set(told_names)
    assert not [name for name in told_names if "@" in name]
    assert ended.result("A web lead")["parameters"] == [{"name": "kind", "value": "web"}]


def test_places_come_from_the_requirements(ended: TinyProject) -> None:
    """One chapter and one section, that of the feature; one story for each clause."""
    result = ended.result("A lead is announced")
    assert values(result, "epic") == ["2 Entities"]
    assert values(result, "feature") == ["2.3 Lead"]
    assert values(result, "story") == [
        "2.3.1 A lead has a name.",
        "1.3.1 Versions run without gaps.",
    ]


def test_without_a_requirement_it_says_so(ended: TinyProject) -> None:
    """The tree has a place for a feature without a section."""
    result = ended.result("Without a clause")
    assert values(result, "epic") == ["Without a requirement"]
    assert values(result, "feature") == ["Unplaced"]


def test_tags_are_words_and_requirements_are_none(ended: TinyProject) -> None:
    """`_` stands for a space; a requirement is shown as a place, not as a tag."""
    assert values(ended.result("A lead is announced"), "tag") == ["smoke", "long tag"]


def test_the_description_shows_everything_without_a_click(ended: TinyProject) -> None:
    """Prose, clauses, tables, and the command that repeats the scenario with its seed."""
    assert ended.result("A lead is announced")["description"] == (
        "**Leads**\n\nSales works on leads.\n\nNobody waits for it.\n\n"
        "Proves:\n\n- 2.3.1 A lead has a name.\n- 1.3.1 Versions run without gaps.\n\n"
        "As written:\n\n```\nGiven these leads\n  | name  |\n  | Curie |\nThen all is well\n```\n\n"
        "Repeat it with:\n\n```\npython -m behave features/leads.feature:7 -D seed=4711\n```"
    )


def test_the_seed_is_a_label(ended: TinyProject) -> None:
    """It can be read and searched for."""
    assert values(ended.result("A bare check"), "seed") == ["4711"]


def test_dynamic_title_label_and_parameter_work(ended: TinyProject) -> None:
    """What a scenario says of itself while it runs is shown."""
    result = ended.result("A title given while it ran")
    assert values(result, "severity") == ["critical"]
    assert result["parameters"] == [{"name": "tenants", "value": "3"}]


def test_evidence_is_attached_to_its_scenario(ended: TinyProject) -> None:
    """Timeline, values and words, each as a file of its kind."""
    attached = ended.result("With evidence")["attachments"]
    assert [(one["name"], one["type"]) for one in attached] == [
        ("What happened", "text/html"),
        ("The view", "application/json"),
        ("Findings", "text/plain"),
    ]
    view = (ended.results_folder / attached[1]["source"]).read_text(encoding="utf-8")
    assert view == '{\n  "name": "Zoë"\n}'


def test_a_feature_that_could_not_be_prepared_is_shown(ended: TinyProject) -> None:
    """Its scenarios never ran: without this they would just be missing."""
    result = ended.result("Around the feature: Unprepared")
    assert told(result) == ("broken", "ConnectionError: the target does not answer")
    assert (values(result, "epic"), values(result, "feature")) == (["1 Guarantees"], ["1.3 Order"])


def test_the_verdict_on_the_run_is_shown(ended: TinyProject, two: TinyProject) -> None:
    """The report is as red, or as green, as the run."""
    assert told(ended.result("The audit at the end of the run")) == ("passed", None)
    assert two.run(audit_fails="yes") == 1
    verdict = told(two.result("The audit at the end of the run"))
    assert verdict == ("failed", "1 event belongs to no scenario")


def test_a_cleanup_that_fails_at_the_end_of_the_run_is_shown(two: TinyProject) -> None:
    """What starts before all scenarios is also stopped after them."""
    assert two.run(fail_at_the_end="yes") == 1
    result = two.result("The end of the run")
    assert told(result) == ("broken", "RuntimeError: the target could not be stopped")


def test_an_interrupted_run_says_that_it_is_not_all(tmp_path: Path) -> None:
    """The scenarios that are missing are not green."""
    project = TinyProject(tmp_path).write({"features/a.feature": INTERRUPTED})
    assert project.run() == 1
    assert {result["name"]: told(result) for result in project.results()} == {
        "First": ("passed", None),
        "Interrupted": ("broken", "The run was interrupted before this had ended."),
        "The audit at the end of the run": ("passed", None),
        "The run was interrupted": (
            "broken",
            "The run was interrupted. Scenarios that are not in this report never ran.",
        ),
    }


def test_a_run_that_cannot_go_on_says_why_and_that_it_is_not_all(tmp_path: Path) -> None:
    """Nobody has interrupted it."""
    text = INTERRUPTED.replace("@interrupt", "@ends-the-run")
    project = TinyProject(tmp_path).write({"features/a.feature": text})
    assert project.run() == 1
    cut_off = {r["name"]: told(r) for r in project.results() if r["name"].startswith("The run")}
    assert cut_off == {
        "The run could not go on": (
            "broken",
            "the emulator has ended: run again\nScenarios that are not in this report never ran.",
        ),
    }


def test_scenarios_that_nobody_selected_are_not_shown(two: TinyProject) -> None:
    """Neither by tag nor by line; they were not skipped for a reason."""
    two.run("--tags=smoke")
    assert names(two.results())[:-1] == ["First"]
    two.run("features/two.feature:7")
    assert names(two.results())[:-1] == ["Second"]


def test_the_command_repeats_a_row_of_an_outline(tmp_path: Path) -> None:
    """The place in the command names one row."""
    project = TinyProject(tmp_path).write({"features/rows.feature": ROWS})
    project.run()
    project.run(project.result("A partner lead")["fullName"])
    assert names(project.results())[:-1] == ["A partner lead"]


def test_old_results_are_removed_and_nothing_else(two: TinyProject) -> None:
    """Stale results would show as retries; other files are not ours to remove."""
    two.run()
    (two.results_folder / "notes.txt").write_text("mine", encoding="utf-8")
    two.run()
    assert sorted(names(two.results()))[:2] == ["First", "Second"]
    assert len(two.results()) == 3
    assert (two.results_folder / "notes.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "environ", "left"),
    [
        ([], {}, False),
        (["-D", "keep_results=true"], {}, True),
        (["-D", "reports=elsewhere"], {}, True),
        ([], {"ACCEPTANCE_REPORTS": "elsewhere"}, True),
    ],
)
def test_what_an_earlier_runs_jobs_left_goes_with_its_results(
    two: TinyProject, arguments: list[str], environ: dict[str, str], *, left: bool
) -> None:
    """It would be taken for this run's; a folder beside results of another place is not ours."""
    journal = left_by_a_job(two)
    two.run(*arguments, **environ)
    assert journal.exists() is left


def test_a_second_run_in_the_same_folder_touches_nothing(two: TinyProject) -> None:
    """It is told so before it has removed anything."""
    two.run()
    before = two.results()
    journal = left_by_a_job(two)
    claimed = os.open(two.results_folder, os.O_RDONLY)
    claim(claimed, two.results_folder)
    assert two.run() != 0
    os.close(claimed)
    assert two.results() == before
    assert journal.exists()


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [(["-D", "keep_results=true"], {}), ([], {"ACCEPTANCE_KEEP_RESULTS": "yes"})],
)
def test_processes_of_one_run_share_a_folder(
    two: TinyProject, arguments: list[str], environ: dict[str, str]
) -> None:
    """The second one is told to add to what is there."""
    two.run("--tags=smoke")
    two.run("--tags=not smoke", *arguments, **environ)
    assert {"First", "Second"} < set(names(two.results()))


def test_the_job_that_ran_is_named(two: TinyProject) -> None:
    """On a CI system the report links to it."""
    two.run(BUILD_URL="https://ci.example/7", BUILD_TAG="crm-7")
    assert "https://ci.example/7" in (two.results_folder / "executor.json").read_text("utf-8")


def test_a_dry_run_leaves_the_results_alone(two: TinyProject) -> None:
    """It proves nothing, so it neither removes nor adds a result."""
    two.run()
    before = two.results()
    two.run("--dry-run")
    assert two.results() == before


def test_a_dry_run_makes_no_folder(two: TinyProject) -> None:
    """Nothing to write, nowhere to write it."""
    two.run("--dry-run")
    assert not two.results_folder.exists()


@pytest.mark.parametrize(
    "said",
    [
        'type="AssertionError" message="expected LeadCreated',
        'type="Inconclusive" message="INCONCLUSIVE: the fence did not come back"',
        'message="the audit found a phantom"',
        'message="the audit found a loss"',
        'message="expected LeadCreated&#10;  arrived nothing&#10;&#10;OSError: the tenant',
    ],
)
def test_junit_says_what_went_wrong(ended: TinyProject, said: str) -> None:
    """For errors outside the steps behave alone leaves the message empty."""
    assert said in ended.junit()


def test_old_junit_files_are_removed(two: TinyProject) -> None:
    """A feature that did not run must not look green in CI."""
    two.run()
    two.write({"features/more.feature": TWO}).run("features/more.feature")
    assert len(list((two.folder / "reports" / "junit").iterdir())) == 1
