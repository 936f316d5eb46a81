"""The reports folder: what to do where nothing more can be written, and one run at a time in it."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from support.errors import ConfigurationError

log = logging.getLogger(__name__)


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """Say what to do where something cannot be written to a path; raises ConfigurationError."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(cannot_write(path, error)) from error


def cannot_write(path: Path, error: OSError) -> str:
    """Say that nothing more can be written to a path, and what to do about it."""
    return (
        f"nothing more can be written to {path}: {error.strerror or error}; make room, or name "
        "another folder with -D reports=..."
    )


def claim(opened: IO[str] | int, name: Path, *, with_others: bool = False) -> None:
    """Keep other runs away from an open file or folder until it is closed, however that happens.

    `with_others` shares it with those who say so, too. Where a file system knows no locks, nobody
    is kept away. Raises ConfigurationError if another run has it.
    """
    how = fcntl.LOCK_SH if with_others else fcntl.LOCK_EX
    try:
        fcntl.flock(opened, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigurationError(
            f"another run is writing to {name}: wait until it has ended, or name another folder "
            "with -D reports=..."
        ) from error
    except OSError as error:
        log.debug("%s cannot be locked: %s", name, error)
