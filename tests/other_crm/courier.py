"""The publisher: it carries what lies in the outgoing drawer to the bus, and takes it out then."""

import json
import logging
from collections.abc import Callable
from threading import Event as Flag
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tests.other_crm.cabinet import Cabinet, Commit

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

LOOK_S = 0.5  # what nobody told of is found all the same
BATCH = 10
log = logging.getLogger(__name__)


class Stalled(Exception):
    """Say that the bus did not take everything."""


class Courier:
    """Carry commits to the bus; `arrived` is called when there is something to read."""

    def __init__(
        self, cabinet: Cabinet, events: "EventBridgeClient", bus: str, arrived: Callable[[], None]
    ) -> None:
        self._cabinet = cabinet
        self._events = events
        self._bus = bus
        self._arrived = arrived
        self._bell = Flag()

    def ring(self) -> None:
        """Say that there is something to carry."""
        self._bell.set()

    def run(self, over: Flag) -> None:
        """Carry until it is over; what the bus does not take is tried again."""
        while not over.is_set():
            self._bell.wait(LOOK_S)
            self._bell.clear()
            try:
                self.carry()
            except (BotoCoreError, ClientError, Stalled) as error:
                log.warning("not everything was carried: %s", error)
                self._bell.set()
                over.wait(LOOK_S)

    def carry(self) -> None:
        """Carry all that lies there."""
        for commit in self._cabinet.outgoing():
            self.publish(commit)
            self._cabinet.sent(commit)
            self._arrived()

    def publish(self, commit: Commit) -> None:
        """Put a commit's events on the bus; raises Stalled if it did not take them all."""
        entries = [
            {
                "EventBusName": self._bus,
                "Source": "crm",
                "DetailType": event["event_type"],
                "Detail": json.dumps(event, ensure_ascii=False),
            }
            for event in commit.events
        ]
        for start in range(0, len(entries), BATCH):
            answer = self._events.put_events(Entries=entries[start : start + BATCH])  # type: ignore[arg-type]
            if answer["FailedEntryCount"]:
                raise Stalled(str(answer["Entries"]))
