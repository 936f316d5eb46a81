"""Sending events to the bus: batches that keep the order of each entity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from support.reference_crm.envelope import Event
from support.reference_crm.patience import Patience

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "crm"
MAX_ENTRIES = 10
MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Outgoing:
    """Hold an event as it goes out: its entity decides the order, its size the batch."""

    entity: tuple[str, str, str]
    event_type: str
    detail: str

    @property
    def size(self) -> int:
        """Return the bytes that EventBridge counts for the entry."""
        return sum(len(part.encode()) for part in (SOURCE, self.event_type, self.detail))


def outgoing(event: Event) -> Outgoing:
    """Return the event as it goes out."""
    return Outgoing(
        (event.tenant_id, event.entity_type, event.entity_id), event.event_type, event.to_json()
    )


class Refusals(Exception):
    """Say which codes the bus refused entries with."""


@dataclass
class Batch:
    """Collect events for one call; at most one of an entity, so that a refusal cannot reorder."""

    events: list[Outgoing] = field(default_factory=list)
    size: int = 0

    def has_room_for(self, event: Outgoing) -> bool:
        """Say whether the event fits by number and by size."""
        return len(self.events) < MAX_ENTRIES and self.size + event.size <= MAX_BYTES

    def add(self, event: Outgoing) -> None:
        """Put the event in."""
        self.events.append(event)
        self.size += event.size


def batches(events: Iterable[Outgoing]) -> list[Batch]:
    """Share events out; one of an entity goes into a later batch than the one before it."""
    made: list[Batch] = []
    earliest: dict[tuple[str, str, str], int] = {}
    for event in events:
        index = earliest.get(event.entity, 0)
        while index < len(made) and not made[index].has_room_for(event):
            index += 1
        if index == len(made):
            made.append(Batch())
        made[index].add(event)
        earliest[event.entity] = index + 1
    return made


class Bus:
    """Publish to one bus, until it has taken everything."""

    def __init__(self, events: "EventBridgeClient", name: str, patience: Patience) -> None:
        self._events = events
        self._name = name
        self._patience = patience

    def publish(self, events: Iterable[Outgoing]) -> None:
        """Return when the bus has accepted every event; raise Stopping if told to end first."""
        for batch in batches(events):
            self._publish(batch.events)

    def _publish(self, batch: list[Outgoing]) -> None:
        pending = list(batch)

        def send() -> None:
            refused = self._refused(pending)
            pending[:] = [event for event, _ in refused]
            if refused:
                raise Refusals(", ".join(sorted({code for _, code in refused})))

        self._patience.keep_trying("publishing", send, Refusals, ClientError, BotoCoreError)

    def _refused(self, pending: Sequence[Outgoing]) -> list[tuple[Outgoing, str]]:
        answer = self._events.put_events(Entries=[self._entry(event) for event in pending])
        results = zip(pending, answer["Entries"], strict=True)
        return [
            (event, result.get("ErrorCode", "no event id"))
            for event, result in results
            if not result.get("EventId")
        ]

    def _entry(self, event: Outgoing) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.event_type,
            "Detail": event.detail,
        }
