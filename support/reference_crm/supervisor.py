"""The supervisor: forks the roles, watches them, and does what its control line says.

It has no thread and no connection, so that it can fork at any time.
"""

import http.client
import logging
import os
import selectors
import signal
import time
from collections.abc import Iterable
from dataclasses import replace
from types import FrameType

from support.reference_crm.child import GRACE_SECONDS, READY_SECONDS, Child, Pipe
from support.reference_crm.control import Answer, Control, Do, Order, Problem, State
from support.reference_crm.roles import Role, Surroundings

log = logging.getLogger(__name__)


class StartError(Exception):
    """Say in one sentence which role did not start."""


class Supervisor:
    """Keep the roles of one CRM."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._lifeline = Pipe.new()
        self._children: dict[Role, Child] = {}
        self._wakeup = Pipe.new()
        self._told_to_end = False

    def start(self, roles: Iterable[Role]) -> None:
        """Fork the roles and wait until each is ready; raise StartError for one that is not."""
        self._start([(role, self._around) for role in roles])

    def _start(self, roles: Iterable[tuple[Role, Surroundings]]) -> None:
        started = [self._fork(role, around) for role, around in roles]
        for child in started:
            if not child.wait_until_ready():
                raise StartError(f"The role {child.role} did not start.")
        if Role.API in {child.role for child in started}:
            self._wait_until_healthy()

    def pids(self) -> dict[str, int]:
        """Return the process ids by role."""
        return {role: child.pid for role, child in self._children.items()}

    def serve(self, control: Control | None) -> None:
        """Do what the control line says until it ends or a signal comes."""
        self._listen_to_signals()
        # Not epoll, which takes no file and no /dev/null for a control line.
        with selectors.PollSelector() as selector:
            selector.register(self._wakeup.reading, selectors.EVENT_READ)
            if control is not None:
                selector.register(control.reading, selectors.EVENT_READ)
            while not self._told_to_end:
                ready = self._wait(selector)
                if control is not None and control.reading in ready:
                    self._told_to_end |= not self._obey(control)

    def stop(self) -> None:
        """End every role: softly, and hard if it takes too long."""
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children.values():
            child.send(signal.SIGTERM)
        for child in self._children.values():
            child.reap(max(0.0, deadline - time.monotonic()))
        self._children.clear()

    def _fork(self, role: Role, around: Surroundings) -> Child:
        child = Child(role, around, self._lifeline)
        self._children[role] = child
        return child

    def _wait(self, selector: selectors.BaseSelector) -> set[int]:
        for child in self._children.values():
            selector.register(child.sentinel, selectors.EVENT_READ)
        ready = {key.fd for key, _ in selector.select()}
        for child in list(self._children.values()):
            selector.unregister(child.sentinel)
            if child.sentinel in ready:
                log.error("the role %s ended by itself", child.role)
                self._forget(child)
        if self._wakeup.reading in ready:
            os.read(self._wakeup.reading, 64)
        return ready

    def _forget(self, child: Child) -> None:
        child.reap(0.1)
        del self._children[child.role]

    def _obey(self, control: Control) -> bool:
        """Answer the orders that have come; say whether more may come."""
        orders = control.orders()
        if orders is None:
            return False
        try:
            for order in orders:
                control.answer(order if isinstance(order, Problem) else self._do(order))
        except BrokenPipeError:
            # Who gives the orders is gone, though somebody else may hold the other line open.
            return False
        return True

    def _do(self, order: Order) -> Answer | Problem:
        if order.do == Do.START:
            return self._begin(order)
        if order.do in (Do.STOP, Do.KILL):
            self._end(order.role, signal.SIGTERM if order.do == Do.STOP else signal.SIGKILL)
        return self._state(order.role)

    def _begin(self, order: Order) -> Answer | Problem:
        child = self._children.get(order.role)
        if child is None:
            try:
                self._start([(order.role, self._around_role(order))])
            except StartError as error:
                self._end(order.role, signal.SIGKILL)
                return Problem(error=str(error))
        elif child.endpoint != order.endpoint:
            return Problem(
                error=f"The role {order.role} runs with another endpoint; stop it first."
            )
        return self._state(order.role)

    def _around_role(self, order: Order) -> Surroundings:
        if order.endpoint is None:
            return self._around
        return replace(self._around, aws=self._around.aws.by_way_of(order.endpoint))

    def _end(self, role: Role, number: signal.Signals) -> None:
        child = self._children.get(role)
        if child is not None:
            child.send(number)
            child.reap(GRACE_SECONDS)
            del self._children[role]

    def _state(self, role: Role) -> Answer:
        child = self._children.get(role)
        if child is None or not child.is_alive:
            return Answer(role=role, state=State.STOPPED, pid=None, endpoint=None)
        return Answer(role=role, state=State.RUNNING, pid=child.pid, endpoint=child.endpoint)

    def _listen_to_signals(self) -> None:
        def end(_signal: int, _frame: FrameType | None) -> None:
            self._told_to_end = True

        os.set_blocking(self._wakeup.writing, False)
        signal.set_wakeup_fd(self._wakeup.writing)
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_healthy():
            if time.monotonic() > deadline:
                raise StartError("The API does not answer.")
            time.sleep(0.02)

    def _is_healthy(self) -> bool:
        host, port = self._around.listener.getsockname()[:2]
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
