"""How long all scenarios take in one job, two and four, and how much memory that needs."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import Figures, Table, progress
from support.faults.proxy_process import FaultProxy
from support.operation.process_tree import tree_of
from support.side_by_side.results import read_results
from support.targets.embedded import start_emulator

JOBS = (1, 2, 4)
EMBEDDED, LIKE_AWS = "embedded", "like AWS"
SERVICES = ("dynamodb", "events", "sqs", "cloudformation")
RESULTS = "allure-results"
SAMPLE_S = 1.0
# Chapter 6 starts runs of its own, which would be measured along.
OTHERS = " and ".join(f"not @prd-6.{section}" for section in (1, 2, 3))


@dataclass(frozen=True)
class Ran:
    """Hold one run of all scenarios: seconds on the clock, megabytes at the most."""

    target: str
    jobs: int
    seconds: float
    megabytes: float
    scenarios: int
    code: int


def measure(folder: Path, *, quick: bool, target: str = EMBEDDED) -> Figures:
    """Run all scenarios but those of chapter 6 (the @smoke ones if quick), by number of jobs.

    `target` is one of behave's, or "like AWS": an emulator behind AWS's latencies. What each
    scenario took in one job is what several share them out by, as in any second run.
    """
    tags = "@smoke" if quick else OTHERS
    with _endpoint(target, folder) as where:
        runs = [_run(target, where, jobs, tags, folder / str(jobs)) for jobs in JOBS]
    first = runs[0].seconds
    rows = [
        [
            str(ran.jobs),
            f"{ran.seconds:.0f} s",
            f"{first / ran.seconds:.1f} x",
            f"{ran.megabytes:,.0f} MB",
            f"{ran.scenarios}{'' if ran.code == 0 else ', NOT GREEN'}",
        ]
        for ran in runs
    ]
    headings = ["jobs", "all scenarios, start and end included", "faster", "memory", "scenarios"]
    table = Table(f"Side by side: {target}", headings, rows)
    return Figures([table], {"runs": [vars(ran) for ran in runs]})


def _run(target: str, where: str, jobs: int, tags: str, folder: Path) -> Ran:
    progress(f"  side by side: {target}, {jobs} job(s)")
    started = time.monotonic()
    results, known = folder / RESULTS, folder.parent / str(JOBS[0]) / RESULTS
    if jobs != JOBS[0]:
        shutil.copytree(known, results, dirs_exist_ok=True)
    with (folder.with_suffix(".log")).open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "support.side_by_side", "--jobs", str(jobs)),
                *("-D", f"target={where}", "-D", f"reports={folder}", f"--tags={tags}"),
            ],
            stdout=log,
            stderr=log,
        )
        with _most_memory(process.pid) as most:
            code = process.wait()
    seconds = time.monotonic() - started
    ran = [r for r in read_results(results) if ":" in r.place]
    return Ran(target, jobs, seconds, most(), len(ran), code)


@contextmanager
def _most_memory(pid: int) -> Iterator[Callable[[], float]]:
    """Look each second at the memory of a process and its descendants, shared pages once."""
    seen, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(SAMPLE_S):
            seen.append(sum(_megabytes(each.pid) for each in tree_of(pid)))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield lambda: max(seen)
    finally:
        ended.set()
        looking.join()


def _megabytes(pid: int) -> float:
    """Return a process's share of memory in megabytes, 0 where Linux does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def _endpoint(target: str, folder: Path) -> Iterator[str]:
    if target != LIKE_AWS:
        yield target
        return
    with ExitStack() as cleanup:
        emulator, upstream = start_emulator(folder / "emulator.log")
        cleanup.callback(emulator.stop)
        proxy = FaultProxy(upstream, folder / "proxy.log")
        cleanup.callback(proxy.stop)
        for service in SERVICES:
            proxy.add({"service": service, "latency": {"preset": service}})
        yield proxy.url
