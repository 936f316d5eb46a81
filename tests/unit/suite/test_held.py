"""What was taken off a rule is put back, or somebody hears of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.crm.port import Subscriber
from support.errors import ScenarioError
from support.faults.held import HeldDeliveries, in_older_form
from support.faults.plane import FaultError
from support.fixtures.older import older
from support.observing.journal import Journal
from tests.support.samples import an_event, delivery, envelope

READER = Subscriber(name="r", entity_types=(), queue_url="http://sqs/1/q", dead_letter_queue_url="")
TARGET = {"Id": "t", "Arn": "arn:aws:sqs:us-east-1:1:q"}


class Rules:
    """Be a bus with two rules that lead to the same queue."""

    def __init__(self) -> None:
        self.targets: dict[str, list[Any]] = {"one": [TARGET], "two": [TARGET]}
        self.put: list[str] = []
        self.failing = ""
        self.refusing = ""

    def list_rules(self, **_: Any) -> Any:
        """List the rules."""
        return {"Rules": [{"Name": name} for name in self.targets]}

    def list_targets_by_rule(self, Rule: str, **_: Any) -> Any:  # noqa: N803
        """List where a rule leads."""
        return {"Targets": list(self.targets[Rule])}

    def remove_targets(self, Rule: str, **_: Any) -> None:  # noqa: N803
        """Take all off a rule."""
        self.targets[Rule] = []

    def put_targets(self, Rule: str, Targets: list[Any], **_: Any) -> Any:  # noqa: N803
        """Fail, refuse, or put back."""
        self.put.append(Rule)
        if Rule == self.failing:
            raise ConnectionError("gone")
        if Rule == self.refusing:
            return {"FailedEntryCount": 1, "FailedEntries": [{"ErrorCode": "Limit"}]}
        self.targets[Rule] = Targets
        return {"FailedEntryCount": 0, "FailedEntries": []}


def test_what_has_no_older_form_is_no_older_form() -> None:
    """A sentence that changes nothing proves nothing; what has none beside one that has, stays."""
    revalued = an_event(2, "OpportunityAmountChanged")
    plain = delivery(an_event())
    with pytest.raises(ScenarioError, match="nothing that was held back has an older form"):
        in_older_form([plain])
    (first, second) = in_older_form([plain, delivery(revalued)])
    told = {**envelope(revalued), "detail": older(revalued)}
    assert (first, json.loads(second.body)) == (plain, told)


@pytest.fixture
def rules() -> Rules:
    """Return the bus."""
    return Rules()


@pytest.fixture
def held(rules: Rules, tmp_path: Path) -> Iterator[HeldDeliveries]:
    """Hold back what the bus would deliver."""
    aws: Any = SimpleNamespace(events=rules)
    with Journal(tmp_path / "journal.jsonl") as journal:
        holding = HeldDeliveries(aws, "bus", [READER], journal)
        holding.hold()
        assert rules.targets == {"one": [], "two": []}
        yield holding


def test_all_that_was_held_back_is_delivered_again(rules: Rules, held: HeldDeliveries) -> None:
    """Once: to restore again is harmless."""
    held.restore()
    held.restore()
    assert rules.targets == {"one": [TARGET], "two": [TARGET]}
    assert sorted(rules.put) == ["one", "two"]


def test_what_could_not_be_restored_is_not_forgotten(rules: Rules, held: HeldDeliveries) -> None:
    """The next attempt begins with it."""
    rules.failing = "two"
    with pytest.raises(ConnectionError):
        held.restore()
    rules.failing = ""
    held.restore()
    assert rules.targets == {"one": [TARGET], "two": [TARGET]}


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
