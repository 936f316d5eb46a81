"""One role in a process of its own, forked from the supervisor."""

import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from select import select
from threading import Event as Flag
from threading import Thread
from types import FrameType

from support.reference_crm.patience import Stopping
from support.reference_crm.roles import Life, Role, RoleError, Surroundings, run

GRACE_SECONDS = 1.5
READY_SECONDS = 15.0
GAVE_UP = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pipe:
    """Hold the two ends of a pipe."""

    reading: int
    writing: int

    @classmethod
    def new(cls) -> "Pipe":
        """Open a pipe."""
        return cls(*os.pipe())


class Child:
    """Hold a running role."""

    def __init__(self, role: Role, around: Surroundings, lifeline: Pipe) -> None:
        """Fork; the lifeline ends when the supervisor does, and the role with it."""
        self.role = role
        self.around = around
        self.started_at = time.monotonic()
        self._ready = Pipe.new()
        self._process: BaseProcess = get_context("fork").Process(
            target=_live, args=(role, around, lifeline, self._ready), name=role
        )
        self._process.start()
        os.close(self._ready.writing)

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        return self._process.ident or 0

    @property
    def endpoint(self) -> str | None:
        """Return the AWS endpoint that only this role has."""
        return self.around.aws.settings.detour_url

    @property
    def gave_up(self) -> bool:
        """Say whether the role ended because it cannot go on, and would not if started again."""
        return self._process.exitcode == GAVE_UP

    @property
    def sentinel(self) -> int:
        """Return a file descriptor that can be read when the process has ended."""
        return self._process.sentinel

    @property
    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self._process.is_alive()

    def wait_until_ready(self) -> bool:
        """Say whether the role came to be ready."""
        readable, _, _ = select([self._ready.reading], [], [], READY_SECONDS)
        return bool(readable) and os.read(self._ready.reading, 1) != b""

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process, unless it has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def reap(self, seconds: float) -> None:
        """Wait for the end of the process, and end it hard after some seconds."""
        self._process.join(seconds)
        if self._process.is_alive():
            log.warning("the role %s did not end in time and was killed", self.role)
            self._process.kill()
            self._process.join()
        os.close(self._ready.reading)


def begin_life(lifeline: Pipe) -> Flag:
    """Let a forked process end with the supervisor; return the flag that tells it to end."""
    stop = Flag()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(lifeline.writing)
    Thread(target=_end_with_supervisor, args=(lifeline.reading,), daemon=True).start()
    return stop


def _live(role: Role, around: Surroundings, lifeline: Pipe, ready: Pipe) -> None:
    stop = begin_life(lifeline)
    os.close(ready.reading)
    _run(role, around, Life(stop, lambda: _tell(ready)))


def _run(role: Role, around: Surroundings, life: Life) -> None:
    if role != Role.API:
        around.listener.close()
    try:
        run(role, around, life)
    except RoleError as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence says it all
        sys.exit(GAVE_UP)
    except Stopping:
        sys.exit(0)


def _tell(ready: Pipe) -> None:
    os.write(ready.writing, b"!")
    os.close(ready.writing)


def _end_with_supervisor(reading: int) -> None:
    """Wait for the end of the supervisor, which may be killed, then end this process."""
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    select([], [], [], GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
