"""Processes of the suite: they say why they fail, and never outlive it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.errors import ConfigurationError
from support.observing.waiting import Waiter
from support.targets.processes import Child, guarded

PATIENCE_S = 8
SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
PARENT = """
import sys, time
from pathlib import Path
from support.targets.processes import Child, guarded

code = "import os; print(os.getpid(), flush=True); import time; time.sleep(600)"
child = Child("a sleeper", guarded([sys.executable, "-c", code]), {}, Path(sys.argv[1]))
print(child.pid, child.read_line(10), flush=True)
time.sleep(600)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return where a child's errors go, in a folder that is not there yet."""
    return tmp_path / "logs" / "child.log"


def _python(code: str, log: Path) -> Child:
    return Child("the helper", [sys.executable, "-c", code], {"GREETING": "hello"}, log)


def _gone(pid: int) -> bool:
    """Say whether a process has ended; one that nobody has waited for yet has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def _wait_until_gone(*pids: int) -> None:
    Waiter().until(lambda _: all(map(_gone, pids)), bool, PATIENCE_S)


def test_lines_go_in_and_come_out(log: Path) -> None:
    """Also several at a time, with the environment that was given."""
    child = _python(
        "import os, sys; print(os.environ['GREETING'])\n"
        "print('one\\ntwo', flush=True)\n"
        "print(sys.stdin.readline().strip() + '!', flush=True)\nsys.stdin.read()",
        log,
    )
    assert [child.read_line(PATIENCE_S) for _ in range(3)] == ["hello\n", "one\n", "two\n"]
    child.write_line("Zoë")
    assert child.read_line(PATIENCE_S) == "Zoë!\n"
    assert not child.ended
    child.stop()
    assert child.ended


def test_a_child_that_ends_at_once_says_why_in_one_sentence(log: Path) -> None:
    """Its last words are the reason."""
    child = _python("import sys; print('trying', file=sys.stderr); sys.exit('no stack')", log)
    with pytest.raises(ConfigurationError) as trouble:
        child.read_line(PATIENCE_S)
    child.stop()
    assert str(trouble.value) == "the helper did not start: no stack"


def test_a_child_that_ends_without_a_word_is_told_so(log: Path) -> None:
    """There is a sentence in any case."""
    child = _python("", log)
    with pytest.raises(ConfigurationError, match="the helper did not start: no reason given"):
        child.read_line(PATIENCE_S)
    child.stop()


def test_a_child_that_goes_on_in_silence_is_told_so(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closed its output, and runs: no last words are to be had."""
    monkeypatch.setattr("support.targets.processes.END_PATIENCE_S", 0.1)
    child = _python("import os, sys; os.close(1); sys.stdin.read()", log)
    with pytest.raises(ConfigurationError) as trouble:
        child.read_line(PATIENCE_S)
    child.stop()
    assert str(trouble.value) == f"the helper closed its output; see {log}"


def test_a_child_that_says_nothing_is_not_waited_for_for_ever(log: Path) -> None:
    """The sentence says where to read on."""
    child = _python("import sys; sys.stdin.read()", log)
    with pytest.raises(ConfigurationError) as trouble:
        child.read_line(0.05)
    child.stop()
    assert str(trouble.value) == f"the helper said nothing for 0.05 s; see {log}"


def test_a_command_under_guard_says_why_it_ended(log: Path) -> None:
    """The guard adds no words of its own."""
    child = Child("it", guarded([sys.executable, "-c", "exit('no port')"]), {}, log)
    with pytest.raises(ConfigurationError, match=r"^it did not start: no port$"):
        child.read_line(PATIENCE_S)
    child.stop()


def test_to_stop_a_guarded_command_is_to_close_its_pipe(log: Path) -> None:
    """Guard and command both end."""
    code = f"import os; print(os.getpid(), flush=True); {SLEEPER}"
    child = Child("it", guarded([sys.executable, "-c", code]), {}, log)
    command = int(child.read_line(PATIENCE_S))
    child.stop()
    _wait_until_gone(child.pid, command)


def test_a_command_that_ignores_the_request_is_killed(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that does not listen is stopped the hard way."""
    monkeypatch.setattr("support.targets.processes.STOP_PATIENCE_S", 0.1)
    child = _python(STUBBORN, log)
    assert child.read_line(PATIENCE_S) == "ready\n"
    child.stop()
    assert child.ended


def test_a_command_may_get_more_time_to_end(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has a stack to delete is not killed over it."""
    monkeypatch.setattr("support.targets.processes.STOP_PATIENCE_S", 0.01)
    slow = "import sys, time; sys.stdin.read(); time.sleep(0.3); print('done', file=sys.stderr)"
    child = Child("it", [sys.executable, "-c", slow], {}, log, patience=PATIENCE_S)
    child.stop()
    assert log.read_text("utf-8") == "done\n"


def test_what_a_command_says_to_nobody_is_in_its_log(log: Path) -> None:
    """A pipe that nobody reads would fill up and stop it."""
    told = "import sys; print('x' * 200_000); print('why', file=sys.stderr); sys.stdin.read()"
    child = Child("it", [sys.executable, "-u", "-c", told], {}, log, speaks=False)
    Waiter().until(lambda _: log.read_text("utf-8").endswith("why\n"), bool, PATIENCE_S)
    child.stop()
    assert len(log.read_text("utf-8")) == 200_005


def test_nothing_outlives_a_suite_that_is_killed(tmp_path: Path) -> None:
    """Not even SIGKILL leaves a guarded command behind."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "child.log")], stdout=subprocess.PIPE
    ) as suite:
        assert suite.stdout
        guard, command = map(int, suite.stdout.readline().split())
        assert not _gone(guard)
        assert not _gone(command)
        os.kill(suite.pid, signal.SIGKILL)
    _wait_until_gone(guard, command)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_guard_that_is_told_to_end_ends_its_command(log: Path, number: signal.Signals) -> None:
    """Whoever stops the guard means the command."""
    code = f"import os; print(os.getpid(), flush=True); {SLEEPER}"
    child = Child("it", guarded([sys.executable, "-c", code]), {}, log)
    command = int(child.read_line(PATIENCE_S))
    os.kill(child.pid, number)
    _wait_until_gone(child.pid, command)
    child.stop()


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "by SIGKILL"),
        ("exit(3)", "with exit code 3"),
    ],
)
@pytest.mark.parametrize("guard", [list, guarded])
def test_a_process_that_ended_too_early_is_missed(
    log: Path, code: str, how: str, guard: Callable[[list[str]], list[str]]
) -> None:
    """Whether it has a guard or none."""
    child = Child("it", guard([sys.executable, "-c", code]), {}, log)
    told = Waiter().until(lambda _: child.loss(), bool, PATIENCE_S)
    child.stop()
    assert told == f"it ended in the middle of the run, {how}: see {log}, and run again"


def test_a_process_that_runs_is_not_missed(log: Path) -> None:
    """Only what has ended is."""
    child = _python(SLEEPER, log)
    assert child.loss() is None
    child._process.kill()
    child.stop()
