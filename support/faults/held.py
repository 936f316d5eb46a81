"""Holding deliveries to the subscribers back, and letting them arrive in another order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.crm.port import Subscriber
from support.faults.plane import FaultError
from support.observing.deliveries import Delivery
from support.observing.journal import Entry, Journal
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_events.type_defs import TargetOutputTypeDef


@dataclass(frozen=True)
class Cut:
    """Remember the targets that were taken off a rule."""

    rule: str
    targets: "Sequence[TargetOutputTypeDef]"


class HeldDeliveries:
    """Take the subscribers' targets off their rules, and put them back.

    Removing the target is what stops a delivery on every target; a disabled rule does not.
    """

    def __init__(self, aws: Aws, bus: str, subscribers: Sequence[Subscriber], journal: Journal):
        self._aws = aws
        self._bus = bus
        self._subscribers = subscribers
        self._journal = journal
        self._cuts: list[Cut] = []

    @property
    def holding(self) -> bool:
        """Say whether anything is held back."""
        return bool(self._cuts)

    def hold(self) -> None:
        """Stop deliveries from the bus to every subscriber."""
        queues = {_last(subscriber.queue_url) for subscriber in self._subscribers}
        for rule in self._aws.events.list_rules(EventBusName=self._bus)["Rules"]:
            found = self._aws.events.list_targets_by_rule(Rule=rule["Name"], EventBusName=self._bus)
            targets = [each for each in found["Targets"] if _last(each["Arn"]) in queues]
            if targets:
                self._cuts.append(Cut(rule["Name"], targets))
                self._aws.events.remove_targets(
                    Rule=rule["Name"], EventBusName=self._bus, Ids=[each["Id"] for each in targets]
                )
        self._journal.add(Entry.FAULT, {"held back": sorted(queues)})

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Hand each subscriber what it missed, in the order given, one after the other."""
        for subscriber in self._subscribers:
            for delivery in deliveries:
                if subscriber.listens_to(delivery.detail):
                    self._aws.sqs.send_message(
                        QueueUrl=subscriber.queue_url, MessageBody=delivery.body
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
            self._journal.add(Entry.FAULT, {"delivering again": cut.rule})


def _last(name: str) -> str:
    return name.replace(":", "/").rsplit("/", 1)[-1]
