"""Queues that hold as many messages as a test says, and the clients of an AWS that has them."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

from support.targets.aws import Aws
from tests.support.in_memory_tap import InMemoryTap

AGREED = 3


class StillQueues:
    """Answer for queues and rules; `holds` counts messages by the queue's URL.

    `letters` are the bodies in a dead-letter queue by its URL, `routes` the pattern of each rule
    with the names of the queues that it delivers to. Whoever gave a letter up has had `attempts`.
    """

    def __init__(self, bus: InMemoryTap | None = None) -> None:
        self._bus = bus
        self.holds: Counter[str] = Counter()
        self.letters: dict[str, Sequence[str]] = {}
        self.routes: dict[str, tuple[Any, Sequence[str]]] = {}
        self.received: list[dict[str, Any]] = []
        self.put_back: list[str] = []
        self.attempts = AGREED
        self._had: Counter[str] = Counter()

    def get_queue_attributes(self, **asked: Any) -> dict[str, Any]:
        """Count all messages as waiting, and none under another attribute."""
        waiting, *others = asked["AttributeNames"]
        if waiting == "RedrivePolicy":
            return {"Attributes": {waiting: json.dumps({"maxReceiveCount": AGREED})}}
        counts = {waiting: self.holds[asked["QueueUrl"]], **dict.fromkeys(others, 0)}
        return {"Attributes": {name: str(count) for name, count in counts.items()}}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """Show the messages of a queue, the same ones each time."""
        self.received.append(asked)
        bodies = self.letters.get(asked["QueueUrl"], ())
        self._had.update(bodies)
        named = [
            {
                "MessageId": body,
                "ReceiptHandle": body,
                "Body": body,
                "Attributes": {"ApproximateReceiveCount": str(self.attempts + self._had[body])},
            }
            for body in bodies
        ]
        return {"Messages": named[: asked["MaxNumberOfMessages"]]}

    def change_message_visibility_batch(self, **asked: Any) -> dict[str, Any]:
        """Note which messages were put back, by their handles."""
        assert all(each["VisibilityTimeout"] == 0 for each in asked["Entries"])
        self.put_back += [each["ReceiptHandle"] for each in asked["Entries"]]
        return {}

    def get_paginator(self, call: str) -> Any:
        """Return what lists rules, or the targets of one, a page each."""
        return SimpleNamespace(paginate=getattr(self, f"_{call}"))

    def _list_rules(self, **_: Any) -> Iterator[dict[str, Any]]:
        for name, (pattern, _queues) in self.routes.items():
            yield {"Rules": [{"Name": name, "EventPattern": json.dumps(pattern)}]}

    def _list_targets_by_rule(self, **asked: Any) -> Iterator[dict[str, Any]]:
        _, queues = self.routes[asked["Rule"]]
        for queue in queues:
            yield {"Targets": [{"Arn": f"arn:aws:sqs:us-east-1:1:{queue}"}]}

    def put_events(self, **asked: Any) -> dict[str, Any]:
        """Hand events to the bus."""
        if self._bus is None:
            raise LookupError("there is no bus")
        return self._bus.put_events(**asked)

    def as_aws(self) -> Aws:
        """Return an AWS with these queues and rules, and a bus if there is one."""
        return cast(
            Aws, SimpleNamespace(sqs=self, events=self, endpoint_url="https://queues.example")
        )
