"""Taps on the bus: a rule of the run's own with a queue, so that nobody's events are taken."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from support.observing.deliveries import Message

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

BATCH = 10
QUEUE: "Mapping[QueueAttributeNameType, str]" = {
    "VisibilityTimeout": "30",
    "MessageRetentionPeriod": "3600",
}
WHOLE_BUS: dict[str, Any] = {"source": [{"prefix": ""}]}


@dataclass(frozen=True)
class BusTap:
    """Receive copies of a bus's events; `longest_wait` 0 polls short, for emulators."""

    name: str
    sqs: "SQSClient"
    events: "EventBridgeClient"
    bus: str
    rule: str
    queue_url: str
    longest_wait: int

    def receive(self, wait: float) -> Sequence[Message]:
        """Take at most 10 messages; a call that timed out took none."""
        try:
            answer = self.sqs.receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=int(min(wait, self.longest_wait)),
                MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            )
        except (ConnectTimeoutError, ReadTimeoutError):
            return []
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
        self.sqs.delete_message_batch(
            QueueUrl=self.queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": each.receipt_handle}
                for number, each in enumerate(messages)
            ],
        )

    def close(self) -> None:
        """Remove the rule and the queue."""
        self.events.remove_targets(Rule=self.rule, EventBusName=self.bus, Ids=["tap"])
        self.events.delete_rule(Name=self.rule, EventBusName=self.bus)
        self.sqs.delete_queue(QueueUrl=self.queue_url)


def open_tap(
    name: str,
    resource: str,
    *,
    sqs: "SQSClient",
    events: "EventBridgeClient",
    bus: str,
    pattern: dict[str, Any],
    longest_wait: int,
) -> BusTap:
    """Put up a queue and a rule, both called `resource`, or nothing; a tap has no redrive."""
    with ExitStack() as undo:
        queue_url = sqs.create_queue(QueueName=resource, Attributes=QUEUE)["QueueUrl"]
        undo.callback(sqs.delete_queue, QueueUrl=queue_url)
        known = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        arn = known["Attributes"]["QueueArn"]
        rule_arn = events.put_rule(
            Name=resource, EventBusName=bus, EventPattern=json.dumps(pattern), State="ENABLED"
        )["RuleArn"]
        undo.callback(events.delete_rule, Name=resource, EventBusName=bus)
        sqs.set_queue_attributes(
            QueueUrl=queue_url, Attributes={"Policy": json.dumps(_policy(arn, rule_arn))}
        )
        events.put_targets(Rule=resource, EventBusName=bus, Targets=[{"Id": "tap", "Arn": arn}])
        undo.pop_all()
    return BusTap(name, sqs, events, bus, resource, queue_url, longest_wait)


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
