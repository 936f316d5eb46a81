"""Taps on the bus: a rule of the run's own with a queue, so that nobody's events are taken."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from support.observing.deliveries import Message

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import TagTypeDef
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

BATCH = 10
RETENTION_S = 3600
VISIBILITY_S = 30
NO_ANSWER = (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
THROTTLED = (
    "RequestLimitExceeded",
    "RequestThrottled",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
)
GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
NO_TAGS: Mapping[str, str] = {}
WHOLE_BUS: dict[str, Any] = {"source": [{"prefix": ""}]}


@dataclass(frozen=True)
class QueueTap:
    """Receive from a queue that is ours to read; `longest_wait` 0 polls short, for emulators.

    `visibility` is how many seconds a message that was taken and not deleted stays away.
    """

    name: str
    sqs: "SQSClient"
    queue_url: str
    longest_wait: int
    visibility: float = field(default=VISIBILITY_S, kw_only=True)

    def receive(self, wait: float) -> Sequence[Message] | None:
        """Take at most 10 messages; None where the call gets no answer or is throttled."""
        try:
            answer = self.sqs.receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=int(min(wait, self.longest_wait)),
                MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            )
        except (BotoCoreError, ClientError) as error:
            if passes(error):
                return None
            raise
        return [
            Message(
                message_id=each["MessageId"],
                receipt_handle=each["ReceiptHandle"],
                body=each["Body"],
                sent_at=int(each["Attributes"]["SentTimestamp"]) / 1000,
                receive_count=int(each["Attributes"]["ApproximateReceiveCount"]),
            )
            for each in answer.get("Messages", [])
        ]

    def delete(self, messages: Sequence[Message]) -> None:
        """Remove messages; one that stays comes again, and is known by its id then."""
        try:
            self.sqs.delete_message_batch(
                QueueUrl=self.queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": each.receipt_handle}
                    for number, each in enumerate(messages)
                ],
            )
        except (BotoCoreError, ClientError) as error:
            if not passes(error):
                raise


class TenantTap(QueueTap):
    """Receive from a queue that its tenant may have deleted: nothing comes from it then."""

    def receive(self, wait: float) -> Sequence[Message] | None:
        """Take at most 10 messages, as `QueueTap` does."""
        try:
            return super().receive(wait)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return []
            raise


@dataclass(frozen=True)
class BusTap(QueueTap):
    """Receive copies of a bus's events, by a rule and a queue of the run's own."""

    events: "EventBridgeClient"
    bus: str
    rule: str

    def close(self) -> None:
        """Remove the rule and the queue, each even if the other cannot be removed."""
        with ExitStack() as each:
            each.callback(self.sqs.delete_queue, QueueUrl=self.queue_url)
            each.callback(self.events.delete_rule, Name=self.rule, EventBusName=self.bus)
            each.callback(
                self.events.remove_targets, Rule=self.rule, EventBusName=self.bus, Ids=["tap"]
            )


def open_tap(
    name: str,
    resource: str,
    *,
    sqs: "SQSClient",
    events: "EventBridgeClient",
    bus: str,
    pattern: dict[str, Any],
    longest_wait: int,
    visibility: int = VISIBILITY_S,
    tags: Mapping[str, str] = NO_TAGS,
) -> BusTap:
    """Put up a queue and a rule, both called `resource`, or nothing; a tap has no redrive.

    `visibility` is how many seconds a message that was taken and not deleted stays away; `tags`
    are on both from the beginning.
    """
    attributes: Mapping[QueueAttributeNameType, str] = {
        "VisibilityTimeout": str(visibility),
        "MessageRetentionPeriod": str(RETENTION_S),
    }
    with ExitStack() as undo:
        queue_url = sqs.create_queue(QueueName=resource, Attributes=attributes, tags=tags)[
            "QueueUrl"
        ]
        undo.callback(sqs.delete_queue, QueueUrl=queue_url)
        known = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        arn = known["Attributes"]["QueueArn"]
        rule_arn = events.put_rule(
            Name=resource,
            EventBusName=bus,
            EventPattern=json.dumps(pattern),
            State="ENABLED",
            Tags=as_pairs(tags),
        )["RuleArn"]
        undo.callback(events.delete_rule, Name=resource, EventBusName=bus)
        sqs.set_queue_attributes(
            QueueUrl=queue_url, Attributes={"Policy": json.dumps(_policy(arn, rule_arn))}
        )
        events.put_targets(Rule=resource, EventBusName=bus, Targets=[{"Id": "tap", "Arn": arn}])
        undo.pop_all()
    return BusTap(name, sqs, queue_url, longest_wait, events, bus, resource, visibility=visibility)


def as_pairs(tags: Mapping[str, str]) -> "list[TagTypeDef]":
    """Return tags as EventBridge takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def passes(error: Exception) -> bool:
    """Say whether the same call may succeed a moment later."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in THROTTLED
    return isinstance(error, NO_ANSWER)


def _policy(queue_arn: str, rule_arn: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
            }
        ],
    }
