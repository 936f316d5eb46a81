"""What was taken off a rule is put back, or somebody hears of it."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.crm.port import Subscriber
from support.faults.held import HeldDeliveries
from support.faults.plane import FaultError

READER = Subscriber(name="r", entity_types=(), queue_url="http://sqs/1/q", dead_letter_queue_url="")
TARGET = {"Id": "t", "Arn": "arn:aws:sqs:us-east-1:1:q"}
OTHER = {"Id": "o", "Arn": "arn:aws:sqs:us-east-1:1:other"}


class Rules:
    """Be a bus with two rules that lead to the same queue."""

    def __init__(self) -> None:
        self.targets: dict[str, list[Any]] = {"one": [TARGET, OTHER], "two": [TARGET]}
        self.put: list[str] = []
        self.failing = ""
        self.refusing = ""

    def get_paginator(self, call: str) -> Any:
        """Return what lists rules, or the targets of one, a page each."""
        return SimpleNamespace(paginate=getattr(self, f"_{call}"))

    def _list_rules(self, **_: Any) -> Any:
        return [{"Rules": [{"Name": name}]} for name in self.targets]

    def _list_targets_by_rule(self, Rule: str, **_: Any) -> Any:  # noqa: N803
        return [{"Targets": [each]} for each in self.targets[Rule]]

    def remove_targets(self, Rule: str, Ids: list[str], **_: Any) -> None:  # noqa: N803
        """Take some off a rule."""
        self.targets[Rule] = [each for each in self.targets[Rule] if each["Id"] not in Ids]

    def put_targets(self, Rule: str, Targets: list[Any], **_: Any) -> Any:  # noqa: N803
        """Fail, refuse, or put back."""
        self.put.append(Rule)
        if Rule == self.failing:
            raise ConnectionError("gone")
        if Rule == self.refusing:
            return {"FailedEntryCount": 1, "FailedEntries": [{"ErrorCode": "Limit"}]}
        self.targets[Rule] += Targets
        return {"FailedEntryCount": 0, "FailedEntries": []}


@pytest.fixture
def rules() -> Rules:
    """Return the bus."""
    return Rules()


@pytest.fixture
def held(rules: Rules) -> HeldDeliveries:
    """Hold back what the bus would deliver."""
    aws: Any = SimpleNamespace(events=rules)
    holding = HeldDeliveries(aws, "bus", [READER])
    holding.hold()
    assert rules.targets == {"one": [OTHER], "two": []}
    return holding


def test_all_that_was_held_back_is_delivered_again(rules: Rules, held: HeldDeliveries) -> None:
    """Once: to restore again is harmless."""
    held.restore()
    held.restore()
    assert rules.targets == {"one": [OTHER, TARGET], "two": [TARGET]}
    assert sorted(rules.put) == ["one", "two"]


def test_what_could_not_be_restored_is_not_forgotten(rules: Rules, held: HeldDeliveries) -> None:
    """The next attempt begins with it."""
    rules.failing = "two"
    with pytest.raises(ConnectionError):
        held.restore()
    rules.failing = ""
    held.restore()
    assert rules.targets == {"one": [OTHER, TARGET], "two": [TARGET]}


def test_a_rule_that_does_not_take_its_targets_back_is_told(
    rules: Rules, held: HeldDeliveries
) -> None:
    """The call succeeds, and says in its answer that it did nothing."""
    rules.refusing = "two"
    with pytest.raises(FaultError) as trouble:
        held.restore()
    assert str(trouble.value) == (
        "the rule two did not take its targets back: [{'ErrorCode': 'Limit'}]"
    )
