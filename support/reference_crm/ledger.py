"""What a subscriber remembers: how far each entity is applied, and which versions wait.

The cursor of an entity holds its applied version and the set of parked versions, so that
"park it" and "apply it" exclude each other: no parked version is ever forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference_crm.envelope import Event
from support.reference_crm.items import Item, NewItem, Write, key, number, text
from support.reference_crm.transaction import Guard, Raced, Transaction

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef


@dataclass(frozen=True)
class Standing:
    """Hold how far an entity is applied, and which later versions are parked."""

    version: int = 0
    parked: frozenset[int] = frozenset()

    @property
    def next_is_parked(self) -> bool:
        """Say whether the version that is due is among the parked ones."""
        return self.version + 1 in self.parked

    def is_due(self, version: int) -> bool:
        """Say whether a version is the one to apply."""
        return version == self.version + 1

    def is_settled(self, version: int) -> bool:
        """Say whether nothing is to be done about a version: applied, or parked and not due."""
        return version <= self.version or (version in self.parked and not self.is_due(version))


class Ledger:
    """Keep the cursors, parked versions and applied events of one subscriber."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, subscriber: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._subscriber = subscriber

    def apply(self, event: Event, standing: Standing, effects: Sequence[Write]) -> Standing:
        """Write the effects and move the cursor in one transaction; return the new standing.

        If the standing was not the true one, or an effect's own condition did not hold, nothing
        is written and the true standing is returned.
        """
        transaction = Transaction(self._table)
        transaction.add(Guard.CURSOR, self._move_cursor(event, standing))
        transaction.add(Guard.EFFECT, self._count_applied(event))
        if event.version in standing.parked:
            where = self._parked_key(event, event.version)
            transaction.add(Guard.EFFECT, {"Delete": {"TableName": self._table, "Key": where}})
        for write in effects:
            transaction.add(Guard.EFFECT, write)
        found = self._commit(transaction, standing)
        if found is not None:
            return found
        # While something is parked, more may have been parked behind our back.
        return self.standing(event) if standing.parked else Standing(event.version)

    def park(self, event: Event, standing: Standing) -> Standing:
        """Keep an event for later, unless the cursor has come close; return the standing."""
        item = {**self._parked_key(event, event.version), "event": text(event.to_json())}
        transaction = Transaction(self._table)
        transaction.add(Guard.CURSOR, self._note_parked(event))
        transaction.add(Guard.EFFECT, {"Put": {"TableName": self._table, "Item": item}})
        found = self._commit(transaction, standing)
        return found or Standing(standing.version, standing.parked | {event.version})

    def unpark(self, event: Event) -> None:
        """Forget a parked event, because it waits elsewhere now."""
        note: Write = {
            "Update": {
                "TableName": self._table,
                "Key": self._cursor_key(event),
                "UpdateExpression": "DELETE #parked :parked",
                "ExpressionAttributeNames": {"#parked": "parked"},
                "ExpressionAttributeValues": {":parked": _numbers(event.version)},
            }
        }
        where = self._parked_key(event, event.version)
        transaction = Transaction(self._table)
        transaction.add(Guard.CURSOR, note)
        transaction.add(Guard.EFFECT, {"Delete": {"TableName": self._table, "Key": where}})
        transaction.commit(self._dynamodb)

    def standing(self, event: Event) -> Standing:
        """Read how far the entity of an event is applied."""
        return _standing(self._get(self._cursor_key(event)))

    def parked(self, event: Event, version: int) -> Event:
        """Return a parked version of the entity of an event."""
        item = self._get(self._parked_key(event, version))
        return Event.model_validate_json(item["event"]["S"])

    def _get(self, where: NewItem) -> Item:
        found = self._dynamodb.get_item(TableName=self._table, Key=where, ConsistentRead=True)
        return found.get("Item", {})

    def _commit(self, transaction: Transaction, standing: Standing) -> Standing | None:
        try:
            transaction.commit(self._dynamodb)
        except Raced as raced:
            if raced.conflicting:
                raise
            cursor = raced.broken.get(Guard.CURSOR)
            return standing if cursor is None else _standing(cursor)
        return None

    def _move_cursor(self, event: Event, standing: Standing) -> Write:
        values = {":now": number(event.version)}
        condition = "attribute_not_exists(#version)"
        if standing.version:
            values[":before"] = number(standing.version)
            condition = "#version = :before"
        if not standing.parked:
            return self._update_cursor(
                event,
                "SET #version = :now",
                condition + " AND attribute_not_exists(#parked)",
                values,
            )
        values[":applied"] = _numbers(event.version)
        return self._update_cursor(
            event, "SET #version = :now DELETE #parked :applied", condition, values
        )

    def _note_parked(self, event: Event) -> Write:
        return self._update_cursor(
            event,
            "ADD #parked :parked",
            "attribute_not_exists(#version) OR #version < :close",
            {":parked": _numbers(event.version), ":close": number(event.version - 1)},
        )

    def _update_cursor(
        self, event: Event, expression: str, condition: str, values: NewItem
    ) -> Write:
        parked = {"#parked": "parked"} if "#parked" in expression + condition else {}
        return {
            "Update": {
                "TableName": self._table,
                "Key": self._cursor_key(event),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#version": "version", **parked},
                "ExpressionAttributeValues": values,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _count_applied(self, event: Event) -> Write:
        place = f"{event.entity_type}#{event.entity_id}#{event.version:010d}#{event.event_id}"
        return {
            "Update": {
                "TableName": self._table,
                "Key": key(applied_key(self._subscriber, event.tenant_id), place),
                "UpdateExpression": (
                    "SET event_id = :id, entity_type = :type, entity_id = :entity,"
                    " version = :version ADD times :one"
                ),
                "ExpressionAttributeValues": {
                    ":id": text(event.event_id),
                    ":type": text(event.entity_type),
                    ":entity": text(event.entity_id),
                    ":version": number(event.version),
                    ":one": number(1),
                },
            }
        }

    def _cursor_key(self, event: Event) -> NewItem:
        entity = f"{event.tenant_id}#{event.entity_type}#{event.entity_id}"
        return key(f"{self._subscriber}#{entity}", "CURSOR")

    def _parked_key(self, event: Event, version: int) -> NewItem:
        # A tenant's together, and not with their entities: whoever asks for them asks for all.
        place = f"{event.entity_type}#{event.entity_id}#{version:010d}"
        return key(parked_key(self._subscriber, event.tenant_id), place)


def applied_key(subscriber: str, tenant_id: str) -> str:
    """Return the partition of what a subscriber applied for a tenant."""
    return f"{subscriber}#{tenant_id}#APPLIED"


def parked_key(subscriber: str, tenant_id: str) -> str:
    """Return the partition of the events of a tenant that wait at a subscriber."""
    return f"{subscriber}#{tenant_id}#PARKED"


def _numbers(value: int) -> "AttributeValueTypeDef":
    return {"NS": [str(value)]}


def _standing(cursor: Item) -> Standing:
    version = int(cursor["version"]["N"]) if "version" in cursor else 0
    parked = cursor["parked"]["NS"] if "parked" in cursor else ()
    return Standing(version, frozenset(int(one) for one in parked))
