"""Own subscriptions when AWS refuses a call in the middle of putting one up."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.reference_crm.own_subscriptions import OwnSubscriptions
from tests.unit.reference_crm.runtime_fakes import failure

CALLS = ["put_rule", "get_queue_attributes", "set_queue_attributes", "put_targets"]


class FakeAws:
    """Hold rules with their targets, and queues, by name; `throttled` is a call that fails."""

    def __init__(self) -> None:
        self.rules: dict[str, list[str]] = {}
        self.queues: set[str] = set()
        self.throttled = ""

    def _answer(self, call: str) -> None:
        if call == self.throttled:
            raise failure("ThrottlingException")

    def get_queue_url(self, *, QueueName: str) -> Any:  # noqa: N803
        """Say where a queue is."""
        self._answer("get_queue_url")
        if QueueName not in self.queues:
            raise failure("QueueDoesNotExist")
        return {"QueueUrl": QueueName}

    def create_queue(self, *, QueueName: str, **_said: Any) -> Any:  # noqa: N803
        """Create a queue, or leave the one that there is."""
        self.queues.add(QueueName)
        return {"QueueUrl": QueueName}

    def delete_queue(self, *, QueueUrl: str) -> None:  # noqa: N803
        """Delete a queue."""
        self.queues.remove(QueueUrl)

    def get_queue_attributes(self, **_said: Any) -> Any:
        """Say what a queue is called."""
        self._answer("get_queue_attributes")
        return {"Attributes": {"QueueArn": "arn"}}

    def set_queue_attributes(self, **_said: Any) -> None:
        """Take a policy."""
        self._answer("set_queue_attributes")

    def put_rule(self, *, Name: str, **_said: Any) -> Any:  # noqa: N803
        """Put up a rule, or leave the one that there is."""
        self._answer("put_rule")
        self.rules.setdefault(Name, [])
        return {"RuleArn": "rule"}

    def put_targets(self, *, Rule: str, Targets: list[Any], **_said: Any) -> Any:  # noqa: N803
        """Let a rule deliver."""
        self._answer("put_targets")
        self.rules[Rule] = [each["Id"] for each in Targets]
        return {"FailedEntryCount": 0}

    def remove_targets(self, *, Rule: str, **_said: Any) -> None:  # noqa: N803
        """Let a rule deliver nowhere."""
        if Rule not in self.rules:
            raise failure("ResourceNotFoundException")
        self.rules[Rule] = []

    def delete_rule(self, *, Name: str, **_said: Any) -> None:  # noqa: N803
        """Delete a rule."""
        del self.rules[Name]


def own(aws: FakeAws) -> OwnSubscriptions:
    """Return what puts them up."""
    return OwnSubscriptions(aws, aws, "crm", "crm-bus", 2, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("call", CALLS)
def test_what_could_not_be_put_up_leaves_nothing(call: str) -> None:
    """A queue without a rule would be nobody's."""
    aws = FakeAws()
    aws.throttled = call
    with pytest.raises(ClientError):
        own(aws).open("acme")
    assert (aws.rules, aws.queues) == ({}, set())


@pytest.mark.parametrize("call", ["get_queue_url", *CALLS])
def test_who_asks_again_in_vain_keeps_what_was_there(call: str) -> None:
    """Rule and queue, and so the events that wait in it."""
    aws = FakeAws()
    made = own(aws).open("acme")
    aws.throttled = call
    with pytest.raises(ClientError):
        own(aws).open("acme")
    assert (aws.rules, aws.queues) == ({made.rule: ["queue"]}, {made.queue_url})
