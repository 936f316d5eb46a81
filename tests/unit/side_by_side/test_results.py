"""The summary of all jobs: what passed, what did not, and in which job."""

import json
from pathlib import Path
from typing import Any

from support.side_by_side.drawing import Chosen
from support.side_by_side.jobs import Job
from support.side_by_side.results import Result, is_green, read_results, summary, took

A = Chosen("a.feature", ("a.feature",), ("a.feature:3", "a.feature:9"))
B = Chosen("b.feature", ("b.feature",), ("b.feature:3",))
BOTH = [A, B]


def _job(number: int, chosen: Chosen, code: int) -> Job:
    job = Job(number, f"ab12j{number}", Path("jobs") / str(number), [], code, [chosen])
    job.seconds = 1.5 * number
    return job


def _result(
    place: str, status: str = "passed", name: str = "It works", message: str = ""
) -> Result:
    return Result(place, name, status, message, 0.5)


ALL_WELL = [_result("a.feature:3"), _result("a.feature:9", "skipped"), _result("b.feature:3")]


def test_where_all_is_well_the_table_says_so() -> None:
    """A line a job, and one for all; the seconds of all are those on the clock."""
    jobs = [_job(1, A, 0), _job(2, B, 0)]
    assert summary(jobs, BOTH, ALL_WELL, 4.0) == [
        "job  run id  files  scenarios  passed  failed  broken  skipped  not run  seconds",
        "  1  ab12j1      1          2       1       0       0        1        0      1.5",
        "  2  ab12j2      1          1       1       0       0        0        0      3.0",
        "all              2          3       2       0       0        1        0      4.0",
    ]
    assert is_green(jobs, BOTH, ALL_WELL)


def test_what_was_skipped_is_counted_over_all_jobs() -> None:
    """By the need that could not be met."""
    lacking = [
        _result(each.place, "skipped", message="needs-parked: it keeps that to itself")
        for each in ALL_WELL
    ]
    jobs = [_job(1, A, 0), _job(2, B, 0)]
    assert summary(jobs, BOTH, lacking, 4.0)[4:] == [
        "Skipped for what cannot be done here: 3 for needs-parked.",
        "No scenario ran: check the files, tags and names that were given.",
    ]
    assert not is_green(jobs, BOTH, lacking)


def test_what_no_job_came_to_is_told() -> None:
    """Where all have lost what they stand on, the list is not empty."""
    jobs = [_job(1, A, 1)]
    told = summary(jobs, BOTH, ALL_WELL[:2], 4.0)
    assert told[2:] == [
        "all              2          3       1       0       0        1        1      4.0",
        "job 1 ended with exit code 1: see jobs/1/output.log",
        "No job came to 1 scenarios in 1 files.",
    ]
    assert not is_green(jobs, BOTH, ALL_WELL[:2])


def test_a_job_that_came_too_late_for_any_file_is_well() -> None:
    """The others have run it all."""
    late = _job(3, A, 0)
    late.drawn = []
    assert is_green([_job(1, A, 0), _job(2, B, 0), late], BOTH, ALL_WELL)


def test_what_is_red_is_named_with_its_job() -> None:
    """With the first line of why; what is around the scenarios, too."""
    jobs = [_job(1, A, 1), _job(2, B, 1)]
    audit = "The audit at the end of the run (job 2)"
    results = [
        _result("a.feature:3"),
        _result("a.feature:9", "failed", message="Expected:\n  one"),
        _result("b.feature:3"),
        _result(audit, "failed", audit, "Late, nobody's, or otherwise than it was:\n..."),
    ]
    assert summary(jobs, BOTH, results, 4.0)[4:] == [
        "job 1: failed: a.feature:9 It works\n    Expected:",
        "job 2: failed: The audit at the end of the run (job 2)\n"
        "    Late, nobody's, or otherwise than it was:",
    ]
    assert not is_green(jobs, BOTH, results)


def test_a_job_that_was_killed_is_told() -> None:
    """What it did not get to has no result."""
    for code in (-9, 137):
        jobs = [_job(1, A, code), _job(2, B, 0)]
        results = [ALL_WELL[0], ALL_WELL[2]]
        assert summary(jobs, BOTH, results, 4.0)[4:] == [
            "job 1 was killed by SIGKILL: 1 of the 2 scenarios that it had drawn have no result"
        ]
        assert not is_green(jobs, BOTH, results)


def test_a_job_that_says_nothing_is_told() -> None:
    """Its output may say why."""
    jobs = [_job(1, A, 3), _job(2, B, 0)]
    assert summary(jobs, BOTH, ALL_WELL, 4.0)[4:] == [
        "job 1 ended with exit code 3: see jobs/1/output.log"
    ]
    assert not is_green(jobs, BOTH, ALL_WELL)


def test_a_scenario_without_a_result_is_not_green() -> None:
    """Whatever its job says of itself."""
    assert not is_green([_job(1, A, 0)], [A], ALL_WELL[:1])


def test_results_are_read_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    """A file that was cut off by the end of a process, for one."""
    whole: dict[str, Any] = {
        "fullName": "a.feature:3",
        "name": "It works",
        "status": "failed",
        "statusDetails": {"message": "No."},
        "start": 1000,
        "stop": 1500,
    }
    skipped = {**whole, "fullName": "a.feature:9", "status": "skipped", "statusDetails": None}
    for name, result in {"x": whole, "y": skipped}.items():
        (tmp_path / f"{name}-result.json").write_text(json.dumps(result), "utf-8")
    (tmp_path / "z-result.json").write_text("{", "utf-8")
    read = read_results(tmp_path)
    assert read == [
        _result("a.feature:3", "failed", message="No."),
        _result("a.feature:9", "skipped"),
    ]
    assert took(read) == {"a.feature:3": 0.5}
