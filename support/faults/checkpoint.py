"""The checkpoint of the reference CRM's publisher, and its loss."""

from support.observing.journal import Entry, Journal
from support.targets.aws import Aws

LOGICAL_ID = "CheckpointTable"
REACHED = "reached"  # what only a checkpoint says; the table holds other things, too


class Checkpoint:
    """Lose what the publisher of a stack remembers of how far it came."""

    def __init__(self, aws: Aws, stack: str, journal: Journal) -> None:
        self._aws = aws
        self._stack = stack
        self._journal = journal

    def lose(self) -> None:
        """Delete it: all that the stream still has is published again, of every tenant."""
        dynamodb, table = self._aws.dynamodb, self._table()
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                if REACHED in item:
                    key = {name: item[name] for name in ("pk", "sk")}
                    dynamodb.delete_item(TableName=table, Key=key)
        self._journal.add(Entry.FAULT, {"checkpoint lost": True})

    def _table(self) -> str:
        found = self._aws.cloudformation.describe_stack_resources(
            StackName=self._stack, LogicalResourceId=LOGICAL_ID
        )
        return str(found["StackResources"][0]["PhysicalResourceId"])
