"""Sweeping removes what carries the stack's name, all of it, and nothing else."""

import json

from support.targets.aws import Aws
from support.targets.sweep import sweep

ANY = json.dumps({"source": [{"prefix": ""}]})
Names = list[str]


def _put_up(aws: Aws, name: str) -> None:
    aws.events.create_event_bus(Name=f"{name}-bus")
    aws.sqs.create_queue(QueueName=f"{name}-queue")
    arn = f"arn:aws:sqs:us-east-1:000000000000:{name}-queue"
    aws.events.put_rule(Name=f"{name}-rule", EventBusName=f"{name}-bus", EventPattern=ANY)
    aws.events.put_targets(
        Rule=f"{name}-rule", EventBusName=f"{name}-bus", Targets=[{"Id": "t", "Arn": arn}]
    )
    aws.dynamodb.create_table(
        TableName=f"{name}-table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _left(aws: Aws) -> Names:
    buses = [each["Name"] for each in aws.events.list_event_buses()["EventBuses"]]
    queues = [url.rsplit("/", 1)[-1] for url in aws.sqs.list_queues().get("QueueUrls", [])]
    tables = aws.dynamodb.list_tables()["TableNames"]
    return sorted(name for name in [*buses, *queues, *tables] if name != "default")


def test_a_stack_is_removed_with_all_that_it_left(aws: Aws) -> None:
    """Its neighbours stay, and to sweep again finds nothing."""
    _put_up(aws, "crm-dead")
    _put_up(aws, "crm-live")
    kept = ["crm-live-bus", "crm-live-queue", "crm-live-table"]
    removed = sweep(aws, "crm-dead")
    assert sorted(removed) == ["bus crm-dead-bus", "queue crm-dead-queue", "table crm-dead-table"]
    assert _left(aws) == kept
    assert sweep(aws, "crm-dead") == []
    sweep(aws, "crm-live")
    assert _left(aws) == []
