"""What the reference CRM does: commands a second, and how soon a view shows a command."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from benchmarks.tables import Figures, Table, ms, progress, spread
from support.contract.entities import EntityType
from support.crm.port import Command
from support.observing.waiting import Backoff, Waiter
from support.opening import open_run
from support.run import Run
from support.settings import Settings

COMMANDS, VIEWED = 240, 48
PATIENCE_S = 60.0
LOOKING = Waiter(Backoff(first=0.002, ceiling=0.004))
CLIENTS = {"1 client": (1, 1), "8 clients, 8 tenants": (8, 8), "8 clients, 1 tenant": (8, 1)}


@dataclass(frozen=True)
class Measured:
    """Hold one line: wall seconds of the burst, seconds of each command and of each view."""

    clients: str
    burst: float
    level: float
    commands: Sequence[float]
    views: Sequence[float]


def measure(folder: Path, *, quick: bool) -> Figures:
    """Send commands from one client and from eight, on the embedded target."""
    commands, viewed = (40, 8) if quick else (COMMANDS, VIEWED)
    measured = []
    with open_run(Settings(reports=folder)) as run:
        for name, (clients, tenants) in CLIENTS.items():
            progress(f"  crm: {name}")
            opened = [run.open_tenant("bench", name) for _ in range(tenants)]
            measured.append(_measured(run, name, opened * (clients // tenants), commands, viewed))
    return Figures([_table(measured)], {"measured": [asdict(each) for each in measured]})


def _measured(run: Run, name: str, tenants: Sequence[str], commands: int, viewed: int) -> Measured:
    def together(work: Callable[[Run, str], float], rounds: int) -> list[float]:
        """Let each client, one a tenant named, do its share of the rounds."""
        with ThreadPoolExecutor(len(tenants)) as pool:
            share = rounds // len(tenants)
            shares = pool.map(lambda each: [work(run, each) for _ in range(share)], tenants)
            return [seconds for each in shares for seconds in each]

    views = together(_until_viewed, viewed)
    started = time.perf_counter()
    sent = together(_send, commands)
    burst = time.perf_counter() - started
    for tenant in dict.fromkeys(tenants):
        _, missing = run.witness.level(tenant, PATIENCE_S)
        assert not missing, missing
    return Measured(name, burst, time.perf_counter() - started, sent, views)


def _send(run: Run, tenant: str) -> float:
    started = time.perf_counter()
    run.crm.send(_command(tenant))
    return time.perf_counter() - started


def _until_viewed(run: Run, tenant: str) -> float:
    """Return the seconds from the sending of a command until its view can be read."""
    command = _command(tenant)
    started = time.perf_counter()
    run.crm.send(command)
    LOOKING.until(
        lambda _: run.crm.view(tenant, EntityType.LEAD, command.entity_id),
        lambda view: view is not None,
        PATIENCE_S,
    )
    return time.perf_counter() - started


def _command(tenant: str) -> Command:
    name = str(uuid4())
    data = {"last_name": "Lovelace", "company": "Analytical Engines"}
    return Command(tenant, "CreateLead", name, data, name, name, "benchmark")


def _table(measured: Sequence[Measured]) -> Table:
    def row(each: Measured) -> list[str]:
        sent, viewed = spread(each.commands), spread(each.views)
        return [
            each.clients,
            f"{sent.count / each.burst:.0f}",
            f"{ms(sent.median)} / {ms(sent.p95)}",
            f"{ms(viewed.median)} / {ms(viewed.p95)}",
            f"{sent.count / each.level:.0f}",
        ]

    return Table(
        "The reference CRM: CreateLead over HTTP",
        [
            "",
            "commands/s accepted",
            "command: median / p95",
            "command to view: median / p95",
            "commands/s until all subscribers are level",
        ],
        [row(each) for each in measured],
        [
            "A command's time ends with its answer; to the view: until a reader, who looks every "
            "few ms, sees it, each client sending its next command after that.",
        ],
    )
