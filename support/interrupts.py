"""What ends a run softly: an interrupt at the keyboard, SIGTERM, a terminal that is closed."""

import os
import signal
import stat
import termios
from pathlib import Path
from types import FrameType

SOFT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_at_once() -> None:
    """Let an interrupt at the keyboard end the process without a word, while nothing is there yet.

    Python would print a traceback of whatever was being imported.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def end_softly() -> None:
    """Turn the first of these signals into KeyboardInterrupt, and ignore all that come after it.

    SIGINT is heeded also where a script's background has it ignored; SIGHUP is not under `nohup`.
    """
    for number in SOFT:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def let_nothing_end_this() -> None:
    """Ignore these signals: what takes a run down takes its time, not for ever."""
    for number in SOFT:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    let_nothing_end_this()
    if number == signal.SIGHUP:
        _speak_to_nobody()
    raise KeyboardInterrupt


def _speak_to_nobody() -> None:
    """Let nothing fail that is said to a terminal that is gone."""
    for stream in (1, 2):
        if stat.S_ISCHR(os.fstat(stream).st_mode) and not _answers(stream):
            with Path(os.devnull).open("wb") as nobody:
                os.dup2(nobody.fileno(), stream)


def _answers(terminal: int) -> bool:
    try:
        termios.tcgetattr(terminal)
    except termios.error:
        return False
    return True
