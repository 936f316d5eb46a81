"""Breaking a subscription between the bus and a subscriber's queue, and mending it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from support.crm.port import Subscriber
from support.faults.held import HeldDeliveries, routes_to
from support.faults.plane import FaultError
from support.names import queue_name
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_sqs.literals import QueueAttributeNameType

BUS_SERVICE = "events.amazonaws.com"
# AWS gives the name of a deleted queue away again after a minute; emulators at once.
NAME_FREE_S = 75.0
UNHURRIED = Backoff(first=0.5, ceiling=2.0)
DELETED_RECENTLY = ("AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently")
# What a queue tells of itself and cannot be given.
TOLD_ONLY = ("QueueArn", "CreatedTimestamp", "LastModifiedTimestamp")
COUNTS = "ApproximateNumberOf"

Over = Callable[[], bool]


class Breakage(StrEnum):
    """Say how a subscription is broken, in the words of a sentence."""

    SWITCHED_OFF = "is switched off"
    LEADS_NOWHERE = "leads nowhere"
    TURNED_AWAY = "is turned away at the door"
    DOOR_GONE = "ends where a door was"


class Break(Protocol):
    """Break one subscription, and mend it; mending what is whole is harmless."""

    def do(self) -> None:
        """Break it."""

    def undo(self) -> None:
        """Mend it."""


class RuleDisabled:
    """Disable the rules that lead to a subscriber; on AWS it takes up to a minute to count."""

    def __init__(self, aws: Aws, bus: str, subscriber: Subscriber) -> None:
        self._aws = aws
        self._bus = bus
        self._queue = queue_name(subscriber.queue_url)
        self._disabled: list[str] = []

    def do(self) -> None:
        """Disable each."""
        for rule, _ in routes_to(self._aws, self._bus, {self._queue}):
            self._disabled.append(rule)
            self._aws.events.disable_rule(Name=rule, EventBusName=self._bus)

    def undo(self) -> None:
        """Enable what was disabled here."""
        while self._disabled:
            self._aws.events.enable_rule(Name=self._disabled[-1], EventBusName=self._bus)
            self._disabled.pop()


class TargetRemoved:
    """Take the subscriber's queue off the rules that lead to it."""

    def __init__(self, aws: Aws, bus: str, subscriber: Subscriber) -> None:
        self._held = HeldDeliveries(aws, bus, [subscriber])

    def do(self) -> None:
        """Remove the targets."""
        self._held.hold()

    def undo(self) -> None:
        """Put them back."""
        self._held.restore()


class QueueDenied:
    """Let the policy of the subscriber's queue deny the bus to send."""

    def __init__(self, aws: Aws, _bus: str, subscriber: Subscriber) -> None:
        self._sqs = aws.sqs
        self._url = subscriber.queue_url
        self._before: str | None = None

    def do(self) -> None:
        """Add a statement that denies."""
        told = _attributes(self._sqs, self._url, "QueueArn", "Policy")
        self._before = told.get("Policy", "")
        policy = json.loads(self._before) if self._before else {"Version": "2012-10-17"}
        statements = [*policy.get("Statement", []), _denial(told["QueueArn"])]
        self._set(json.dumps({**policy, "Statement": statements}))

    def undo(self) -> None:
        """Give the queue the policy that it had."""
        if self._before is not None:
            self._set(self._before)
            self._before = None

    def _set(self, policy: str) -> None:
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})


class QueueGone:
    """Delete the subscriber's queue, with what is in it, and make it anew as it was.

    On AWS the name is free only a minute after: mending waits for that, until it `is_over`.
    """

    def __init__(
        self, aws: Aws, _bus: str, subscriber: Subscriber, is_over: Over = lambda: False
    ) -> None:
        self._is_over = is_over
        self._sqs = aws.sqs
        self._url = subscriber.queue_url
        self._was: dict[QueueAttributeNameType, str] = {}

    def do(self) -> None:
        """Delete it."""
        told = _attributes(self._sqs, self._url, "All")
        self._was = {
            name: value
            for name, value in told.items()
            if name not in TOLD_ONLY and not name.startswith(COUNTS)
        }
        self._sqs.delete_queue(QueueUrl=self._url)

    def undo(self) -> None:
        """Make it anew, with the attributes, policies and name that it had."""
        if not self._was:
            return
        try:
            Waiter(UNHURRIED).until(lambda _: self._is_over() or self._made(), bool, NAME_FREE_S)
        except WaitTimeout as late:
            raise FaultError(f"the name of {self._url} is not free again") from late
        self._was = {}

    def _made(self) -> bool:
        try:
            self._sqs.create_queue(QueueName=queue_name(self._url), Attributes=self._was)
        except ClientError as error:
            if error.response["Error"]["Code"] in DELETED_RECENTLY:
                return False
            raise
        return True


BREAKS: dict[Breakage, Callable[[Aws, str, Subscriber], Break]] = {
    Breakage.SWITCHED_OFF: RuleDisabled,
    Breakage.LEADS_NOWHERE: TargetRemoved,
    Breakage.TURNED_AWAY: QueueDenied,
}


@dataclass(frozen=True)
class Routes:
    """Hand out what breaks the subscriptions of one bus.

    Once it `is_over`, nobody waits any more for what takes its time to be mended.
    """

    aws: Aws
    bus: str
    is_over: Over = lambda: False

    def breaking(self, breakage: Breakage, subscriber: Subscriber) -> Break:
        """Return what breaks a subscriber's subscription in this way."""
        if breakage is Breakage.DOOR_GONE:
            return QueueGone(self.aws, self.bus, subscriber, self.is_over)
        return BREAKS[breakage](self.aws, self.bus, subscriber)


def _attributes(sqs: Any, url: str, *names: str) -> "dict[QueueAttributeNameType, str]":
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*names])
    found: dict[QueueAttributeNameType, str] = answer.get("Attributes", {})
    return found


def _denial(queue_arn: str) -> dict[str, Any]:
    return {
        "Sid": "BrokenOnPurpose",
        "Effect": "Deny",
        "Principal": {"Service": BUS_SERVICE},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
    }
