"""Looking at the subscribers' queues without taking anything out of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from support.crm.port import Subscriber
from support.errors import ConfigurationError
from support.names import queue_name
from support.observing.rules import rules_of, targets_of
from support.observing.taps import GONE
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_sqs.literals import QueueAttributeNameType

WAITING: "Sequence[QueueAttributeNameType]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True)
class Depth:
    """Count a subscriber's messages: those waiting or in its hands, and its dead letters."""

    waiting: int
    dead: int

    def above(self, other: "Depth") -> "Depth":
        """Return how many more there are than before."""
        return Depth(self.waiting - other.waiting, self.dead - other.dead)


def depths(aws: Aws, subscribers: Sequence[Subscriber]) -> Mapping[str, Depth]:
    """Return the depth of each subscriber's queues, by its name; on AWS an approximation."""
    return {
        each.name: Depth(count(aws, each.queue_url), count(aws, each.dead_letter_queue_url))
        for each in subscribers
    }


def require_all_named(aws: Aws, bus: str, subscribers: Sequence[Subscriber], tap_rule: str) -> None:
    """Raise ConfigurationError unless the CRM names every subscriber that the bus delivers to."""
    named = {queue_name(each.queue_url) for each in subscribers}
    rules = [rule["Name"] for rule in rules_of(aws.events, bus)]
    rules.remove(tap_rule)
    found = [target for rule in rules for target in targets_of(aws.events, bus, rule)]
    unnamed = sorted({queue_name(target["Arn"]) for target in found} - named)
    if unnamed or not named:
        raise ConfigurationError(
            f"the CRM's list of subscribers has {', '.join(sorted(named)) or 'no queue'}, and its "
            f"bus delivers to {', '.join(unnamed) or 'nobody'} as well: it must name them all"
        )


def count(aws: Aws, queue_url: str) -> int:
    """Count the messages of a queue: those waiting, and those in somebody's hands."""
    if not queue_url:  # a subscriber that has no dead-letter queue has no dead letters
        return 0
    answer = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=WAITING)
    return sum(int(count) for count in answer["Attributes"].values())


def agreed_attempts(aws: Aws, queue_url: str) -> int:
    """Return how often a message is received before it is a dead letter; 0 if it never is one."""
    told = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(told.get("Attributes", {}).get("RedrivePolicy", "{}"))
    return int(policy.get("maxReceiveCount", 0))


def backlogs(aws: Aws, subscribers: Sequence[Subscriber]) -> Mapping[str, int] | None:
    """Count what each subscriber has still to deal with, by its name; 0 where its queue is gone.

    None where the target does not tell: then nobody knows, and it has to be asked again.
    """
    try:
        return {each.name: _backlog(aws, each.queue_url) for each in subscribers}
    except (ClientError, BotoCoreError):
        return None


def _backlog(aws: Aws, queue_url: str) -> int:
    try:
        return count(aws, queue_url)
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return 0
        raise
