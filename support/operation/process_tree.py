"""The processes that a process has started, and those that they have: by `ps`, on every system."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

LIST = ("ps", "-A", "-o", "pid=,ppid=,pgid=,stat=")
DEAD = "Z"


@dataclass(frozen=True)
class Process:
    """Identify a process; with its group, a number that is used again is not taken for it."""

    pid: int
    group: int


@dataclass(frozen=True)
class _Listed:
    process: Process
    parent: int


def tree_of(pid: int) -> list[Process]:
    """Return a process and all that descend from it, now."""
    listed = _living()
    children: dict[int, list[int]] = {}
    for each in listed.values():
        children.setdefault(each.parent, []).append(each.process.pid)
    return [listed[each].process for each in _below(pid, children) if each in listed]


def _below(pid: int, children: Mapping[int, Sequence[int]]) -> Iterator[int]:
    yield pid
    for child in children.get(pid, ()):
        yield from _below(child, children)


def still_alive(processes: Sequence[Process]) -> list[Process]:
    """Return those that have not ended."""
    living = {each.process for each in _living().values()}
    return [each for each in processes if each in living]


def kill(processes: Sequence[Process]) -> None:
    """End processes without a word to them; one that is gone already is gone."""
    for each in still_alive(processes):
        with suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)


def _living() -> Mapping[int, _Listed]:
    said = subprocess.run(LIST, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
    rows = (line.split() for line in said.splitlines())
    return {
        int(pid): _Listed(Process(int(pid), int(group)), int(parent))
        for pid, parent, group, state in rows
        if not state.startswith(DEAD)
    }
