"""What cannot be published: kept with its reason, by tenant, until it is published after all.

It is in the table of the checkpoints, for in the event table it would feed the publisher again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.reference_crm.envelope import now
from support.reference_crm.items import Item, NewItem, key, text
from support.reference_crm.stored import Place

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PREFIX = "SET-ASIDE#"
LONGEST_REASON = 500


@dataclass(frozen=True)
class Aside:
    """Hold what was set aside: where it is stored, what could be read of it, why and since when."""

    place: Place
    event_id: str | None
    event_type: str | None
    reason: str
    set_aside_at: str

    @property
    def order(self) -> str:
        """Return what it is sorted by: the time, and its place among those of the same time."""
        return f"{self.set_aside_at}#{self.place.pk}#{self.place.sk}"


class SetAside:
    """Keep what was set aside; a second time it keeps its place and gets the newer reason."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def put(self, place: Place, event_id: str | None, event_type: str | None, reason: str) -> None:
        """Set an event aside."""
        said = {"event_id": event_id, "event_type": event_type}
        values = {f":{name}": text(value) for name, value in said.items() if value}
        self._dynamodb.update_item(
            TableName=self._table,
            Key=_key(place),
            UpdateExpression=(
                "SET reason = :reason, stored_pk = :pk, stored_sk = :sk,"
                " set_aside_at = if_not_exists(set_aside_at, :now)"
                + "".join(f", {name[1:]} = {name}" for name in values)
            ),
            ExpressionAttributeValues={
                ":reason": text(reason[:LONGEST_REASON]),
                ":pk": text(place.pk),
                ":sk": text(place.sk),
                ":now": text(now()),
                **values,
            },
        )

    def remove(self, place: Place) -> None:
        """Forget an event that was set aside, if it was."""
        self._dynamodb.delete_item(TableName=self._table, Key=_key(place))

    def of_tenant(self, tenant_id: str) -> list[Aside]:
        """Return what was set aside of a tenant, in order of time, strongly consistent."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(PREFIX + tenant_id)},
        )
        return _sorted(item for page in pages for item in page["Items"])

    def all(self) -> list[Aside]:
        """Return what was set aside of all tenants, in order of time, strongly consistent."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :prefix)",
            ExpressionAttributeValues={":prefix": text(PREFIX)},
        )
        return _sorted(item for page in pages for item in page["Items"])


def _key(place: Place) -> NewItem:
    # Nobody can ask for what no key says whose it is; it is redriven with the others.
    return key(PREFIX + (place.tenant_id or ""), f"{place.pk}#{place.sk}")


def _sorted(items: Iterator[Item]) -> list[Aside]:
    return sorted(map(_aside, items), key=lambda aside: aside.order)


def _aside(item: Item) -> Aside:
    return Aside(
        Place(item["stored_pk"]["S"], item["stored_sk"]["S"]),
        _optional(item, "event_id"),
        _optional(item, "event_type"),
        item["reason"]["S"],
        item["set_aside_at"]["S"],
    )


def _optional(item: Item, name: str) -> str | None:
    return item[name]["S"] if name in item else None
