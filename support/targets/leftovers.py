"""What a run leaves behind: looked for at its end, whatever ended it, and told in one sentence."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws
from support.targets.leases import Kind
from support.targets.processes import Child
from support.targets.sweep import LeftBehind, remove_run

LAST_BREATH_S = 3.0
CONNECT_S = 0.5
LOOKING = Backoff(first=0.01, ceiling=0.1)
KINDS = ", ".join(f"{kind}{'es' if kind is Kind.BUS else 's'}" for kind in Kind)
log = logging.getLogger(__name__)

Tell = Callable[[str], None]


@dataclass
class Footprint:
    """Remember what a run starts, and where it creates something, to look there at the end."""

    run_id: str
    tell: Tell
    aws: Aws | None = None
    _started: list[tuple[Child, str]] = field(default_factory=list)

    def started(self, child: Child, url: str) -> None:
        """Remember a process, and where it serves."""
        self._started.append((child, url))

    def lost(self) -> str | None:
        """Say which process has ended too early, or None."""
        return next((told for child, _ in self._started if (told := child.loss())), None)

    def look_back(self) -> None:
        """Remove what is left at the endpoint, and tell that nothing is left there or here.

        Raises LeftBehind with the names of what is left; processes among it are killed.
        """
        left = [*self._processes(), *self._resources()]
        if left:
            raise LeftBehind(f"run {self.run_id} left behind: {'; '.join(left)}")
        at = f"; {KINDS} at {self.aws.place}" if self.aws else ""
        self.tell(f"Run {self.run_id} left nothing behind. Looked for: processes, ports{at}.")

    def leave(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Look back as a context ends; what is left hides no error that is on its way."""
        try:
            self.look_back()
        except LeftBehind as left:
            if error is None:
                raise
            log.warning("%s", left)

    def _processes(self) -> Iterator[str]:
        for child, url in self._started:
            try:
                Waiter(LOOKING).until(partial(_lives, child), _not, LAST_BREATH_S)
            except WaitTimeout:
                port = f", serving at {url}" if _serves(url) else ""
                yield f"processes of {child.name}, in group {child.pid}{port} (killed now)"
                os.killpg(child.pid, signal.SIGKILL)

    def _resources(self) -> Iterator[str]:
        if self.aws is None:
            return
        try:
            remove_run(self.aws, self.run_id)
        except LeftBehind as error:
            yield str(error)
        except (BotoCoreError, ClientError) as error:
            yield f"nobody knows what at {self.aws.place}, which does not tell: {error}"


@contextmanager
def leaving_nothing(run_id: str, tell: Tell) -> Iterator[Footprint]:
    """Look back at the end; if that fails while another error is on its way, it is only logged."""
    footprint = Footprint(run_id, tell)
    with ExitStack() as end:
        end.push(footprint.leave)
        yield footprint


def _lives(child: Child, _seconds_left: float) -> bool:
    """Say whether anything lives in the group of processes that a child has led."""
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _not(lives: bool) -> bool:  # noqa: FBT001 - what a probe answered
    return not lives


def _serves(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((str(parts.hostname), parts.port or 80), CONNECT_S):
            return True
    except OSError:
        return False
