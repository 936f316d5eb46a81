"""One sound event of each type, and ways to spoil it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.contract.catalogue import Catalogue

PAYLOADS: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("payloads.json").read_text(encoding="utf-8")
)
CATALOGUE = Catalogue()
_FIRST = {name for name in PAYLOADS if name.endswith(("Created", "Added", "Logged", "Scheduled"))}
_FIRST -= {"OpportunityProductAdded"}


def event(event_type: str, **changes: Any) -> dict[str, Any]:
    """Build a sound event of a type, with some keys of the envelope changed."""
    return {
        "event_id": "0b2f4a52-4f5e-4b0e-9d39-0e9f5f0a7c11",
        "event_type": event_type,
        "schema_version": CATALOGUE.versions(event_type)[0],
        "tenant_id": "acme",
        "entity_type": str(CATALOGUE.event_types()[event_type]),
        "entity_id": "acme-entity-3f9c",
        "version": 1 if event_type in _FIRST else 2,
        "occurred_at": "2026-03-31T07:30:00.000Z",
        "actor": "kim",
        "correlation_id": "c-1",
        "causation_id": None,
        "payload": PAYLOADS[event_type],
    } | changes


def spoiled(event_type: str, **changes: Any) -> dict[str, Any]:
    """Build an event of a type, with some fields of its payload changed or added."""
    return event(event_type, payload={**PAYLOADS[event_type], **changes})


def without(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Copy a mapping without one of its keys."""
    return {name: value for name, value in document.items() if name != key}
