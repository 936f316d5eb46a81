"""Account deactivation: an inactive account keeps no open activity and no open opportunity.

It is choreography: the subscriber learns from events what is open, and issues the same commands
that people do. Which of a deactivation and an opening came first is asked of the tenant's
history, because the events of different entities arrive in any order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference_crm.commands import CommandHandler
from support.reference_crm.domain import EntityRef, EntityType, Refused
from support.reference_crm.envelope import Event
from support.reference_crm.event_store import EventStore
from support.reference_crm.items import Item, NewItem, Write, key, number, text
from support.reference_crm.request import Request
from support.reference_crm.subscribers.subscriber import Never, NotYet

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NAME = "account-deactivation"
LAST = "LAST-DEACTIVATION"
REASON = "The account was deactivated."
CLOSING = {EntityType.ACTIVITY: "CancelActivity", EntityType.OPPORTUNITY: "LoseOpportunity"}
DONE_ALREADY = frozenset({"activity_not_open", "opportunity_closed"})
NOT_NOW = frozenset({"busy", "in_flight"})


@dataclass(frozen=True)
class Deactivation:
    """Hold what a command caused by a deactivation needs to know of it."""

    event_id: str
    correlation_id: str
    position: int


class AccountDeactivation:
    """Close what is open at an account that is deactivated."""

    def __init__(
        self,
        dynamodb: "DynamoDBClient",
        table: str,
        store: EventStore,
        handler: CommandHandler,
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._store = store
        self._handler = handler

    def effects(self, event: Event) -> Sequence[Write]:
        """Issue the commands that the event calls for, and return what to remember of it."""
        match event.event_type:
            case "AccountDeactivated":
                return self._deactivated(event)
            case "ActivityScheduled" if event.payload["regarding_type"] == "account":
                return self._opened(event, str(event.payload["regarding_id"]))
            case "OpportunityCreated":
                return self._opened(event, str(event.payload["account_id"]))
            case "ActivityCompleted" | "ActivityCancelled" | "OpportunityWon" | "OpportunityLost":
                return self._closed(event)
        return ()

    def _deactivated(self, event: Event) -> Sequence[Write]:
        # Remembered first: who opens something from now on sees it, all else is seen below.
        deactivation = Deactivation(event.event_id, event.correlation_id, self._position(event))
        self._dynamodb.put_item(TableName=self._table, Item=_deactivation_item(event, deactivation))
        for item in self._opened_at(_account_key(event.tenant_id, event.entity_id)):
            if int(item["position"]["N"]) < deactivation.position:
                self._close(event.tenant_id, _opened_entity(item), deactivation)
        return ()

    def _opened(self, event: Event, account_id: str) -> Sequence[Write]:
        account = _account_key(event.tenant_id, account_id)
        position = self._position(event)
        last = self._last_deactivation(account)
        if last is not None and position < last.position:
            self._close(event.tenant_id, event.entity, last)
        opened = {**key(account, _open_key(event)), "position": number(position)}
        place = {**_place_key(event), "account": text(account)}
        return (
            {"Put": {"TableName": self._table, "Item": opened}},
            {"Put": {"TableName": self._table, "Item": place}},
            self._no_later_deactivation(account, last),
        )

    def _no_later_deactivation(self, account: str, last: Deactivation | None) -> Write:
        if last is None:
            return {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": key(account, LAST),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
        return {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": key(account, LAST),
                "ConditionExpression": "#position = :seen",
                "ExpressionAttributeNames": {"#position": "position"},
                "ExpressionAttributeValues": {":seen": number(last.position)},
            }
        }

    def _closed(self, event: Event) -> Sequence[Write]:
        where = _place_key(event)
        place = self._get(where)
        if not place:
            return ()
        opened = key(place["account"]["S"], _open_key(event))
        return (
            {"Delete": {"TableName": self._table, "Key": opened}},
            {"Delete": {"TableName": self._table, "Key": where}},
        )

    def _close(self, tenant_id: str, entity: EntityRef, cause: Deactivation) -> None:
        try:
            self._handler.handle(_closing(tenant_id, entity, cause))
        except Refused as refused:
            if refused.code in NOT_NOW:
                raise NotYet(refused.message) from refused
            if refused.code not in DONE_ALREADY:
                raise Never(refused.message) from refused

    def _position(self, event: Event) -> int:
        return self._store.position(event.tenant_id, event.entity, event.version)

    def _last_deactivation(self, account: str) -> Deactivation | None:
        item = self._get(key(account, LAST))
        if not item:
            return None
        return Deactivation(
            item["event_id"]["S"], item["correlation_id"]["S"], int(item["position"]["N"])
        )

    def _get(self, where: NewItem) -> Item:
        found = self._dynamodb.get_item(TableName=self._table, Key=where, ConsistentRead=True)
        return found.get("Item", {})

    def _opened_at(self, account: str) -> Iterator[Item]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :open)",
            ExpressionAttributeValues={":pk": text(account), ":open": text("OPEN#")},
        )
        for page in pages:
            yield from page["Items"]


def _closing(tenant_id: str, entity: EntityRef, cause: Deactivation) -> Request:
    return Request(
        tenant_id=tenant_id,
        command_type=CLOSING[entity.entity_type],
        data={"reason": REASON},
        idempotency_key=f"{NAME}:{cause.event_id}:{entity.entity_type}:{entity.entity_id}",
        actor=NAME,
        correlation_id=cause.correlation_id,
        entity_id=entity.entity_id,
        causation_id=cause.event_id,
    )


def _account_key(tenant_id: str, account_id: str) -> str:
    return f"{NAME}#{tenant_id}#account#{account_id}#OPEN"


def _open_key(event: Event) -> str:
    return f"OPEN#{event.entity_type}#{event.entity_id}"


def _opened_entity(item: Item) -> EntityRef:
    _, entity_type, entity_id = item["sk"]["S"].split("#")
    return EntityRef(EntityType(entity_type), entity_id)


def _place_key(event: Event) -> NewItem:
    return key(f"{NAME}#{event.tenant_id}#{event.entity_type}#{event.entity_id}", "ACCOUNT")


def _deactivation_item(event: Event, deactivation: Deactivation) -> NewItem:
    return {
        **key(_account_key(event.tenant_id, event.entity_id), LAST),
        "event_id": text(deactivation.event_id),
        "correlation_id": text(deactivation.correlation_id),
        "position": number(deactivation.position),
    }
