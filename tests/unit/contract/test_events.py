"""How an event is read and written again."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from support.contract.entities import EntityType
from support.contract.events import Event
from tests.unit.contract.examples import PAYLOADS, event, without


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_an_event_is_read_and_written_without_loss(event_type: str) -> None:
    """Reading keeps every value as it was delivered."""
    document = event(event_type)
    read = Event.from_json(json.dumps(document))
    assert read == Event.from_document(document)
    assert read.entity_type is EntityType(document["entity_type"])
    assert read.as_document() == document


@pytest.mark.parametrize(
    "document",
    [
        without(event("AccountCreated"), "actor"),
        event("AccountCreated", colour="red"),
        event("AccountCreated", version="1"),
        event("AccountCreated", entity_type="invoice"),
        event("AccountCreated", payload=None),
    ],
)
def test_what_is_no_event_cannot_be_read(document: dict[str, Any]) -> None:
    """A missing, an unknown and a wrong key are refused."""
    with pytest.raises(ValidationError):
        Event.from_document(document)


def test_an_event_cannot_be_changed() -> None:
    """What was observed stays what it was."""
    read = Event.from_document(event("AccountCreated"))
    with pytest.raises(ValidationError, match="frozen"):
        read.version = 2  # type: ignore[misc]
