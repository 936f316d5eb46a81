"""A run that is interrupted, or cannot start, takes all down and accuses nobody."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.observing.waiting import Waiter
from support.targets.processes import free_port

PATIENCE_S = 30


def _behave(
    folder: Path, *arguments: str, features: str = "features/workflows"
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "behave", features, *arguments),
            *("-D", f"reports={folder}", "-f", "allure", "-o", str(folder / "results")),
        ],
        stdout=(folder / "output").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _output(folder: Path) -> str:
    return (folder / "output").read_text("utf-8")


def _verdicts(folder: Path) -> dict[str, Any]:
    results = [json.loads(f.read_text("utf-8")) for f in (folder / "results").glob("*-result.json")]
    return {each["name"]: each for each in results}


def _descendants(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (thread / "children").read_text("utf-8").split()):
            yield child
            yield from _descendants(child)


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_two_signals_end_a_run_as_one_does(tmp_path: Path, number: signal.Signals) -> None:
    """Also in the background of a script, which has SIGINT ignored."""
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    hung_up = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    run = _behave(tmp_path)
    signal.signal(signal.SIGINT, ignored)
    signal.signal(signal.SIGHUP, hung_up)
    Waiter().until(
        lambda _: (
            (tmp_path / "journal.jsonl").exists()
            and '"scenario": "features' in (tmp_path / "journal.jsonl").read_text("utf-8")
        ),
        bool,
        PATIENCE_S,
    )
    started = list(_descendants(run.pid))
    os.kill(run.pid, number)
    time.sleep(0.05)
    os.kill(run.pid, number)
    assert run.wait(PATIENCE_S) == 1
    assert "The audit at the end of the run was skipped: the run was interrupted." in _output(
        tmp_path
    )
    assert "Late, nobody's" not in _output(tmp_path)
    assert "Traceback" not in _output(tmp_path)
    assert _verdicts(tmp_path)["The run was interrupted"]["status"] == "broken"
    assert len(started) > 5
    Waiter().until(lambda _: not any(map(_lives, started)), bool, PATIENCE_S)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_ends_in_the_middle_of_a_fault_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    """No process, the fault proxy among them; a soft end repairs what was broken."""
    run = _behave(tmp_path, features="features/failures/transport_unavailable.feature")
    journal = tmp_path / "journal.jsonl"
    Waiter().until(
        lambda _: journal.exists() and '"fault": "the transport is ' in journal.read_text("utf-8"),
        bool,
        PATIENCE_S,
    )
    started = list(_descendants(run.pid))
    assert any(b"support.faults.proxy" in _command(pid) for pid in started)
    os.kill(run.pid, number)
    assert run.wait(PATIENCE_S) != 0
    Waiter().until(lambda _: not any(map(_lives, started)), bool, PATIENCE_S)
    repaired = '"repaired": "the transport is ' in journal.read_text("utf-8")
    assert repaired is (number is not signal.SIGKILL)


def test_a_run_that_cannot_start_says_so_in_its_report(tmp_path: Path) -> None:
    """The report's folder is the formatter's, and its one result is why."""
    url = f"http://127.0.0.1:{free_port()}"
    assert _behave(tmp_path, "-D", f"target={url}").wait(PATIENCE_S) == 1
    (verdict,) = _verdicts(tmp_path).values()
    assert (verdict["name"], verdict["status"]) == ("The start of the run", "broken")
    assert verdict["statusDetails"]["message"].startswith(f"nothing answers at {url}: ")
    assert not (tmp_path / "allure-results").exists()
