"""Finding a deployed CRM's subscribers: its driver names them, its stack knows their queues."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from support.crm.port import Subscriber
from support.errors import ConfigurationError
from support.targets.aws import Aws
from support.targets.stacks import QUEUE, resources_of

log = logging.getLogger(__name__)


def require_rules(aws: Aws, bus: str) -> None:
    """Raise ConfigurationError unless the bus is there and has a rule: else nobody hears of it."""
    try:
        rules = aws.events.list_rules(EventBusName=bus, Limit=1)["Rules"]
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationError(
            f"the rules of the bus {bus} cannot be read ({error}): is that your CRM's bus?"
        ) from error
    if not rules:
        raise ConfigurationError(
            f"the bus {bus} has no rule, so nobody would receive an event: deploy your CRM's "
            "subscribers first"
        )


def located(aws: Aws, stack_name: str, named: Sequence[Subscriber]) -> Sequence[Subscriber]:
    """Return the subscribers with the URLs of their queues, where they were named otherwise.

    A queue can be named by its logical id in the stack, its name, its ARN or its URL. Where no
    dead-letter queue is named, the queue's own redrive policy tells it; one that has none gets "".
    Raises ConfigurationError if there is no subscriber, two have one name, or a queue cannot be
    found.
    """
    if not named:
        raise ConfigurationError(
            "the CRM names no subscriber, so nobody could be asked what has arrived: let its "
            "driver list at least one"
        )
    names = [each.name for each in named]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(
            f"the CRM names more than one subscriber {', '.join(twice)}, so nobody could say which "
            "is meant: let its driver name each otherwise"
        )
    queues = {r.logical: r.physical for r in resources_of(aws, stack_name) if r.kind == QUEUE}
    return [_located(aws, stack_name, queues, each) for each in named]


@contextmanager
def putting_up(what: str) -> Iterator[None]:
    """Raise ConfigurationError where AWS does not let the suite put up something of its own."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationError(
            f"{what} cannot be put up ({error}): give the suite credentials that are valid, and "
            "allow it to make and delete rules of the bus and queues"
        ) from error


@contextmanager
def left_to_the_end(what: str) -> Iterator[None]:
    """Leave what cannot be removed now to the look at the end, which removes it or names it."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        log.info("%s could not be removed at once: %s", what, error)


def _located(
    aws: Aws, stack_name: str, queues: Mapping[str, str], subscriber: Subscriber
) -> Subscriber:
    try:
        url = _url(aws, queues, subscriber.queue_url)
        known = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        redrive = known.get("Attributes", {}).get("RedrivePolicy")
        dead = subscriber.dead_letter_queue_url or _dead_letters(redrive)
        found = {"queue_url": url, "dead_letter_queue_url": _url(aws, queues, dead)}
        if dead:
            aws.sqs.get_queue_attributes(
                QueueUrl=found["dead_letter_queue_url"], AttributeNames=["QueueArn"]
            )
    except (BotoCoreError, ClientError) as error:
        named = filter(None, (subscriber.queue_url, subscriber.dead_letter_queue_url))
        raise ConfigurationError(
            f"the queues of the subscriber {subscriber.name} cannot be found ({error}): the driver "
            f"names {' and '.join(map(repr, named)) or 'none'}; let it name them by logical id in "
            f"the stack {stack_name}, name, ARN or URL"
        ) from error
    return subscriber.model_copy(update=found)


def _url(aws: Aws, queues: Mapping[str, str], named: str) -> str:
    if not named or "://" in named:
        return named
    if named in queues:
        return queues[named]
    return aws.sqs.get_queue_url(QueueName=named.rsplit(":", 1)[-1])["QueueUrl"]


def _dead_letters(redrive_policy: str | None) -> str:
    policy = json.loads(redrive_policy or "{}")
    return str(policy.get("deadLetterTargetArn", ""))
