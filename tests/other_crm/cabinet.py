"""The event store: a drawer for each tenant, with a card for each commit, which holds its events.

A card for each thing has its newest state, one for each key the first answer to it, and one is the
head, by which a drawer's commits are counted: who writes has to have seen the last of them. What is
to be published lies in a drawer of its own until it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

HEAD = "head"
COMMITS = "commit/"
OUTGOING = "outgoing"
PAGE = 25

Document = Mapping[str, Any]


class Overtaken(Exception):
    """Say that somebody else has written into the drawer meanwhile."""


@dataclass(frozen=True)
class Commit:
    """Hold the events of one order."""

    tenant: str
    number: int
    events: Sequence[Document]


@dataclass(frozen=True)
class Entry:
    """Hold all that is written for an order; `cards` are documents by the card's name."""

    commit: Commit
    at: int
    cards: Mapping[str, Document] = field(default_factory=dict)


class Cabinet:
    """Keep the drawers of all tenants in one table."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def write(self, entry: Entry) -> None:
        """Write everything or nothing; raises Overtaken."""
        commit = entry.commit
        drawer, events = _drawer(commit.tenant), {"events": list(commit.events)}
        cards = {f"{COMMITS}{commit.number:09d}": events, **entry.cards}
        items = [
            self._put_head(drawer, commit.number, entry.at),
            *(self._put(drawer, name, document) for name, document in cards.items()),
            self._put(OUTGOING, f"{commit.tenant}/{commit.number:09d}", events),
        ]
        try:
            self._dynamodb.transact_write_items(TransactItems=items)
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            raise _overtaken(error) from error

    def head(self, tenant: str) -> tuple[int, int]:
        """Return the number of the last commit, and when it was made, in milliseconds."""
        found = self._get(tenant, HEAD) or {"number": 0, "at": 0}
        return found["number"], found["at"]

    def card(self, tenant: str, name: str) -> Document | None:
        """Return what is on a card, if there is one."""
        return self._get(tenant, name)

    def commits(self, tenant: str, after: int = 0) -> Iterator[Commit]:
        """Read a tenant's commits, in order."""
        for card, document in self._cards(_drawer(tenant), f"{COMMITS}{after:09d}"):
            if card.startswith(COMMITS):
                number = int(card.removeprefix(COMMITS))
                yield Commit(tenant, number, document["events"])

    def outgoing(self) -> Iterator[Commit]:
        """Read what is to be published: each tenant's in order."""
        for card, document in self._cards(OUTGOING, " "):
            tenant, _, number = card.rpartition("/")
            yield Commit(tenant, int(number), document["events"])

    def sent(self, commit: Commit) -> None:
        """Take what was published out of the drawer."""
        key = _key(OUTGOING, f"{commit.tenant}/{commit.number:09d}")
        self._dynamodb.delete_item(TableName=self._table, Key=key)

    def tenants(self) -> list[str]:
        """Return who has a drawer."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="card = :head",
            ExpressionAttributeValues={":head": {"S": HEAD}},
        )
        items = [item for page in pages for item in page["Items"]]
        return [item["drawer"]["S"].removeprefix(_drawer("")) for item in items]

    def _cards(self, drawer: str, after: str) -> Iterator[tuple[str, Document]]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="drawer = :drawer AND card > :after",
            ExpressionAttributeValues={":drawer": {"S": drawer}, ":after": {"S": after}},
            PaginationConfig={"PageSize": PAGE},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["card"]["S"], json.loads(item["body"]["S"])

    def _get(self, tenant: str, name: str) -> Document | None:
        key = _key(_drawer(tenant), name)
        found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item = found.get("Item")
        return json.loads(item["body"]["S"]) if item else None

    def _put(self, drawer: str, card: str, document: Document) -> "TransactWriteItemTypeDef":
        body = {"body": {"S": json.dumps(document, ensure_ascii=False)}}
        return {"Put": {"TableName": self._table, "Item": {**_key(drawer, card), **body}}}

    def _put_head(self, drawer: str, number: int, at: int) -> "TransactWriteItemTypeDef":
        body = {"body": {"S": json.dumps({"number": number, "at": at})}}
        return {
            "Put": {
                "TableName": self._table,
                "Item": {**_key(drawer, HEAD), **body, "number": {"N": str(number)}},
                "ConditionExpression": "attribute_not_exists(#number) OR #number = :before",
                "ExpressionAttributeNames": {"#number": "number"},
                "ExpressionAttributeValues": {":before": {"N": str(number - 1)}},
            }
        }


def thing_card(kind: str, thing: str) -> str:
    """Return the name of a thing's card."""
    return f"thing/{kind}/{thing}"


def claim_card(name: str) -> str:
    """Return the name of the card that says who holds something."""
    return f"claim/{name}"


def key_card(once: str) -> str:
    """Return the name of the card with the first answer to a key."""
    return f"key/{sha256(once.encode()).hexdigest()}"


def _drawer(tenant: str) -> str:
    return f"of {tenant}"


def _key(drawer: str, card: str) -> Any:
    return {"drawer": {"S": drawer}, "card": {"S": card}}


def _overtaken(error: ClientError) -> Exception:
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason.get("Code") for reason in reasons}
    passing = {"ConditionalCheckFailed", "TransactionConflict"}
    return Overtaken() if codes & passing else error
