"""An emulator for the tests that need one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.targets.aws import Aws
from support.targets.embedded import start_emulator


@contextmanager
def running_emulator(folder: Path) -> Iterator[Aws]:
    """Start the embedded emulator and stop it at the end; its log is in the folder."""
    child, url = start_emulator(folder / "emulator.log")
    try:
        yield Aws(url, "us-east-1")
    finally:
        child.stop()
