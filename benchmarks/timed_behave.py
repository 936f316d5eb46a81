"""behave with a stopwatch: `python -m benchmarks.timed_behave FOLDER BEHAVE-ARGUMENTS...`.

Writes FOLDER/timed.json: each scenario's time, and where the time of all of them went. A second
belongs to the outermost of the WATCHED calls that it was spent in, on the main thread; what is in
none of them belongs to the scenario itself. FOLDER/requests.log gets the emulator's requests.
"""

import json
import os
import resource
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

from behave.__main__ import main as behave
from behave.model import Scenario

from support.targets.embedded import SERVED

# In this order: what comes first is wrapped before the modules that follow take it by its name.
WATCHED = (
    ("support.judging.history.audit", "judging: the audit of the books"),
    ("support.reporting.evidence.attach_timeline", "attaching the timeline to the report"),
    ("support.crm.sending.Sender.send", "sending commands"),
    ("support.acting.Actor.at_once", "sending commands"),
    ("support.run.Run.open_tenant", "opening tenants"),
    ("support.observing.collector.EventCollector.collect", "collecting expected events"),
    ("support.observing.fences.Fences.send", "fences: there and back"),
    ("support.observing.fences.Fences.send_acting", "fences: there and back"),
    ("support.observing.fences.Fences.wait", "fences: there and back"),
    ("support.observing.fences.Fences.settle", "settling"),
    ("support.observing.evidence.Witness.level", "levelling: history and subscribers' lists"),
    ("support.observing.evidence.Witness.published", "levelling: history and subscribers' lists"),
    ("support.observing.evidence.Witness.full", "reading views and trails"),
    ("support.crm.http.HttpCrm.view", "reading views and trails"),
    ("support.crm.http.HttpCrm.audit_trail", "reading views and trails"),
    ("support.crm.http.HttpCrm.pipeline", "reading views and trails"),
    ("support.faults.held.HeldDeliveries.hold", "holding deliveries back"),
    ("support.faults.held.HeldDeliveries.restore", "holding deliveries back"),
    ("support.faults.deliveries.Inboxes.deliver", "holding deliveries back"),
)
REST = "the rest: behave, steps, formatters"


@dataclass(frozen=True)
class Ran:
    """Hold one scenario's times: seconds since the epoch, and how it ended."""

    name: str
    started: float
    ended: float
    status: str


class Stopwatch:
    """Share out the time of scenarios among the calls that they wait for."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.ran: list[Ran] = []
        self._in: list[str] = []

    def scenario(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap what runs a scenario."""

        @wraps(run)
        def timed(scenario: Scenario, *args: Any, **kwargs: Any) -> Any:
            started = time.time()
            self._in.append(REST)
            before = time.perf_counter()
            try:
                return run(scenario, *args, **kwargs)
            finally:
                self._in.pop()
                self.seconds[REST] += time.perf_counter() - before
                name = f"{scenario.filename}:{scenario.line} {scenario.name}"
                self.ran.append(Ran(name, started, time.time(), scenario.status.name))

        return timed

    def watched(self, label: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a call whose time is taken from that of the scenario around it."""

        @wraps(call)
        def timed(*args: Any, **kwargs: Any) -> Any:
            aside = threading.current_thread() is not threading.main_thread()
            if aside or self._in != [REST]:
                return call(*args, **kwargs)
            self._in.append(label)
            before = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                self._in.pop()
                passed = time.perf_counter() - before
                self.seconds[label] += passed
                self.seconds[REST] -= passed

        return timed


def main(folder: Path, arguments: Sequence[str]) -> int:
    """Run behave on the embedded target, and write what was seen."""
    stopwatch = Stopwatch()
    with ExitStack() as patches:
        _count_requests(patches, folder / "requests.log")
        run = stopwatch.scenario(Scenario.run)
        patches.enter_context(patch.object(Scenario, "run", run))
        for target, label in WATCHED:
            patches.enter_context(_watching(stopwatch, target, label))
        code: int = behave(list(arguments))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seen = {
        "scenarios": [asdict(each) for each in stopwatch.ran],
        "seconds": stopwatch.seconds,
        "cpu": used.ru_utime + used.ru_stime,
    }
    (folder / "timed.json").write_text(json.dumps(seen), "utf-8")
    return code


def _watching(stopwatch: Stopwatch, target: str, label: str) -> AbstractContextManager[Any]:
    original = resolve_name(target)
    return patch(target, stopwatch.watched(label, original))


def _count_requests(patches: ExitStack, log: Path) -> None:
    served = ("benchmarks.counting_emulator:app", *SERVED[1:])
    patches.enter_context(patch("support.targets.embedded.SERVED", served))
    patches.enter_context(patch.dict(os.environ, {"REQUESTS_LOG": str(log.resolve())}))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
