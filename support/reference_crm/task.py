"""One operation in a process of its own, forked from the supervisor, which has no client."""

import json
import logging
import os
import signal
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from support.reference_crm.child import Pipe, begin_life
from support.reference_crm.operations import FAILURES, Operation, Operator, Progress
from support.reference_crm.patience import Stopping
from support.reference_crm.roles import Surroundings

ENDED = "The operation ended before it was done; what it has done stays, so give the order again."
MOST_BYTES = 65536

log = logging.getLogger(__name__)


class TaskError(Exception):
    """Say in one sentence why an operation was not done."""


class Task:
    """Hold an operation that is being carried out."""

    def __init__(self, operation: Operation, around: Surroundings, lifeline: Pipe) -> None:
        """Fork; the lifeline ends when the supervisor does, and the operation with it."""
        self.operation = operation
        self._answer = Pipe.new()
        self._process: BaseProcess = get_context("fork").Process(
            target=_work, args=(operation, around, lifeline, self._answer), name=operation.kind
        )
        self._process.start()
        os.close(self._answer.writing)

    @property
    def sentinel(self) -> int:
        """Return a file descriptor that can be read when the operation has ended."""
        return self._process.sentinel

    def result(self) -> int:
        """Return how many were done, once it has ended; raise TaskError if it was not done."""
        self._process.join()
        said = os.read(self._answer.reading, MOST_BYTES)
        os.close(self._answer.reading)
        answer = json.loads(said) if said else ENDED
        if not isinstance(answer, int):
            raise TaskError(answer)
        return answer

    def end(self, seconds: float) -> None:
        """End the operation: softly, and hard after some seconds."""
        if self._process.is_alive():
            os.kill(self._process.ident or 0, signal.SIGTERM)
        self._process.join(seconds)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _work(operation: Operation, around: Surroundings, lifeline: Pipe, answer: Pipe) -> None:
    stop = begin_life(lifeline)
    os.close(answer.reading)
    around.listener.close()
    try:
        said: int | str = Operator(around, stop, Progress()).carry_out(operation)
    except FAILURES as error:
        said = str(error)
    except Stopping:
        return
    os.write(answer.writing, json.dumps(said).encode())
