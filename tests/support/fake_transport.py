"""An event's way from the CRM in memory to its subscribers, with what can go wrong on it."""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from uuid import uuid4

from support.crm.port import Subscriber
from support.names import is_fence
from support.observing.pattern_taps import Copies
from tests.support.fake_defects import Defect, altered, renumbered
from tests.support.fake_inboxes import FakeInboxes
from tests.support.fake_operator import FakeOperator
from tests.support.fake_proxy import FakeProxy
from tests.support.fake_subscribers import EVERYTHING, PIPELINE, SUBSCRIBERS, TRAIL, VIEWS
from tests.support.fake_tenancy import OwnQueues, Takes, copied
from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import Document

AN_HOUR_S = 3600.0


class FakeTransport(FakeOperator):
    """Publish straight into a tap, and deliver to subscribers and to own subscriptions."""

    def __init__(self, tap: InMemoryTap) -> None:
        self.hours_passed = 0
        self.defect: Defect | None = None
        self._tap = tap
        self._held: list[Document] = []
        self._to_be_doubled: list[Document] = []
        self._overtaken: list[Document] = []
        self._aside: list[Document] = []
        self._had: dict[str, list[Document]] = {each.name: [] for each in SUBSCRIBERS}
        self.inboxes = FakeInboxes(self._had)
        self.own = OwnQueues(self._reaches)
        self.proxy = FakeProxy()
        super().__init__(["api", "publisher", *self._had])

    def clock(self) -> float:
        """Tell the time, in which hours may have passed since somebody last looked."""
        return time.time() + self.hours_passed * AN_HOUR_S

    def copy_rules(self) -> AbstractContextManager[Copies]:
        """Copy what decides who gets an event."""
        rules: dict[str, Takes] = {each.name: self._takes(each) for each in SUBSCRIBERS}
        for tenant_id in self.own.taps:
            rules[f"own-{tenant_id}"] = lambda event, whose=tenant_id: self._reaches(whose, event)  # type: ignore[misc]
        if self.defect is Defect.SECRET_RULE:
            rules["spy"] = lambda _: True
        return copied(rules, times=2 if self.defect is Defect.RULE_TWICE else 1)

    def release(self) -> None:
        """Do what was put off until nobody looks any more."""
        self.defect = None
        while self._held:
            self._publish(self._held.pop(0))
        while self._to_be_doubled:
            self._had[VIEWS].append(self._to_be_doubled.pop(0))

    def _suffers(self, defect: Defect, event: Document) -> bool:
        return self.defect is defect and not is_fence(event)

    def _set_aside(self, event: Document) -> None:
        if self.defect is Defect.FORGETS_REFUSED:
            return
        aside = renumbered(event) if self.defect is Defect.RENUMBERS_REFUSED else event
        self._aside += [aside] * (2 if self.defect is Defect.ASIDE_TWICE else 1)
        self.given_up.append(lambda: self._give_back(event))

    def _give_back(self, event: Document) -> None:
        if self.defect is not Defect.STAYS_ASIDE:
            self._aside.clear()
        self._publish(event)

    def _publish(self, event: Document) -> None:
        self.obeys = self.defect is not Defect.NEVER_STOPS
        self.does("publisher", lambda: self._send(event))

    def _send(self, event: Document) -> None:
        if self.proxy.refuses(event):
            self._set_aside(event)
            if self.defect is not Defect.SENDS_REFUSED:
                return
        if self.defect is Defect.DEAD_PIPE or self._suffers(Defect.DROPS, event):
            return
        if self._suffers(Defect.LATE, event):
            self._held.append(event)
            return
        sent = self._distorted(event)
        envelopes = [str(uuid4())]
        if self._suffers(Defect.DUPLICATES, event):
            envelopes *= 2
        if self._suffers(Defect.PUBLISHES_TWICE, event):
            envelopes.append(str(uuid4()))
        other = {"detail-type": "Changed"} if self._suffers(Defect.OTHER_TYPE, event) else {}
        self._tap.clock = self._late_clock if self._suffers(Defect.SLOW_BUS, event) else self.clock
        for each in self._in_turn(Defect.OVERTAKES, sent):
            for envelope_id in envelopes:
                self._tap.put(each, id=envelope_id if each is sent else str(uuid4()), **other)
        for each in self._in_turn(Defect.OWN_OVERTAKES, sent):
            for envelope_id in [*envelopes, str(uuid4())][: self._own_copies(event, envelopes)]:
                self.own.deliver(
                    self._distorted_at_own(each), envelope_id if each is sent else str(uuid4())
                )
        self._deliver(sent)

    def _in_turn(self, overtaking: Defect, event: Document) -> Sequence[Document]:
        """Return what goes on its way now: an overtaken event goes after the next one."""
        if not self._suffers(overtaking, event):
            return [event]
        waiting, self._overtaken = self._overtaken, [] if self._overtaken else [event]
        return [event, *waiting] if waiting else []

    def _late_clock(self) -> float:
        return self.clock() + AN_HOUR_S

    def _own_copies(self, event: Document, envelopes: Sequence[str]) -> int:
        """Return how many times own subscriptions get it; one more is in an envelope of its own."""
        if self._suffers(Defect.OWN_MISSES, event):
            return 0
        return len(envelopes) + self._suffers(Defect.OWN_TWICE, event)

    def _distorted_at_own(self, event: Document) -> Document:
        if self._suffers(Defect.OWN_RENUMBERS, event):
            return renumbered(event)
        return {**event, "actor": "mallory"} if self._suffers(Defect.OWN_ALTERS, event) else event

    def _reaches(self, tenant_id: str, event: Mapping[str, Any]) -> bool:
        if self.defect is Defect.CROSSES:
            return True
        whose = str(event["tenant_id"])
        by_prefix = self.defect is Defect.PREFIX_RULE
        return whose.startswith(tenant_id) if by_prefix else whose == tenant_id

    def _takes(self, subscriber: Subscriber) -> Takes:
        wide = subscriber.name == PIPELINE and self.defect is Defect.RULE_TOO_WIDE
        narrow = subscriber.name == TRAIL and self.defect is Defect.RULE_TOO_NARROW
        kinds = EVERYTHING if wide else subscriber.entity_types[narrow:]
        first = subscriber.name == TRAIL and self.defect is Defect.RULE_OF_FIRSTS
        return lambda event: event["entity_type"] in kinds and not (first and event["version"] > 1)

    def _distorted(self, event: Document) -> Document:
        if self._suffers(Defect.ALTERS, event):
            return altered(event)
        if self._suffers(Defect.RENUMBERS, event):
            return renumbered(event)
        if self._suffers(Defect.ADDS_FIELD, event):
            return {**event, "payload": {**event["payload"], "colour": "red"}}
        if self._suffers(Defect.OTHER_TENANT, event):
            return {**event, "tenant_id": "mallory"}
        return event

    def _deliver(self, event: Document) -> None:
        for subscriber in SUBSCRIBERS:
            if event["entity_type"] not in subscriber.entity_types:
                continue
            if subscriber.name == VIEWS and self._suffers(Defect.NOT_APPLIED, event):
                continue
            twice = subscriber.name == VIEWS and self._suffers(Defect.APPLIED_TWICE, event)
            if subscriber.name == VIEWS and self._suffers(Defect.APPLIED_AGAIN, event):
                self._to_be_doubled.append(event)
            if subscriber.name in self.inboxes.deaf:
                continue
            had = [event] * (2 if twice else 1)
            self.does(subscriber.name, partial(self._had[subscriber.name].extend, had))
