"""Sweeping removes what carries the stack's name, all of it, and nothing else."""

import json
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.observing.pattern_taps import pattern_taps
from support.targets import sweep as sweeping
from support.targets.aws import Aws
from support.targets.sweep import LeftBehind, sweep, swept

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
    return sorted(name for name in [*buses, *queues, *tables] if name.startswith("crm-"))


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


def test_a_scratch_bus_and_own_subscriptions_go_with_their_stack(aws: Aws) -> None:
    """Whoever put them up was killed."""
    _put_up(aws, "crm-killed")
    aws.sqs.create_queue(QueueName="crm-killed-own-0123456789abcdef")
    scratch = pattern_taps(
        "crm-killed-scratch",
        "crm-killed-bus",
        tap_rule="none",
        sqs=aws.sqs,
        events=aws.events,
        longest_wait=0,
    )
    put_up = ExitStack()
    put_up.enter_context(scratch)
    assert "crm-killed-scratch-1" in _left(aws)
    sweep(aws, "crm-killed")
    assert _left(aws) == []
    with pytest.raises(ClientError, match=r"NonExistent|does not exist"):
        put_up.close()


def _failure(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "Delete")


def _break(monkeypatch: pytest.MonkeyPatch, client: Any, call: str, code: str) -> None:
    def fail(**_: object) -> None:
        raise _failure(code)

    monkeypatch.setattr(client, call, fail)


def test_a_rule_that_goes_meanwhile_does_not_end_the_sweep(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack's own deletion is at work beside it."""
    _put_up(aws, "crm-going")
    _break(monkeypatch, aws.events, "list_targets_by_rule", "ResourceNotFoundException")
    assert sweep(aws, "crm-going")[1:] == ["queue crm-going-queue", "table crm-going-table"]


def test_what_cannot_be_removed_is_told_after_all_else_is_removed(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence."""
    _put_up(aws, "crm-stuck")
    with monkeypatch.context() as patch:
        _break(patch, aws.events, "delete_rule", "AccessDenied")
        _break(patch, aws.events, "delete_event_bus", "AccessDenied")
        with pytest.raises(LeftBehind) as trouble:
            sweep(aws, "crm-stuck")
    denied = "An error occurred (AccessDenied) when calling the Delete operation: No."
    assert str(trouble.value) == (
        "not all of crm-stuck could be removed: "
        f"rule crm-stuck-rule ({denied}); bus crm-stuck-bus ({denied})"
    )
    assert _left(aws) == ["crm-stuck-bus"]
    sweep(aws, "crm-stuck")
    assert _left(aws) == []


def test_trouble_at_the_end_does_not_hide_the_error_before(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is on the log; without an error before, it is the error."""
    _break(monkeypatch, aws.cloudformation, "delete_stack", "AccessDenied")
    with pytest.raises(KeyError, match="the real one"), swept(aws, "crm-x"):
        raise KeyError("the real one")
    assert [each.getMessage()[:35] for each in caplog.records] == [
        "not all of crm-x could be removed: "
    ]
    with pytest.raises(LeftBehind), swept(aws, "crm-x"):
        pass


def test_long_lists_are_read_to_their_end(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQS gives no more than asked for."""
    monkeypatch.setattr(sweeping, "PAGE", 2)
    for number in range(5):
        aws.sqs.create_queue(QueueName=f"crm-many-{number}")
    assert sweep(aws, "crm-many") == [f"queue crm-many-{number}" for number in range(5)]
