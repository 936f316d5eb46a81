"""What the jobs of a run came to: read from the Allure results that all of them wrote."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.reporting.capabilities import to_lines
from support.side_by_side.drawing import Chosen
from support.side_by_side.jobs import Job

SKIPPED = "skipped"
STATUSES = ("passed", "failed", "broken", SKIPPED)
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
    return {each.place: each.seconds for each in results if each.status != SKIPPED}


def is_green(jobs: Sequence[Job], chosen: Sequence[Chosen], results: Sequence[Result]) -> bool:
    """Say whether every job ended well, and every scenario was run, or skipped, but not all."""
    own = _of(chosen, results)
    return (
        all(job.code == 0 for job in jobs)
        and not _not_run(chosen, results)
        and any(each.status != SKIPPED for each in own)
    )


def summary(
    jobs: Sequence[Job], chosen: Sequence[Chosen], results: Sequence[Result], seconds: float
) -> list[str]:
    """Return a table of the jobs, and below it what is red, with the job that it was in."""
    rows = [
        [str(job.number), job.run_id, *_counts(job.drawn, results), f"{job.seconds:.1f}"]
        for job in jobs
    ]
    total = ["all", "", *_counts(chosen, results), f"{seconds:.1f}"]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, total, strict=True)]
    return [
        *(
            "  ".join(c.rjust(w) for c, w in zip(cells, widths, strict=True))
            for cells in (HEADINGS, *rows, total)
        ),
        *to_lines(each.message for each in results if each.status == SKIPPED),
        *(line for job in jobs for line in _trouble(job, results)),
        *_nobodys(jobs, chosen, results),
    ]


def _counts(chosen: Sequence[Chosen], results: Sequence[Result]) -> list[str]:
    count = Counter(each.status for each in _of(chosen, results))
    numbers = [
        len(chosen),
        _scenarios(chosen),
        *(count[status] for status in STATUSES),
        _not_run(chosen, results),
    ]
    return [str(number) for number in numbers]


def _trouble(job: Job, results: Sequence[Result]) -> list[str]:
    red = [each for each in _of(job.drawn, results) if each.status in RED]
    around = [each for each in results if each.name.endswith(f"(job {job.number})")]
    red += [each for each in around if each.status in RED]
    told = [f"job {job.number}: {each.status}: {each.place}{_named(each)}" for each in red]
    if job.killed_by:
        told.append(
            f"job {job.number} was killed by {job.killed_by}: {_not_run(job.drawn, results)} of "
            f"the {_scenarios(job.drawn)} scenarios that it had drawn have no result"
        )
    elif job.code and not red:
        told.append(f"job {job.number} ended with exit code {job.code}: see {job.output}")
    return told


def _nobodys(
    jobs: Sequence[Job], chosen: Sequence[Chosen], results: Sequence[Result]
) -> Iterator[str]:
    """Tell of what no job came to, and of a run that tested nothing."""
    drawn = {each for job in jobs for each in job.drawn}
    if left := [each for each in chosen if each not in drawn]:
        yield f"No job came to {_scenarios(left)} scenarios in {len(left)} files."
    elif all(each.status == SKIPPED for each in _of(chosen, results)):
        yield "No scenario ran: check the files, tags and names that were given."


def _named(result: Result) -> str:
    name = "" if result.name == result.place else f" {result.name}"
    said = result.message.splitlines()
    return f"{name}\n    {said[0]}" if said else name


def _of(chosen: Sequence[Chosen], results: Sequence[Result]) -> list[Result]:
    places = {place for each in chosen for place in each.scenarios}
    return [each for each in results if each.place in places]


def _scenarios(chosen: Sequence[Chosen]) -> int:
    return sum(len(each.scenarios) for each in chosen)


def _not_run(chosen: Sequence[Chosen], results: Sequence[Result]) -> int:
    return _scenarios(chosen) - len(_of(chosen, results))
