"""Finding out whether a target can break a subscription: by breaking one of the suite's own."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

from support.crm.port import Subscriber
from support.faults.routes import Breakage, Routes
from support.observing.taps import WHOLE_BUS, BusTap, open_tap
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

READY_S = 60.0
EMULATED_S = 0.4  # ten times what an event takes there
MOMENTS_S = 5.0  # the same on AWS
AT_ONCE_S = 0.001
ON_AWS_S = 75.0  # a rule that is changed may take a minute to count
LOOKING = Backoff(first=0.01, ceiling=0.05)
LOOK_S = 1.0
STILL_DELIVERS: Mapping[Breakage, str] = {
    Breakage.SWITCHED_OFF: "this target delivers through a disabled rule",
    Breakage.LEADS_NOWHERE: "this target delivers to a target that was removed",
    Breakage.TURNED_AWAY: "this target lets the bus send where the queue's policy denies it",
    Breakage.DOOR_GONE: "this target delivers to a queue that was deleted",
}
NEEDS: Mapping[str, Breakage] = {
    "needs-disabled-rules": Breakage.SWITCHED_OFF,
    "needs-queue-policies": Breakage.TURNED_AWAY,
}


class Probes:
    """Say what the target cannot do, each asked once a run, when a scenario first needs it.

    `name` is of the suite's own: the bus, the rule and the queue that are broken to find out.
    """

    def __init__(self, aws: Aws, name: str) -> None:
        self._aws = aws
        self._name = name
        self._known: dict[str, str | None] = {}

    def lacks(self, need: str) -> str | None:
        """Say why a need cannot be met, or None; also for what it knows nothing of."""
        if need not in NEEDS:
            return None
        if need not in self._known:
            self._known[need] = self._probe(NEEDS[need])
        return self._known[need]

    def _probe(self, breakage: Breakage) -> str | None:
        name = f"{self._name}-{uuid4().hex[:4]}"
        events = self._aws.events
        with ExitStack() as cleanup:
            events.create_event_bus(Name=name)
            cleanup.callback(events.delete_event_bus, Name=name)
            tap = self._tap(name)
            cleanup.callback(tap.close)
            if not self._until(lambda: self._comes(name, tap), READY_S):
                return (
                    "nobody can tell: no event came through a rule of the suite's own within "
                    f"{READY_S:.0f} s"
                )
            return STILL_DELIVERS[breakage] if self._delivers(name, tap, breakage) else None

    def _tap(self, name: str) -> BusTap:
        return open_tap(
            name,
            name,
            sqs=self._aws.sqs,
            events=self._aws.events,
            bus=name,
            pattern=WHOLE_BUS,
            longest_wait=0,
        )

    def _delivers(self, bus: str, tap: BusTap, breakage: Breakage) -> bool:
        """Say whether events come through although the subscription is broken."""
        queue = Subscriber(
            name="probe", entity_types=(), queue_url=tap.queue_url, dead_letter_queue_url=""
        )
        broken = Routes(self._aws, bus).breaking(breakage, queue)
        broken.do()
        try:
            return not self._until(lambda: not self._comes(bus, tap), self._patience)
        finally:
            broken.undo()

    @property
    def _patience(self) -> float:
        """Return within how many seconds a change of a rule counts: on emulators at once."""
        return AT_ONCE_S if self._aws.endpoint_url else ON_AWS_S

    def _comes(self, bus: str, tap: BusTap) -> bool:
        """Put an event on the bus, and say whether it comes within moments."""
        mark = uuid4().hex
        self._aws.events.put_events(Entries=[_entry(bus, mark)])
        patience = EMULATED_S if self._aws.endpoint_url else MOMENTS_S
        return self._until(lambda: any(mark in m.body for m in tap.receive(LOOK_S)), patience)

    def _until(self, holds: Callable[[], bool], timeout: float) -> bool:
        try:
            return Waiter(LOOKING).until(lambda _: holds(), bool, timeout)
        except WaitTimeout:
            return False


def _entry(bus: str, mark: str) -> "PutEventsRequestEntryTypeDef":
    detail = json.dumps({"probe": mark})
    return {"EventBusName": bus, "Source": "crm", "DetailType": "Probe", "Detail": detail}
