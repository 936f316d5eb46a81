"""Looking at queues: nothing is taken out of them, and no subscriber is overlooked."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from support.contract.entities import EntityType
from support.crm.port import Subscriber
from support.errors import ConfigurationError
from support.targets.aws import Aws
from support.targets.queues import Depth, backlogs, depths, require_all_named

TAP = "the-tap"


@pytest.fixture
def bus(aws: Aws) -> Iterator[str]:
    """Make a bus with a tap, for one test."""
    name = f"bus-{uuid4().hex[:8]}"
    aws.events.create_event_bus(Name=name)
    yield name
    for rule in aws.events.list_rules(EventBusName=name)["Rules"]:
        targets = aws.events.list_targets_by_rule(Rule=rule["Name"], EventBusName=name)["Targets"]
        if targets:
            aws.events.remove_targets(
                Rule=rule["Name"], EventBusName=name, Ids=[each["Id"] for each in targets]
            )
        aws.events.delete_rule(Name=rule["Name"], EventBusName=name)
    aws.events.delete_event_bus(Name=name)


def _queue(aws: Aws, name: str) -> str:
    return aws.sqs.create_queue(QueueName=name)["QueueUrl"]


def _subscriber(aws: Aws, name: str) -> Subscriber:
    """Give a subscriber two queues of its own."""
    unique = f"{name}-{uuid4().hex[:8]}"
    return Subscriber(
        name=name,
        entity_types=(EntityType.ACCOUNT,),
        queue_url=_queue(aws, unique),
        dead_letter_queue_url=_queue(aws, f"{unique}-dead"),
    )


def _route(aws: Aws, bus: str, rule: str, *queue_urls: str) -> None:
    """Let the bus deliver to these queues under one rule."""
    pattern = json.dumps({"source": ["crm"]})
    aws.events.put_rule(Name=rule, EventBusName=bus, EventPattern=pattern)
    arns = [_arn(aws, each) for each in queue_urls]
    targets = [{"Id": str(number), "Arn": arn} for number, arn in enumerate(arns)]
    aws.events.put_targets(Rule=rule, EventBusName=bus, Targets=targets)  # type: ignore[arg-type]


def _arn(aws: Aws, queue_url: str) -> str:
    known = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return known["Attributes"]["QueueArn"]


def test_messages_are_counted_wherever_they_are(aws: Aws) -> None:
    """Those that wait, those in somebody's hands, those put off, and the dead letters."""
    views, trail = _subscriber(aws, "views"), _subscriber(aws, "trail")
    assert depths(aws, [views, trail]) == {"views": Depth(0, 0), "trail": Depth(0, 0)}
    for text in ("1", "2", "3"):
        aws.sqs.send_message(QueueUrl=views.queue_url, MessageBody=text)
    aws.sqs.send_message(QueueUrl=views.queue_url, MessageBody="later", DelaySeconds=60)
    aws.sqs.send_message(QueueUrl=trail.dead_letter_queue_url, MessageBody="dead")
    aws.sqs.receive_message(QueueUrl=views.queue_url, MaxNumberOfMessages=1, VisibilityTimeout=60)
    for _ in range(2):
        assert depths(aws, [views, trail]) == {"views": Depth(4, 0), "trail": Depth(0, 1)}


def test_what_was_there_before_is_taken_off() -> None:
    """A queue that got shorter has a depth below zero."""
    assert Depth(5, 3).above(Depth(4, 3)) == Depth(1, 0)
    assert Depth(1, 0).above(Depth(4, 1)) == Depth(-3, -1)


def test_a_crm_that_names_all_its_subscribers_will_do(aws: Aws, bus: str) -> None:
    """However its rules are cut; the suite's own tap is no subscriber."""
    views, trail = _subscriber(aws, "views"), _subscriber(aws, "trail")
    _route(aws, bus, TAP, _queue(aws, f"tap-{bus}"))
    _route(aws, bus, "accounts", views.queue_url, trail.queue_url)
    _route(aws, bus, "more-accounts", views.queue_url)
    require_all_named(aws, bus, [views, trail], TAP)


def test_a_subscriber_that_is_not_named_is_told(aws: Aws, bus: str) -> None:
    """Whatever it does would be seen by nobody."""
    views, hidden = _subscriber(aws, "views"), _subscriber(aws, "hidden")
    _route(aws, bus, TAP, _queue(aws, f"tap-{bus}"))
    _route(aws, bus, "accounts", views.queue_url, hidden.queue_url)
    with pytest.raises(ConfigurationError) as trouble:
        require_all_named(aws, bus, [views], TAP)
    named, unnamed = (each.queue_url.rsplit("/", 1)[-1] for each in (views, hidden))
    assert str(trouble.value) == (
        f"the CRM's list of subscribers has {named}, and its bus delivers to {unnamed} as well: "
        "it must name them all"
    )


def test_a_crm_that_names_nobody_will_not_do(aws: Aws, bus: str) -> None:
    """Without subscribers there is nothing to test."""
    _route(aws, bus, TAP, _queue(aws, f"tap-{bus}"))
    with pytest.raises(ConfigurationError, match="the CRM's list of subscribers has no queue"):
        require_all_named(aws, bus, [], TAP)


def test_every_rule_of_the_bus_is_looked_at(aws: Aws, bus: str) -> None:
    """More rules than fit on a page hide nobody."""
    views, hidden = _subscriber(aws, "views"), _subscriber(aws, "hidden")
    _route(aws, bus, TAP, _queue(aws, f"tap-{bus}"))
    for number in range(110):
        _route(aws, bus, f"rule-{number:03}", views.queue_url)
    _route(aws, bus, "zzz", hidden.queue_url)
    with pytest.raises(ConfigurationError, match="delivers to hidden-"):
        require_all_named(aws, bus, [views], TAP)


def test_what_is_still_to_be_dealt_with_is_counted_without_dead_letters(aws: Aws) -> None:
    """Where a queue is gone, nothing waits."""
    busy, gone = _subscriber(aws, "busy"), _subscriber(aws, "gone")
    for queue in (busy.queue_url, busy.queue_url, busy.dead_letter_queue_url, gone.queue_url):
        aws.sqs.send_message(QueueUrl=queue, MessageBody="one more")
    assert backlogs(aws, [busy, gone]) == {"busy": 2, "gone": 1}
    aws.sqs.delete_queue(QueueUrl=gone.queue_url)
    assert backlogs(aws, [busy, gone]) == {"busy": 2, "gone": 0}
