"""Run the suite against named defects: `python -m tests.defects [NAME ...]`.

Unless defects are named, it first runs scenarios through a proxy that changes nothing, which must
be green. Then, for each defect, it runs the scenarios of the clauses that the defect breaks: at
least one must go red, and say what happened. The table goes to standard output, defects.md and
defects.json; progress to standard error. Exit code 1: the control was red, or a defect was not
caught or never struck; 2: it could not be started; 130: it was interrupted.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from support.errors import ConfigurationError
from support.targets.embedded import start_emulator
from tests.defects import table
from tests.defects.defect import Defect
from tests.defects.registry import DEFECTS
from tests.defects.running import Bench, Stuck
from tests.defects.verdict import Outcome, Shown, Verdict

REPORTS = Path("reports")
CONTROL = "@smoke or @prd-1.1 or @prd-1.2 or @prd-1.3 or @prd-3.3 or @prd-3.4"
QUICK_CONTROL = "@smoke"
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the control and the defects that were named, or all; return the exit code."""
    asked = _parser().parse_args(arguments)
    chosen = _chosen(asked.names, only_fast=asked.fast)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    begun = time.monotonic()
    try:
        return _run(chosen, asked, begun)
    except (ConfigurationError, Stuck) as error:
        _tell(f"defects: {error}")
        return 2
    except KeyboardInterrupt:
        _tell("defects: interrupted; what ran has been taken down.")
        return INTERRUPTED


def _run(chosen: Sequence[Defect], asked: argparse.Namespace, begun: float) -> int:
    with _bench(asked.reports / "defects") as bench:
        red = [] if asked.names else _control(bench, QUICK_CONTROL if asked.fast else CONTROL)
        outcomes = list(_outcomes(bench, chosen, asked.jobs))
    table.write(outcomes, asked.reports)
    sys.stdout.write(table.markdown(outcomes))
    _tell(f"{table.summary(outcomes)} It took {time.monotonic() - begun:.0f} s.")
    return int(bool(red) or any(each.verdict is not Verdict.CAUGHT for each in outcomes))


def _control(bench: Bench, tags: str) -> list[Shown]:
    begun = time.monotonic()
    red = bench.control(tags)
    said = "; ".join(f"{each.name}: {each.told}" for each in red)
    _tell(f"control, a proxy that changes nothing: {said or 'green'} ({_since(begun)})")
    return red


def _outcomes(bench: Bench, chosen: Sequence[Defect], jobs: int) -> Iterator[Outcome]:
    pool = ThreadPoolExecutor(jobs)
    try:
        for number, outcome in enumerate(pool.map(bench.outcome, chosen), start=1):
            name, seconds = outcome.defect.name, f"{outcome.seconds:.0f} s"
            _tell(f"{number}/{len(chosen)} {name}: {table.line(outcome)} ({seconds})")
            yield outcome
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        bench.stop()
        pool.shutdown()


@contextmanager
def _bench(folder: Path) -> Iterator[Bench]:
    emulator, url = start_emulator(folder / "emulator.log")
    try:
        yield Bench(url, folder)
    finally:
        emulator.stop()


def _chosen(names: Sequence[str], *, only_fast: bool) -> list[Defect]:
    found = [DEFECTS[name] for name in names] if names else list(DEFECTS.values())
    return [each for each in found if each.fast or not only_fast]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.defects",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", type=_known, metavar="NAME", help="defects (default: all)")
    add("--fast", action="store_true", help="a selection of them, and a smaller control")
    add("--jobs", type=_count, default=1, help="how many run at once (default: %(default)s)")
    add("--reports", type=Path, default=REPORTS, help="a folder (default: %(default)s)")
    add("--list", action=_List, nargs=0, help="say what there is, and end")
    return parser


class _List(argparse.Action):
    """Print every defect on a line of its own."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print, and end."""
        for each in DEFECTS.values():
            sys.stdout.write(f"{each.name} ({each.way}, {each.sort}): {each.wrong}\n")
        parser.exit()


def _known(name: str) -> str:
    if name not in DEFECTS:
        raise argparse.ArgumentTypeError(f"there is no defect {name!r}; --list names them all")
    return name


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.0f} s"


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
