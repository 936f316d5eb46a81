"""How soon after the last expected event `collect` returns, beside three other ways to wait.

Each wait has a bus and a tap queue of its own. While it goes on, a process beside puts events on
the bus, the expected among the others, ten a call. The clock starts at SQS's SentTimestamp of the
last expected message; that has whole milliseconds, rounded down: up to 1 ms is counted too much.
"""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

from benchmarks.lanes import Cell, Turn, Wait, Waited, open_lanes
from benchmarks.tables import Figures, Table, ms, progress, spread
from support.observing.collector import EventCollector
from support.observing.deliveries import delivery_of
from support.observing.journal import Journal
from support.observing.questions import Question
from support.observing.taps import BusTap
from support.observing.waiting import Waiter
from support.opening import open_run
from support.settings import Settings

PATIENCE_S = 30.0
BLOCKS, OURS_A_BLOCK = 3, 14
# All variants see the same delays up to LONGEST; more rounds of ours use shorter ones.
LONGEST_DELAY_S, SHORT_DELAY_S = 1.5, 0.2
OURS, SLEEP, LOOP, LONG_POLL = "collect", "sleep of 5 s", "loop 0.1-5 s", "long polls of 3 s"
CELLS = [Cell(*each) for each in product((1, 2, 5), (0, 10, 50))]


def measure(folder: Path, *, quick: bool) -> Figures:
    """Measure all variants on the embedded target, the reference CRM idling beside."""
    blocks, rounds = (1, 3) if quick else (BLOCKS, OURS_A_BLOCK)
    rng = random.Random(1)  # noqa: S311 - a schedule, the same in every run
    waited: list[Waited] = []
    with (
        open_run(Settings(reports=folder)) as run,
        open_lanes(run, folder, VARIANTS, CELLS) as lanes,
    ):
        for block in range(blocks):
            shared = {cell: _turn(cell, rng, LONGEST_DELAY_S) for cell in CELLS}
            waited += lanes.at_once([(v, c, t) for v in BASELINES for c, t in shared.items()])
            ours = [*shared.items()]
            ours += [(c, _turn(c, rng, SHORT_DELAY_S)) for c in CELLS for _ in range(rounds - 1)]
            rng.shuffle(ours)
            waited += [lanes.once(OURS, *each) for each in ours]
            progress(f"  waiting: block {block + 1} of {blocks}")
    return Figures([_table(waited)], {"waited": [asdict(each) for each in waited]})


def collect(tap: BusTap, wanted: frozenset[str], folder: Path) -> float:
    """Wait as the suite does, with the waiter that a run has."""
    with Journal(folder / "waiting.jsonl") as journal:
        collector = EventCollector([tap], journal, Waiter())
        question = Question(lambda each: each.event_id in wanted, "event")
        return max(e.sent_at for e in collector.collect(question, len(wanted), PATIENCE_S))


def sleep_first(tap: BusTap, wanted: frozenset[str], _: Path) -> float:
    """Sleep for 5 s, then take what is there."""
    time.sleep(5)
    found: dict[str, float] = {}
    while len(found) < len(wanted):
        found |= _receive(tap, wanted, delete_all=True)
    return max(found.values())


def loop(tap: BusTap, wanted: frozenset[str], _: Path) -> float:
    """Receive ten, keep only matches, sleep for 100 ms doubling to 5 s."""
    found: dict[str, float] = {}
    pause = 0.1
    while True:
        found |= _receive(tap, wanted, delete_all=False)
        if len(found) == len(wanted):
            return max(found.values())
        time.sleep(pause)
        pause = min(5.0, pause * 2)


def long_polls(tap: BusTap, wanted: frozenset[str], _: Path) -> float:
    """Poll for up to 3 s at a time, and delete all that is read."""
    found: dict[str, float] = {}
    patient = replace(tap, longest_wait=3)
    while len(found) < len(wanted):
        found |= _receive(patient, wanted, wait=3, delete_all=True)
    return max(found.values())


BASELINES: Mapping[str, Wait] = {SLEEP: sleep_first, LOOP: loop, LONG_POLL: long_polls}
VARIANTS: Mapping[str, Wait] = {OURS: collect, **BASELINES}


def _receive(
    tap: BusTap, wanted: frozenset[str], wait: float = 0, *, delete_all: bool
) -> dict[str, float]:
    """Receive once; return when each wanted event that came had been sent."""
    read = [
        (message, delivery_of(tap.name, message).event_id) for message in tap.receive(wait) or ()
    ]
    if gone := [message for message, event_id in read if delete_all or event_id in wanted]:
        tap.delete(gone)
    return {event_id: message.sent_at for message, event_id in read if event_id in wanted}


def _turn(cell: Cell, rng: random.Random, longest_delay: float) -> Turn:
    is_expected = [True] * cell.expected + [False] * cell.others
    rng.shuffle(is_expected)
    return Turn(rng.uniform(0, longest_delay), is_expected)


def _table(waited: Sequence[Waited]) -> Table:
    def of(variant: str, *cells: Cell) -> list[float]:
        return [w.seconds for w in waited if w.variant == variant and w.cell in cells]

    def row(name: str, *cells: Cell) -> list[str]:
        ours = spread(of(OURS, *cells))
        theirs = [spread(of(each, *cells)).median for each in BASELINES]
        medians = [f"{ms(each)} ({each / ours.median:,.0f} x)" for each in theirs]
        return [name, ms(ours.median), ms(ours.p95), *medians]

    rows = [row(f"{cell.expected} among {cell.others}", cell) for cell in CELLS]
    rounds, theirs = len(of(OURS, CELLS[0])), len(of(SLEEP, CELLS[0]))
    return Table(
        "Waiting: from the arrival of the last expected event to the return",
        ["expected", "collect: median", "p95", *(f"{each}: median" for each in BASELINES)],
        [*rows, row("all together", *CELLS)],
        [
            f"{rounds} rounds of collect a line, {theirs} of each other; in brackets: how many "
            "times the median of collect.",
        ],
    )
