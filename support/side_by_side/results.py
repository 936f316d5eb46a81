"""What the jobs of a run came to: read from the Allure results that all of them wrote."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.reporting.capabilities import to_lines
from support.side_by_side.jobs import Job

STATUSES = ("passed", "failed", "broken", "skipped")
RED = ("failed", "broken")
HEADINGS = ("job", "run id", "files", "scenarios", *STATUSES, "not run", "seconds")


@dataclass(frozen=True)
class Result:
    """Hold what became of a scenario (`file:line`), or of something around the scenarios."""

    place: str
    name: str
    status: str
    message: str
    seconds: float


def read_results(folder: Path) -> list[Result]:
    """Read a folder of Allure results; what is no result is left out."""
    found = [_result(file) for file in sorted(folder.glob("*-result.json"))]
    return sorted((each for each in found if each), key=lambda each: each.place)


def _result(file: Path) -> Result | None:
    try:
        result = json.loads(file.read_text("utf-8"))
        seconds = (result["stop"] - result["start"]) / 1000
        told = (result.get("statusDetails") or {}).get("message") or ""
        return Result(result["fullName"], result["name"], result["status"], told, seconds)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def took(results: Sequence[Result]) -> Mapping[str, float]:
    """Return the seconds of each scenario that ran."""
    return {each.place: each.seconds for each in results if each.status != "skipped"}


def is_green(jobs: Sequence[Job], results: Sequence[Result]) -> bool:
    """Say whether every job ended well, and every scenario was run."""
    return all(job.code == 0 and not _not_run(job, results) for job in jobs)


def summary(jobs: Sequence[Job], results: Sequence[Result], seconds: float) -> list[str]:
    """Return a table of the jobs, and below it what is red, with the job that it was in."""
    rows = [_row(job, results) for job in jobs]
    counts = [sum(int(row[column]) for row in rows) for column in range(2, len(HEADINGS) - 1)]
    total = ["all", "", *map(str, counts), f"{seconds:.1f}"]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, total, strict=True)]
    return [
        *(
            "  ".join(c.rjust(w) for c, w in zip(cells, widths, strict=True))
            for cells in (HEADINGS, *rows, total)
        ),
        *to_lines(each.message for each in results if each.status == "skipped"),
        *(line for job in jobs for line in _trouble(job, results)),
    ]


def _row(job: Job, results: Sequence[Result]) -> list[str]:
    count = Counter(each.status for each in _own(job, results))
    return [
        str(job.number),
        job.run_id,
        str(len(job.share.chosen)),
        str(job.share.scenarios),
        *(str(count[status]) for status in STATUSES),
        str(_not_run(job, results)),
        f"{job.seconds:.1f}",
    ]


def _trouble(job: Job, results: Sequence[Result]) -> list[str]:
    red = [each for each in _own(job, results) if each.status in RED]
    around = [each for each in results if each.name.endswith(f"(job {job.number})")]
    red += [each for each in around if each.status in RED]
    told = [f"job {job.number}: {each.status}: {each.place}{_named(each)}" for each in red]
    if job.killed_by:
        told.append(
            f"job {job.number} was killed by {job.killed_by}: {_not_run(job, results)} of its "
            f"{job.share.scenarios} scenarios have no result"
        )
    elif job.code and not red:
        told.append(f"job {job.number} ended with exit code {job.code}: see {job.output}")
    return told


def _named(result: Result) -> str:
    name = "" if result.name == result.place else f" {result.name}"
    said = result.message.splitlines()
    return f"{name}\n    {said[0]}" if said else name


def _own(job: Job, results: Sequence[Result]) -> list[Result]:
    places = {place for each in job.share.chosen for place in each.scenarios}
    return [each for each in results if each.place in places]


def _not_run(job: Job, results: Sequence[Result]) -> int:
    return job.share.scenarios - len(_own(job, results))
