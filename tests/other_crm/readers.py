"""The readers of the bus: each takes the events of a thing in their order, each event once.

What they make of them is in memory; a reader that starts reads the cabinet first.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from threading import RLock
from typing import Any

from tests.other_crm.cabinet import Document
from tests.other_crm.rules import fold

CLOSED = ("won", "lost")

Thing = tuple[str, str, str]


class Reader:
    """Take events in order, and remember which."""

    name = ""

    def __init__(self, kinds: Collection[str]) -> None:
        self.kinds = kinds
        self.lock = RLock()
        self._reached: defaultdict[Thing, int] = defaultdict(int)
        self._waiting: defaultdict[Thing, dict[int, Document]] = defaultdict(dict)
        self._marks: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def take(self, event: Document) -> None:
        """Take an event when its turn has come, and those that waited for it."""
        thing = _thing(event)
        with self.lock:
            if event["version"] > self._reached[thing]:
                self._waiting[thing][event["version"]] = event
            while following := self._waiting[thing].pop(self._reached[thing] + 1, None):
                self.effect(following)
                self._mark(following)
                self._reached[thing] += 1

    def effect(self, event: Document) -> None:
        """Do what is to be done about an event."""

    def marks(self, tenant: str) -> list[dict[str, Any]]:
        """Return which events of a tenant had their effect."""
        with self.lock:
            return [dict(each) for each in self._marks[tenant].values()]

    def _mark(self, event: Document) -> None:
        marks = self._marks[event["tenant_id"]]
        known = marks.setdefault(event["event_id"], {**_named(event), "times": 0})
        known["times"] += 1


class Scribe(Reader):
    """Write down who did what."""

    name = "scribe"

    def __init__(self, kinds: Collection[str]) -> None:
        super().__init__(kinds)
        self._lines: defaultdict[str, list[Document]] = defaultdict(list)

    def effect(self, event: Document) -> None:
        """Add a line."""
        line = {name: value for name, value in event.items() if name != "schema_version"}
        self._lines[event["tenant_id"]].append(line)

    def trail(self, tenant: str) -> list[Document]:
        """Return a tenant's lines in the order of time; causes before what they caused."""
        with self.lock:
            return sorted(self._lines[tenant], key=_moment)


class Mirror(Reader):
    """Show what each thing is now."""

    name = "mirror"

    def __init__(self, kinds: Collection[str]) -> None:
        super().__init__(kinds)
        self._shown: dict[Thing, dict[str, Any]] = {}
        self._primary: dict[Thing, tuple[int, str]] = {}

    def effect(self, event: Document) -> None:
        """Fold an event into what is shown."""
        thing, payload = _thing(event), event["payload"]
        before = self._shown[thing]["state"] if thing in self._shown else {}
        state = fold(before, event["event_type"], payload)
        self._shown[thing] = {
            "house": event["tenant_id"],
            "version": event["version"],
            "last": event["event_id"],
            "state": state,
        }
        if event["event_type"] == "AddressMadePrimary":
            owner = (event["tenant_id"], payload["owner_type"], payload["owner_id"])
            newest = (payload["nth"], event["entity_id"])
            self._primary[owner] = max(newest, self._primary.get(owner, newest))

    def show(self, tenant: str, kind: str, thing: str) -> dict[str, Any] | None:
        """Return what a thing is now, if it is anything."""
        with self.lock:
            found = self._shown.get((tenant, kind, thing))
            if found is None or kind != "address":
                return found
            state = found["state"]
            owner = (tenant, state["owner_type"], state["owner_id"])
            primary = self._primary.get(owner, (0, ""))[1] == thing
            return {**found, "state": {**state, "primary": primary}}

    def sums(self, tenant: str) -> Mapping[str, Mapping[str, list[str]]]:
        """Return by currency and column how many deals there are, and what they are worth."""
        with self.lock:
            deals = [
                shown["state"]
                for (whose, kind, _), shown in self._shown.items()
                if (whose, kind) == (tenant, "opportunity")
            ]
        currencies = sorted({deal["amount"]["currency"] for deal in deals})
        return {currency: _row(deals, currency) for currency in currencies}


def _row(deals: list[dict[str, Any]], currency: str) -> Mapping[str, list[str]]:
    ours = [deal for deal in deals if deal["amount"]["currency"] == currency]
    rows = {
        column: [d for d in ours if (d["stage"] if d["stage"] in CLOSED else "open") == column]
        for column in ("open", *CLOSED)
    }
    return {
        column: [str(len(found)), str(sum(Decimal(d["amount"]["amount"]) for d in found))]
        for column, found in rows.items()
    }


def _moment(line: Document) -> tuple[str, bool, str, int]:
    caused = line["causation_id"] is not None
    return line["occurred_at"], caused, line["entity_type"], line["version"]


def _thing(event: Document) -> Thing:
    return event["tenant_id"], event["entity_type"], event["entity_id"]


def _named(event: Document) -> dict[str, Any]:
    return {k: event[k] for k in ("event_id", "entity_type", "entity_id", "version")}
