"""The model that reads an event off the bus, out of the history or from the journal."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, Strict, ValidationError

from support.contract.entities import EntityType

SHOWN = 60  # characters of a value that is told


class Event(BaseModel):
    """Hold one event: the twelve keys of the envelope, each exactly as it was delivered.

    Times and ids stay text, so that nothing is lost in reading. Whether the payload is what
    its type promises is for `Catalogue.violations` to say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    event_id: str
    event_type: str
    schema_version: int = Field(ge=1)
    tenant_id: str
    entity_type: Annotated[EntityType, Strict(False)]
    entity_id: str
    version: int = Field(ge=1)
    occurred_at: str
    actor: str
    correlation_id: str
    causation_id: str | None
    payload: Mapping[str, JsonValue]

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read an event from JSON text; raise pydantic's ValidationError where it is none."""
        return cls.model_validate_json(text)

    @classmethod
    def from_document(cls, document: Mapping[str, JsonValue]) -> Self:
        """Read an event from JSON that is parsed already; raise ValidationError likewise."""
        return cls.model_validate(document)

    def as_document(self) -> dict[str, JsonValue]:
        """Write the event as the JSON object that it came from."""
        return self.model_dump(mode="json")


def first_flaw(error: ValidationError) -> str:
    """Say in words the first thing that is wrong with what was read: where, what, what is there."""
    first = error.errors(include_url=False)[0]
    where, says = ".".join(map(str, first["loc"])) or "all of it", first["msg"]
    if first["type"] in ("missing", "extra_forbidden"):
        return f"{where}: {says}"
    return f"{where}: {says}, not {shown(first['input'])}"


def shown(value: object) -> str:
    """Spell what was read, and of something long its beginning."""
    told = repr(value)
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}..."
