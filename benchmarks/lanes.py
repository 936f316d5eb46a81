"""Places to wait in: a bus and a tap queue for each, and a process beside that sends the events."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

from support.contract.entities import EntityType
from support.contract.events import Event
from support.observing.taps import WHOLE_BUS, BusTap, open_tap
from support.run import Run
from support.targets.aws import Aws

BATCH = 10
EXPECTED = "Expected"

# Waits in a tap for the events of these ids; returns when the last of them got into the queue.
Wait = Callable[[BusTap, frozenset[str], Path], float]


@dataclass(frozen=True, order=True)
class Cell:
    """Say how many events are expected, among how many others."""

    expected: int
    others: int


@dataclass(frozen=True)
class Turn:
    """Hold one round's schedule: when the events come, and which of them are the expected ones."""

    delay: float
    is_expected: Sequence[bool]


@dataclass(frozen=True)
class Waited:
    """Hold how long one wait went on after the last expected event had arrived."""

    variant: str
    cell: Cell
    delay: float
    seconds: float


@dataclass(frozen=True)
class Lanes:
    """Hold a tap for each variant and cell, and the process that puts events on their buses."""

    variants: Mapping[str, Wait]
    taps: Mapping[tuple[str, Cell], BusTap]
    endpoint: str
    region: str
    folder: Path
    sender: ProcessPoolExecutor
    threads: ThreadPoolExecutor

    def at_once(self, waits: Sequence[tuple[str, Cell, Turn]]) -> list[Waited]:
        """Wait in several lanes at the same time."""
        with ThreadPoolExecutor(len(waits)) as pool:
            return [f.result() for f in [pool.submit(self.once, *each) for each in waits]]

    def once(self, variant: str, cell: Cell, turn: Turn) -> Waited:
        """Wait once, and leave the lane empty."""
        tap = self.taps[variant, cell]
        events = [_event(expected=expected) for expected in turn.is_expected]
        wanted = frozenset(e["event_id"] for e in events if e["event_type"] == EXPECTED)
        sending = self.threads.submit(self._send_later, tap.bus, turn.delay, events)
        last_sent = self.variants[variant](tap, wanted, self.folder)
        seconds = time.time() - last_sent
        sending.result()
        tap.sqs.purge_queue(QueueUrl=tap.queue_url)
        return Waited(variant, cell, turn.delay, seconds)

    def _send_later(self, bus: str, delay: float, details: Sequence[Mapping[str, Any]]) -> None:
        time.sleep(delay)
        self.sender.submit(_put, self.endpoint, self.region, bus, details).result()


@contextmanager
def open_lanes(
    run: Run, folder: Path, variants: Mapping[str, Wait], cells: Sequence[Cell]
) -> Iterator[Lanes]:
    """Put up a lane for each variant and cell; they go with the run's emulator."""
    endpoint, region = str(run.aws.endpoint_url), run.settings.region
    with ExitStack() as stack:
        yield Lanes(
            variants=variants,
            taps={(v, cell): _tap(endpoint, region) for v in variants for cell in cells},
            endpoint=endpoint,
            region=region,
            folder=folder,
            sender=stack.enter_context(ProcessPoolExecutor(1, get_context("spawn"))),
            threads=stack.enter_context(ThreadPoolExecutor(len(variants) * len(cells))),
        )


def _tap(endpoint: str, region: str) -> BusTap:
    aws = Aws(endpoint, region)
    name = f"bench-{uuid4().hex[:12]}"
    aws.events.create_event_bus(Name=name)
    return open_tap(
        "bus",
        name,
        sqs=aws.sqs,
        events=aws.events,
        bus=name,
        pattern=WHOLE_BUS,
        longest_wait=0,
    )


@cache
def _aws(endpoint: str, region: str) -> Aws:
    return Aws(endpoint, region)


def _put(endpoint: str, region: str, bus: str, details: Sequence[Mapping[str, Any]]) -> None:
    """Put events on a bus, ten a call; runs in the process beside."""
    events = _aws(endpoint, region).events
    for start in range(0, len(details), BATCH):
        events.put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": "benchmark",
                    "DetailType": detail["event_type"],
                    "Detail": json.dumps(detail),
                }
                for detail in details[start : start + BATCH]
            ]
        )


def _event(*, expected: bool) -> dict[str, Any]:
    event = Event(
        event_id=str(uuid4()),
        event_type=EXPECTED if expected else "Other",
        schema_version=1,
        tenant_id="benchmark",
        entity_type=EntityType.LEAD,
        entity_id=str(uuid4()),
        version=1,
        occurred_at="2026-01-01T00:00:00Z",
        actor="benchmark",
        correlation_id=str(uuid4()),
        causation_id=None,
        payload={"last_name": "Lovelace", "company": "Analytical Engines"},
    )
    return event.as_document()
