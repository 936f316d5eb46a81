"""What it costs to prove that nothing more came, beside waiting for it, and what a scenario pays.

The first rounds are counted too: a run that has learned little yet looks on for longer.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.tables import Figures, Table, ms, progress, spread
from support.acts import act_of
from support.contract.entities import EntityType
from support.judging.expectations import Ending
from support.observing.questions import Question
from support.opening import open_run
from support.run import Run
from support.settings import Settings
from support.world import World

ROUNDS, QUICK_ROUNDS = 60, 8
BASELINES_S = (5.0, 30.0)
PATIENCE_S = 30.0
TENANT, ACCOUNT = "Acme", "Globex"
UPDATED = "AccountUpdated"
NOTHING, ACTING = "has received nothing", "the same where a subscriber may have to act"
ABSENCES = (NOTHING, ACTING)
ALONE, LEVEL, WHOLE = "its event has arrived", "and every subscriber has it", "all of it"

Timed = Callable[[Run, World], None]


def measure(folder: Path, *, quick: bool, target: str) -> Figures:
    """Measure on a target: each round has a fresh tenant, the variants take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in (*ABSENCES, *SCENARIOS)}
    with open_run(Settings(reports=folder, target=target)) as run:
        for number in range(QUICK_ROUNDS if quick else ROUNDS):
            for name in ABSENCES:
                seconds[name].append(_absence(run, name))
            for name, check in SCENARIOS.items():
                seconds[name].append(_scenario(run, check))
            if not number % 10:
                progress(f"  absence: round {number + 1}")
    return Figures([_absences(seconds, target), _added(seconds, target)], {"seconds": seconds})


def _absence(run: Run, name: str) -> float:
    """Let a command be refused, and return how long it takes to prove that nothing came of it."""
    world = _world(run)
    world.tries(TENANT, act_of("UpdateAccount"), ACCOUNT, {"name": ""})
    world.answers.refused_as("invalid name")
    if name == ACTING:
        world.tries(TENANT, act_of("DeactivateAccount"), "Nobody")
        world.answers.refused_as("unknown entity")
    began = time.perf_counter()
    world.observer.received(TENANT, [], Ending.EXACTLY)
    return time.perf_counter() - began


def _scenario(run: Run, check: Timed) -> float:
    """Return how long a whole scenario takes, from its tenant to what is checked at its end."""
    began = time.perf_counter()
    world = _world(run)
    world.does(TENANT, act_of("UpdateAccount"), ACCOUNT)
    check(run, world)
    return time.perf_counter() - began


def _world(run: Run) -> World:
    world = World(run, "a benchmark")
    world.open_tenant(TENANT)
    world.has(TENANT, EntityType.ACCOUNT, ACCOUNT)
    return world


def _arrives(run: Run, _: World) -> None:
    tenant_id = [*run.books.scenario_of][-1]
    question = Question(
        lambda each: each.detail_type == UPDATED and each.detail["tenant_id"] == tenant_id, UPDATED
    )
    run.collector.collect(question, 1, PATIENCE_S)


def _is_level(run: Run, world: World) -> None:
    _arrives(run, world)
    run.witness.level([*run.books.scenario_of][-1], PATIENCE_S)


def _is_closed(_: Run, world: World) -> None:
    world.observer.received(TENANT, [{"event": UPDATED}], Ending.EXACTLY)
    world.close()


SCENARIOS: Mapping[str, Timed] = {ALONE: _arrives, LEVEL: _is_level, WHOLE: _is_closed}


def _absences(seconds: Mapping[str, list[float]], target: str) -> Table:
    def row(name: str) -> list[str]:
        took = spread(seconds[name])
        ratios = (f"{each / took.median:,.0f} x" for each in BASELINES_S)
        return [name, ms(took.median), ms(took.p95), *ratios]

    return Table(
        f"Proving that nothing more came, on {target} (goal: 0.3 s embedded, 1 s LocalStack)",
        ["sentence", "median", "p95", *(f"waiting {each:g} s" for each in BASELINES_S)],
        [row(name) for name in ABSENCES],
        [f"{len(seconds[NOTHING])} rounds; the last columns: how many times the median."],
    )


def _added(seconds: Mapping[str, list[float]], target: str) -> Table:
    medians = {name: spread(seconds[name]).median for name in SCENARIOS}
    return Table(
        f"A scenario of one change, by what it waits for, on {target} (goal: +150 ms)",
        ["until", "median", "p95", "fences and audit add"],
        [
            [name, ms(median), ms(spread(seconds[name]).p95), ms(medians[WHOLE] - median)]
            for name, median in medians.items()
        ],
        ["Without fences and audit a scenario that asks its subscribers ends with the second."],
    )
