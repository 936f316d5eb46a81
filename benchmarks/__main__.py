"""Measure what the suite costs: `python -m benchmarks [NAME ...]`.

Tables go to standard output, progress to standard error, all numbers to reports/bench/*.json.
Figures can be compared within one run only.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from benchmarks import absence, auditor, crm, leaks, side_by_side, start, waiting, whole_run
from benchmarks.tables import Figures, load, progress

REPORTS = Path("reports/bench")
ABSENCE = "absence"
LEAKS = "leaks"
SIDE_BY_SIDE = "side_by_side"


class Measure(Protocol):
    """Measure something, using a folder of its own for whatever is written meanwhile."""

    def __call__(self, folder: Path, *, quick: bool) -> Figures:
        """Return what was found."""


BENCHMARKS: Mapping[str, Measure] = {
    "waiting": waiting.measure,
    ABSENCE: partial(absence.measure, target="embedded"),
    "whole_run": whole_run.measure,
    "crm": crm.measure,
    "start": start.measure,
    "auditor": auditor.measure,
}

# These take long: they are measured only if they are named.
LONG: Mapping[str, Measure] = {
    SIDE_BY_SIDE: side_by_side.measure,
    LEAKS: leaks.measure,
}
KNOWN = {**BENCHMARKS, **LONG}


def main() -> None:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = f"of {', '.join(BENCHMARKS)}; only if named: {', '.join(LONG)}"
    parser.add_argument("names", nargs="*", metavar="NAME", help=names)
    parser.add_argument("--quick", action="store_true", help="a look: few rounds, smoke scenarios")
    parser.add_argument("--reports", type=Path, default=REPORTS, help=f"default: {REPORTS}")
    parser.add_argument(
        "--target",
        default="embedded",
        help=f"of {ABSENCE}, {LEAKS} and {SIDE_BY_SIDE} (default: embedded); of the last also "
        f'"{side_by_side.LIKE_AWS}", an emulator behind AWS\'s latencies',
    )
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(KNOWN):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(KNOWN)}")
    on_target: Mapping[str, Measure] = {
        ABSENCE: partial(absence.measure, target=asked.target),
        LEAKS: partial(leaks.measure, target=asked.target),
        SIDE_BY_SIDE: partial(side_by_side.measure, target=asked.target),
    }
    for name in asked.names or BENCHMARKS:
        _run(name, {**KNOWN, **on_target}[name], asked.reports, quick=asked.quick)


def _run(name: str, measure: Measure, reports: Path, *, quick: bool) -> None:
    progress(f"{name} ...")
    before, started = load(), time.time()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), quick=quick)
    circumstances = {
        "at": started,
        "took": time.time() - started,
        "quick": quick,
        "load_before": before,
        "load_after": load(),
    }
    figures.write(reports / f"{name}.json", circumstances)
    for table in figures.tables:
        print(f"{table}\n")
    print(
        f"Load {before} before, {load()} after (ours included); took {time.time() - started:.0f} s."
        f"{' QUICK: too few rounds to conclude anything.' if quick else ''}\n",
        flush=True,
    )


if __name__ == "__main__":
    main()
