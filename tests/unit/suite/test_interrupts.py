"""What ends a run softly does so once, from a terminal that is gone, too."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

PATIENCE_S = 20
TOLD = """
import os, signal, sys
from support.interrupts import end_softly
end_softly()
try:
    print("ready", flush=True)
    while True:
        signal.pause()
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.SIGTERM)
    print("the last word", flush=True)
    sys.exit(3)
"""


def _started(stdout: int, before: Callable[[], object] | None = None) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", TOLD]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=stdout, preexec_fn=before, start_new_session=True
    )


def _in_the_background() -> None:
    """Ignore SIGINT as in the background of a script, and heed SIGHUP, `nohup` or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_interrupts_and_no_other_does(number: signal.Signals) -> None:
    """What is taken down then is not ended half-way."""
    run = _started(subprocess.PIPE, _in_the_background)
    assert run.stdout is not None
    assert run.stdout.readline() == b"ready\n"
    run.send_signal(number)
    assert (run.communicate(timeout=PATIENCE_S)[0], run.returncode) == (b"the last word\n", 3)


def test_an_interrupt_while_nothing_is_there_yet_ends_without_a_word() -> None:
    """A traceback of whatever is being imported would help nobody."""
    code = (
        "import os; from support.interrupts import end_at_once as e; e(); os.kill(os.getpid(), 2)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


def test_nohup_is_obeyed() -> None:
    """Whoever says so wants the run to outlive the terminal."""
    run = _started(subprocess.PIPE, lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert run.stdout is not None
    assert run.stdout.readline() == b"ready\n"
    run.send_signal(signal.SIGHUP)
    run.send_signal(signal.SIGTERM)
    assert (run.communicate(timeout=PATIENCE_S)[0], run.returncode) == (b"the last word\n", 3)


def test_a_terminal_that_is_gone_is_spoken_to_in_vain() -> None:
    """Else the first word about the end would fail, and with it the end."""
    ours, theirs = pty.openpty()
    run = _started(theirs, _in_the_background)
    os.close(theirs)
    said = b""
    while b"\n" not in said:  # a terminal may get a line in pieces
        said += os.read(ours, 100)
    os.close(ours)
    run.send_signal(signal.SIGHUP)
    assert run.wait(PATIENCE_S) == 3
