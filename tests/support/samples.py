"""Events, messages and deliveries as tests need them: sound, and changed where they say so."""

import json
from collections.abc import Mapping
from typing import Any

from support.observing.deliveries import Delivery, Message, delivery_of
from tests.unit.contract.examples import event

Document = dict[str, Any]


def numbered(number: int) -> str:
    """Return an event id that a reader recognises."""
    return f"00000000-0000-4000-8000-{number:012}"


def an_event(number: int = 1, event_type: str = "AccountCreated", **changes: Any) -> Document:
    """Build a sound event with a recognisable id."""
    return event(event_type, event_id=numbered(number), **changes)


def envelope(detail: Mapping[str, Any], **changes: Any) -> Document:
    """Wrap an event as the bus does."""
    return {
        "id": f"envelope-{detail.get('event_id')}",
        "source": "crm",
        "detail-type": detail.get("event_type"),
        "detail": detail,
    } | changes


def message(body: str, message_id: str = "m-1", sent_at: float = 100.0) -> Message:
    """Wrap a body as a queue does."""
    return Message(message_id, f"receipt-{message_id}", body, sent_at, receive_count=1)


def delivery(detail: Mapping[str, Any], message_id: str = "m-1", **changes: Any) -> Delivery:
    """Read an event as it arrives at the bus tap; changes are of its envelope."""
    return delivery_of("bus", message(json.dumps(envelope(detail, **changes)), message_id))
