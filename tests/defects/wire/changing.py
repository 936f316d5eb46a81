"""Other values: what several defects make of an amount, a time, a tenant, a view."""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.defects.wire.editing import Change, Edit
from tests.defects.wire.picking import Neighbours
from tests.defects.wire.proxy import Document

PUBLISHING = "between the event store and the bus"


def a_cent_more(money: Any) -> Any:
    """Return an amount that is a cent higher."""
    return {**money, "amount": str(Decimal(money["amount"]) + Decimal("0.01"))}


def an_hour_later(moment: str) -> str:
    """Return a moment an hour later, in UTC."""
    found = dt.datetime.fromisoformat(moment) + dt.timedelta(hours=1)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_utc(moment: str) -> str:
    """Return the same moment under another offset."""
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).isoformat()


def to_neighbour() -> Change:
    """Give an event to another tenant, once there is one."""
    neighbours = Neighbours()

    def change(event: Document) -> Sequence[Document]:
        other = neighbours.other_than(event["tenant_id"])
        return [event if other is None else {**event, "tenant_id": other}]

    return change


def showing(**values: Any) -> Edit:
    """Let a view show other values."""
    return lambda item: [
        {**item, "state": {"S": json.dumps({**json.loads(item["state"]["S"]), **values})}}
    ]
