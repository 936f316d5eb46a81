"""Run a command that must not outlive the suite: `python -m support.targets.guard COMMAND ...`.

The guard holds the read end of a pipe from the suite as its standard input. When the suite ends,
even by SIGKILL, the pipe closes, and the guard stops the command: SIGTERM, then SIGKILL.
"""

import signal
import subprocess
import sys
import threading

PATIENCE_S = 3


def main(arguments: list[str]) -> int:
    """Run the command until it ends or standard input closes; return its exit code."""
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL) as child:  # noqa: S603 - our caller's
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: child.terminate())
        threading.Thread(target=_stop_at_end_of_input, args=(child,), daemon=True).start()
        return child.wait()


def _stop_at_end_of_input(child: "subprocess.Popen[bytes]") -> None:
    sys.stdin.read()
    child.terminate()
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
