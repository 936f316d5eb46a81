"""The control line of the reference CRM: orders go to its supervisor, an answer comes for each."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from support.errors import ConfigurationError, CrmTrouble
from support.targets.processes import Child

PATIENCE_S = 15.0
LAST_LOOK_S = 0.1


class ControlLine:
    """Give orders to a process, one after the other, and hear what came of them.

    Answers come in the order of the orders: one that came too late is not the next one's.
    """

    def __init__(self, child: Child, clock: Callable[[], float] = time.monotonic) -> None:
        self._child = child
        self._clock = clock
        self._owed = 0

    def give(self, order: Mapping[str, str], patience: float = PATIENCE_S) -> dict[str, Any]:
        """Give an order, and return the answer, which has so many seconds to come.

        Raises CrmTrouble if it was not carried out, or if nobody answers.
        """
        asked = " ".join(order.values())
        try:
            self._child.write_line(json.dumps(order))
            self._owed += 1
            answer = self._newest(patience)
        except (ConfigurationError, OSError) as error:
            raise CrmTrouble(f"the reference CRM did not {asked}: {error}") from error
        if "error" in answer:
            raise CrmTrouble(f"the reference CRM did not {asked}: {answer['error']}")
        return answer

    def _newest(self, patience: float) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        deadline = self._clock() + patience
        while self._owed:
            left = max(LAST_LOOK_S, deadline - self._clock())
            answer = json.loads(self._child.read_line(left))
            self._owed -= 1
        return answer
