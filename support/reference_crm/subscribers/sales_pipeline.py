"""The sales pipeline: open, won and lost opportunities of a tenant, by currency."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from support.reference_crm.envelope import Event
from support.reference_crm.items import Item, Write, key, number, text

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NAME = "sales-pipeline"
EXACT = Context(prec=60)


class Column(StrEnum):
    """Name a column of the pipeline."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Money(BaseModel):
    """Hold an amount as an event tells it."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Move:
    """Add to one column of one currency."""

    column: Column
    money: Money
    sign: int


@dataclass(frozen=True)
class Total:
    """Hold the number and the sum of the opportunities in a column."""

    count: int
    amount: Decimal


class SalesPipeline:
    """Keep the totals, exactly, by what each event adds and takes away."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def effects(self, event: Event) -> Sequence[Write]:
        """Return what the event adds to the totals; most events of an opportunity add nothing."""
        net: dict[str, dict[str, Decimal]] = {}
        for move in _moves(event):
            row = net.setdefault(move.money.currency, {})
            _add(row, f"{move.column}_count", Decimal(move.sign))
            _add(row, f"{move.column}_amount", move.sign * move.money.amount)
        return [self._write(event.tenant_id, currency, row) for currency, row in net.items()]

    def totals(self, tenant_id: str) -> dict[str, Mapping[Column, Total]]:
        """Return the totals by currency, in the order of the alphabet, strongly consistent."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(_totals_key(tenant_id))},
        )
        return {item["sk"]["S"]: _row(item) for page in pages for item in page["Items"]}

    def _write(self, tenant_id: str, currency: str, row: Mapping[str, Decimal]) -> Write:
        adding = ", ".join(f"{name} :{name}" for name in row)
        return {
            "Update": {
                "TableName": self._table,
                "Key": key(_totals_key(tenant_id), currency),
                "UpdateExpression": f"ADD {adding}",
                "ExpressionAttributeValues": {
                    f":{name}": number(f"{value:f}") for name, value in row.items()
                },
            }
        }


def _moves(event: Event) -> Iterator[Move]:
    match event.event_type:
        case "OpportunityCreated":
            yield Move(Column.OPEN, _money(event, "amount"), 1)
        case "OpportunityAmountChanged":
            yield Move(Column.OPEN, _money(event, "previous_amount"), -1)
            yield Move(Column.OPEN, _money(event, "amount"), 1)
        case "OpportunityWon":
            yield Move(Column.OPEN, _money(event, "amount"), -1)
            yield Move(Column.WON, _money(event, "amount"), 1)
        case "OpportunityLost":
            yield Move(Column.OPEN, _money(event, "amount"), -1)
            yield Move(Column.LOST, _money(event, "amount"), 1)


def _money(event: Event, field: str) -> Money:
    return Money.model_validate(event.payload[field])


def _add(row: dict[str, Decimal], name: str, value: Decimal) -> None:
    row[name] = row.get(name, Decimal(0)) + value


def _row(item: Item) -> Mapping[Column, Total]:
    return {
        column: Total(
            int(_stored(item, f"{column}_count")),
            shown(_stored(item, f"{column}_amount")),
        )
        for column in Column
    }


def _stored(item: Item, name: str) -> Decimal:
    return Decimal(item[name]["N"]) if name in item else Decimal(0)


def shown(amount: Decimal) -> Decimal:
    """Return an amount with two decimals, or with as many as it needs."""
    exact = amount.normalize(EXACT)
    places = max(2, -int(exact.as_tuple().exponent))
    return exact.quantize(Decimal(1).scaleb(-places), context=EXACT)


def _totals_key(tenant_id: str) -> str:
    return f"{NAME}#{tenant_id}#TOTALS"
