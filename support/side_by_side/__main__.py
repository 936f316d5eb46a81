"""Run the features in several behave processes: `python -m support.side_by_side --jobs 4`."""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from support.errors import ConfigurationError
from support.interrupts import end_softly
from support.reporting.results_folder import (
    empty_jobs,
    empty_junit,
    empty_results,
    write_environment,
)
from support.room import claim, room_for
from support.settings import Settings, load_settings
from support.side_by_side.drawing import Chosen, Urn, apart, heaviest_first
from support.side_by_side.jobs import Crew, Job
from support.side_by_side.results import is_green, read_results, summary, took
from support.side_by_side.selection import Selection, select
from support.targets.aws import Aws
from support.targets.tenure import sweep_after

GREEN, RED, NO_USE = 0, 1, 2
MOST_JOBS = 32
FAILURES = "failures"
RUNNER = "support.side_by_side.runner:DrawingRunner"
SET_BY_US = ("keep_results", "job")
LONGEST_BASE = 9
DESCRIPTION = """\
Run the features in several behave processes. Each draws the next feature file from one list when
it is done with the one before; each has an emulator and a CRM of its own, or, at an endpoint, a
stack of its own; all write into one folder of Allure results. What else belongs to a job (journal,
logs, JUnit files) is in REPORTS/jobs/NUMBER.
"""
EXIT_CODES = "The exit code is 0 if all is green, 1 if not, 2 if nothing could be started."

say = partial(print, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit code."""
    asked = _parser().parse_args(arguments)
    end_softly()
    try:
        settings = load_settings(_userdata(asked.define), os.environ)
        chosen = select(Selection(asked.paths, asked.tags, asked.name))
        return _run(asked, settings, chosen)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return NO_USE
    except OSError as error:
        sys.stderr.write(f"the jobs cannot be run: {error}\n")
        return NO_USE
    except KeyboardInterrupt:
        return RED


def _run(asked: argparse.Namespace, settings: Settings, chosen: Sequence[Chosen]) -> int:
    begun, folder = time.monotonic(), settings.reports / "allure-results"
    known = took(read_results(folder))
    _claim(folder)
    _clear(settings.reports, folder)
    urn = Urn(settings.reports / "jobs")
    jobs: list[Job] = []
    interrupted = False
    for files, at_once in _rounds(settings, heaviest_first(chosen, known), asked.jobs):
        numbers = range(len(jobs) + 1, len(jobs) + 1 + at_once)
        crew = Crew([_job(asked, settings, files, number) for number in numbers], say)
        urn.fill(files, numbers)
        say(_plan(settings, files, at_once))
        crew.work()
        for job in crew.jobs:
            job.drawn = [each for each in files if each.path in urn.drawn(job.number)]
        jobs += crew.jobs
        interrupted = crew.interrupted
        if interrupted:
            break
    left = [trouble for job in jobs if (trouble := _sweep_after(settings, job))]
    results = read_results(folder)
    say("\n".join(["", *summary(jobs, chosen, results, time.monotonic() - begun), *left]))
    if interrupted:
        say("The run was interrupted.")
    ids = ", ".join(job.run_id for job in jobs)
    try:
        write_environment(folder, {**settings.echo(), "run_id": ids, "jobs": str(len(jobs))})
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return RED
    return GREEN if is_green(jobs, chosen, results) and not interrupted and not left else RED


def _rounds(
    settings: Settings, chosen: Sequence[Chosen], jobs: int
) -> Iterator[tuple[Sequence[Chosen], int]]:
    """Yield what is run by how many jobs at once.

    In a world that all jobs share, what breaks it comes last, and alone.
    """
    others, breaking = apart(chosen, FAILURES) if settings.crm is not None else (chosen, [])
    if others:
        yield others, min(jobs, len(others))
    if breaking:
        yield breaking, 1


def _job(
    asked: argparse.Namespace, settings: Settings, files: Sequence[Chosen], number: int
) -> Job:
    folder = settings.reports / "jobs" / str(number)
    run_id = f"{settings.run_id[:LONGEST_BASE]}j{number}"
    told = {
        **_userdata(asked.define),
        "seed": str(settings.seed),
        "run_id": run_id,
        "reports": str(folder),
        "keep_results": "true",
        "job": str(number),
    }
    command = [
        *(sys.executable, "-m", "behave", "--runner", RUNNER),
        *(part for name, value in told.items() for part in ("-D", f"{name}={value}")),
        *Selection((), asked.tags, asked.name).options,
        *("-f", "allure", "-o", str(settings.reports / "allure-results"), "-f", "progress3"),
        *("--junit", "--junit-directory", str(folder / "junit"), "--no-color"),
        *(name for each in files for name in each.named),
    ]
    return Job(number, run_id, folder, command)


def _plan(settings: Settings, files: Sequence[Chosen], jobs: int) -> str:
    return (
        f"Run {settings.run_id}, seed {settings.seed}: {sum(len(f.scenarios) for f in files)} "
        f"scenarios in {len(files)} files, in {jobs} jobs; what a job says is also in "
        f"{settings.reports / 'jobs'}."
    )


def _sweep_after(settings: Settings, job: Job) -> str | None:
    """Remove what a job that was killed left at an endpoint; say what stays."""
    if not job.killed_by or settings.target == "embedded":
        return None
    return sweep_after(Aws(settings.endpoint_url, settings.region), job.run_id)


def _claim(results: Path) -> None:
    """Keep the folder from other runs, then share it with the jobs, until this process ends."""
    with room_for(results):
        results.mkdir(parents=True, exist_ok=True)
        opened = os.open(results, os.O_RDONLY)
    claim(opened, results)
    claim(opened, results, with_others=True)


def _clear(reports: Path, results: Path) -> None:
    """Remove what an earlier run left in the reports folder: it would be taken for this one's."""
    empty_results(results)
    empty_junit(reports / "junit")
    (reports / "journal.jsonl").unlink(missing_ok=True)
    empty_jobs(reports)


def _userdata(defined: Sequence[str]) -> dict[str, str]:
    told = dict(each.partition("=")[::2] for each in defined)
    if ours := [name for name in SET_BY_US if name in told]:
        raise ConfigurationError(f"-D {ours[0]} is set for each job: leave it out")
    return told


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m support.side_by_side", description=DESCRIPTION, epilog=EXIT_CODES
    )
    add = parser.add_argument
    add("--jobs", type=_jobs, required=True, help=f"how many processes, 1 to {MOST_JOBS}")
    add("--tags", action="append", default=[], help="which scenarios, as for behave")
    add("-n", "--name", action="append", default=[], help="which scenarios, as for behave")
    add("-D", dest="define", action="append", default=[], metavar="NAME=VALUE", help="a setting")
    add("paths", nargs="*", metavar="PATH", help="features, or folders of them (default: all)")
    return parser


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_JOBS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
