"""The tap on a real bus keeps the promises of a tap, and leaves nothing behind."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from support.observing.collector import EventCollector
from support.observing.journal import Journal, read_journal
from support.observing.questions import Question
from support.observing.taps import WHOLE_BUS, BusTap, TenantTap, open_tap
from support.observing.waiting import Waiter
from support.targets.aws import Aws
from tests.support.samples import an_event
from tests.support.tap_contract import Pipe, TapContract, receive_all


@pytest.fixture
def bus(aws: Aws) -> Iterator[str]:
    """Make a bus for one test."""
    name = f"bus-{uuid4().hex[:8]}"
    aws.events.create_event_bus(Name=name)
    yield name
    aws.events.delete_event_bus(Name=name)


@contextmanager
def _tapped(
    aws: Aws, bus: str, pattern: dict[str, Any] = WHOLE_BUS, visibility: int = 30
) -> Iterator[BusTap]:
    tap = open_tap(
        "bus",
        f"{bus}-tap",
        sqs=aws.sqs,
        events=aws.events,
        bus=bus,
        pattern=pattern,
        longest_wait=0,
        visibility=visibility,
    )
    yield tap
    tap.close()


@pytest.fixture
def tap(aws: Aws, bus: str) -> Iterator[BusTap]:
    """Put a tap on the whole bus."""
    with _tapped(aws, bus) as opened:
        yield opened


def _publish(aws: Aws, bus: str, events: Sequence[Mapping[str, Any]], **changes: str) -> None:
    for first in range(0, len(events), 10):
        answer = aws.events.put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": changes.get("source", "crm"),
                    "DetailType": event["event_type"],
                    "Detail": json.dumps(event),
                }
                for event in events[first : first + 10]
            ]
        )
        assert answer["FailedEntryCount"] == 0


class TestBusTap(TapContract):
    """Prove the tap that every run relies on."""

    @pytest.fixture
    def pipe(self, aws: Aws, bus: str, tap: BusTap) -> Pipe:
        """Publish on the bus that the tap is on."""
        return Pipe(tap, lambda events: _publish(aws, bus, events))


def test_it_sees_what_no_subscriber_asked_for(aws: Aws, bus: str, tap: BusTap) -> None:
    """Whatever its source, its type or its tenant."""
    _publish(aws, bus, [an_event(tenant_id="ACME")], source="somebody.else")
    (message,) = receive_all(tap, 1)
    assert json.loads(message.body)["source"] == "somebody.else"


def test_it_sees_nothing_of_another_bus(aws: Aws, tap: BusTap) -> None:
    """Runs side by side do not meet."""
    other = f"bus-{uuid4().hex[:8]}"
    aws.events.create_event_bus(Name=other)
    with _tapped(aws, other) as control:
        _publish(aws, other, [an_event()])
        receive_all(control, 1)
    aws.events.delete_event_bus(Name=other)
    assert tap.receive(0) == []


def test_on_a_shared_bus_it_takes_only_what_its_pattern_names(aws: Aws, bus: str) -> None:
    """The tenants of the run begin with its id."""
    with _tapped(aws, bus, {"detail": {"tenant_id": [{"prefix": "run1-"}]}}) as tap:
        tenants = ("run1-acme-1", "run2-acme-1", "acme")
        _publish(aws, bus, [an_event(tenant_id=tenant) for tenant in tenants])
        (message,) = receive_all(tap, 1)
        assert json.loads(message.body)["detail"]["tenant_id"] == "run1-acme-1"
        assert tap.receive(0) == []


def _client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "ReceiveMessage")


NOWHERE = {"endpoint_url": "http://127.0.0.1", "error": "none"}
PASSING = [
    ConnectTimeoutError(**NOWHERE),
    ReadTimeoutError(**NOWHERE),
    ConnectionClosedError(**NOWHERE),
    EndpointConnectionError(**NOWHERE),
    _client_error("ThrottlingException"),
    _client_error("RequestThrottled"),
]


def _break(monkeypatch: pytest.MonkeyPatch, client: Any, call: str, error: Exception) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(client, call, fail)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_trouble_that_passes_is_no_answer(
    aws: Aws, bus: str, tap: BusTap, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """That is not an empty one; the collector asks again, and what was not deleted comes again."""
    _publish(aws, bus, [an_event()])
    received = receive_all(tap, 1)
    _break(monkeypatch, tap.sqs, "receive_message", error)
    _break(monkeypatch, tap.sqs, "delete_message_batch", error)
    assert tap.receive(0) is None
    tap.delete(received)


def test_any_other_trouble_is_passed_on(tap: BusTap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody deleted the queue: nothing will ever come."""
    for call in ("receive_message", "delete_message_batch"):
        _break(monkeypatch, tap.sqs, call, _client_error("QueueDoesNotExist"))
    with pytest.raises(ClientError):
        tap.receive(0)
    with pytest.raises(ClientError):
        tap.delete([])


def test_a_queue_that_its_tenant_deleted_has_nothing_more(aws: Aws, bus: str) -> None:
    """What it lacks then, the auditor says."""
    url = aws.sqs.create_queue(QueueName=f"{bus}-own")["QueueUrl"]
    own = TenantTap("own", aws.sqs, url, longest_wait=0)
    aws.sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert [each.body for each in own.receive(0) or ()] == ["hello"]
    aws.sqs.delete_queue(QueueUrl=url)
    assert own.receive(0) == []


def test_any_other_trouble_with_a_tenants_queue_is_passed_on(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing about what is in it."""
    _break(monkeypatch, aws.sqs, "receive_message", _client_error("AccessDenied"))
    with pytest.raises(ClientError):
        TenantTap("own", aws.sqs, "https://queues.example/1/own", longest_wait=0).receive(0)


def test_what_was_taken_and_not_deleted_comes_again(aws: Aws, bus: str) -> None:
    """A call may take a message and fail to say so."""
    with _tapped(aws, bus, visibility=1) as tap:
        _publish(aws, bus, [an_event()])
        (first,), (again,) = receive_all(tap, 1), receive_all(tap, 1)
    assert (first.message_id, again.receive_count) == (again.message_id, 2)


@pytest.mark.parametrize("call", ["remove_targets", "delete_rule"])
def test_closing_goes_on_after_trouble(
    aws: Aws, bus: str, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The queue goes, and the trouble is told."""
    with _tapped(aws, bus) as tap:
        with monkeypatch.context() as patch:
            _break(patch, tap.events, call, _client_error("InternalException"))
            with pytest.raises(ClientError):
                tap.close()
        assert aws.sqs.list_queues(QueueNamePrefix=bus).get("QueueUrls", []) == []
        aws.sqs.create_queue(QueueName=tap.rule)


def test_closing_leaves_neither_rule_nor_queue(aws: Aws, bus: str) -> None:
    """A run takes down what it put up."""
    with _tapped(aws, bus) as tap:
        rules = aws.events.list_rules(EventBusName=bus)["Rules"]
        assert [rule["Name"] for rule in rules] == [tap.rule]
    assert aws.events.list_rules(EventBusName=bus)["Rules"] == []
    assert aws.sqs.list_queues(QueueNamePrefix=bus).get("QueueUrls", []) == []


def test_the_collector_works_over_a_real_tap(
    aws: Aws, bus: str, tap: BusTap, tmp_path: Path
) -> None:
    """Thirty events among others, soon, once each, all kept and all deleted."""
    events = [an_event(number) for number in range(30)]
    _publish(aws, bus, [an_event(100, "AccountUpdated"), *events])
    with Journal(tmp_path / "journal.jsonl") as journal:
        collector = EventCollector([tap], journal, Waiter())
        question = Question(lambda each: each.detail_type == "AccountCreated", "AccountCreated")
        before = time.monotonic()
        found = collector.collect(question, 30, timeout=10)
        assert time.monotonic() - before < 5
        collector.drain()
    assert sorted(str(each.event_id) for each in found) == [e["event_id"] for e in events]
    assert len([*read_journal(tmp_path / "journal.jsonl")]) == 31
    left = aws.sqs.get_queue_attributes(
        QueueUrl=tap.queue_url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ],
    )["Attributes"]
    assert set(left.values()) == {"0"}
