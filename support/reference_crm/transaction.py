"""One TransactWriteItems whose failed conditions have names."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from support.reference_crm.items import Item, NewItem, Write, number

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

ABSENT = "attribute_not_exists(pk)"
BROKEN_CONDITION = "ConditionalCheckFailed"
# Somebody else's write, or the table's own trouble: the same write may succeed a moment later.
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class Guard(StrEnum):
    """Name what a condition of the transaction watches over."""

    KEY = "idempotency key"
    ENTITY = "version of the entity"
    LOG = "position in the tenant's history"
    REFERENCE = "version of a referenced entity"
    REGISTER = "register of the tenant"
    CURSOR = "cursor of the subscriber"
    EFFECT = "effect of the event"


class Raced(Exception):
    """Say which guards were broken by somebody else's write; nothing was written.

    `broken`: with the item that was found, where the write asked to see it.
    `conflicting`: those that the table could not check just now.
    """

    def __init__(self, broken: Mapping[Guard, Item], conflicting: frozenset[Guard]) -> None:
        super().__init__(", ".join(sorted({*broken, *conflicting})))
        self.broken = broken
        self.conflicting = conflicting


class Transaction:
    """Collect conditional writes, then commit them all or none."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._guards: list[Guard] = []
        self._writes: list[Write] = []

    def create(
        self, guard: Guard, key: NewItem, values: "Mapping[str, AttributeValueTypeDef]"
    ) -> None:
        """Write an item that must not exist."""
        item = {**key, **values}
        self.add(
            guard,
            {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": ABSENT}},
        )

    def check_absent(self, guard: Guard, key: NewItem) -> None:
        """Demand that an item does not exist."""
        self.add(
            guard,
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": key,
                    "ConditionExpression": ABSENT,
                }
            },
        )

    def replace(
        self,
        guard: Guard,
        key: NewItem,
        values: "Mapping[str, AttributeValueTypeDef]",
        seen: int | None,
    ) -> None:
        """Write an item whose number must still be the one that was seen, None for no item."""
        if seen is None:
            self.create(guard, key, values)
            return
        self.add(
            guard,
            {
                "Put": {
                    "TableName": self._table,
                    "Item": {**key, **values},
                    "ConditionExpression": "#number = :seen",
                    "ExpressionAttributeNames": {"#number": "number"},
                    "ExpressionAttributeValues": {":seen": number(seen)},
                }
            },
        )

    def check_number(self, guard: Guard, key: NewItem, seen: int | None) -> None:
        """Demand that an item's number is still the one that was seen, None for no item."""
        if seen is None:
            self.check_absent(guard, key)
            return
        self.add(
            guard,
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": key,
                    "ConditionExpression": "#number = :seen",
                    "ExpressionAttributeNames": {"#number": "number"},
                    "ExpressionAttributeValues": {":seen": number(seen)},
                }
            },
        )

    def commit(self, dynamodb: "DynamoDBClient") -> None:
        """Write everything, or raise Raced and write nothing."""
        try:
            dynamodb.transact_write_items(TransactItems=self._writes)
        except dynamodb.exceptions.TransactionCanceledException as error:
            raise self._raced(error) from error

    def add(self, guard: Guard, write: Write) -> None:
        """Add any write; a guard whose item is of interest asks for it with ALL_OLD."""
        self._guards.append(guard)
        self._writes.append(write)

    def _raced(self, error: ClientError) -> Exception:
        named = list(zip(self._guards, cancellation_reasons(error), strict=False))
        broken = {
            guard: _item(reason) for guard, reason in named if reason["Code"] == BROKEN_CONDITION
        }
        conflicting = frozenset(guard for guard, reason in named if reason["Code"] in PASSING)
        return Raced(broken, conflicting) if broken or conflicting else error


def cancellation_reasons(error: ClientError) -> Any:
    """Return why each write of a transaction was refused; nothing where the answer does not say."""
    return error.response.get("CancellationReasons", [])


def _item(reason: Any) -> Item:
    found: Item = reason.get("Item") or {}
    return found
