"""What a tap received: the message as it came, and the event in it as far as it can be read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError

from support.contract.events import Event, first_flaw


class NameTwice(ValueError):
    """Say which name is there twice in one object."""


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NameTwice(f"the name {twice!r} is there twice in one object")
    return found


STRICT = json.JSONDecoder(object_pairs_hook=_only_once)
# An event under an envelope of the bus: the transport may repeat it, the CRM may not.
Passage = tuple[str, str | None]


RECORDED = (
    "tap",
    "message_id",
    "envelope_id",
    "source",
    "detail_type",
    "detail",
    "problem",
    "sent_at",
)


@dataclass(frozen=True)
class Message:
    """Hold one received message; times are seconds since the epoch."""

    message_id: str
    receipt_handle: str
    body: str
    sent_at: float
    receive_count: int


class Tap(Protocol):
    """Receive copies of events from a place of the suite's own."""

    @property
    def name(self) -> str:
        """Return what its deliveries are filed under."""

    @property
    def visibility(self) -> float:
        """Return how many seconds a message that was taken and not deleted stays away."""

    def receive(self, wait: float) -> Sequence[Message] | None:
        """Take at most 10 messages, waiting up to `wait` seconds where the target prefers that.

        None says that there was no answer, which is not that there is nothing: what was taken all
        the same stays away for `visibility` seconds.
        """

    def delete(self, messages: Sequence[Message]) -> None:
        """Remove messages for good."""


@dataclass(frozen=True)
class Delivery:
    """Hold one arrival at a tap.

    `message_id` again is a redelivery; `envelope_id` again is a duplicate of the transport; the
    same event under another `envelope_id` was published twice. `event` is None if `problem` says
    why the message holds none. `receive_count` is how often anybody has received it by then, 0 if
    that is not known.
    """

    tap: str
    message_id: str
    envelope_id: str
    source: str
    detail_type: str
    detail: Mapping[str, Any]
    event: Event | None
    problem: str | None
    sent_at: float
    body: str = field(repr=False)
    receive_count: int = 0

    @property
    def event_id(self) -> str | None:
        """Return the id of the event in it, if there is one."""
        return self.event.event_id if self.event else None

    @property
    def passage(self) -> Passage:
        """Return what is the same in every legal repetition of a delivery."""
        return (self.envelope_id, self.event_id)

    def record(self) -> dict[str, Any]:
        """Return what the journal keeps of it."""
        return {name: getattr(self, name) for name in RECORDED}


def tap_of(tenant_id: str) -> str:
    """Return what the deliveries of a tenant's own subscription are filed under."""
    return f"own subscription of {tenant_id}"


def delivery_of(tap: str, message: Message) -> Delivery:
    """Read a message of a tap; whatever is in it, the result says so instead of raising."""
    envelope, problem = _object(message.body)
    detail = envelope.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    event, no_event = _event(detail)
    return Delivery(
        tap=tap,
        message_id=message.message_id,
        envelope_id=str(envelope.get("id")),
        source=str(envelope.get("source")),
        detail_type=str(envelope.get("detail-type")),
        detail=detail,
        event=None if problem else event,
        problem=problem or no_event,
        sent_at=message.sent_at,
        body=message.body,
        receive_count=message.receive_count,
    )


def recorded_delivery(record: Mapping[str, Any]) -> Delivery:
    """Read back what `Delivery.record` kept; the message's body is not among it."""
    kept = {name: record[name] for name in RECORDED}
    event = None if kept["problem"] else _event(record["detail"])[0]
    return Delivery(**kept, event=event, body="")


def _event(detail: Mapping[str, Any]) -> tuple[Event | None, str | None]:
    """Return the event, or why there is none."""
    try:
        return Event.model_validate(detail), None
    except ValidationError as error:
        return None, f"no event: {first_flaw(error)}"


def _object(body: str) -> tuple[dict[str, Any], str | None]:
    try:
        parsed, problem = _parsed(body)
    except (ValueError, RecursionError):
        return {}, f"not JSON: {body[:80]!r}"
    return (parsed, problem) if isinstance(parsed, dict) else ({}, f"no JSON object: {body[:80]!r}")


def _parsed(body: str) -> tuple[Any, str | None]:
    """Read JSON; where a name is there twice, readers differ in which of the two counts."""
    try:
        return STRICT.decode(body), None
    except NameTwice as twice:
        return json.loads(body), f"no event: {twice}"
