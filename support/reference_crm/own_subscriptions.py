"""Subscriptions of a tenant's own: a rule for its events alone, and a queue that is the tenant's.

They come and go while the CRM serves, so they are calls and no template: a stack for each would
take most of a minute on AWS, and a request cannot. What is left goes with the CRM's stack.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from support.reference_crm.aws import error_code
from support.reference_crm.taps import GONE, OWN

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient

RETENTION_SECONDS = 1_209_600
TARGET = "queue"


class OwnSubscription(BaseModel):
    """Say where the events of one tenant are delivered to."""

    model_config = ConfigDict(frozen=True)

    tenant_id: str
    rule: str
    queue_url: str


class NotSubscribedError(Exception):
    """Say which rule did not take its queue."""


class OwnSubscriptions:
    """Give tenants subscriptions of their own, and take them away."""

    def __init__(
        self,
        events: "EventBridgeClient",
        sqs: "SQSClient",
        stack_name: str,
        bus: str,
        visibility_seconds: int,
        tags: Mapping[str, str],
    ) -> None:
        self._events = events
        self._sqs = sqs
        self._stack_name = stack_name
        self._bus = bus
        self._visibility_seconds = visibility_seconds
        self._tags = tags

    def open(self, tenant_id: str) -> OwnSubscription:
        """Put up rule and queue, or nothing; who has them already gets them again.

        They have the tags of the stack, as if they were in it.
        """
        name = self._name(tenant_id)
        was_there = self._has_queue(name)
        with ExitStack() as undo:
            queue_url = self._sqs.create_queue(
                QueueName=name,
                Attributes={
                    "VisibilityTimeout": str(self._visibility_seconds),
                    "MessageRetentionPeriod": str(RETENTION_SECONDS),
                },
                tags=self._tags,
            )["QueueUrl"]
            # In a queue that was there before, events may wait.
            if not was_there:
                undo.callback(self.close, tenant_id)
            rule_arn = self._events.put_rule(
                Name=name,
                EventBusName=self._bus,
                EventPattern=pattern(tenant_id),
                State="ENABLED",
                Tags=[{"Key": key, "Value": value} for key, value in self._tags.items()],
            )["RuleArn"]
            self._connect(name, rule_arn, queue_url)
            undo.pop_all()
        return OwnSubscription(tenant_id=tenant_id, rule=name, queue_url=queue_url)

    def close(self, tenant_id: str) -> None:
        """Take rule and queue away; nothing happens if there are none."""
        name = self._name(tenant_id)
        with ExitStack() as each:
            each.callback(self._delete_queue, name)
            each.callback(self._delete_rule, name)

    def _has_queue(self, name: str) -> bool:
        try:
            self._sqs.get_queue_url(QueueName=name)
        except ClientError as error:
            if error_code(error) not in GONE:
                raise
            return False
        return True

    def _connect(self, rule: str, rule_arn: str, queue_url: str) -> None:
        known = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        queue_arn = known["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(
            QueueUrl=queue_url, Attributes={"Policy": _policy(queue_arn, rule_arn)}
        )
        answer = self._events.put_targets(
            Rule=rule, EventBusName=self._bus, Targets=[{"Id": TARGET, "Arn": queue_arn}]
        )
        if answer["FailedEntryCount"]:
            raise NotSubscribedError(f"the rule {rule} took no queue: {answer['FailedEntries']}")

    def _delete_rule(self, name: str) -> None:
        try:
            self._events.remove_targets(Rule=name, EventBusName=self._bus, Ids=[TARGET])
            self._events.delete_rule(Name=name, EventBusName=self._bus)
        except ClientError as error:
            if error_code(error) not in GONE:
                raise

    def _delete_queue(self, name: str) -> None:
        try:
            self._sqs.delete_queue(QueueUrl=self._sqs.get_queue_url(QueueName=name)["QueueUrl"])
        except ClientError as error:
            if error_code(error) not in GONE:
                raise

    def _name(self, tenant_id: str) -> str:
        # A tenant id may be longer than a rule's name, and have dots, which a queue's cannot.
        digest = hashlib.sha256(tenant_id.encode()).hexdigest()[:16]
        return f"{self._stack_name}-{OWN}-{digest}"


def pattern(tenant_id: str) -> str:
    """Return what the rule of a tenant matches: its own events, by its whole id."""
    return json.dumps({"source": ["crm"], "detail": {"tenant_id": [tenant_id]}})


def _policy(queue_arn: str, rule_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
