"""A policy is read as far as it says, without conditions, that the bus may not send."""

import json
from typing import Any

import pytest

from support.judging.policies import denies_the_bus

DENIAL: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs:us-east-1:1:q",
}
ALLOWED = {**DENIAL, "Effect": "Allow"}
UNLESS = {"ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:1:rule/r"}}


def _policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


@pytest.mark.parametrize(
    ("policy", "denies"),
    [
        (_policy(DENIAL), True),
        (_policy(ALLOWED, DENIAL), True),
        (json.dumps({"Statement": DENIAL}), True),
        (_policy({**DENIAL, "Principal": "*"}), True),
        (_policy({**DENIAL, "Principal": {"AWS": ["*"]}}), True),
        (_policy({**DENIAL, "Action": ["sqs:ReceiveMessage", "SQS:*"]}), True),
        (_policy(ALLOWED), False),
        (_policy({**DENIAL, "Action": "sqs:ReceiveMessage"}), False),
        (_policy({**DENIAL, "Principal": {"Service": "sns.amazonaws.com"}}), False),
        (_policy({**DENIAL, "Principal": {"AWS": "1234"}}), False),
        (_policy({**DENIAL, "Condition": UNLESS}), False),
        ("", False),
        ("{half", False),
        ("[]", False),
    ],
)
def test_a_statement_that_denies_is_found(policy: str, denies: bool) -> None:  # noqa: FBT001
    """What it says of others, or under a condition, is nobody's reason for a loss."""
    assert denies_the_bus(policy) is denies
