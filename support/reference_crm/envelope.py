"""The event as it is stored and published."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from support.reference_crm.domain import EntityRef, EntityType
from support.reference_crm.upcasting import upcast

MAX_EVENT_BYTES = 240 * 1024


class Event(BaseModel):
    """Hold one domain event with its envelope; the JSON has exactly these keys.

    Wherever it is read from, the event store, the stream or a queue, it is in the newest schema
    version of its type afterwards.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    event_id: str
    event_type: str
    schema_version: int = Field(ge=1)
    tenant_id: str
    entity_type: EntityType
    entity_id: str
    version: int = Field(ge=1)
    occurred_at: str
    actor: str
    correlation_id: str
    causation_id: str | None
    payload: dict[str, JsonValue]

    @model_validator(mode="before")
    @classmethod
    def _in_newest_version(cls, said: object) -> object:
        return upcast(said) if isinstance(said, dict) else said

    @property
    def entity(self) -> EntityRef:
        """Return which entity the event happened to."""
        return EntityRef(self.entity_type, self.entity_id)

    def to_json(self) -> str:
        """Return the event as JSON, with every character as itself."""
        return self.model_dump_json()


class EventReceipt(BaseModel):
    """Name one event that a command made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str
    event_type: str
    entity_type: EntityType
    entity_id: str
    version: int


class Receipt(BaseModel):
    """Answer an accepted command: its entity, that entity's new version, all events made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entity_type: EntityType
    entity_id: str
    version: int
    events: tuple[EventReceipt, ...]


def receipt_of(events: tuple[Event, ...]) -> Receipt:
    """Return the receipt of a command from the events that it made, its own entity's first."""
    first = events[0]
    return Receipt(
        entity_type=first.entity_type,
        entity_id=first.entity_id,
        version=first.version,
        events=tuple(EventReceipt(**event.model_dump(include=_NAMED)) for event in events),
    )


def now() -> str:
    """Return the time in UTC with milliseconds, as RFC 3339 has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_NAMED = set(EventReceipt.model_fields)
