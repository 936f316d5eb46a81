"""A tap without a queue: what is put in comes out, at least once, until it is deleted."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from support.observing.deliveries import Message
from tests.support.samples import envelope

BATCH = 10


class InMemoryTap:
    """Behave like a queue: received messages are hidden until deleted, or put back."""

    def __init__(self, name: str = "bus") -> None:
        self.name = name
        self.deleted: list[str] = []
        self.waits: list[float] = []
        self.on_delete: Callable[[Sequence[Message]], None] = lambda _: None
        self.clock: Callable[[], float] = time.time
        self.visibility = 0.05
        self._visible: list[Message] = []
        self._hidden: list[Message] = []

    def put(self, event: Mapping[str, Any], **changes: Any) -> str:
        """Add an event as the bus would send it; return the message id."""
        return self.put_body(json.dumps(envelope(event, id=str(uuid4())) | changes))

    def put_body(self, body: str) -> str:
        """Add a message with this body; return its id."""
        message_id = f"message-{uuid4()}"
        self._visible.append(Message(message_id, uuid4().hex, body, self.clock(), 1))
        return message_id

    def put_events(self, Entries: Sequence[Mapping[str, str]]) -> dict[str, Any]:  # noqa: N803
        """Be the bus that this tap is on: let each entry pass under an id of its own."""
        envelopes = [str(uuid4()) for _ in Entries]
        for entry, envelope_id in zip(Entries, envelopes, strict=True):
            changes = {"source": entry["Source"], "detail-type": entry["DetailType"]}
            self.put(json.loads(entry["Detail"]), id=envelope_id, **changes)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": each} for each in envelopes]}

    def receive(self, wait: float) -> Sequence[Message]:
        """Take at most 10 messages, without waiting."""
        self.waits.append(wait)
        taken, self._visible = self._visible[:BATCH], self._visible[BATCH:]
        self._hidden += taken
        return taken

    def delete(self, messages: Sequence[Message]) -> None:
        """Remove messages for good."""
        self.on_delete(messages)
        gone = [each.message_id for each in messages]
        self.deleted += gone
        self._hidden = [each for each in self._hidden if each.message_id not in gone]

    def put_back(self) -> None:
        """Let everything received and not deleted be received again."""
        self._visible, self._hidden = [*self._hidden, *self._visible], []


def losing(tap: InMemoryTap, times: int) -> Callable[[float], Sequence[Message] | None]:
    """Return what receives from a tap, and loses the first answers.

    What a look took whose answer is lost comes again once the tap's visibility is over.
    """
    receive, left, comes_again = tap.receive, [None] * times, list[float]()

    def look(wait: float) -> Sequence[Message] | None:
        if comes_again and time.monotonic() >= comes_again[-1]:
            tap.put_back()
        taken = receive(wait)
        if not left:
            return taken
        left.pop()
        comes_again.append(time.monotonic() + tap.visibility)
        return None

    return look
