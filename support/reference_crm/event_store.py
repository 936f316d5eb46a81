"""The event store: events of an entity, the log of a tenant, receipts and registers.

Everything that a command writes is one transaction. A tenant's log gives each event a position,
1, 2, 3 and so on without gaps, because a position can only be taken once and is taken next to the
last one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from support.reference_crm.domain import EntityRef, Register
from support.reference_crm.envelope import Event, Receipt
from support.reference_crm.items import Item, key, number, text
from support.reference_crm.transaction import Guard, Transaction

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

EVENT_PREFIX = "EVENT#"
LOG_PREFIX = "SEQ#"
LOCKS = 64


@dataclass(frozen=True)
class Positioned:
    """Hold an event and its place in the history of its tenant."""

    position: int
    event: Event


class StoredReceipt(BaseModel):
    """Hold the first answer to an idempotency key.

    `fingerprint` tells what was asked, `handling_id` which handling of the request it was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    handling_id: str
    receipt: Receipt


@dataclass(frozen=True)
class Appending:
    """Hold all that a decided command writes, and all that its decision was based on."""

    tenant_id: str
    events: tuple[Event, ...]
    idempotency_key: str
    answer: StoredReceipt
    versions_seen: Mapping[EntityRef, int]
    registers_seen: Mapping[str, Register | None]
    registers: Mapping[str, Register]


class EventStore:
    """Keep the events of all tenants in one table."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._last_positions: dict[str, int] = {}
        # Threads of one process need not race for the next position of a tenant; others may.
        self._locks = tuple(Lock() for _ in range(LOCKS))

    def append(self, appending: Appending) -> None:
        """Commit a command as a whole; raise Raced if what it was based on has changed."""
        tenant_id = appending.tenant_id
        with self._locks[hash(tenant_id) % LOCKS]:
            first = self._last_position(tenant_id) + 1
            # Until the commit is known to have worked, the end of the log is not known.
            self._last_positions.pop(tenant_id, None)
            _transaction(self._table, appending, first).commit(self._dynamodb)
            self._last_positions[tenant_id] = first + len(appending.events) - 1

    def entity_events(self, tenant_id: str, entity: EntityRef) -> Iterator[Event]:
        """Read the events of an entity, in order, strongly consistent."""
        for item in self._read(entity_key(tenant_id, entity), after=EVENT_PREFIX):
            yield _event(item)

    def history(self, tenant_id: str, after: int, limit: int) -> tuple[Positioned, ...]:
        """Read a part of a tenant's history, in order of commit, strongly consistent."""
        items = self._read(log_key(tenant_id), after=_position_key(after), limit=limit)
        return tuple(Positioned(int(item["position"]["N"]), _event(item)) for item in items)

    def position(self, tenant_id: str, entity: EntityRef, version: int) -> int:
        """Return the place of one event in its tenant's history."""
        found = self._get(entity_key(tenant_id, entity), version_key(version))
        return int(found["position"]["N"])

    def answer(self, tenant_id: str, idempotency_key: str) -> StoredReceipt | None:
        """Return the first answer to an idempotency key, if there was one."""
        item = self._get(_answer_key(tenant_id, idempotency_key), "ANSWER")
        return StoredReceipt.model_validate_json(item["answer"]["S"]) if item else None

    def register(self, tenant_id: str, name: str) -> Register | None:
        """Return who holds a register, if anybody ever did."""
        item = self._get(_register_key(tenant_id, name), "REGISTER")
        return Register(item["value"]["S"], int(item["number"]["N"])) if item else None

    def _last_position(self, tenant_id: str) -> int:
        known = self._last_positions.get(tenant_id)
        return self._read_last_position(tenant_id) if known is None else known

    def _read_last_position(self, tenant_id: str) -> int:
        found = self._dynamodb.query(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(log_key(tenant_id))},
            ProjectionExpression="#position",
            ExpressionAttributeNames={"#position": "position"},
            ScanIndexForward=False,
            Limit=1,
        )
        return next((int(item["position"]["N"]) for item in found["Items"]), 0)

    def _get(self, pk: str, sk: str) -> Item:
        found = self._dynamodb.get_item(TableName=self._table, Key=key(pk, sk), ConsistentRead=True)
        return found.get("Item", {})

    def _read(self, pk: str, *, after: str, limit: int | None = None) -> Iterator[Item]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk > :after",
            ExpressionAttributeValues={":pk": text(pk), ":after": text(after)},
            PaginationConfig={} if limit is None else {"MaxItems": limit, "PageSize": limit},
        )
        for page in pages:
            yield from page["Items"]


def entity_key(tenant_id: str, entity: EntityRef) -> str:
    """Return the partition of an entity's events."""
    return f"TENANT#{tenant_id}#{entity.entity_type.upper()}#{entity.entity_id}"


def version_key(version: int) -> str:
    """Return the sort key of an entity's version."""
    return f"{EVENT_PREFIX}{version:010d}"


def log_key(tenant_id: str) -> str:
    """Return the partition of a tenant's history."""
    return f"TENANT#{tenant_id}#LOG"


def _position_key(position: int) -> str:
    return f"{LOG_PREFIX}{position:012d}"


def _register_key(tenant_id: str, name: str) -> str:
    return f"TENANT#{tenant_id}#REGISTER#{name}"


def _answer_key(tenant_id: str, idempotency_key: str) -> str:
    # A caller's key may be longer than a key of DynamoDB.
    return f"TENANT#{tenant_id}#KEY#{sha256(idempotency_key.encode()).hexdigest()}"


def _event(item: Item) -> Event:
    return Event.model_validate_json(item["event"]["S"])


def _transaction(table: str, appending: Appending, first: int) -> Transaction:
    tenant_id = appending.tenant_id
    transaction = Transaction(table)
    transaction.create(
        Guard.KEY,
        key(_answer_key(tenant_id, appending.idempotency_key), "ANSWER"),
        {"answer": text(appending.answer.model_dump_json())},
    )
    for position, event in enumerate(appending.events, start=first):
        stored = {"event": text(event.to_json()), "position": number(position)}
        own = key(entity_key(tenant_id, event.entity), version_key(event.version))
        transaction.create(Guard.ENTITY, own, stored)
        log = key(log_key(tenant_id), _position_key(position))
        transaction.create(Guard.LOG, log, stored)
    _guard_versions(transaction, appending)
    _guard_registers(transaction, appending)
    return transaction


def _guard_versions(transaction: Transaction, appending: Appending) -> None:
    written = {event.entity for event in appending.events}
    for entity, version in appending.versions_seen.items():
        if entity not in written:
            pk = entity_key(appending.tenant_id, entity)
            transaction.check_absent(Guard.REFERENCE, key(pk, version_key(version + 1)))


def _guard_registers(transaction: Transaction, appending: Appending) -> None:
    for name, seen in appending.registers_seen.items():
        where = key(_register_key(appending.tenant_id, name), "REGISTER")
        taken = appending.registers.get(name)
        if taken is not None:
            values = {"value": text(taken.value), "number": number(taken.number)}
            transaction.replace(Guard.REGISTER, where, values, seen.number if seen else None)
        else:
            transaction.check_number(Guard.REGISTER, where, seen.number if seen else None)
