"""The roles that are kept: who dies by itself is started again, after a pause that grows."""

import logging
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from support.reference_crm.child import GRACE_SECONDS, Child, Pipe
from support.reference_crm.roles import Role, Surroundings

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0

log = logging.getLogger(__name__)


class StartError(Exception):
    """Say in one sentence which role did not start."""


@dataclass(frozen=True)
class Revival:
    """Hold when a role that died is to be started again, with what it had."""

    due_at: float
    around: Surroundings


class Keeper:
    """Keep the processes of the roles."""

    def __init__(
        self,
        around: Surroundings,
        lifeline: Pipe,
        fork: Callable[[Role, Surroundings, Pipe], Child] = Child,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._around = around
        self._lifeline = lifeline
        self._fork_child = fork
        self._clock = clock
        self._children: dict[Role, Child] = {}
        self._deaths: dict[Role, int] = {}
        self._revivals: dict[Role, Revival] = {}

    @property
    def pids(self) -> dict[str, int]:
        """Return the process ids by role."""
        return {role: child.pid for role, child in self._children.items()}

    @property
    def sentinels(self) -> list[int]:
        """Return the file descriptors that can be read when a role has ended."""
        return [child.sentinel for child in self._children.values()]

    @property
    def rest_seconds(self) -> float | None:
        """Return how long nobody has to be started again, None for ever."""
        due = [revival.due_at for revival in self._revivals.values()]
        return max(0.0, min(due) - self._clock()) if due else None

    def find(self, role: Role) -> Child | None:
        """Return the process of a role, if it runs."""
        child = self._children.get(role)
        return child if child is not None and child.is_alive else None

    def kept_with(self, role: Role) -> Surroundings | None:
        """Return what a role has that runs, or will soon run again; None if it is to stay down."""
        if role in self._revivals:
            return self._revivals[role].around
        return self._children[role].around if role in self._children else None

    def by_way_of(self, endpoint: str | None) -> Surroundings:
        """Return what a role has that finds AWS at another endpoint than the program."""
        if endpoint is None:
            return self._around
        return replace(self._around, aws=self._around.aws.by_way_of(endpoint))

    def start(self, roles: Iterable[Role], around: Surroundings | None = None) -> None:
        """Fork roles and wait until each is ready; raise StartError for one that is not."""
        started = [self._start(role, around or self._around) for role in roles]
        for child in started:
            self._deaths.pop(child.role, None)
            if not child.wait_until_ready():
                self.end(child.role, signal.SIGKILL)
                raise StartError(f"The role {child.role} did not start.")

    def end(self, role: Role, number: signal.Signals) -> None:
        """End a role, which stays down until it is started."""
        self._revivals.pop(role, None)
        child = self._children.pop(role, None)
        if child is not None:
            child.send(number)
            child.reap(GRACE_SECONDS)

    def end_all(self) -> None:
        """End every role: softly, and hard if it takes too long."""
        self._revivals.clear()
        deadline = self._clock() + GRACE_SECONDS
        for child in self._children.values():
            child.send(signal.SIGTERM)
        for child in self._children.values():
            child.reap(max(0.0, deadline - self._clock()))
        self._children.clear()

    def look_after(self, ready: Iterable[int]) -> None:
        """Bury the roles whose sentinels are ready, and start those again whose time has come."""
        for child in list(self._children.values()):
            if child.sentinel in ready:
                self._bury(child)
        for role, revival in list(self._revivals.items()):
            if revival.due_at <= self._clock():
                self._fork(role, revival.around)

    def _start(self, role: Role, around: Surroundings) -> Child:
        # There may be one that has died and was not noticed yet.
        self.end(role, signal.SIGKILL)
        return self._fork(role, around)

    def _fork(self, role: Role, around: Surroundings) -> Child:
        self._revivals.pop(role, None)
        child = self._fork_child(role, around, self._lifeline)
        self._children[role] = child
        return child

    def _bury(self, child: Child) -> None:
        child.reap(0.1)
        del self._children[child.role]
        if child.gave_up:
            log.error("the role %s ended by itself, and stays down until it is started", child.role)
            return
        pause = self._pause(child)
        self._revivals[child.role] = Revival(self._clock() + pause, child.around)
        log.error("the role %s ended by itself; it is started in %.1f s", child.role, pause)

    def _pause(self, child: Child) -> float:
        """Return how long to wait: longer each time, from the beginning after a healthy life."""
        if self._clock() - child.started_at >= HEALTHY_SECONDS:
            self._deaths.pop(child.role, None)
        deaths = self._deaths.get(child.role, 0)
        self._deaths[child.role] = deaths + 1
        return min(FIRST_PAUSE_SECONDS * 2.0**deaths, LONGEST_PAUSE_SECONDS)
