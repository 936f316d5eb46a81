"""An event as it lies in the event table, and what is wrong with one that is broken."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from support.reference_crm.domain import EVENT_TYPES, EntityType, HistoryError
from support.reference_crm.domain.payloads import check_payload, first_fault
from support.reference_crm.envelope import Event
from support.reference_crm.event_store import entity_key, version_key

PARTITION = re.compile(r"TENANT#([^#]+)#([^#]+)#([^#]+)")
VERSION = re.compile(r"EVENT#([0-9]+)")


class Broken(Exception):
    """Say in one sentence why a stored record is no event."""


@dataclass(frozen=True)
class Place:
    """Name where an event is stored: the keys tell whose and which it is, if they are whole."""

    pk: str
    sk: str

    @classmethod
    def of(cls, event: Event) -> "Place":
        """Return where an event belongs."""
        return cls(entity_key(event.tenant_id, event.entity), version_key(event.version))

    @property
    def tenant_id(self) -> str | None:
        """Return whose event it is."""
        return self._named(1)

    @property
    def entity_type(self) -> str | None:
        """Return what kind of entity it happened to; None for a kind that there is not."""
        kind = (self._named(2) or "").lower()
        return kind if kind in set(EntityType) else None

    @property
    def entity_id(self) -> str | None:
        """Return which entity it happened to."""
        return self._named(3)

    @property
    def version(self) -> int | None:
        """Return the version that it made of its entity."""
        found = VERSION.fullmatch(self.sk)
        return int(found[1]) if found else None

    def _named(self, group: int) -> str | None:
        found = PARTITION.fullmatch(self.pk)
        return found[group] if found else None


@dataclass(frozen=True)
class StoredEvent:
    """Hold what is stored at a place: the JSON of an event, if nobody has broken it."""

    place: Place
    body: str | None

    @classmethod
    def at(cls, place: Place, item: Mapping[str, Any]) -> "StoredEvent":
        """Return what an item of the event table, or a record of its stream, holds."""
        return cls(place, item.get("event", {}).get("S"))

    def said(self, name: str) -> str | None:
        """Return a text that the body says under a name, though it may be no event."""
        try:
            found = json.loads(self.body or "")
        except ValueError:
            return None
        value = found.get(name) if isinstance(found, dict) else None
        return value if isinstance(value, str) else None

    def event(self) -> Event:
        """Return the event; raise Broken for what is none, or is not what its place says."""
        event = self._parsed()
        if Place.of(event) != self.place:
            raise Broken(
                "The event is stored in another's place: tenant, entity or version differ."
            )
        if EVENT_TYPES.get(event.event_type) != event.entity_type:
            raise Broken(f"{event.event_type} is no event of the entity type {event.entity_type}.")
        try:
            check_payload(event.event_type, event.schema_version, event.payload)
        except HistoryError as error:
            raise Broken(str(error)) from error
        return event

    def _parsed(self) -> Event:
        if self.body is None:
            raise Broken("The record holds no event.")
        try:
            return Event.model_validate_json(self.body)
        except ValidationError as error:
            raise Broken(f"The record is no event: {first_fault(error)}.") from error
