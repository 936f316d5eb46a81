"""Reading the event table as it is, broken records included: for replay, redrive and rebuild."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from support.reference_crm.envelope import Event
from support.reference_crm.event_store import EVENT_PREFIX, LOG_PREFIX, log_key
from support.reference_crm.items import Item, key, text
from support.reference_crm.stored import Place, StoredEvent

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class Archive:
    """Read what is stored, of a tenant or of all; every answer is strongly consistent."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def at(self, place: Place) -> StoredEvent | None:
        """Return what is stored at a place, None if nothing is."""
        where = key(place.pk, place.sk)
        found = self._dynamodb.get_item(TableName=self._table, Key=where, ConsistentRead=True)
        return StoredEvent.at(place, found["Item"]) if "Item" in found else None

    def everything(self) -> Iterator[StoredEvent]:
        """Read every event of every tenant; those of one entity come in order."""
        for item in self._scan(EVENT_PREFIX):
            yield StoredEvent.at(Place(item["pk"]["S"], item["sk"]["S"]), item)

    def history(self, tenant_id: str | None) -> Iterator[StoredEvent]:
        """Read the history of a tenant, or of each, one tenant after the other; in commit order."""
        for item in self._scan(LOG_PREFIX) if tenant_id is None else self._log(tenant_id):
            yield _committed(item)

    def length(self, tenant_id: str | None) -> int:
        """Count the events that `history` reads."""
        asked: Any = _all_of(LOG_PREFIX) if tenant_id is None else _log_of(tenant_id)
        pages = self._pages(tenant_id, Select="COUNT", **asked)
        return sum(page["Count"] for page in pages)

    def _scan(self, prefix: str) -> Iterator[Item]:
        for page in self._pages(None, **_all_of(prefix)):
            yield from page["Items"]

    def _log(self, tenant_id: str) -> Iterator[Item]:
        for page in self._pages(tenant_id, **_log_of(tenant_id)):
            yield from page["Items"]

    def _pages(self, tenant_id: str | None, **asked: Any) -> Any:
        how: Any = "scan" if tenant_id is None else "query"
        paginator: Any = self._dynamodb.get_paginator(how)
        return paginator.paginate(TableName=self._table, ConsistentRead=True, **asked)


def _all_of(prefix: str) -> dict[str, Any]:
    return {
        "FilterExpression": "begins_with(sk, :prefix)",
        "ExpressionAttributeValues": {":prefix": text(prefix)},
    }


def _log_of(tenant_id: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": text(log_key(tenant_id))},
    }


def _committed(item: Item) -> StoredEvent:
    """Return an event of the history as what is stored in its entity's place.

    What is no event has no place but its own.
    """
    found = StoredEvent.at(Place(item["pk"]["S"], item["sk"]["S"]), item)
    try:
        return StoredEvent(Place.of(Event.model_validate_json(found.body or "")), found.body)
    except ValidationError:
        return found
