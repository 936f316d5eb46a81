"""The queues and rules of the stage's CRM: they can be broken, and take what is put into them."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from support.names import queue_name
from tests.support.in_memory_tap import InMemoryTap
from tests.support.still_queues import StillQueues

Doing = Callable[[str], None]
ANY = {"source": [{"prefix": ""}]}


class Doors(StillQueues):
    """Tell the CRM in memory what becomes of the rules and queues of its subscribers.

    `delivered` gets what is put into a subscriber's queue, and returns what it does not take.
    """

    def __init__(self, bus: InMemoryTap, subscribers: Sequence[str]) -> None:
        super().__init__(bus)
        self.routes = {name: (ANY, [name]) for name in subscribers}
        self._disabled: set[str] = set()
        self.unhooked: Doing = lambda _: None
        self.hooked: Doing = lambda _: None
        self.off: Doing = lambda _: None
        self.on: Doing = lambda _: None
        self.delivered: Callable[[str, Sequence[str]], Sequence[str]] = lambda _, bodies: bodies

    def disable_rule(self, Name: str, **_: Any) -> None:  # noqa: N803
        """Switch a subscription off."""
        self._disabled.add(Name)
        self.off(Name)

    def enable_rule(self, Name: str, **_: Any) -> None:  # noqa: N803
        """Switch it on."""
        self._disabled.discard(Name)
        self.on(Name)

    def remove_targets(self, Rule: str, **_: Any) -> None:  # noqa: N803
        """Let a rule lead nowhere."""
        self.routes[Rule] = (ANY, [])
        self.unhooked(Rule)

    def put_targets(self, Rule: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Let it lead where it led."""
        self.routes[Rule] = (ANY, [Rule])
        self.hooked(Rule)
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        """Put messages into a subscriber's queue; what it does not take is a dead letter."""
        name = queue_name(asked["QueueUrl"])
        refused = self.delivered(name, [each["MessageBody"] for each in asked["Entries"]])
        dead = f"{asked['QueueUrl']}-dead-letters"
        self.letters[dead] = [*self.letters.get(dead, ()), *refused]
        self.holds[dead] += len(refused)
        return {}

    def delete_message(self, **asked: Any) -> None:
        """Remove a message, by its handle."""
        url, body = asked["QueueUrl"], asked["ReceiptHandle"]
        self.letters[url] = [each for each in self.letters[url] if each != body]
        self.holds[url] -= 1

    def change_message_visibility(self, **asked: Any) -> None:
        """Put a message back."""
        self.put_back.append(asked["ReceiptHandle"])

    def _list_rules(self, **_: Any) -> Iterator[dict[str, Any]]:
        for name, (pattern, _queues) in self.routes.items():
            state = "DISABLED" if name in self._disabled else "ENABLED"
            yield {"Rules": [{"Name": name, "EventPattern": json.dumps(pattern), "State": state}]}

    def _list_targets_by_rule(self, **asked: Any) -> Iterator[dict[str, Any]]:
        for page in super()._list_targets_by_rule(**asked):
            yield {"Targets": [{"Id": "queue", **each} for each in page["Targets"]]}
