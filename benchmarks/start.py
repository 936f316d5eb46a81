"""How long it takes until the first scenario begins."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.tables import Figures, Table, progress
from support.targets.embedded import start_emulator

ROUNDS = 3
SCENARIO = ("features/guarantees/delivery.feature", "-n", "announced once")
STAGES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "Python, behave and the features are loaded": lambda line: line["entry"] == "settings",
    "emulator, CRM and tap are up": lambda line: line["entry"] == "rule",
    "the first scenario has sent a command": lambda line: line["scenario"] is not None,
}


def measure(folder: Path, *, quick: bool) -> Figures:
    """Start behave, and the emulator alone, a few times; report medians."""
    alone: list[float] = []
    reached: list[list[float]] = []
    for number in range(1 if quick else ROUNDS):
        progress(f"  start: {number + 1}")
        alone.append(_emulator(folder))
        reached.append(_behave(folder / f"run-{number}"))
    stages = [statistics.median(times) for times in zip(*reached, strict=True)]
    emulator = statistics.median(alone)
    rows = [
        ["the emulator alone", f"{emulator:.2f} s", "1.0"],
        *(
            [f"behave, until {stage}", f"{at:.2f} s", f"{at / emulator:.1f}"]
            for stage, at in zip(STAGES, stages, strict=True)
        ),
    ]
    headings = ["from the start of the process", f"median of {len(alone)}", "ratio"]
    table = Table("The start (goal: first scenario within 5 s)", headings, rows)
    return Figures([table], {"emulator": alone, "behave": reached})


def _emulator(folder: Path) -> float:
    started = time.perf_counter()
    child, _ = start_emulator(folder / "emulator.log")
    seconds = time.perf_counter() - started
    child.stop()
    return seconds


def _behave(folder: Path) -> list[float]:
    """Return the seconds from the start of the process to each stage, by the run's journal."""
    started = time.time()
    subprocess.run(
        [sys.executable, "-m", "behave", *SCENARIO, "-D", f"reports={folder}"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    return [
        next(line["at"] for line in lines if is_it(line)) - started for is_it in STAGES.values()
    ]
