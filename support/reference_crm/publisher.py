"""The publisher: from the stream of the event store to the bus, in order, skipping nothing.

The checkpoint follows at a distance of one window of events: whoever goes on from it sends no more
than that again, with the event ids that it had.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from support.reference_crm.dispatch import WINDOW, Dispatch
from support.reference_crm.event_store import EVENT_PREFIX
from support.reference_crm.patience import Patience, Stopping
from support.reference_crm.stored import Place, StoredEvent
from support.reference_crm.stream import FINISHED, Checkpoints, Page, Shard, Stream

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams.type_defs import RecordTypeDef

REFRESH_SECONDS = 10.0
IDLE_SHARE = 2.0
LONGEST_REST_S = 0.25  # one slow answer, or one that was asked for again and again, is no rule
# What comes after a silence waits for a twentieth of that on average, and not for long.
SHARE_OF_SILENCE = 0.1
LONGEST_IDLE_S = 0.1


class Publisher:
    """Publish what was committed after the checkpoint, then move the checkpoint."""

    def __init__(
        self,
        stream: Stream,
        checkpoints: Checkpoints,
        dispatch: Dispatch,
        patience: Patience,
        idle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._checkpoints = checkpoints
        self._dispatch = dispatch
        self._patience = patience
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._refreshed_at = -REFRESH_SECONDS

    def run(self) -> None:
        """Publish until told to end; raise Trimmed if the stream has lost what comes next."""
        try:
            found_at = self._clock()
            while not self._patience.over:
                began = self._clock()
                if self.step():
                    found_at = self._clock()
                else:
                    self._patience.rest(self._rest_after(began, found_at))
        except Stopping:
            return

    def _rest_after(self, began: float, found_at: float) -> float:
        """Return how many seconds to rest after asking in vain since `began`."""
        now = self._clock()
        # Who is slow to answer is busy, and asked the less often.
        slow = min(IDLE_SHARE * (now - began), LONGEST_REST_S)
        silent = min(SHARE_OF_SILENCE * (began - found_at), LONGEST_IDLE_S)
        return max(self._idle_seconds, slow, silent)

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
        new = [record for record in page.records if is_new_event(record)]
        for start in range(0, len(new), WINDOW):
            if start:
                self._reach(shard, new[start - 1]["dynamodb"]["SequenceNumber"])
            if self._patience.over:
                raise Stopping
            self._dispatch.send([stored_event(each) for each in new[start : start + WINDOW]])
        self._end_page(page, has_events=bool(new))
        return bool(page.records) or page.is_last

    def _end_page(self, page: Page, *, has_events: bool) -> None:
        if page.is_last:
            self._reach(page.shard, FINISHED)
            self._refresh()
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


def stored_event(record: "RecordTypeDef") -> StoredEvent:
    """Return what a record wrote, and where."""
    keys = record["dynamodb"]["Keys"]
    place = Place(keys["pk"].get("S", ""), keys["sk"].get("S", ""))
    return StoredEvent.at(place, record["dynamodb"].get("NewImage", {}))
