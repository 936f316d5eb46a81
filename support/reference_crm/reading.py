"""What a tenant can read: the answers of the read routes, as JSON."""

import json
from typing import TYPE_CHECKING

from support.reference_crm.domain import EntityRef, EntityType, Json, Refused
from support.reference_crm.envelope import EventReceipt
from support.reference_crm.event_store import EventStore
from support.reference_crm.items import Item, decode_cursor, encode_cursor, text
from support.reference_crm.ledger import applied_key, parked_key
from support.reference_crm.set_aside import Aside, SetAside
from support.reference_crm.settings import Stack
from support.reference_crm.subscribers.audit_trail import trail_key
from support.reference_crm.subscribers.entity_views import EntityViews
from support.reference_crm.subscribers.sales_pipeline import Column, SalesPipeline
from support.reference_crm.subscriptions import SUBSCRIPTIONS, Subscriber

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Answer = dict[str, Json]


class Reading:
    """Answer what tenants ask; every answer is strongly consistent."""

    def __init__(self, dynamodb: "DynamoDBClient", stack: Stack, store: EventStore) -> None:
        self._dynamodb = dynamodb
        self._stack = stack
        self._store = store
        self._views = EntityViews(dynamodb, stack.projection_table)
        self._pipeline = SalesPipeline(dynamodb, stack.projection_table)
        self._aside = SetAside(dynamodb, stack.checkpoint_table)

    def history(self, tenant_id: str, after: int, limit: int) -> Answer:
        """Return committed events by their position, and the position to go on after."""
        found = self._store.history(tenant_id, after, limit + 1)
        events: list[Json] = [
            {"position": one.position, "event": one.event.model_dump(mode="json")}
            for one in found[:limit]
        ]
        more = len(found) > limit
        return {"events": events, "next": found[limit - 1].position if more else None}

    def view(self, tenant_id: str, entity: EntityRef) -> Answer:
        """Return what an entity is now, refuse an unknown one."""
        view = self._views.read(tenant_id, entity)
        if view is None:
            raise Refused("unknown_entity", f"There is no {entity.entity_type} {entity.entity_id}.")
        return {
            "tenant_id": tenant_id,
            "entity_type": entity.entity_type,
            "entity_id": entity.entity_id,
            "version": view.version,
            "last_event_id": view.last_event_id,
            "data": view.data,
        }

    def audit_trail(self, tenant_id: str, after: str | None, limit: int) -> Answer:
        """Return who did what, in the order of time."""
        items, following = self._page(trail_key(tenant_id), after, limit)
        return {"entries": [json.loads(item["entry"]["S"]) for item in items], "next": following}

    def pipeline(self, tenant_id: str) -> Answer:
        """Return the totals of open, won and lost opportunities by currency."""
        totals: list[Json] = []
        for currency, row in self._pipeline.totals(tenant_id).items():
            columns: Answer = {
                column: {"count": row[column].count, "amount": f"{row[column].amount:f}"}
                for column in Column
            }
            totals.append({"currency": currency, **columns})
        return {"tenant_id": tenant_id, "totals": totals}

    def applied(self, tenant_id: str, name: str, after: str | None, limit: int) -> Answer:
        """Return what a subscriber applied, and how many times each."""
        _check_subscriber(name)
        items, following = self._page(applied_key(name, tenant_id), after, limit)
        return {"applied": [_applied(item) for item in items], "next": following}

    def parked(self, tenant_id: str, name: str, after: str | None, limit: int) -> Answer:
        """Return which events wait at a subscriber for earlier versions of their entities."""
        _check_subscriber(name)
        items, following = self._page(parked_key(name, tenant_id), after, limit)
        return {"parked": [_parked(item) for item in items], "next": following}

    def set_aside(self, tenant_id: str, after: str | None, limit: int) -> Answer:
        """Return what could not be published, and why, in order of time."""
        place = _place(after)
        found = [each for each in self._aside.of_tenant(tenant_id) if each.order > place]
        following = encode_cursor(found[limit - 1].order) if len(found) > limit else None
        return {"set_aside": [_set_aside(each) for each in found[:limit]], "next": following}

    def subscribers(self) -> Answer:
        """Return who subscribes to what, and where their messages wait."""
        return {
            "subscribers": [
                {
                    "name": one.subscriber,
                    "entity_types": [*one.entity_types],
                    "queue_url": self._stack.queue_url(one.subscriber),
                    "dead_letter_queue_url": self._stack.dead_letter_queue_url(one.subscriber),
                }
                for one in SUBSCRIPTIONS
            ]
        }

    def _page(self, pk: str, after: str | None, limit: int) -> tuple[list[Item], str | None]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._stack.projection_table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk > :after",
            ExpressionAttributeValues={":pk": text(pk), ":after": text(_place(after))},
            PaginationConfig={"MaxItems": limit + 1, "PageSize": limit + 1},
        )
        items: list[Item] = [item for page in pages for item in page["Items"]]
        following = encode_cursor(items[limit - 1]["sk"]["S"]) if len(items) > limit else None
        return items[:limit], following


def entity_ref(entity_type: str, entity_id: str) -> EntityRef:
    """Return the entity that a path names, refuse a kind that there is not."""
    if entity_type not in set(EntityType):
        raise Refused("unknown_entity", f"There are no entities of the kind {entity_type}.")
    return EntityRef(EntityType(entity_type), entity_id)


def _check_subscriber(name: str) -> None:
    if name not in set(Subscriber):
        raise Refused("unknown_subscriber", f"There is no subscriber {name}.")


def _applied(item: Item) -> Answer:
    return {
        "event_id": item["event_id"]["S"],
        "entity_type": item["entity_type"]["S"],
        "entity_id": item["entity_id"]["S"],
        "version": int(item["version"]["N"]),
        "times": int(item["times"]["N"]),
    }


def _parked(item: Item) -> Answer:
    event = json.loads(item["event"]["S"])
    return {name: event[name] for name in EventReceipt.model_fields}


def _set_aside(aside: Aside) -> Answer:
    return {
        "event_id": aside.event_id,
        "event_type": aside.event_type,
        "entity_type": aside.place.entity_type,
        "entity_id": aside.place.entity_id,
        "version": aside.place.version,
        "reason": aside.reason,
        "set_aside_at": aside.set_aside_at,
    }


def _place(cursor: str | None) -> str:
    # No sort key is empty, and DynamoDB compares with none that is: a blank is before them all.
    if cursor is None:
        return " "
    try:
        return decode_cursor(cursor)
    except ValueError as error:
        raise Refused("invalid_after", "This cursor is none that was given out.") from error
