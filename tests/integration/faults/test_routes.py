"""Subscriptions are broken for real, and whole again after the repair."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from support.crm.port import Subscriber
from support.faults.probing import Probes
from support.faults.routes import Breakage, Routes
from support.observing.taps import WHOLE_BUS, BusTap, open_tap
from support.observing.waiting import Waiter, WaitTimeout
from support.targets.aws import Aws

BUS = "routes"
SOON_S = 0.3
RED = {"maxReceiveCount": 5}


@pytest.fixture
def tap(aws: Aws) -> Iterator[BusTap]:
    """Return a rule of a bus that leads to a queue with dead letters and a policy."""
    aws.events.create_event_bus(Name=BUS)
    dead = aws.sqs.create_queue(QueueName="routes-dead")["QueueUrl"]
    tap = open_tap(
        *(BUS, "routes"),
        sqs=aws.sqs,
        events=aws.events,
        bus=BUS,
        pattern=WHOLE_BUS,
        longest_wait=0,
    )
    arn = aws.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = json.dumps({**RED, "deadLetterTargetArn": arn["QueueArn"]})
    aws.sqs.set_queue_attributes(
        QueueUrl=tap.queue_url, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "7"}
    )
    yield tap
    tap.close()
    aws.sqs.delete_queue(QueueUrl=dead)
    aws.events.delete_event_bus(Name=BUS)


@pytest.fixture
def reader(tap: BusTap) -> Subscriber:
    """Return the subscriber whose queue it is."""
    return Subscriber(
        name="reader", entity_types=(), queue_url=tap.queue_url, dead_letter_queue_url=""
    )


def _comes(aws: Aws, tap: BusTap, mark: str) -> bool:
    """Say whether an event that is put on the bus now comes soon."""
    detail = json.dumps({"mark": mark})
    entry = {"EventBusName": BUS, "Source": "crm", "DetailType": "x", "Detail": detail}
    aws.events.put_events(Entries=[entry])  # type: ignore[list-item]
    try:
        return Waiter().until(
            lambda _: any(mark in each.body for each in tap.receive(0) or ()), bool, SOON_S
        )
    except ClientError:
        return False
    except WaitTimeout:
        return False


def _told(aws: Aws, url: str) -> dict[str, object]:
    """Return what a queue is set to, the redrive and the policy as parsed JSON."""
    answer = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    told = {str(name): value for name, value in answer["Attributes"].items()}
    settings = ("VisibilityTimeout", "MessageRetentionPeriod")
    parsed = {name: json.loads(told[name]) for name in ("RedrivePolicy", "Policy")}
    return {**{name: told[name] for name in settings}, **parsed}


@pytest.mark.parametrize(
    "breakage", [Breakage.SWITCHED_OFF, Breakage.LEADS_NOWHERE, Breakage.DOOR_GONE]
)
def test_a_broken_subscription_brings_nothing_until_it_is_mended(
    aws: Aws, tap: BusTap, reader: Subscriber, breakage: Breakage
) -> None:
    """And afterwards everything is set as before; to mend once more is harmless."""
    before = _told(aws, tap.queue_url)
    broken = Routes(aws, BUS).breaking(breakage, reader)
    broken.do()
    assert not _comes(aws, tap, "while it was broken")
    broken.undo()
    broken.undo()
    assert _comes(aws, tap, "after the repair")
    assert _told(aws, tap.queue_url) == before


def test_a_policy_that_denies_is_added_and_taken_back(
    aws: Aws, tap: BusTap, reader: Subscriber
) -> None:
    """The emulator does not heed it; what it says can be read all the same."""
    before = _told(aws, tap.queue_url)
    broken = Routes(aws, BUS).breaking(Breakage.TURNED_AWAY, reader)
    broken.do()
    policy = _told(aws, tap.queue_url)["Policy"]
    assert isinstance(policy, dict)
    assert [each["Effect"] for each in policy["Statement"]] == ["Allow", "Deny"]
    broken.undo()
    assert _told(aws, tap.queue_url) == before


def test_what_the_emulator_cannot_do_is_tried_out(aws: Aws) -> None:
    """On a bus of the suite's own, of which nothing stays."""
    probes = Probes(aws, "trying")
    assert {need: probes.lacks(need) for need in ("needs-disabled-rules", "needs-gold")} == {
        "needs-disabled-rules": None,
        "needs-gold": None,
    }
    assert probes.lacks("needs-queue-policies") == (
        "this target lets the bus send where the queue's policy denies it"
    )
    _nothing_stays(aws)


def _nothing_stays(aws: Aws) -> None:
    left = aws.events.list_event_buses(NamePrefix="trying")["EventBuses"]
    queues = aws.sqs.list_queues(QueueNamePrefix="trying").get("QueueUrls", [])
    assert (left, queues) == ([], [])
