"""The entity views: what each entity is now."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference_crm.domain import (
    EntityRef,
    EntityType,
    HistoryError,
    Json,
    State,
    evolve,
    load_state,
    view,
)
from support.reference_crm.envelope import Event
from support.reference_crm.items import Item, NewItem, Write, key, number, text

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NAME = "entity-views"
MADE_PRIMARY = "AddressMadePrimary"


@dataclass(frozen=True)
class EntityView:
    """Hold a view as a reader sees it."""

    entity: EntityRef
    version: int
    last_event_id: str
    data: dict[str, Json]


class EntityViews:
    """Keep the state of each entity after its last event."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def effects(self, event: Event) -> Sequence[Write]:
        """Return the view after the event, and who is the primary address if that changes."""
        before = self._state(event) if event.version > 1 else None
        after = evolve(event.entity_type, before, event.event_type, event.payload)
        item: NewItem = {
            **_view_key(event.tenant_id, event.entity),
            "state": text(json.dumps(view(after), ensure_ascii=False)),
            "version": number(event.version),
            "last_event_id": text(event.event_id),
        }
        writes: list[Write] = [{"Put": {"TableName": self._table, "Item": item}}]
        if event.event_type == MADE_PRIMARY:
            writes.append({"Put": {"TableName": self._table, "Item": _primary_item(event)}})
        return writes

    def read(self, tenant_id: str, entity: EntityRef) -> EntityView | None:
        """Return the view of an entity, strongly consistent."""
        item = self._view_item(tenant_id, entity)
        if item is None:
            return None
        data = json.loads(item["state"]["S"])
        if entity.entity_type == EntityType.ADDRESS:
            primary = self._primary(tenant_id, data["owner_type"], data["owner_id"])
            data["primary"] = primary == entity.entity_id
        return EntityView(entity, int(item["version"]["N"]), item["last_event_id"]["S"], data)

    def _state(self, event: Event) -> State:
        item = self._view_item(event.tenant_id, event.entity)
        if item is None:
            raise HistoryError(f"There is no view of {event.entity} to apply an event to.")
        return load_state(event.entity_type, json.loads(item["state"]["S"]))

    def _view_item(self, tenant_id: str, entity: EntityRef) -> "Item | None":
        found = self._dynamodb.get_item(
            TableName=self._table, Key=_view_key(tenant_id, entity), ConsistentRead=True
        )
        return found.get("Item")

    def _primary(self, tenant_id: str, owner_type: str, owner_id: str) -> str | None:
        """Return the address that was made primary last, whatever order the events came in."""
        found = self._dynamodb.query(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(_owner_key(tenant_id, owner_type, owner_id))},
            ScanIndexForward=False,
            Limit=1,
        )
        return next((item["address_id"]["S"] for item in found["Items"]), None)


def _view_key(tenant_id: str, entity: EntityRef) -> NewItem:
    return key(f"{NAME}#{tenant_id}#{entity.entity_type}#{entity.entity_id}", "VIEW")


def _owner_key(tenant_id: str, owner_type: str, owner_id: str) -> str:
    return f"{NAME}#{tenant_id}#{owner_type}#{owner_id}#PRIMARY"


def _primary_item(event: Event) -> NewItem:
    owner_type, owner_id = str(event.payload["owner_type"]), str(event.payload["owner_id"])
    nth = f"NTH#{event.payload['nth']:010d}"
    where = key(_owner_key(event.tenant_id, owner_type, owner_id), nth)
    return {**where, "address_id": text(event.entity_id)}
