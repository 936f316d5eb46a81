"""The append-only record of a run, from which it can be judged again without any system."""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Any, Self

from support.errors import ConfigurationError
from support.room import claim, room_for


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

    `continued` adds to the journal of an earlier process instead of beginning anew. Raises
    ConfigurationError if another run is writing to it.
    """

    def __init__(self, path: Path, *, continued: bool = False) -> None:
        self.path = path
        self.trouble: str | None = None
        self._scenario: str | None = None
        self._lines: list[dict[str, Any]] = []
        self._faults: list[dict[str, Any]] = []
        self.is_disturbed = False  # by a fault, in the scenario that is running
        self._lock = Lock()  # commands are sent from several threads
        self._file = _opened(path, continued=continued)

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
        self.is_disturbed = False

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
                self.is_disturbed = True
            self._write(text)

    def _write(self, text: str) -> None:
        try:
            with room_for(self.path):
                self._file.write(text)
        except ConfigurationError as error:
            self.trouble = str(error)
            raise

    def close(self) -> None:
        """Close the file."""
        with room_for(self.path):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _opened(path: Path, *, continued: bool) -> IO[str]:
    """Open a file for this run alone, empty or at the end of its last full line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Half of a surrogate pair, which JSON can hold and UTF-8 cannot, is written as its escape.
    file = path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
    try:
        claim(file, path)
    except ConfigurationError:
        file.close()
        raise
    # What a crash left of a line goes, too, or the next one would be glued to it.
    if path.is_file():
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1 if continued else 0)
    return file


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """Read a journal back, a mapping a line, up to the last full line; raises ValueError."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith("\n"):
                return
            yield _entry(number, line)


def _entry(number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON: {error}") from error
    if not (isinstance(entry, dict) and entry.get("entry") in [*Entry]):
        raise ValueError(f"line {number} is no entry of a journal")
    return entry
