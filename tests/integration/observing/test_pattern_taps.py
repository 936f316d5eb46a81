"""Pattern taps on a real bus: copies of its rules, told apart, and gone at the end."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest

from support.observing.pattern_taps import PatternTaps, pattern_taps
from support.targets.aws import Aws
from tests.support.samples import an_event

PATTERNS: Mapping[str, Mapping[str, Any]] = {
    "exact": {"source": ["crm"], "detail": {"tenant_id": ["acme"]}},
    "prefix": {"source": ["crm"], "detail": {"tenant_id": [{"prefix": "acme"}]}},
    "never": {"source": ["erp"]},
    "tap": {"source": [{"prefix": ""}]},
}
ACME, NEAR, OTHER = (
    an_event(number, tenant_id=tenant)
    for number, tenant in enumerate(("acme", "acme-2", "ACME"), 1)
)


@pytest.fixture
def bus(aws: Aws) -> Iterator[str]:
    """Make a bus with a rule for each pattern."""
    name = f"bus-{uuid4().hex[:8]}"
    aws.events.create_event_bus(Name=name)
    for rule, pattern in PATTERNS.items():
        aws.events.put_rule(Name=rule, EventBusName=name, EventPattern=json.dumps(pattern))
        arn = f"arn:aws:sqs:us-east-1:000000000000:queue-of-{rule}"
        aws.events.put_targets(Rule=rule, EventBusName=name, Targets=[{"Id": "t", "Arn": arn}])
    yield name
    for rule in PATTERNS:
        aws.events.remove_targets(Rule=rule, EventBusName=name, Ids=["t"])
        aws.events.delete_rule(Name=rule, EventBusName=name)
    aws.events.delete_event_bus(Name=name)


def _taps(aws: Aws, bus: str) -> AbstractContextManager[PatternTaps]:
    return pattern_taps(
        f"{bus}-scratch", bus, tap_rule="tap", sqs=aws.sqs, events=aws.events, longest_wait=0
    )


def _left(aws: Aws, bus: str) -> list[str]:
    buses = aws.events.list_event_buses(NamePrefix=f"{bus}-scratch")["EventBuses"]
    queues = aws.sqs.list_queues(QueueNamePrefix=f"{bus}-scratch").get("QueueUrls", [])
    return [*(each["Name"] for each in buses), *queues]


def test_each_copy_lets_through_what_its_rule_would(aws: Aws, bus: str) -> None:
    """Also what is not meant for it; the suite's own tap is not copied."""
    meant = {"exact": [ACME], "prefix": [ACME], "never": []}
    with _taps(aws, bus) as taps:
        assert {rule.name: rule.queues for rule in taps.rules} == {
            name: (f"queue-of-{name}",) for name in ("exact", "never", "prefix")
        }
        passed = taps.pass_through([ACME, NEAR, OTHER], meant, timeout=5, window=0.1)
    found = {rule: [event["tenant_id"] for event in events] for rule, events in passed.items()}
    assert found == {"exact": ["acme"], "prefix": ["acme", "acme-2"], "never": []}


def test_what_keeps_back_what_is_meant_for_it_is_given_up(aws: Aws, bus: str) -> None:
    """After the time that was allowed, with what came until then."""
    with _taps(aws, bus) as taps:
        passed = taps.pass_through([ACME], {"exact": [ACME], "never": [ACME]}, 0.2, window=0.05)
    assert [len(passed[rule]) for rule in ("exact", "never")] == [1, 0]


def test_nothing_is_left_whatever_happens(aws: Aws, bus: str) -> None:
    """Neither bus nor queue."""
    found: list[str] = []

    def go_wrong() -> None:
        found.extend(_left(aws, bus))
        raise KeyError

    with pytest.raises(KeyError), _taps(aws, bus):
        go_wrong()
    assert len(found) == 4
    assert _left(aws, bus) == []
