"""A way for events of the suite's own: a bus, a rule and a queue that can be broken to see how."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import TYPE_CHECKING
from uuid import uuid4

from support.crm.port import Subscriber
from support.observing.taps import NO_TAGS, WHOLE_BUS, BusTap, TenantTap, as_pairs, open_tap
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

READY_S = 75.0  # on AWS a rule that is changed may take a minute to count
EMULATED_S = 0.4  # ten times what an event takes there
MOMENTS_S = 5.0  # the same on AWS
LOOKING = Backoff(first=0.01, ceiling=0.05)
LOOK_S = 1.0


class GivenUp(Exception):
    """Say that nobody waits for the answer any more."""


@dataclass
class Way:
    """Lead from a bus of the suite's own to a queue of its own; `over` ends all waiting on it.

    `moment` is within how many seconds an event comes.
    """

    aws: Aws
    tap: BusTap
    over: Flag
    moment: float = field(init=False)

    def __post_init__(self) -> None:
        self.moment = EMULATED_S if self.aws.endpoint_url else MOMENTS_S

    @property
    def queue(self) -> Subscriber:
        """Return whose queue it would be."""
        return Subscriber(
            name="probe", entity_types=(), queue_url=self.tap.queue_url, dead_letter_queue_url=""
        )

    def is_ready(self) -> bool:
        """See an event come; where that takes longer, moments are longer from then on."""

        def comes() -> bool:
            if self.comes():
                return True
            self.moment = min(2 * self.moment, MOMENTS_S)
            return False

        return self.until(comes, READY_S)

    def comes(self) -> bool:
        """Put an event on the bus, and say whether it comes within moments."""
        mark = uuid4().hex
        self.aws.events.put_events(Entries=[_entry(self.tap.bus, mark)])
        return self.brings(mark)

    def brings(self, mark: str) -> bool:
        """Say whether a message with a mark comes within moments."""
        # From a queue that was deleted nothing comes.
        door = TenantTap(self.tap.name, self.tap.sqs, self.tap.queue_url, self.tap.longest_wait)
        return self.until(
            lambda: any(mark in each.body for each in door.receive(LOOK_S) or ()), self.moment
        )

    def until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Say whether something comes to hold."""

        def look(_: float) -> bool:
            if self.over.is_set():
                raise GivenUp
            return holds()

        try:
            return Waiter(LOOKING).until(look, bool, timeout)
        except WaitTimeout:
            return False


@contextmanager
def own_way(aws: Aws, name: str, over: Flag, tags: Mapping[str, str] = NO_TAGS) -> Iterator[Way]:
    """Put up a bus, a rule and a queue of one name, and take them down."""
    aws.events.create_event_bus(Name=name, Tags=as_pairs(tags))
    try:
        tap = open_tap(
            *(name, name),
            sqs=aws.sqs,
            events=aws.events,
            bus=name,
            pattern=WHOLE_BUS,
            # An empty look without waiting proves nothing on AWS.
            longest_wait=0 if aws.endpoint_url else int(LOOK_S),
            tags=tags,
        )
        try:
            yield Way(aws, tap, over)
        finally:
            tap.close()
    finally:
        aws.events.delete_event_bus(Name=name)


def _entry(bus: str, mark: str) -> "PutEventsRequestEntryTypeDef":
    detail = json.dumps({"probe": mark})
    return {"EventBusName": bus, "Source": "crm", "DetailType": "Probe", "Detail": detail}
