"""The supervisor: forks the roles, watches them, and does what its control line says.

It has no thread and no connection, so that it can fork at any time.
"""

import http.client
import os
import selectors
import signal
from collections import deque
from collections.abc import Iterable
from types import FrameType

from support.reference_crm.child import READY_SECONDS, Pipe
from support.reference_crm.control import Answer, Control, Do, Done, Order, Problem, State
from support.reference_crm.keeper import Keeper, StartError
from support.reference_crm.operations import Kind, Operation
from support.reference_crm.patience import look_until
from support.reference_crm.roles import Role, Surroundings
from support.reference_crm.task import Task, TaskError

LOOK_SECONDS = 0.02


class Supervisor:
    """Keep the roles of one CRM, and carry out orders one after the other."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._lifeline = Pipe.new()
        self._keeper = Keeper(around, self._lifeline)
        self._wakeup = Pipe.new()
        self._told_to_end = False
        self._orders: deque[Order | Operation | Problem] = deque()
        self._task: Task | None = None
        self._stopped_for_task: Surroundings | None = None

    def start(self, roles: Iterable[Role]) -> None:
        """Fork the roles and wait until each is ready; raise StartError for one that is not."""
        roles = list(roles)
        self._keeper.start(roles)
        if Role.API in roles:
            self._wait_until_healthy()

    def pids(self) -> dict[str, int]:
        """Return the process ids by role."""
        return self._keeper.pids

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
                if control is not None:
                    self._obey(control, ready)

    def stop(self) -> None:
        """End the operation, and every role: softly, and hard if it takes too long."""
        if self._task is not None:
            self._task.tell_to_end()
        self._keeper.end_all()
        if self._task is not None:
            self._task.end()

    def _wait(self, selector: selectors.BaseSelector) -> set[int]:
        watched = self._keeper.sentinels
        watched += [] if self._task is None else [self._task.sentinel]
        for sentinel in watched:
            selector.register(sentinel, selectors.EVENT_READ)
        ready = {key.fd for key, _ in selector.select(self._keeper.rest_seconds)}
        for sentinel in watched:
            selector.unregister(sentinel)
        self._keeper.look_after(ready)
        if self._wakeup.reading in ready:
            os.read(self._wakeup.reading, 64)
        return ready

    def _obey(self, control: Control, ready: set[int]) -> None:
        """Take the orders that have come, and answer each when it is done."""
        try:
            if self._task is not None and self._task.sentinel in ready:
                control.answer(self._finish(self._task))
            if control.reading in ready:
                self._hear(control)
            while self._orders and self._task is None:
                answer = self._do(self._orders.popleft())
                if answer is not None:
                    control.answer(answer)
        except BrokenPipeError:
            # Who gives the orders is gone, though somebody else may hold the other line open.
            self._told_to_end = True

    def _hear(self, control: Control) -> None:
        orders = control.orders()
        if orders is None:
            self._told_to_end = True
        else:
            self._orders += orders

    def _do(self, order: Order | Operation | Problem) -> Answer | Problem | None:
        """Carry out an order; return None if its answer comes later."""
        if isinstance(order, Problem):
            return order
        if isinstance(order, Operation):
            self._begin_task(order)
            return None
        if order.do == Do.START:
            return self._begin(order)
        if order.do in (Do.STOP, Do.KILL):
            number = signal.SIGTERM if order.do == Do.STOP else signal.SIGKILL
            self._keeper.end(order.role, number)
        return self._state(order.role)

    def _begin(self, order: Order) -> Answer | Problem:
        child = self._keeper.find(order.role)
        if child is None:
            return self._begin_with(order.role, self._keeper.by_way_of(order.endpoint))
        if child.endpoint != order.endpoint:
            said = f"The role {order.role} runs with another endpoint; stop it first."
            return Problem(error=said)
        return self._state(order.role)

    def _begin_with(self, role: Role, around: Surroundings) -> Answer | Problem:
        try:
            self._keeper.start([role], around)
            if role == Role.API:
                self._wait_until_healthy()
        except StartError as error:
            self._keeper.end(role, signal.SIGKILL)
            return Problem(error=str(error))
        return self._state(role)

    def _begin_task(self, operation: Operation) -> None:
        if operation.kind == Kind.REBUILD and operation.role is not None:
            self._stopped_for_task = self._keeper.kept_with(operation.role)
            self._keeper.end(operation.role, signal.SIGTERM)
        self._task = Task(operation, self._around, self._lifeline)

    def _finish(self, task: Task) -> Done | Problem:
        """Return how an operation ended; the role that was stopped for it runs again then."""
        self._task, around = None, self._stopped_for_task
        self._stopped_for_task = None
        role = task.operation.role
        try:
            answer: Done | Problem = Done(role=role, done=task.result())
        except TaskError as error:
            answer = Problem(error=str(error))
        if around is not None and role is not None:
            state = self._begin_with(role, around)
            answer = state if isinstance(state, Problem) else answer
        return answer

    def _state(self, role: Role) -> Answer:
        child = self._keeper.find(role)
        if child is None:
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
        if not look_until(self._is_healthy, bool, READY_SECONDS, LOOK_SECONDS, LOOK_SECONDS):
            raise StartError("The API does not answer.")

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
