"""A deployed CRM's subscribers are found however they are named, or a sentence says who is not."""

import json

import pytest

from support.crm.port import Subscriber
from support.errors import ConfigurationError
from support.targets.discovery import located, putting_up, require_rules
from support.targets.stacks import QUEUE
from tests.support.still_stack import GONE, StillStack, refusal

TRAY, BIN, PLAIN = "https://sqs/1/q-7f", "https://sqs/1/q-8e", "https://sqs/1/q-9d"
REDRIVE = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-1:1:q-8e", "maxReceiveCount": 5})
STACK = StillStack(
    resources={"habit": [(QUEUE, "Tray", TRAY), (QUEUE, "Bin", BIN), (QUEUE, "Plain", PLAIN)]},
    queues={TRAY: REDRIVE, BIN: "", PLAIN: ""},
)


def _named(queue: str, dead: str = "") -> Subscriber:
    return Subscriber(name="scribe", entity_types=(), queue_url=queue, dead_letter_queue_url=dead)


def _found(queue: str, dead: str = "") -> tuple[str, str]:
    (one,) = located(STACK.as_aws(), "habit", [_named(queue, dead)])
    return one.queue_url, one.dead_letter_queue_url


@pytest.mark.parametrize("named", ["Tray", "q-7f", "arn:aws:sqs:eu-1:1:q-7f", TRAY])
def test_a_queue_is_found_by_whatever_names_it(named: str) -> None:
    """And its dead-letter queue by its redrive policy."""
    assert _found(named) == (TRAY, BIN)


@pytest.mark.parametrize("dead", ["Bin", "q-8e", "arn:aws:sqs:eu-1:1:q-8e", BIN])
def test_a_dead_letter_queue_can_be_named(dead: str) -> None:
    """As where the subscriber itself sets messages aside."""
    assert _found("Plain", dead) == (PLAIN, BIN)


def test_a_subscriber_need_not_have_a_dead_letter_queue() -> None:
    """Then it has no dead letters."""
    assert _found("Plain") == (PLAIN, "")


@pytest.mark.parametrize(("queue", "dead"), [("q-none", ""), (f"{TRAY}x", ""), ("Tray", "q-none")])
def test_a_queue_that_is_not_there_is_told(queue: str, dead: str) -> None:
    """With whose it is, and how it can be named."""
    with pytest.raises(ConfigurationError) as mistake:
        _found(queue, dead)
    assert str(mistake.value) == (
        f"the queues of the subscriber scribe cannot be found ({refusal(GONE, 'GetQueueUrl')}): "
        f"the driver names {' and '.join(map(repr, filter(None, (queue, dead))))}; let it name "
        "them by logical id in the stack habit, name, ARN or URL"
    )


def test_a_crm_without_subscribers_is_told() -> None:
    """A suite that asks nobody would find nothing."""
    with pytest.raises(ConfigurationError) as mistake:
        located(STACK.as_aws(), "habit", [])
    assert str(mistake.value) == (
        "the CRM names no subscriber, so nobody could be asked what has arrived: let its driver "
        "list at least one"
    )


def test_a_bus_with_a_rule_is_fine() -> None:
    """Whosever it is."""
    require_rules(StillStack(rules=["filter"]).as_aws(), "nerve")


def test_a_bus_without_rules_is_told() -> None:
    """Before anything waits for what cannot come."""
    with pytest.raises(ConfigurationError) as mistake:
        require_rules(StillStack().as_aws(), "nerve")
    assert str(mistake.value) == (
        "the bus nerve has no rule, so nobody would receive an event: deploy your CRM's "
        "subscribers first"
    )


def test_a_bus_that_is_not_there_is_told() -> None:
    """An output may name anything."""
    error = refusal("ResourceNotFoundException", "ListRules")
    with pytest.raises(ConfigurationError) as mistake:
        require_rules(StillStack(error=error).as_aws(), "nerve")
    assert str(mistake.value) == (
        f"the rules of the bus nerve cannot be read ({error}): is that your CRM's bus?"
    )


def test_what_aws_does_not_allow_is_told() -> None:
    """With what the suite needs to be allowed."""
    with pytest.raises(ConfigurationError) as mistake, putting_up("the tap"):
        raise refusal("AccessDenied", "PutRule")
    assert str(mistake.value) == (
        f"the tap cannot be put up ({refusal('AccessDenied', 'PutRule')}): give the suite "
        "credentials that are valid, and allow it to make and delete rules of the bus and queues"
    )


def test_two_subscribers_of_one_name_are_told() -> None:
    """What one has applied would be taken for the other's."""
    with pytest.raises(ConfigurationError) as mistake:
        located(STACK.as_aws(), "habit", [_named("Tray", ""), _named("q-7f", "")])
    assert str(mistake.value) == (
        "the CRM names more than one subscriber scribe, so nobody could say which is meant: let "
        "its driver name each otherwise"
    )
