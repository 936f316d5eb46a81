"""Running the suite against a CRM with a defect, and reading what it reports."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.defects.defect import FIRED_FILE, LEARNED_BY_FORK, CodeDefect, Defect, WireDefect
from tests.defects.verdict import BROKEN, Outcome, Shown, Verdict, judged
from tests.defects.wire.proxy import Proxy, serving

SEED = "7"
AFTERWARDS = "Audit after the failure"
END_PATIENCE_S = 30.0
RUN_PATIENCE_S = 300.0


class Stuck(Exception):
    """Say that a run of the suite did not end, or told nothing."""


@dataclass
class Bench:
    """Run the suite against defects, all on one emulator."""

    emulator: str
    folder: Path
    _running: set["subprocess.Popen[bytes]"] = field(default_factory=set)
    _ending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def control(self, tags: str) -> list[Shown]:
        """Run scenarios through a proxy that leaves everything as it is; return what is red."""
        with serving(Proxy(self.emulator)) as proxy:
            shown = self._behave("control", [f"--tags={tags}", *_user(crm_endpoint=proxy)], {})
        return [each for each in shown if each.is_red]

    def outcome(self, defect: Defect) -> Outcome:
        """Run the scenarios of a defect's clauses against it, and judge what they report.

        A run that was in trouble of its own, and proves nothing, is made once more.
        """
        first, in_trouble = self._once(defect)
        return self._once(defect)[0] if in_trouble else first

    def _once(self, defect: Defect) -> tuple[Outcome, bool]:
        begun = time.monotonic()
        tags = " or ".join(f"@prd-{clause}" for clause in defect.clauses)
        arguments = [f"--tags={tags}", *_user(timeout=defect.timeout, objective=defect.objective)]
        fired, shown = self._struck(defect, arguments)
        outcome = judged(defect, fired, shown, time.monotonic() - begun)
        broken = any(each.status == BROKEN for each in shown)
        return outcome, broken and outcome.verdict is not Verdict.CAUGHT

    def stop(self) -> None:
        """End what runs, and run nothing any more; each run of the suite cleans up after itself."""
        self._ending.set()
        with self._lock:
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            _wait(process, END_PATIENCE_S)

    def _struck(self, defect: Defect, arguments: Sequence[str]) -> tuple[int, list[Shown]]:
        if isinstance(defect, WireDefect):
            tampering = defect.tampering()
            with serving(Proxy(self.emulator, tampering)) as proxy:
                shown = self._behave(defect.name, [*arguments, *_user(crm_endpoint=proxy)], {})
            return tampering.fired, shown
        assert isinstance(defect, CodeDefect)
        mark = self.folder / defect.name / "fired"
        mark.unlink(missing_ok=True)
        told = {LEARNED_BY_FORK: defect.name, FIRED_FILE: str(mark.absolute())}
        program = _user(crm_program="tests.defects.crm")
        shown = self._behave(defect.name, [*arguments, *program], told)
        return int(mark.exists()), shown

    def _behave(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> list[Shown]:
        folder = self.folder / name
        results = folder / "allure-results"
        shutil.rmtree(results, ignore_errors=True)
        results.mkdir(parents=True)
        command = [
            *(sys.executable, "-m", "behave", *arguments),
            *_user(target=self.emulator, seed=SEED, reports=folder),
            *("-f", "allure", "-o", str(results)),
        ]
        with (
            (folder / "behave.log").open("wb") as log,
            self._started(command, {**os.environ, **environment}, log.fileno()) as process,
        ):
            _wait(process, RUN_PATIENCE_S)
        if not (shown := read_results(results)):
            said = (folder / "behave.log").read_text("utf-8", errors="replace").splitlines()
            raise Stuck(f"the run against {name} has no results: {' '.join(said[-3:])}")
        return shown

    @contextmanager
    def _started(
        self, command: Sequence[str], environment: Mapping[str, str], log: int
    ) -> Iterator["subprocess.Popen[bytes]"]:
        if self._ending.is_set():
            raise Stuck("the bench was told to end")
        # A session of its own: an interrupt reaches it once, through `stop`.
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                _wait(process, END_PATIENCE_S)
            with self._lock:
                self._running.discard(process)


def _wait(process: "subprocess.Popen[bytes]", patience: float) -> None:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired as late:
        process.kill()
        process.wait()
        raise Stuck(f"a run of the suite did not end within {patience:.0f} s: {late.cmd}") from late


def _user(**settings: object) -> list[str]:
    return [part for name, value in settings.items() for part in ("-D", f"{name}={value}")]


def read_results(folder: Path) -> list[Shown]:
    """Read Allure's results: of each scenario its name, status, message and later audit."""
    return [_shown(file) for file in sorted(folder.glob("*-result.json"))]


def _shown(file: Path) -> Shown:
    result = json.loads(file.read_text("utf-8"))
    told = [(result.get("statusDetails") or {}).get("message") or ""]
    told += [
        (file.parent / each["source"]).read_text("utf-8")
        for each in result.get("attachments", ())
        if each["name"] == AFTERWARDS
    ]
    return Shown(result["name"], result["status"], "\n".join(told))
