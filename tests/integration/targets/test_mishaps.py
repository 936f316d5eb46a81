"""A run that cannot go on says why once, ends red, and leaves nothing running."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.observing.waiting import Waiter
from support.operation.process_tree import Process, still_alive, tree_of

PATIENCE_S = 60
MOST_BYTES = 24_000


def _behave(folder: Path, before: Callable[[], object] | None = None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "behave", "features/workflows/lead_conversion.feature"),
            *("-D", f"reports={folder}", "-f", "allure", "-o", str(folder / "results")),
            *("-f", "progress3", "--junit", "--junit-directory", str(folder / "junit")),
        ],
        stdout=(folder / "output").open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=before,
    )


def _output(folder: Path) -> str:
    return (folder / "output").read_text("utf-8")


def _is_under_way(folder: Path) -> bool:
    journal = folder / "journal.jsonl"
    return journal.exists() and '"scenario": "features' in journal.read_text("utf-8")


def _command(process: Process) -> str:
    return Path(f"/proc/{process.pid}/cmdline").read_text("utf-8").replace("\0", " ")


@pytest.mark.parametrize(
    ("command", "name", "log"),
    [
        ("-m uvicorn ministack.app:app ", "the embedded emulator (MiniStack)", "emulator.log"),
        ("-m support.reference_crm up", "the reference CRM", "crm.log"),
    ],
)
def test_a_run_that_loses_what_it_stands_on_ends(
    tmp_path: Path, command: str, name: str, log: str
) -> None:
    """No scenario after the one in which it happened is tried."""
    run = _behave(tmp_path)
    Waiter().until(lambda _: _is_under_way(tmp_path), bool, PATIENCE_S)
    started = tree_of(run.pid)
    # Of the CRM it is the supervisor, the first; the emulator's guard has no part in it.
    doomed = [p for p in started if command in _command(p) and "guard" not in _command(p)]
    os.kill(doomed[0].pid, signal.SIGKILL)
    assert run.wait(PATIENCE_S) == 1
    why = f"{name} ended in the middle of the run, by SIGKILL: see {tmp_path / log}, and run again"
    assert f"ABORTED: {why}\n" in _output(tmp_path)
    assert f"The audit at the end of the run was skipped: {why}\n" in _output(tmp_path)
    assert "interrupted" not in _output(tmp_path)
    # What had been promised by then may be lost: that scenario fails, or it is an error.
    assert "0 scenarios passed, " in _output(tmp_path)
    assert ", 0 skipped, 6 untested\n" in _output(tmp_path)
    Waiter().until(lambda _: not still_alive(started), bool, PATIENCE_S)


def test_a_disk_that_gets_full_ends_the_run(tmp_path: Path) -> None:
    """A limit on the size of files is a full disk for the journal; the run is taken down."""
    limits = (MOST_BYTES, MOST_BYTES)
    run = _behave(tmp_path, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))
    Waiter().until(lambda _: _is_under_way(tmp_path), bool, PATIENCE_S)
    started = tree_of(run.pid)
    assert run.wait(PATIENCE_S) == 1
    assert (
        f"ABORTED: nothing more can be written to {tmp_path / 'journal.jsonl'}: File too large; "
        "make room, or name another folder with -D reports=..."
    ) in _output(tmp_path)
    assert "left nothing behind" in _output(tmp_path)
    Waiter().until(lambda _: not still_alive(started), bool, PATIENCE_S)


def test_a_second_run_in_the_same_folder_is_told_so(tmp_path: Path) -> None:
    """The first goes on as if nothing had been."""
    first = _behave(tmp_path)
    Waiter().until(lambda _: _is_under_way(tmp_path), bool, PATIENCE_S)
    second = _behave(tmp_path)
    assert second.wait(PATIENCE_S) == 1
    assert f"another run is writing to {tmp_path / 'results'}: wait until" in _output(tmp_path)
    assert first.wait(PATIENCE_S) == 0
    assert "7 scenarios passed, 0 failed" in _output(tmp_path)
