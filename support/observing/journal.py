"""The append-only record of a run, from which it can be judged again without any system."""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from support.errors import ConfigurationError


class Entry(StrEnum):
    """Name what a line of the journal is about."""

    SETTINGS = "settings"
    RULES = "rules"
    RULE = "rule"
    TENANT = "tenant"
    COMMAND = "command"
    RECEIPT = "receipt"
    REFUSAL = "refusal"
    UNANSWERED = "unanswered"
    DELIVERY = "delivery"
    BOOKS = "books"
    SIGHTING = "sighting"
    PIPELINE = "pipeline"
    FENCE = "fence"
    EVIDENCE = "evidence"
    FAULT = "fault"
    EXPECTATION = "expectation"
    VERDICT = "verdict"
    ABANDONED = "abandoned"
    OUTCOME = "outcome"
    SECOND_LOOK = "second look"
    LEFT = "left in queues"
    RUN_VERDICT = "verdict on the run"


class Journal:
    """Append JSON lines to a file; a line is with the operating system when `add` returns.

    `continued` adds to the journal of an earlier process instead of beginning anew.
    """

    def __init__(self, path: Path, *, continued: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if continued and path.exists():
            _cut_half_line(path)
        self.path = path
        self._scenario: str | None = None
        self._lines: list[dict[str, Any]] = []
        self._faults: list[dict[str, Any]] = []
        self._lock = Lock()  # commands are sent from several threads
        # Half of a surrogate pair, which JSON can hold and UTF-8 cannot, is written as its escape.
        self._file = path.open(
            "a" if continued else "w", encoding="utf-8", errors="backslashreplace", buffering=1
        )

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """Return the lines of the scenario that is running."""
        return tuple(self._lines)

    @property
    def faults(self) -> Sequence[Mapping[str, Any]]:
        """Return what was done to the CRM and its transport since the run began."""
        return tuple(self._faults)

    def begin(self, scenario: str | None) -> None:
        """File the lines to come under a scenario."""
        self._scenario = scenario
        self._lines.clear()

    def add(self, entry: Entry, fields: Mapping[str, Any]) -> None:
        """Append one line: what it is about, when (seconds since the epoch), and its fields.

        Raises ConfigurationError if there is no room for it.
        """
        line = {"entry": entry, "at": round(time.time(), 4), "scenario": self._scenario, **fields}
        text = json.dumps(line, ensure_ascii=False, default=str) + "\n"
        with self._lock:
            self._lines.append(line)
            if entry is Entry.FAULT:
                self._faults.append(line)
            with self._room():
                self._file.write(text)

    def close(self) -> None:
        """Close the file."""
        with self._room():
            self._file.close()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Say what to do where a disk is full."""
        try:
            yield
        except OSError as error:
            raise ConfigurationError(
                f"nothing more can be written to {self.path}: {error.strerror}; make room, or name "
                "another folder with -D reports=..."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _cut_half_line(path: Path) -> None:
    """Drop what a crash left of a line, or the next one would be glued to it."""
    os.truncate(path, path.read_bytes().rfind(b"\n") + 1)


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """Read a journal back, a mapping a line, up to the last full line; raises ValueError."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith("\n"):
                return
            try:
                yield json.loads(line)
            except ValueError as error:
                raise ValueError(f"line {number} of {path} is no JSON: {error}") from error
