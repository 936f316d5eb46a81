"""What is left of runs that are ended at a random moment: after each, and after a sweep."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import Figures, Table, progress
from support.operation.process_tree import Process, kill, still_alive, tree_of
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.embedded import start_emulator
from support.targets.inventory import find
from support.targets.tenure import sweep_after

RUNS, QUICK_RUNS = 20, 4
LONGEST_S = 12.0
END_PATIENCE_S = 300.0
LAST_BREATH_S = 20.0  # who is left alone takes a stack down first
SEED = 7
# Killed is the suite's process alone, or at once with all that it has started.
WAYS: Sequence[str] = ("SIGINT", "SIGTERM", "SIGKILL", "SIGKILL to all")


@dataclass(frozen=True)
class Ended:
    """Hold how many things and processes were left of a run, before and after a sweep."""

    way: str
    after: float
    processes: int
    things: int
    after_sweep: int


def measure(folder: Path, *, quick: bool, target: str = "embedded") -> Figures:
    """End runs at random moments, in each way in turn, all at one emulator or another target."""
    moments, ended = random.Random(SEED), list[Ended]()  # noqa: S311 - a moment is no secret
    with _endpoint(target, folder) as aws:
        for number in range(QUICK_RUNS if quick else RUNS):
            way, after = WAYS[number % len(WAYS)], moments.uniform(0.2, LONGEST_S)
            progress(f"  leaks: {number + 1}: {way} after {after:.1f} s")
            ended.append(_end(aws, way, after, f"leak{number:04d}", folder))
    return Figures([_table(ended)], {"runs": [vars(each) for each in ended]})


@contextmanager
def _endpoint(target: str, folder: Path) -> Iterator[Aws]:
    settings = Settings(target=target)
    if settings.endpoint_url:
        yield Aws(settings.endpoint_url, settings.region)
        return
    emulator, url = start_emulator(folder / "emulator.log")
    try:
        yield Aws(url, settings.region)
    finally:
        emulator.stop()


def _end(aws: Aws, way: str, after: float, run_id: str, folder: Path) -> Ended:
    told = {"target": aws.endpoint_url, "run_id": run_id, "reports": folder / run_id}
    settings = [part for name, value in told.items() for part in ("-D", f"{name}={value}")]
    process = subprocess.Popen(
        [sys.executable, "-m", "behave", "features/workflows", *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after)
    started = tree_of(process.pid)
    if way == WAYS[-1]:
        kill(started)
    else:
        process.send_signal(signal.Signals[way])
    process.wait(END_PATIENCE_S)
    left, things = _processes(started), len(find(aws, run_id))
    sweep_after(aws, run_id)
    return Ended(way, after, left, things, len(find(aws, run_id)))


def _processes(started: Sequence[Process]) -> int:
    """Count those that are there still, once they have had time to notice."""
    deadline = time.monotonic() + LAST_BREATH_S
    while (left := len(still_alive(started))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _table(ended: Sequence[Ended]) -> Table:
    by_way: Mapping[str, list[Ended]] = {
        way: [each for each in ended if each.way == way] for way in WAYS
    }
    rows = [
        [
            way,
            str(len(runs)),
            str(sum(each.processes for each in runs)),
            str(sum(each.things for each in runs)),
            str(sum(each.after_sweep for each in runs)),
        ]
        for way, runs in by_way.items()
    ]
    headings = ["ended by", "runs", "processes left", "left at the endpoint", "after a sweep"]
    return Table("Runs that are ended at a random moment", headings, rows)
