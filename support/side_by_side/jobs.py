"""Jobs: plain behave processes beside each other, each with a folder, a run id and a world."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.side_by_side.drawing import Chosen

# On AWS the end of a run takes as long as its stack takes to go.
SOFT_END_S = 180.0
LONGEST_RUN_S = 86_400.0
LOOKING = Backoff(first=0.05, ceiling=0.2)
SIGNALLED = 128

Say = Callable[[str], None]


@dataclass
class Job:
    """Hold one job: how it is started, how it ended, and which files it has drawn."""

    number: int
    run_id: str
    folder: Path
    command: Sequence[str]
    code: int | None = None
    drawn: Sequence[Chosen] = ()
    seconds: float = 0.0
    _process: "subprocess.Popen[bytes] | None" = None
    _begun: float = 0.0
    _said: int = 0

    def start(self) -> None:
        """Start it behind a guard, which ends it softly when this process is no more."""
        self.folder.mkdir(parents=True, exist_ok=True)
        guard = [sys.executable, "-m", "support.targets.guard", f"--patience={SOFT_END_S:.0f}"]
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [*guard, *self.command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                # An interrupt at the keyboard reaches it once, through `end`.
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self._begun = time.monotonic()

    @property
    def is_started(self) -> bool:
        """Say whether it was started; not, if an interrupt came in the middle of that."""
        return self._process is not None

    @property
    def output(self) -> Path:
        """Return the file of all that it says."""
        return self.folder / "output.log"

    @property
    def killed_by(self) -> str | None:
        """Return the name of the signal that ended it, if one did."""
        if self.code is None or 0 <= self.code <= SIGNALLED:
            return None
        number = -self.code if self.code < 0 else self.code - SIGNALLED
        return signal.Signals(number).name if number in [*signal.Signals] else None

    def look(self, say: Say) -> bool:
        """Say what it has said since, line by line; return whether it has ended."""
        if self.code is None and self._process is not None:
            self.code = self._process.poll()
            if self.code is not None:
                self.seconds = time.monotonic() - self._begun
        self._pass_on(say)
        return self.code is not None

    def end(self) -> None:
        """Tell it to end; it takes down what it has put up."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End what is left of it the hard way."""
        if self._process is not None:
            _to_group(self._process.pid, signal.SIGKILL)

    def end_orphans(self) -> None:
        """End softly what its guard did not live to end."""
        if self.killed_by and self._process is not None:
            _to_group(self._process.pid, signal.SIGTERM)

    def _pass_on(self, say: Say) -> None:
        with self.output.open("rb") as output:
            output.seek(self._said)
            said = output.read()
        whole = said if self.code is not None else said[: said.rfind(b"\n") + 1]
        self._said += len(whole)
        for line in whole.decode("utf-8", errors="replace").splitlines():
            say(f"[{self.number}] {line}" if line else f"[{self.number}]")


def _to_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


@dataclass
class Crew:
    """Run jobs at the same time, to the end of the last one."""

    jobs: Sequence[Job]
    say: Say
    interrupted: bool = field(default=False, init=False)

    def work(self) -> None:
        """Start all jobs and pass on what they say; an interrupt ends all softly, and waits.

        Where one cannot be started the others are ended, too, and OSError tells of it.
        """
        try:
            for job in self.jobs:
                job.start()
            self._wait(LONGEST_RUN_S)
        except KeyboardInterrupt:
            self.interrupted = True
        except OSError:
            self._end()
            raise
        # Not in there: the error holds what was being started, and its guard lives as long.
        if self.interrupted:
            self.say("Interrupted: the jobs take down what they have put up ...")
            self._end()
        for job in self.jobs:
            job.end_orphans()

    def _end(self) -> None:
        for job in self.jobs:
            job.end()
        try:
            self._wait(SOFT_END_S)
        except WaitTimeout:
            for job in self.jobs:
                job.kill()
            self._wait(SOFT_END_S)

    def _wait(self, patience: float) -> None:
        started = [job for job in self.jobs if job.is_started]
        Waiter(LOOKING).until(lambda _: [job.look(self.say) for job in started], all, patience)
