"""Removing what a run left at an endpoint: an emulator's stack delete leaves things behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from support.targets.aws import Aws

GONE = ("ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def sweep(aws: Aws, stack_name: str) -> list[str]:
    """Remove whatever still carries the stack's name; return what was removed, in words."""
    prefix = f"{stack_name}-"
    return [
        *_sweep_buses(aws, prefix),
        *_sweep_queues(aws, prefix),
        *_sweep_tables(aws, prefix),
    ]


def _sweep_buses(aws: Aws, prefix: str) -> Iterator[str]:
    for bus in aws.events.list_event_buses(NamePrefix=prefix)["EventBuses"]:
        for rule in aws.events.list_rules(EventBusName=bus["Name"])["Rules"]:
            targets = aws.events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus["Name"])
            if ids := [target["Id"] for target in targets["Targets"]]:
                aws.events.remove_targets(Rule=rule["Name"], EventBusName=bus["Name"], Ids=ids)
            aws.events.delete_rule(Name=rule["Name"], EventBusName=bus["Name"])
        with _forgiving():
            aws.events.delete_event_bus(Name=bus["Name"])
        yield f"bus {bus['Name']}"


def _sweep_queues(aws: Aws, prefix: str) -> Iterator[str]:
    for url in aws.sqs.list_queues(QueueNamePrefix=prefix).get("QueueUrls", []):
        with _forgiving():
            aws.sqs.delete_queue(QueueUrl=url)
        yield f"queue {url.rsplit('/', 1)[-1]}"


def _sweep_tables(aws: Aws, prefix: str) -> Iterator[str]:
    for page in aws.dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(prefix):
                with _forgiving():
                    aws.dynamodb.delete_table(TableName=name)
                yield f"table {name}"


@contextmanager
def _forgiving() -> Iterator[None]:
    """Allow that what is to be deleted is gone already."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
