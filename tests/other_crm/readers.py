"""The readers of the bus: each takes the events of a thing in their order, each event once.

What they make of them is in memory; a reader that starts reads the cabinet first.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from threading import Event as Flag
from threading import RLock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.other_crm.cabinet import Cabinet, Document
from tests.other_crm.desk import Desk, Slip
from tests.other_crm.fields import Refused
from tests.other_crm.rules import fold

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

IDLE_S = 0.1
AWAKE_LOOKS = 20
AWAKE_S = 0.01
CLOSING = {"activity": "cancel_activity", "opportunity": "lose_opportunity"}
LEFT = "AccountDeactivated"
COLUMNS = {"won": "won", "lost": "lost"}
log = logging.getLogger(__name__)

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


class Broom(Reader):
    """Close what is open at an account that was left."""

    name = "broom"

    def __init__(self, kinds: Collection[str], cabinet: Cabinet, desk: Desk) -> None:
        super().__init__(kinds)
        self._cabinet = cabinet
        self._desk = desk

    def take(self, event: Document) -> None:
        """Take an event at once, if it is new: the broom is not told of all versions."""
        with self.lock:
            is_new = event["event_id"] not in self._marks[event["tenant_id"]]
            if is_new and event["event_type"] == LEFT:
                self.effect(event)
                self._mark(event)

    def effect(self, event: Document) -> None:
        """Close everything that was open at that moment."""
        for kind, thing in self._open_at(event):
            try:
                self._desk.take(_closing(event, kind, thing))
            except Refused as refused:
                log.info("%s %s stays as it is: %s", kind, thing, refused.say)

    def _open_at(self, event: Document) -> Iterator[tuple[str, str]]:
        account, states = event["entity_id"], dict[tuple[str, str], dict[str, Any]]()
        for commit in self._cabinet.commits(event["tenant_id"]):
            if any(each["event_id"] == event["event_id"] for each in commit.events):
                break
            for each in commit.events:
                place = each["entity_type"], each["entity_id"]
                states[place] = fold(states.get(place, {}), each["event_type"], each["payload"])
        for (kind, thing), state in states.items():
            if kind == "activity" and _is_planned_with(state, account):
                yield kind, thing
            if kind == "opportunity" and _is_open_with(state, account):
                yield kind, thing


class Tray:
    """Hand a reader what is in its queue."""

    def __init__(self, sqs: "SQSClient", url: str, reader: Reader) -> None:
        self._sqs = sqs
        self._url = url
        self._reader = reader
        self._bell = Flag()

    def ring(self) -> None:
        """Say that something is on its way."""
        self._bell.set()

    def run(self, over: Flag) -> None:
        """Empty the tray until it is over, quickly for a while after each bell."""
        while not over.is_set():
            looks = AWAKE_LOOKS if self._bell.wait(IDLE_S) else 1
            self._bell.clear()
            try:
                self._empty(over, looks)
            except (BotoCoreError, ClientError) as error:
                log.warning("the tray of %s cannot be read: %s", self._reader.name, error)
                over.wait(IDLE_S)

    def _empty(self, over: Flag, looks: int) -> None:
        while looks and not over.is_set():
            looks = AWAKE_LOOKS if self._look() else looks - 1
            if looks and not self._bell.is_set():
                over.wait(AWAKE_S)

    def _look(self) -> bool:
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        messages = answer.get("Messages", [])
        for message in messages:
            if self._hand_over(message["Body"]):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        return bool(messages)

    def _hand_over(self, body: str) -> bool:
        try:
            self._reader.take(json.loads(body)["detail"])
        except (LookupError, TypeError, ValueError) as error:
            log.warning("%s cannot take this: %s", self._reader.name, error)
            return False
        return True


def _is_planned_with(state: Document, account: str) -> bool:
    about = state["regarding_type"], state["regarding_id"]
    return about == ("account", account) and state["status"] == "scheduled"


def _is_open_with(state: Document, account: str) -> bool:
    return bool(state["account_id"] == account and state["stage"] not in COLUMNS)


def _closing(event: Document, kind: str, thing: str) -> Slip:
    return Slip(
        tenant=event["tenant_id"],
        verb=CLOSING[kind],
        thing=thing,
        data={"reason": "The account was left"},
        once=f"broom {event['event_id']} {kind} {thing}",
        who=Broom.name,
        thread=event["correlation_id"],
        cause=event["event_id"],
    )


def _row(deals: list[dict[str, Any]], currency: str) -> Mapping[str, list[str]]:
    ours = [deal for deal in deals if deal["amount"]["currency"] == currency]
    rows = {
        column: [d for d in ours if COLUMNS.get(d["stage"], "open") == column]
        for column in ("open", "won", "lost")
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
