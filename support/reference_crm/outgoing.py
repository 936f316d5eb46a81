"""Events on their way out: batches that keep the order of each entity."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from support.reference_crm.envelope import Event
from support.reference_crm.stored import Place

SOURCE = "crm"
MAX_ENTRIES = 10
MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Outgoing:
    """Hold an event as it goes out: its entity decides the order, its size the batch."""

    place: Place
    entity: tuple[str, str, str]
    event_id: str
    event_type: str
    detail: str

    @property
    def size(self) -> int:
        """Return the bytes that EventBridge counts for the entry."""
        return sum(len(part.encode()) for part in (SOURCE, self.event_type, self.detail))


def outgoing(event: Event) -> Outgoing:
    """Return the event as it goes out."""
    entity = (event.tenant_id, event.entity_type, event.entity_id)
    return Outgoing(Place.of(event), entity, event.event_id, event.event_type, event.to_json())


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
