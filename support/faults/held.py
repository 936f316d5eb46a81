"""Holding deliveries back: the targets of subscribers are taken off the bus, and put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.crm.port import Subscriber
from support.faults.plane import FaultError
from support.names import queue_name
from support.observing.rules import rules_of, targets_of
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_events.type_defs import TargetOutputTypeDef


@dataclass(frozen=True)
class Cut:
    """Remember the targets that were taken off a rule."""

    rule: str
    targets: "Sequence[TargetOutputTypeDef]"


class HeldDeliveries:
    """Take the targets of some subscribers off their rules, and put them back.

    Removing the target is what stops a delivery everywhere; a disabled rule does not.
    """

    def __init__(self, aws: Aws, bus: str, subscribers: Sequence[Subscriber]) -> None:
        self._aws = aws
        self._bus = bus
        self._queues = {queue_name(each.queue_url) for each in subscribers}
        self._cuts: list[Cut] = []

    def hold(self) -> None:
        """Stop deliveries from the bus to these subscribers."""
        for rule, targets in routes_to(self._aws, self._bus, self._queues):
            self._cuts.append(Cut(rule, targets))
            self._aws.events.remove_targets(
                Rule=rule, EventBusName=self._bus, Ids=[each["Id"] for each in targets]
            )

    def restore(self) -> None:
        """Let the bus deliver again; harmless when nothing is held back.

        Raises FaultError if a rule does not take its targets back; they are not forgotten then.
        """
        while self._cuts:
            cut = self._cuts[-1]
            answer = self._aws.events.put_targets(
                Rule=cut.rule, EventBusName=self._bus, Targets=list(cut.targets)
            )
            if answer["FailedEntryCount"]:
                why = answer["FailedEntries"]
                raise FaultError(f"the rule {cut.rule} did not take its targets back: {why}")
            self._cuts.pop()


def routes_to(
    aws: Aws, bus: str, queues: set[str]
) -> "list[tuple[str, Sequence[TargetOutputTypeDef]]]":
    """Return the rules of a bus that deliver to one of these queues, with those targets."""
    rules = [rule["Name"] for rule in rules_of(aws.events, bus)]
    found = [(rule, _targets(aws, bus, rule, queues)) for rule in rules]
    return [(rule, targets) for rule, targets in found if targets]


def _targets(aws: Aws, bus: str, rule: str, queues: set[str]) -> "list[TargetOutputTypeDef]":
    found = targets_of(aws.events, bus, rule)
    return [each for each in found if queue_name(each["Arn"]) in queues]
