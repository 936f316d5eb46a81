"""A run of the suite as a process: begun, ended in a certain way, and looked at afterwards."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.observing.journal import Entry, read_journal
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.operation.endings import Ending
from support.operation.process_tree import Process, kill, still_alive, tree_of
from support.settings import CRM_ENDPOINT, ENVIRONMENT_PREFIX

EXAMPLES = Path(__file__).with_name("examples")
LOOKING = Backoff(first=0.02, ceiling=0.1)
PATIENCE_S = 300.0
SIGNALS = {Ending.IS_INTERRUPTED: signal.SIGINT, Ending.IS_TOLD_TO_END: signal.SIGTERM}
CODES = {Ending.PASSES: 0, Ending.IS_KILLED: -signal.SIGKILL, Ending.IS_WIPED_OUT: -signal.SIGKILL}
NOT_GREEN = 1
REPEAT = "Repeat it with:"
OPERATOR_TOKEN = f"{ENVIRONMENT_PREFIX}OPERATOR_TOKEN"


class NotAsPlanned(Exception):
    """Say how a run that should have ended in a certain way ended instead."""


@dataclass
class SuiteRun:
    """Hold a run of the suite in a folder of its own, to which its temporary files go, too."""

    run_id: str
    folder: Path
    process: "subprocess.Popen[bytes]"
    started: list[Process] = field(default_factory=list)

    @classmethod
    def begin(
        cls,
        run_id: str,
        folder: Path,
        features: str,
        settings: Mapping[str, object],
        secret: str = "",
    ) -> "SuiteRun":
        """Start a run of the suite, with Allure results; `secret` is its operator's token."""
        told = {**settings, "run_id": run_id, "reports": folder}
        defined = [part for name, value in told.items() for part in ("-D", f"{name}={value}")]
        command = [sys.executable, "-m", "behave", features, *defined, "-f", "allure"]
        own = {OPERATOR_TOKEN: secret} if secret else {}
        return cls(run_id, folder, _start([*command, "-o", str(folder / "allure")], folder, own))

    def is_under_way(self) -> None:
        """Wait until its first scenario has begun; raises NotAsPlanned if it ends before."""

        def begun(_: float) -> bool:
            has_ended = self.process.poll() is not None  # asked first: it writes until it ends
            if any(line["scenario"] for line in self._journal()):
                return True
            if has_ended:
                raise NotAsPlanned(f"the run {self.run_id} has ended early: {self.last_words}")
            return False

        Waiter(LOOKING).until(begun, bool, PATIENCE_S)
        self.started = tree_of(self.process.pid)

    def end(self, ending: Ending) -> None:
        """Let it end in a certain way; raises NotAsPlanned if it ends in another."""
        if not self.started:
            self.is_under_way()
        if ending in SIGNALS:
            self.process.send_signal(SIGNALS[ending])
        elif ending is Ending.IS_KILLED:
            self.process.kill()
        elif ending is Ending.IS_WIPED_OUT:
            kill(self.started)
        code = self.process.wait(PATIENCE_S)
        if code != (wanted := CODES.get(ending, NOT_GREEN)):
            raise NotAsPlanned(
                f"the run {self.run_id} should have ended with {wanted}, and did with {code}: "
                f"{self.last_words}"
            )

    def stop(self) -> None:
        """End it if it has not ended: softly, then the hard way."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                kill(tree_of(self.process.pid))
                self.process.wait()

    @property
    def said(self) -> str:
        """Return all that it has said."""
        return (self.folder / "output.log").read_text("utf-8", errors="replace")

    @property
    def last_words(self) -> str:
        """Return the end of what it has said."""
        return "\n".join(self.said.splitlines()[-12:])

    @property
    def temporary_files(self) -> list[str]:
        """Return what it has left among the temporary files."""
        return sorted(path.name for path in (self.folder / "tmp").iterdir())

    @property
    def journal(self) -> str:
        """Return all that it has seen."""
        return (self.folder / "journal.jsonl").read_text("utf-8")

    @property
    def failures(self) -> list[str]:
        """Return what its failed scenarios said, whatever the run was called."""
        outcomes = (line for line in self._journal() if line["entry"] == Entry.OUTCOME)
        return [line["error"].replace(self.run_id, "RUN") for line in outcomes if line["error"]]

    @property
    def command_to_repeat(self) -> str:
        """Return the one command that its report gives; raises NotAsPlanned if it has none."""
        for file in (self.folder / "allure").glob("*-result.json"):
            described = json.loads(file.read_text("utf-8")).get("description") or ""
            if REPEAT in described:
                return str(described.split(REPEAT)[1].split("```")[1].strip())
        raise NotAsPlanned(f"the report of the run {self.run_id} gives no command")

    def repeated(self, run_id: str) -> "SuiteRun":
        """Begin a run by the command that its report gives, as it is, in another folder."""
        folder = self.folder.with_name(run_id)
        python, *rest = shlex.split(self.command_to_repeat)
        if python != "python":
            raise NotAsPlanned(f"the command is no call of python: {self.command_to_repeat}")
        told = {"ACCEPTANCE_REPORTS": str(folder), "ACCEPTANCE_RUN_ID": run_id}
        return SuiteRun(run_id, folder, _start([sys.executable, *rest], folder, told))

    def _journal(self) -> Sequence[Mapping[str, Any]]:
        path = self.folder / "journal.jsonl"
        return [*read_journal(path)] if path.exists() else []


def _start(
    command: Sequence[str], folder: Path, told: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    (folder / "tmp").mkdir(parents=True)
    with (folder / "output.log").open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own command
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # It is no part of who started it: an interrupt at the keyboard is not for it.
            start_new_session=True,
            env={**_plain(), **told, "TMPDIR": str((folder / "tmp").absolute())},
        )


def _plain() -> Mapping[str, str]:
    """Return the environment without settings: a run is told all of its own."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ENVIRONMENT_PREFIX) and name != CRM_ENDPOINT
    }


def gone(run: SuiteRun, patience: float) -> list[Process]:
    """Wait until the processes that a run had started are gone; return those that stay."""
    try:
        return Waiter(LOOKING).until(
            lambda _: still_alive(run.started), lambda left: not left, patience
        )
    except WaitTimeout as late:
        left: list[Process] = late.last
        return left
