"""What a whole run costs: time, where it goes, requests to the emulator, CPU."""

import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tables import Figures, Table, progress, spread

SIZE = 70
CPU = "cpu"  # who asked, in the last line of the log
OPERATIONS = 12


@dataclass(frozen=True)
class Observed:
    """Hold what was seen of a run; `requests` counts (who, what) from first to last scenario."""

    scenarios: Sequence[Mapping[str, Any]]
    seconds: Mapping[str, float]
    requests: Counter[tuple[str, str]]
    cpu: Mapping[str, float]

    @property
    def wall(self) -> float:
        """Return seconds from the beginning of the first scenario to the end of the last."""
        return float(self.scenarios[-1]["ended"] - self.scenarios[0]["started"])


def measure(folder: Path, *, quick: bool) -> Figures:
    """Run all scenarios (the @smoke ones if quick) on the embedded target, reports and all."""
    observed = _observe(folder, ["--tags", "@smoke"] if quick else [])
    return Figures(
        [_run(observed), _time(observed), _requests(observed), _cpu(observed)],
        {
            "wall": observed.wall,
            "scenarios": observed.scenarios,
            "seconds": observed.seconds,
            "requests": {" ".join(key): count for key, count in observed.requests.items()},
            "cpu": observed.cpu,
        },
    )


def _observe(folder: Path, selection: Sequence[str]) -> Observed:
    progress("  whole run: all scenarios, about five minutes")
    before = _children_cpu()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.timed_behave", str(folder)),
            *("-D", f"reports={folder}", *selection),
            *("-f", "allure", "-o", str(folder / "allure-results"), "-f", "progress3"),
            *("--junit", "--junit-directory", str(folder / "junit")),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        progress(f"  whole run: NOT GREEN, exit code {done.returncode}\n{done.stdout[-3000:]}")
    seen = json.loads((folder / "timed.json").read_text("utf-8"))
    ran = [each for each in seen["scenarios"] if each["status"] != "skipped"]
    lines = [line.split() for line in (folder / "requests.log").read_text("utf-8").splitlines()]
    within = [
        (who, what)
        for at, who, what in lines
        if who != CPU and ran[0]["started"] <= float(at) <= ran[-1]["ended"]
    ]
    emulator = sum(float(seconds) for seconds, who, _ in lines if who == CPU)
    cpu = {"the suite": seen["cpu"], "the emulator": emulator}
    cpu["the CRM and the guards"] = _children_cpu() - before - sum(cpu.values())
    return Observed(ran, seen["seconds"], Counter(within), cpu)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(observed: Observed) -> Table:
    took = {each["name"]: each["ended"] - each["started"] for each in observed.scenarios}
    each, slowest = spread([*took.values()]), max(took, key=lambda name: took[name])
    failed = sum(1 for scenario in observed.scenarios if scenario["status"] != "passed")
    asked = observed.requests.total()
    return Table(
        "The whole run, set-up excluded",
        ["what", "figure"],
        [
            ["scenarios (each row of an outline is one)", f"{each.count}, {failed} not passed"],
            ["all of them", f"{observed.wall:.1f} s"],
            [f"{SIZE} of them (goal: 30 s)", f"{observed.wall / each.count * SIZE:.1f} s"],
            ["median scenario", f"{each.median:.2f} s"],
            ["p95", f"{each.p95:.2f} s"],
            ["slowest", f"{each.most:.2f} s: {slowest}"],
            ["requests to the emulator", f"{asked:,}: {asked / each.count:.0f} a scenario"],
        ],
    )


def _time(observed: Observed) -> Table:
    total = sum(observed.seconds.values())
    runs = len(observed.scenarios)
    shares = sorted(observed.seconds.items(), key=lambda item: -item[1])
    return Table(
        "Where the time of the scenarios goes",
        ["waiting for", "seconds", "share", "a scenario"],
        [
            [label, f"{seconds:.1f}", f"{seconds / total:.0%}", f"{seconds / runs * 1000:.1f} ms"]
            for label, seconds in shares
        ],
        ["By the outermost call on the suite's main thread."],
    )


def _requests(observed: Observed) -> Table:
    askers = sorted({who for who, _ in observed.requests})
    by_operation: Counter[str] = Counter()
    for (_, operation), count in observed.requests.items():
        by_operation[operation] += count
    rows = [
        [operation, *(f"{observed.requests[who, operation]:,}" for who in askers)]
        for operation, _ in by_operation.most_common(OPERATIONS)
    ]
    sums = [sum(n for (who, _), n in observed.requests.items() if who == each) for each in askers]
    return Table(
        "Requests to the emulator, from the first scenario to the last",
        ["operation", *askers],
        [*rows, ["all", *(f"{each:,}" for each in sums)]],
        ["Counted in the emulator's process, as each HTTP request begins; idle polls included."],
    )


def _cpu(observed: Observed) -> Table:
    total = sum(observed.cpu.values())
    return Table(
        "CPU time of the whole run, set-up included",
        ["process", "seconds", "share"],
        [[who, f"{used:.1f}", f"{used / total:.0%}"] for who, used in observed.cpu.items()],
    )
