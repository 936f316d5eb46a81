"""Measure what a run costs: `python -m benchmarks`. Figures are comparable within one run only."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from support.crm.port import Command
from support.observing.collector import Question
from support.run import Run, open_run
from support.settings import Settings
from support.targets.embedded import start_emulator

ROUNDS = 60
BURST = 200
SCENARIO = "features/guarantees/delivery.feature"
TABLE = "benchmark"


def main() -> None:
    """Print a line a figure, each beside what it is to be compared with."""
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        emulator = _emulator_start(reports)
        first = _first_scenario(reports)
        _tell("start of the emulator alone", emulator)
        _tell("behave until its first scenario begins", first, emulator)
        with open_run(Settings(reports=reports / "run")) as run:
            _paths(run)


def _paths(run: Run) -> None:
    tenant = run.open_tenant("bench", "benchmark")
    _make_table(run)
    put = _median(lambda number: _put(run, number))
    command = _median(lambda _: _send(run, tenant))
    trip = _median(lambda _: run.fences.pass_through(tenant, 10))
    _tell("one conditional write at the emulator", put)
    _tell("one command, until it is accepted", command, put)
    _tell("one command, until its event is at the tap", trip, put)
    level = _timed(lambda: run.witness.level(tenant, 60))
    _tell(f"until all subscribers are level after {2 * ROUNDS} commands", level, trip)
    burst = _timed(lambda: _burst(run, tenant))
    _tell(f"{BURST} commands, until all subscribers are level", burst, trip)
    print(f"{'':56} {BURST / burst:8.0f} events/s")


def _emulator_start(reports: Path) -> float:
    started = time.perf_counter()
    child, _ = start_emulator(reports / "emulator.log")
    seconds = time.perf_counter() - started
    child.stop()
    return seconds


def _first_scenario(reports: Path) -> float:
    started = time.time()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "behave",
            SCENARIO,
            "-n",
            "announced once",
            "-D",
            f"reports={reports}",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    lines = (json.loads(line) for line in (reports / "journal.jsonl").read_text().splitlines())
    return float(next(line["at"] for line in lines if line["scenario"])) - started


def _make_table(run: Run) -> None:
    run.aws.dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _put(run: Run, number: int) -> None:
    run.aws.dynamodb.put_item(
        TableName=TABLE,
        Item={"key": {"S": str(number)}},
        ConditionExpression="attribute_not_exists(#key)",
        ExpressionAttributeNames={"#key": "key"},
    )


def _send(run: Run, tenant: str) -> str:
    name = f"lead-{time.time_ns()}"
    data = {"last_name": "Lovelace", "company": "Analytical Engines"}
    command = Command(tenant, "CreateLead", name, data, name, name, "benchmark")
    return run.sender.accept(command).events[0].event_id


def _burst(run: Run, tenant: str) -> None:
    sent = {_send(run, tenant) for _ in range(BURST)}
    run.collector.collect(Question(lambda each: each.event_id in sent, "event"), BURST, 120)
    run.witness.level(tenant, 120)


def _median(work: Callable[[int], object]) -> float:
    return statistics.median(_timed(partial(work, number)) for number in range(ROUNDS))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _tell(what: str, seconds: float, compared: float | None = None) -> None:
    ratio = f"{seconds / compared:8.1f} x the figure it builds on" if compared else ""
    print(f"{what:56} {seconds * 1000:8.0f} ms {ratio}")


if __name__ == "__main__":
    main()
