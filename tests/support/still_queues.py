"""Queues that hold as many messages as a test says, and the clients of an AWS that has them."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

from support.targets.aws import Aws


class StillQueues:
    """Answer for the attributes of queues; `holds` counts messages by the queue's URL."""

    def __init__(self) -> None:
        self.holds: Counter[str] = Counter()

    def get_queue_attributes(self, **asked: Any) -> dict[str, Any]:
        """Count all messages as waiting, and none under another attribute."""
        waiting, *others = asked["AttributeNames"]
        counts = {waiting: self.holds[asked["QueueUrl"]], **dict.fromkeys(others, 0)}
        return {"Attributes": {name: str(count) for name, count in counts.items()}}

    def as_aws(self) -> Aws:
        """Return an AWS with these queues and nothing else."""
        return cast(Aws, SimpleNamespace(sqs=self, endpoint_url="https://queues.example"))
