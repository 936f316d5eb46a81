"""Events of older schema versions, told in the newest: the only one that all else knows.

To publish a type in a new version, raise it in `NEWEST`, and say in `UPCASTS` how a payload of the
version before is told in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

Payload = Mapping[str, Any]
FIRST = 1
# What is not here was never published in another version than the first.
NEWEST: Mapping[str, int] = {"OpportunityAmountChanged": 2}


def newest_version(event_type: str) -> int:
    """Return the schema version in which events of a type are published now."""
    return NEWEST.get(event_type, FIRST)


def upcast(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event, as its JSON says it, in the newest schema version of its type.

    Raise PydanticCustomError, which a model tells as its own, for a version that is not known yet,
    and for a payload that is not of its version. What is no version at all, the model refuses.
    """
    event_type, version = str(event.get("event_type")), event.get("schema_version")
    newest = newest_version(event_type)
    if type(version) is not int or version < FIRST:
        return event
    if version > newest:
        raise _unreadable(event_type, version, f"the newest that is known is {newest}")
    payload = event.get("payload")
    for step in range(version, newest):
        payload = UPCASTS[event_type, step](payload) if isinstance(payload, Mapping) else None
        if payload is None:
            raise _unreadable(event_type, version, "its payload is not of that version")
    return {**event, "schema_version": newest, "payload": payload}


def _unreadable(event_type: str, version: int, why: str) -> PydanticCustomError:
    return PydanticCustomError(
        "unreadable_schema_version",
        "{event_type} of schema version {version} cannot be read: {why}",
        {"event_type": event_type, "version": version, "why": why},
    )


def _amounts_as_money(payload: Payload) -> Payload | None:
    """Tell an amount with its currency; version 1 named the currency once for both."""
    if payload.keys() != {"amount", "previous_amount", "currency"}:
        return None
    currency = payload["currency"]
    return {
        name: {"amount": payload[name], "currency": currency}
        for name in ("amount", "previous_amount")
    }


UPCASTS: Mapping[tuple[str, int], Callable[[Payload], Payload | None]] = {
    ("OpportunityAmountChanged", 1): _amounts_as_money,
}
