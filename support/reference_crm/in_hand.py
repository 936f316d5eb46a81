"""What a subscriber has in hand: nobody gets it again while it is being worked on."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING

from support.reference_crm.aws import AWS_TROUBLE

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import ChangeMessageVisibilityBatchRequestEntryTypeDef

BATCH = 10
BEATS = 3
SHORTEST_VISIBILITY = 1

log = logging.getLogger(__name__)


class InHand:
    """Put off, again and again, the moment at which a message in hand is delivered once more.

    A delivery is an attempt, and the attempts of a message are counted: waiting until trouble has
    passed must not use them up. `visibility` is the queue's own, in seconds.
    """

    def __init__(self, sqs: "SQSClient", queue_url: str, visibility: int) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._visibility = max(visibility, SHORTEST_VISIBILITY)
        self._handles: dict[str, None] = {}
        self._long_there: dict[str, None] = {}
        # Held while the queue is asked: what is given back must not be held on to a moment later.
        self._lock = Lock()

    def take(self, handles: Collection[str]) -> None:
        """Hold on to messages from now on."""
        with self._lock:
            self._handles.update(dict.fromkeys(handles))

    def drop(self, handles: Collection[str]) -> None:
        """Let go of messages; they are deleted, or come again when their time is up."""
        with self._lock:
            for handle in handles:
                self._handles.pop(handle, None)

    def give_back(self, handle: str, attempts: int) -> None:
        """Let a message come again: after a pause that grows with the attempts that it has had.

        The pause is a tenth of the visibility for each, so it begins with none.
        """
        self.drop([handle])
        try:
            self._sqs.change_message_visibility(
                QueueUrl=self._queue_url,
                ReceiptHandle=handle,
                VisibilityTimeout=min(self._visibility, self._visibility * (attempts - 1) // 10),
            )
        except AWS_TROUBLE as error:
            log.warning("a message comes again only when its visibility ends: %s", error)

    def extend(self) -> None:
        """Hold on to what was in hand before the last call, too, for as long again."""
        with self._lock:
            due = [handle for handle in self._long_there if handle in self._handles]
            self._long_there = dict(self._handles)
            for start in range(0, len(due), BATCH):
                self._extend(due[start : start + BATCH])

    def _extend(self, handles: Collection[str]) -> None:
        entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
            {"Id": str(i), "ReceiptHandle": handle, "VisibilityTimeout": self._visibility}
            for i, handle in enumerate(handles)
        ]
        try:
            self._sqs.change_message_visibility_batch(QueueUrl=self._queue_url, Entries=entries)
        except AWS_TROUBLE as error:
            log.warning("messages in hand may be delivered again: %s", error)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Hold on to what is in hand for as long as the block runs, also while a call hangs."""
        stop = Flag()
        beat = Thread(target=self._beat, args=(stop,), name="in hand", daemon=True)
        beat.start()
        try:
            yield
        finally:
            stop.set()

    def _beat(self, stop: Flag) -> None:
        while not stop.wait(self._visibility / BEATS):
            self.extend()


def visibility_of(sqs: "SQSClient", queue_url: str) -> int:
    """Read after how many seconds a queue delivers again what nobody has deleted."""
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["VisibilityTimeout"])
    return int(found["Attributes"]["VisibilityTimeout"])
