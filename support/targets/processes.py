"""Processes that the suite starts: they end when their pipe closes, whatever ends the suite."""

import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from support.errors import ConfigurationError
from support.room import room_for

STOP_PATIENCE_S = 8
END_PATIENCE_S = 2
SIGNALLED = 128  # and the signal's number: how a guard tells that a signal ended its command
LOOPBACK = "127.0.0.1"


class Child:
    """Hold a running process whose standard input is its lifeline; errors go to a log file.

    So does the output of one that does not speak to the suite: nobody would read it from a pipe.
    `patience` is how many seconds it has to end by itself (default: STOP_PATIENCE_S).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        *,
        speaks: bool = True,
        patience: float | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._patience = patience or STOP_PATIENCE_S
        self._has_started = False
        with room_for(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            self._log: IO[bytes] = log.open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - the suite's own commands
            list(command),
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if speaks else self._log,
            stderr=self._log,
            bufsize=0,  # or select would not see a second line that is in Python's buffer already
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Return whether the process has ended."""
        return self._process.poll() is not None

    def write_line(self, text: str) -> None:
        """Send one line to its standard input."""
        assert self._process.stdin  # noqa: S101 - always piped
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()

    def read_line(self, timeout: float) -> str:
        """Return its next line of output.

        Raises ConfigurationError if it ended, or said nothing for `timeout` seconds.
        """
        output = self._process.stdout
        assert output  # noqa: S101 - piped, as it speaks
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            ready = selector.select(timeout)
        if not ready:
            raise self.trouble(f"said nothing for {timeout:.2g} s")
        if line := output.readline():
            self._has_started = True  # what it says first is that it is ready
            return line.decode()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_PATIENCE_S)  # its output closes a moment before it ends
        raise self.trouble("closed its output")

    def trouble(self, otherwise: str) -> ConfigurationError:
        """Say why the process is of no use: its last words if it ended, else `otherwise`."""
        if not self.ended:
            return ConfigurationError(f"{self.name} {otherwise}; see {self.log}")
        words = self.log.read_text("utf-8", errors="replace").strip().splitlines()
        told = [word for word in words if word.startswith("ERROR: ")] or words[-1:]
        what = "ended in the middle of the run" if self._has_started else "did not start"
        why = told[0].removeprefix("ERROR: ").lstrip() if told else "no reason given"
        return ConfigurationError(f"{self.name} {what}: {why}")

    def loss(self) -> str | None:
        """Say that the process has ended while it was needed, and how; None if it has not."""
        if (code := self._process.poll()) is None:
            return None
        number = -code if code < 0 else code - SIGNALLED
        known = number in [*signal.Signals]
        how = f"by {signal.Signals(number).name}" if known else f"with exit code {code}"
        return f"{self.name} ended in the middle of the run, {how}: see {self.log}, and run again"

    def stop(self) -> None:
        """Close the lifeline and wait for the end; end it the hard way if it does not listen."""
        self._process.stdin.close()  # type: ignore[union-attr]  # always piped
        try:
            self._process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()


def guarded(command: Sequence[str]) -> list[str]:
    """Wrap a command that does not watch its standard input in a guard that does."""
    return [sys.executable, "-m", "support.targets.guard", *command]


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
