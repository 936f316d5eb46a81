"""The folder of Allure results: emptying it, and what is written beside the scenarios."""

import json
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.reporting.outcomes import Outcome, Status, outcome_of
from support.room import room_for

LEFT_BY_ALLURE = (
    "*-result.json",
    "*-container.json",
    "*-globals.json",
    "*-attachment.*",
    "*.json.tmp",
    "environment.properties",
    "executor.json",
)
LEFT_BY_JUNIT = "TESTS-*.xml"
RUN_CHAPTER = "The run as a whole"
# Nothing less than all: who has set one of them on a desk is no CI job.
GITHUB = ("GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
GITLAB = ("CI_JOB_ID", "CI_JOB_URL")
JENKINS = ("BUILD_TAG", "BUILD_URL")


def empty_results(folder: Path) -> None:
    """Remove what Allure wrote into a folder, and nothing else; stale results show as retries."""
    for pattern in LEFT_BY_ALLURE:
        _remove(folder, pattern)


def empty_junit(folder: Path) -> None:
    """Remove behave's JUnit files: those of features that did not run would stay green."""
    _remove(folder, LEFT_BY_JUNIT)


def empty_jobs(reports: Path) -> None:
    """Remove what the jobs of an earlier run left: it would be taken for this one's."""
    shutil.rmtree(reports / "jobs", ignore_errors=True)


def _remove(folder: Path, pattern: str) -> None:
    for file in folder.glob(pattern):
        file.unlink(missing_ok=True)


def write_environment(folder: Path, settings: Mapping[str, str]) -> None:
    """Write the settings of the run where the report's first page shows them."""
    lines = [f"{_escaped(name)}={_escaped(value)}\n" for name, value in settings.items()]
    with room_for(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "environment.properties").write_text("".join(lines), encoding="utf-8")


def _escaped(text: str) -> str:
    """Escape as Java properties do."""
    special = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", " ": "\\ ", "=": "\\=", ":": "\\:"}
    special |= {"#": "\\#", "!": "\\!"}
    return "".join(special.get(character, character) for character in text)


def write_executor(folder: Path, environ: Mapping[str, str]) -> None:
    """Write which CI job ran the scenarios, if it is one of GitHub, GitLab or Jenkins."""
    executor = _executor(environ)
    if executor:
        (folder / "executor.json").write_text(json.dumps(executor), encoding="utf-8")


def _executor(environ: Mapping[str, str]) -> dict[str, str] | None:
    def told(names: Sequence[str]) -> list[str] | None:
        return [environ[name] for name in names] if environ.keys() >= {*names} else None

    if github := told(GITHUB):
        run_id, number, server, repository = github
        url = f"{server}/{repository}/actions/runs/{run_id}"
        return _job("GitHub Actions", "github", f"#{number}", url)
    if gitlab := told(GITLAB):
        number, url = gitlab
        return _job("GitLab CI", "gitlab", f"#{number}", url)
    if jenkins := told(JENKINS):
        return _job("Jenkins", "jenkins", *jenkins)
    return None


def _job(name: str, kind: str, build: str, url: str) -> dict[str, str]:
    return {"name": name, "type": kind, "buildName": build, "buildUrl": url, "reportName": build}


def of_job(name: str, settings: Mapping[str, str]) -> str:
    """Return what a part of a run is called in a report in which several runs have such a part."""
    return f"{name} (job {settings['job']})" if "job" in settings else name


@dataclass(frozen=True)
class Page:
    """Hold an HTML page that is attached to a result, and what it is called there."""

    name: str
    html: str


@contextmanager
def run_verdict(folder: Path, name: str) -> Iterator[list[Page]]:
    """Show in the report how something that belongs to no scenario ended; errors pass through.

    The pages that are added to the list given are attached.
    """
    started = time.time()
    outcome = Outcome(Status.PASSED)
    pages: list[Page] = []
    try:
        yield pages
    except BaseException as error:
        outcome = outcome_of(error)
        raise
    finally:
        seconds = time.time() - started
        write_run_verdict(folder, name, outcome, seconds=seconds, pages=pages)


def write_run_verdict(
    folder: Path,
    name: str,
    outcome: Outcome,
    *,
    seconds: float = 0.0,
    labels: Mapping[str, str] | None = None,
    pages: Sequence[Page] = (),
) -> None:
    """Write one result that belongs to no scenario, so that the report is as red as the run.

    `labels` say where it stands in the report (default: a chapter of its own, at the end). Raises
    ConfigurationError if there is no room for it.
    """
    identity = str(uuid.uuid4())
    now = time.time()
    shown_under = labels or {"epic": RUN_CHAPTER}
    result = {
        "uuid": identity,
        "name": name,
        "fullName": name,
        # Several processes may say the same of their own runs; equal ids would hide all but one.
        "testCaseId": identity,
        "historyId": identity,
        "status": outcome.status,
        "statusDetails": {"message": outcome.message, "trace": outcome.trace},
        "labels": [{"name": label, "value": value} for label, value in shown_under.items()],
        "start": round((now - seconds) * 1000),
        "stop": round(now * 1000),
    }
    with room_for(folder):
        folder.mkdir(parents=True, exist_ok=True)
        result["attachments"] = [_attached(folder, page) for page in pages]
        text = json.dumps(result, ensure_ascii=False)
        (folder / f"{identity}-result.json").write_text(text, encoding="utf-8")


def _attached(folder: Path, page: Page) -> dict[str, str]:
    source = f"{uuid.uuid4()}-attachment.html"
    (folder / source).write_text(page.html, encoding="utf-8")
    return {"name": page.name, "source": source, "type": "text/html"}
