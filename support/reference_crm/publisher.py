"""The publisher: from the stream of the event store to the bus, in order, skipping nothing."""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from support.reference_crm.bus import Bus, Outgoing, outgoing
from support.reference_crm.envelope import Event
from support.reference_crm.event_store import EVENT_PREFIX
from support.reference_crm.patience import Patience, Stopping
from support.reference_crm.stream import FINISHED, Checkpoints, Page, Shard, Stream, stored_event

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams.type_defs import RecordTypeDef

REFRESH_SECONDS = 10.0

log = logging.getLogger(__name__)


class Publisher:
    """Publish what was committed after the checkpoint, then move the checkpoint."""

    def __init__(
        self,
        stream: Stream,
        checkpoints: Checkpoints,
        bus: Bus,
        patience: Patience,
        idle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._checkpoints = checkpoints
        self._bus = bus
        self._patience = patience
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._refreshed_at = -REFRESH_SECONDS

    def run(self) -> None:
        """Publish until told to end; raise Trimmed if the stream has lost what comes next."""
        try:
            while not self._patience.over:
                if not self.step():
                    self._patience.rest(self._idle_seconds)
        except Stopping:
            return

    def step(self) -> bool:
        """Go once round the shards; say whether anything was there."""
        if self._clock() - self._refreshed_at >= REFRESH_SECONDS:
            self._refresh()
        moved = [self._advance(shard) for shard in self._stream.readable()]
        return any(moved)

    def _refresh(self) -> None:
        self._keep_trying("listing the shards", self._stream.refresh)
        self._refreshed_at = self._clock()

    def _advance(self, shard: Shard) -> bool:
        pages: list[Page] = []
        self._keep_trying("reading the stream", lambda: pages.append(self._stream.read(shard)))
        page = pages[0]
        events = [event for record in page.records if (event := self._event(record)) is not None]
        self._bus.publish(events)
        self._move_checkpoint(page, has_events=bool(events))
        if page.is_last:
            self._refresh()
        return bool(page.records) or page.is_last

    def _event(self, record: "RecordTypeDef") -> Outgoing | None:
        if not is_new_event(record):
            return None
        try:
            return outgoing(Event.model_validate_json(stored_event(record)))
        except (ValidationError, KeyError) as error:
            self._set_aside(record, f"{type(error).__name__}: {error}")
            return None

    def _set_aside(self, record: "RecordTypeDef", reason: str) -> None:
        number = record["dynamodb"]["SequenceNumber"]
        log.error("record %s holds no event and is set aside: %s", number, reason)
        self._keep_trying("setting aside", lambda: self._checkpoints.set_aside(record, reason))

    def _move_checkpoint(self, page: Page, *, has_events: bool) -> None:
        if page.is_last:
            self._reach(page.shard, FINISHED)
        elif has_events and page.last is not None:
            self._reach(page.shard, page.last)

    def _reach(self, shard: Shard, reached: str) -> None:
        self._keep_trying("moving the checkpoint", lambda: self._checkpoints.save(shard, reached))
        self._stream.reached(shard, reached)

    def _keep_trying(self, what: str, call: Callable[[], object]) -> None:
        self._patience.keep_trying(what, call, ClientError, BotoCoreError)


def is_new_event(record: "RecordTypeDef") -> bool:
    """Say whether a record of the stream is an event, seen for the first time."""
    if record["eventName"] != "INSERT":
        return False
    sort_key = record["dynamodb"]["Keys"]["sk"].get("S") or ""
    return sort_key.startswith(EVENT_PREFIX)
