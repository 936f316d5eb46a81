"""The desk: it takes orders, one at a time for each tenant, and answers with a receipt."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from time import time
from typing import Any
from uuid import uuid4

from tests.other_crm.cabinet import (
    Cabinet,
    Commit,
    Document,
    Entry,
    Overtaken,
    claim_card,
    key_card,
    thing_card,
)
from tests.other_crm.fields import ID, Refused
from tests.other_crm.orders import ORDERS, Order
from tests.other_crm.rules import Change, Matter, Outcome, fold

FORMS = {"OpportunityAmountChanged": 2}
LARGEST = 240 * 1024  # bytes of an event, with room for what the bus adds
TRIES = 20


@dataclass(frozen=True)
class Slip:
    """Hold an order as somebody gave it; `cause` is the event that made a reader give it."""

    tenant: str
    verb: str
    thing: str
    data: Mapping[str, Any]
    once: str
    who: str
    thread: str
    as_of: int | None = None
    cause: str | None = None

    @property
    def print(self) -> str:
        """Return what has to be the same where a key comes again."""
        said = json.dumps([self.verb, self.thing, self.as_of, self.data], sort_keys=True)
        return sha256(said.encode()).hexdigest()


class Desk:
    """Take orders; `told` is called when something is to be published."""

    def __init__(self, cabinet: Cabinet, told: Callable[[], None]) -> None:
        self._cabinet = cabinet
        self._told = told
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)

    def take(self, slip: Slip) -> dict[str, Any]:
        """Return the receipt, and whether it was given `before`; raises Refused."""
        with self._turns[slip.tenant]:
            for _ in range(TRIES):
                try:
                    return self._take(slip)
                except Overtaken:
                    continue
        raise Refused("in flight", "too many want to write at the same time")

    def _take(self, slip: Slip) -> dict[str, Any]:
        number, at = self._cabinet.head(slip.tenant)
        if known := self._cabinet.card(slip.tenant, key_card(slip.once)):
            return _again(slip, known)
        order = _order(slip)
        data = order.read(slip.data)
        card = self._cabinet.card(slip.tenant, thing_card(order.kind, slip.thing))
        _require_fit(slip, order, card)
        outcome = order.rule(self._matter(slip, order, data, card))
        return self._commit(slip, outcome, Commit(slip.tenant, number + 1, ()), at)

    def _matter(
        self, slip: Slip, order: Order, data: Mapping[str, Any], card: Document | None
    ) -> Matter:
        def look(kind: str, thing: str) -> Document | None:
            found = self._cabinet.card(slip.tenant, thing_card(kind, thing))
            return found["state"] if found else None

        return Matter(
            kind=order.kind,
            thing=slip.thing,
            event=order.event,
            state=card["state"] if card else {},
            data=data,
            look=look,
            claim=lambda name: self._cabinet.card(slip.tenant, claim_card(name)),
            new_id=lambda kind: f"{kind}.{uuid4().hex[:10]}",
        )

    def _commit(self, slip: Slip, outcome: Outcome, place: Commit, last: int) -> dict[str, Any]:
        # Two commits of a tenant never have the same time, so that it tells their order.
        at = max(int(time() * 1000), last + 1)
        things = [thing_card(each.kind, each.thing) for each in outcome.changes]
        before = [self._cabinet.card(slip.tenant, name) for name in things]
        events = _events(slip, outcome.changes, before, at)
        after = dict(zip(things, map(_after, before, events), strict=True))
        receipt = [{k: e[k] for k in RECEIPTED} for e in events]
        answer = {"print": slip.print, "receipt": receipt}
        claims = {claim_card(name): held for name, held in outcome.claims.items()}
        commit = Commit(slip.tenant, place.number, events)
        self._cabinet.write(Entry(commit, at, {**after, **claims, key_card(slip.once): answer}))
        self._told()
        return {"receipt": receipt, "before": False}


RECEIPTED = ("event_id", "event_type", "entity_type", "entity_id", "version")


def _again(slip: Slip, known: Document) -> dict[str, Any]:
    if known["print"] != slip.print:
        raise Refused("idempotency key reused", "the key was used for another order")
    return {"receipt": known["receipt"], "before": True}


def _order(slip: Slip) -> Order:
    if not slip.once:
        raise Refused("idempotency key missing", "an order needs a key")
    if not slip.who:
        raise Refused("actor missing", "an order needs somebody who gives it")
    if not ID.fullmatch(slip.thing):
        raise Refused("invalid entity id", "letters, digits, dots, underscores and hyphens")
    if slip.verb not in ORDERS:
        raise Refused("unknown command", "nobody knows such an order")
    return ORDERS[slip.verb]


def _require_fit(slip: Slip, order: Order, card: Document | None) -> None:
    version = card["version"] if card else 0
    if card is None and not order.creates:
        raise Refused("unknown entity", f"there is no {order.kind} {slip.thing}")
    if slip.as_of not in (None, version):
        raise Refused("version conflict", f"it is at version {version}, not {slip.as_of}")
    if card is not None and order.creates:
        raise Refused("already exists", f"there is a {order.kind} {slip.thing}")
    if card is not None:
        order.require_unbarred(card["state"])


def _events(
    slip: Slip, changes: tuple[Change, ...], before: list[Document | None], at: int
) -> list[dict[str, Any]]:
    ids = [str(uuid4()) for _ in changes]
    when = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    thread = slip.thread or str(uuid4())
    events = [
        {
            "event_id": event_id,
            "event_type": change.event,
            "schema_version": FORMS.get(change.event, 1),
            "tenant_id": slip.tenant,
            "entity_type": change.kind,
            "entity_id": change.thing,
            "version": (card["version"] if card else 0) + 1,
            "occurred_at": when.replace("+00:00", "Z"),
            "actor": slip.who,
            "correlation_id": thread,
            "causation_id": ids[0] if change.consequence else slip.cause,
            "payload": dict(change.payload),
        }
        for event_id, change, card in zip(ids, changes, before, strict=True)
    ]
    if any(len(json.dumps(each, ensure_ascii=False).encode()) > LARGEST for each in events):
        raise Refused("event too large", "what happens would be too large to travel")
    return events


def _after(card: Document | None, event: Document) -> Document:
    state = fold(card["state"] if card else {}, event["event_type"], event["payload"])
    return {"version": event["version"], "state": state}
