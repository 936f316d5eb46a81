"""Removing what a run left at an endpoint: an emulator's stack delete leaves things behind."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from support.targets.aws import Aws

GONE = ("ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
PAGE = 1000  # without a size of its pages SQS gives the first thousand only
log = logging.getLogger(__name__)


class LeftBehind(Exception):
    """Say in one sentence what could not be removed, and why."""


@contextmanager
def swept(aws: Aws, stack_name: str) -> Iterator[None]:
    """Sweep at the end; if that fails while another error is on its way, it is only logged."""
    try:
        yield
    except BaseException:
        try:
            sweep(aws, stack_name)
        except LeftBehind as error:
            log.warning("%s", error)
        raise
    sweep(aws, stack_name)


def sweep(aws: Aws, stack_name: str) -> list[str]:
    """Remove the stack and whatever else carries its name; return what was removed, in words.

    Raises LeftBehind once everything was tried.
    """
    broom, prefix = _Broom(), f"{stack_name}-"
    with broom.forgiving(f"stack {stack_name}"):
        aws.cloudformation.delete_stack(StackName=stack_name)
    with broom.forgiving("the list of buses"):
        for bus in _buses(aws, prefix):
            _sweep_rules(aws, bus, broom)
            broom.remove(f"bus {bus}", partial(aws.events.delete_event_bus, Name=bus))
    with broom.forgiving("the list of queues"):
        for url in _queues(aws, prefix):
            name = url.rsplit("/", 1)[-1]
            broom.remove(f"queue {name}", partial(aws.sqs.delete_queue, QueueUrl=url))
    with broom.forgiving("the list of tables"):
        for table in _tables(aws, prefix):
            broom.remove(f"table {table}", partial(aws.dynamodb.delete_table, TableName=table))
    if broom.troubles:
        raise LeftBehind(f"not all of {stack_name} could be removed: {'; '.join(broom.troubles)}")
    return broom.removed


@dataclass
class _Broom:
    """Go on after trouble, and remember it."""

    removed: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def remove(self, name: str, call: Callable[[], object]) -> None:
        """Remove one thing."""
        with self.forgiving(name):
            call()
            self.removed.append(name)

    @contextmanager
    def forgiving(self, name: str) -> Iterator[None]:
        """Allow that what is to be deleted is gone already."""
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            if _code(error) not in GONE:
                self.troubles.append(f"{name} ({error})")


def _code(error: BotoCoreError | ClientError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


def _sweep_rules(aws: Aws, bus: str, broom: _Broom) -> None:
    with broom.forgiving(f"the rules of bus {bus}"):
        for page in aws.events.get_paginator("list_rules").paginate(EventBusName=bus):
            for rule in page["Rules"]:
                with broom.forgiving(f"rule {rule['Name']}"):
                    _remove_rule(aws, bus, rule["Name"])


def _remove_rule(aws: Aws, bus: str, rule: str) -> None:
    targets = aws.events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    if ids := [target["Id"] for target in targets]:
        aws.events.remove_targets(Rule=rule, EventBusName=bus, Ids=ids)
    aws.events.delete_rule(Name=rule, EventBusName=bus)


def _buses(aws: Aws, prefix: str) -> list[str]:
    page = aws.events.list_event_buses(NamePrefix=prefix)
    found = page["EventBuses"]
    while token := page.get("NextToken"):
        page = aws.events.list_event_buses(NamePrefix=prefix, NextToken=token)
        found = found + page["EventBuses"]
    return [bus["Name"] for bus in found]


def _queues(aws: Aws, prefix: str) -> list[str]:
    pages = aws.sqs.get_paginator("list_queues").paginate(
        QueueNamePrefix=prefix, PaginationConfig={"PageSize": PAGE}
    )
    return [url for page in pages for url in page.get("QueueUrls", [])]


def _tables(aws: Aws, prefix: str) -> list[str]:
    pages = aws.dynamodb.get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"] if name.startswith(prefix)]
