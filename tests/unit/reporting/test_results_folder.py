"""What stands beside the scenarios in the folder of results."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support.reporting.outcomes import Outcome, Status
from support.reporting.results_folder import (
    Page,
    empty_results,
    run_verdict,
    write_environment,
    write_executor,
    write_run_verdict,
)

GITHUB = {
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_NUMBER": "5",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "team/crm",
}


def results(folder: Path) -> list[dict[str, Any]]:
    """Return all results in a folder."""
    return [json.loads(file.read_text("utf-8")) for file in folder.glob("*-result.json")]


def test_only_what_allure_wrote_is_removed(tmp_path: Path) -> None:
    """A folder that somebody named by mistake keeps its files."""
    ours = ["1-result.json", "1-attachment.html", "1-container.json", "environment.properties"]
    for name in [*ours, "report.json", "notes.txt"]:
        (tmp_path / name).touch()
    empty_results(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"report.json", "notes.txt"}


def test_emptying_a_folder_that_is_not_there_is_nothing(tmp_path: Path) -> None:
    """The first run has none."""
    empty_results(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_settings_are_written_as_properties(tmp_path: Path) -> None:
    """Names and values with spaces, colons and equals signs come back whole."""
    write_environment(tmp_path / "results", {"run id": "a1", "target": "http://127.0.0.1:4566/#!"})
    text = (tmp_path / "results" / "environment.properties").read_text("utf-8")
    assert text == "run\\ id=a1\ntarget=http\\://127.0.0.1\\:4566/\\#\\!\n"


@pytest.mark.parametrize(
    ("environ", "name", "url"),
    [
        (GITHUB, "GitHub Actions", "https://github.example/team/crm/actions/runs/77"),
        (
            {"CI_JOB_URL": "https://lab.example/7", "CI_JOB_ID": "7"},
            "GitLab CI",
            "https://lab.example/7",
        ),
        (
            {"BUILD_URL": "https://j.example/7", "BUILD_TAG": "crm-7"},
            "Jenkins",
            "https://j.example/7",
        ),
    ],
)
def test_the_job_that_ran_is_named(
    tmp_path: Path, environ: dict[str, str], name: str, url: str
) -> None:
    """The report links to it."""
    write_executor(tmp_path, environ)
    executor = json.loads((tmp_path / "executor.json").read_text("utf-8"))
    assert (executor["name"], executor["buildUrl"]) == (name, url)


@pytest.mark.parametrize(
    "environ",
    [
        {"HOME": "/home/somebody"},
        {"GITHUB_RUN_ID": "77"},
        {"CI_JOB_URL": "https://lab.example/7"},
        {"BUILD_URL": "https://j.example/7"},
    ],
    ids=["none", "GitHub", "GitLab", "Jenkins"],
)
def test_no_job_is_named_on_a_desk(tmp_path: Path, environ: dict[str, str]) -> None:
    """Without all variables of a CI system there is no file: one may be set for another reason."""
    write_executor(tmp_path, environ)
    assert not list(tmp_path.iterdir())


def test_what_went_well_is_shown_too(tmp_path: Path) -> None:
    """A reader sees that the audit was done."""
    with run_verdict(tmp_path, "The audit"):
        pass
    (result,) = results(tmp_path)
    assert (result["name"], result["status"]) == ("The audit", "passed")


def test_an_error_is_shown_and_passes_through(tmp_path: Path) -> None:
    """The run has to be as red as the report."""
    with pytest.raises(AssertionError, match="1 event"), run_verdict(tmp_path, "The audit"):
        raise AssertionError("1 event belongs to no scenario")
    (result,) = results(tmp_path)
    assert result["status"] == "failed"
    assert result["statusDetails"]["message"] == "1 event belongs to no scenario"


@pytest.mark.parametrize("error", [None, AssertionError("1 event was late")])
def test_a_page_is_attached_however_it_ended(tmp_path: Path, error: Exception | None) -> None:
    """Most of all where something went wrong."""
    with suppress(AssertionError), run_verdict(tmp_path, "The audit") as pages:
        pages.append(Page("How long events took", "<p>é</p>"))
        if error:
            raise error
    (result,) = results(tmp_path)
    (attached,) = result["attachments"]
    assert (attached["name"], attached["type"]) == ("How long events took", "text/html")
    assert (tmp_path / attached["source"]).read_text("utf-8") == "<p>é</p>"
    empty_results(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_verdicts_of_two_processes_do_not_merge(tmp_path: Path) -> None:
    """Allure takes equal ids for one test, and shows only the last."""
    for status in (Status.FAILED, Status.PASSED):
        write_run_verdict(tmp_path, "The audit", Outcome(status))
    assert len({result["testCaseId"] for result in results(tmp_path)}) == 2
