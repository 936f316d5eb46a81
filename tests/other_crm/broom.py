"""The reader that tidies up after an account: by orders of its own it closes what is open there."""

import logging
from collections.abc import Collection, Iterator
from typing import Any

from tests.other_crm.cabinet import Cabinet, Document
from tests.other_crm.desk import Desk, Slip
from tests.other_crm.fields import Refused
from tests.other_crm.readers import CLOSED, Reader
from tests.other_crm.rules import fold

CLOSING = {"activity": "cancel_activity", "opportunity": "lose_opportunity"}
LEFT = "AccountDeactivated"
log = logging.getLogger(__name__)


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


def _is_planned_with(state: Document, account: str) -> bool:
    about = state["regarding_type"], state["regarding_id"]
    return about == ("account", account) and state["status"] == "scheduled"


def _is_open_with(state: Document, account: str) -> bool:
    return bool(state["account_id"] == account and state["stage"] not in CLOSED)


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
