"""Copies of a bus's rules on a bus of the suite's own, with a queue each: pattern taps.

They prove the patterns, not the routes: nothing that passes them reaches a subscriber.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Protocol

from support.judging.case import Document
from support.judging.clones import Rule
from support.names import queue_name
from support.observing.deliveries import delivery_of
from support.observing.rules import rules_of, targets_of
from support.observing.taps import NO_TAGS, BusTap, as_pairs, open_tap
from support.observing.waiting import Waiter, WaitTimeout

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient

BATCH = 10
LOOK_S = 1.0  # as in own_subscriptions
SOURCE = "crm"

Passed = Mapping[str, Sequence[Document]]


class SampleRefusedError(Exception):
    """Say which sample event a bus did not take."""


class Copies(Protocol):
    """Let samples pass through copies of rules."""

    @property
    def rules(self) -> Sequence[Rule]:
        """Return the rules that were copied."""

    def pass_through(
        self, samples: Sequence[Document], meant: Passed, timeout: float, window: float
    ) -> Passed:
        """Return by rule's name what its copy let through.

        `meant` says what should pass, and is waited for up to `timeout` seconds; what should not
        has `window` seconds more to show itself.
        """


CopyRules = Callable[[], AbstractContextManager[Copies]]


class PatternTaps:
    """Put samples on a bus of the suite's own, and receive what each rule's copy lets through."""

    def __init__(
        self, events: "EventBridgeClient", bus: str, rules: Sequence[Rule], taps: Sequence[BusTap]
    ) -> None:
        self.rules = rules
        self._events = events
        self._bus = bus
        self._taps = {rule.name: tap for rule, tap in zip(rules, taps, strict=True)}
        self._received: dict[str, list[Document]] = {rule.name: [] for rule in rules}
        self._waiter = Waiter()

    def pass_through(
        self, samples: Sequence[Document], meant: Passed, timeout: float, window: float
    ) -> Passed:
        """Return by rule's name what its copy let through, as `Copies` says."""
        canaries = {
            rule: {**events[0], "event_id": rule} for rule, events in meant.items() if events
        }
        in_force = self._rehearse(canaries, timeout)
        self._put(samples)
        self._receive_until(lambda: self._has(meant), timeout if in_force else window)
        self._receive_until(lambda: False, window)
        return {
            rule: [event for event in events if event.get("event_id") not in canaries]
            for rule, events in self._received.items()
        }

    def _rehearse(self, canaries: Mapping[str, Document], timeout: float) -> bool:
        """Send each rule something meant for it until it passes: on AWS a new rule takes a while.

        Say whether all did; a rule that lets nothing through is judged later.
        """

        def ready() -> bool:
            silent = [event for rule, event in canaries.items() if not self._received[rule]]
            self._put(silent)
            return not silent

        return self._receive_until(ready, timeout)

    def _put(self, samples: Sequence[Document]) -> None:
        for start in range(0, len(samples), BATCH):
            answer = self._events.put_events(
                Entries=[
                    {
                        "EventBusName": self._bus,
                        "Source": SOURCE,
                        "DetailType": sample["event_type"],
                        "Detail": json.dumps(sample),
                    }
                    for sample in samples[start : start + BATCH]
                ]
            )
            if answer["FailedEntryCount"]:
                raise SampleRefusedError(f"the bus took not all samples: {answer['Entries']}")

    def _receive_until(self, enough: Callable[[], bool], timeout: float) -> bool:
        def look(_: float) -> bool:
            for rule, tap in self._taps.items():
                self._drain(rule, tap)
            return enough()

        try:
            return self._waiter.until(look, bool, timeout)
        except WaitTimeout:
            return False

    def _drain(self, rule: str, tap: BusTap) -> None:
        while messages := tap.receive(LOOK_S):
            self._received[rule] += [delivery_of(rule, each).detail for each in messages]
            tap.delete(messages)

    def _has(self, meant: Passed) -> bool:
        return all(
            {event["event_id"] for event in events}
            <= {event.get("event_id") for event in self._received[rule]}
            for rule, events in meant.items()
        )


@contextmanager
def pattern_taps(
    name: str,
    bus: str,
    *,
    tap_rule: str,
    sqs: "SQSClient",
    events: "EventBridgeClient",
    longest_wait: int,
    tags: Mapping[str, str] = NO_TAGS,
) -> Iterator[PatternTaps]:
    """Copy every rule of a bus but the suite's tap onto a bus `name`, which is gone at the end.

    `tags` are on all of it.
    """
    found = [rule for rule in patterns_of(events, bus) if rule.name != tap_rule]
    with ExitStack() as cleanup:
        events.create_event_bus(Name=name, Tags=as_pairs(tags))
        cleanup.callback(events.delete_event_bus, Name=name)
        taps = []
        for number, rule in enumerate(found, 1):
            resource, pattern = f"{name}-{number}", json.loads(rule.pattern)
            tap = open_tap(
                rule.name,
                resource,
                sqs=sqs,
                events=events,
                bus=name,
                pattern=pattern,
                longest_wait=longest_wait,
                tags=tags,
            )
            cleanup.callback(tap.close)
            taps.append(tap)
        yield PatternTaps(events, name, found, taps)


def patterns_of(events: "EventBridgeClient", bus: str) -> list[Rule]:
    """Read every rule of a bus, with the names of the queues that it delivers to."""
    return [
        Rule(rule["Name"], rule["EventPattern"], _queues(events, bus, rule["Name"]))
        for rule in rules_of(events, bus)
    ]


def _queues(events: "EventBridgeClient", bus: str, rule: str) -> tuple[str, ...]:
    return tuple(queue_name(each["Arn"]) for each in targets_of(events, bus, rule))
