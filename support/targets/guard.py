"""Run a command that must not outlive the suite: `python -m support.targets.guard COMMAND ...`.

The guard holds the read end of a pipe from the suite as its standard input. When the suite ends,
even by SIGKILL, the pipe closes, and the guard stops the command: SIGTERM, then SIGKILL, so many
seconds later as `--patience=SECONDS` before the command says.
"""

import signal
import subprocess
import sys
import threading

PATIENCE_S = 3.0
PATIENCE = "--patience="
SIGNALLED = 128


def main(arguments: list[str]) -> int:
    """Run the command until it ends or standard input closes; return its exit code.

    It is 128 and the signal's number for a command that a signal ended, as in a shell.
    """
    first, *rest = arguments
    told = first.startswith(PATIENCE)
    patience = float(first.removeprefix(PATIENCE)) if told else PATIENCE_S
    command = rest if told else arguments
    ending = threading.Event()
    started: list[subprocess.Popen[bytes]] = []

    def end(*_: object) -> None:
        ending.set()
        for each in started:
            each.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as child:  # noqa: S603 - our caller's
        started.append(child)
        if ending.is_set():  # told so before there was anything to end
            child.terminate()
        stop = threading.Thread(target=_stop_at_end_of_input, args=(child, patience), daemon=True)
        stop.start()
        code = child.wait()
        return code if code >= 0 else SIGNALLED - code


def _stop_at_end_of_input(child: "subprocess.Popen[bytes]", patience: float) -> None:
    sys.stdin.read()
    child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
