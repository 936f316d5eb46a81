"""A small CRM in memory: honest, unless it is told to have a defect."""

import datetime as dt
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from functools import partial
from threading import Lock
from typing import Any
from uuid import uuid4

from support.contract.entities import EntityType
from support.crm.port import (
    Answer,
    Applied,
    AuditEntry,
    Command,
    CommandRefused,
    CrmPort,
    CurrencyFigures,
    OwnSubscription,
    Parked,
    PipelineTotal,
    Pretence,
    Receipt,
    ReceiptEvent,
    SetAside,
    Subscriber,
    View,
)
from support.names import is_fence
from support.observing.pattern_taps import Copies
from tests.support.fake_inboxes import FakeInboxes
from tests.support.fake_operator import FakeOperator
from tests.support.fake_proxy import FakeProxy
from tests.support.fake_tenancy import OwnQueues, Takes, copied, refusal, showing
from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import Document


class Defect(Enum):
    """Say what is wrong with the CRM; fences suffer only from a dead pipe."""

    DEAD_PIPE = "nothing is published at all"
    DROPS = "an event is not published"
    SLOW_BUS = "an event takes an hour to the bus"
    SLOW_SUBSCRIBER = "an event takes an hour to a subscriber"
    UNCAUSED = "an effect forgets its cause"
    LATE = "an event is published when nobody expects it any more"
    DUPLICATES = "the transport delivers twice"
    PUBLISHES_TWICE = "an event is published twice"
    ALTERS = "a value changes on the way"
    ADDS_FIELD = "an event has a field that its schema does not know"
    OTHER_TENANT = "an event goes out in another tenant's name"
    OTHER_TYPE = "an event goes out under another type"
    LEAVES_OUT = "an event does not tell what was changed"
    EXTRA_EVENT = "a command has an event that nobody asked for"
    NO_RECEIPT = "a receipt names no event"
    SKIPS_VERSION = "a version is left out"
    EFFECT_FIRST = "an effect is committed before its cause"
    UNCORRELATED = "an event forgets which request it belongs to"
    ONE_UNCORRELATED = "only one of two alike events forgets its request"
    ACTS_LATE = "a subscriber counts an event as applied before it acts on it"
    NEVER_ACTS = "a subscriber does not act on what it should"
    NOT_APPLIED = "a subscriber does not apply an event"
    APPLIED_TWICE = "a subscriber applies an event twice"
    PARKS_PHANTOM = "a subscriber keeps an event for later that never happened"
    APPLIED_AGAIN = "a subscriber applies an event once more when nobody looks any more"
    STALE_VIEW = "a view leaves out the newest event"
    LOSES_VALUE = "a view does not show a value any more"
    STILL_OPEN = "a view shows a lost opportunity as it was"
    NO_AUDIT_ENTRY = "the audit trail leaves out the newest event"
    COUNTS_TWICE = "the pipeline counts an opportunity twice"
    ACCEPTS_ANYTHING = "what should be refused is accepted"
    WRONG_CODE = "a refusal has another code"
    WRONG_STATUS = "a refusal has another status"
    SPEECHLESS = "a refusal has no sentence"
    CHANGES_ANYWAY = "a refused command has its effect"
    PUBLISHES_ANYWAY = "a refused command is published"
    COUNTS_ANYWAY = "a refused command changes the pipeline, and nothing else"
    CHANGES_ANOTHER = "a refused command has its effect on another tenant"
    FORGETS = "a repeated command is carried out again"
    ANSWERS_ANEW = "a repeated command gets another answer"
    ALL_WIN = "no edit is told of the conflict"
    NONE_WINS = "every edit is told of a conflict"
    ADMITS_ANYBODY = "a request is carried out whatever credential it shows"
    CROSSES = "every own subscription gets the events of every tenant"
    PREFIX_RULE = "an own subscription gets all tenants whose ids begin with its tenant's"
    OWN_MISSES = "an own subscription does not get an event"
    OWN_TWICE = "an own subscription gets an event twice"
    OWN_ALTERS = "an own subscription gets an event other than it was"
    RULE_TOO_WIDE = "the rule of a subscriber lets everything through"
    RULE_TOO_NARROW = "the rule of a subscriber keeps a kind of entity back"
    SECRET_RULE = "a rule delivers to somebody that nobody knows"
    RULE_TWICE = "the rule of a subscriber delivers everything twice"
    RULE_OF_FIRSTS = "the rule of a subscriber lets only first versions through"
    OWN_RENUMBERS = "an own subscription gets an event under another version"
    OWN_OVERTAKES = "an own subscription gets an event after the next one of its entity"
    COMMITS_TWICE = "a change is committed twice, as two versions"
    RENUMBERS = "an event is published under another version than it has"
    OVERTAKES = "an event is published after the next one of its entity"
    FOREIGN_VIEW = "a view says that it is another tenant's"
    VIEWS_OF_ALL = "a view is made of every tenant's events about an id"
    VIEW_BACKWARDS = "a view takes in the versions of its entity backwards"
    TRAIL_OF_ALL = "the audit trail shows every tenant's entries"
    TRAIL_TWICE = "the audit trail has its newest entry twice"
    TRAIL_ALTERS = "the audit trail tells another value"
    TRAIL_BACKWARDS = "the audit trail shows the newest entry first"
    PIPELINE_OF_ALL = "the pipeline counts every tenant's opportunities"
    PIPELINE_ALTERS = "the pipeline adds up other amounts"
    REFUSES_REPEATS = "a repeated command is refused"
    REPEATS_OLD = "with a refusal, an old event is published once more"
    RENUMBERS_OLD = "with a refusal, an old event is published under another version"
    ALTERS_OLD = "with a refusal, an old event is published with another value"
    TAKES_OLD = "with a refusal, a neighbour's old event is published in the tenant's name"
    PUBLISHES_LATER = "a refused command is published when nobody expects it any more"
    REPLAYS_LESS = "a replay leaves out the oldest event"
    REPLAYS_ANEW = "what is replayed has its effect again"
    REBUILDS_LESS = "a rebuild leaves out the oldest event"
    VIEW_LOSES = "with a refusal, the views lose an event"
    VIEW_RENUMBERS = "with a refusal, a view gets another version"
    APPLIES_EARLY = "a subscriber applies what it got too early"
    HIDES_KEPT = "a subscriber does not say what it keeps for later"
    KEEPS_ALL = "a subscriber says that it keeps everything for later"
    SWALLOWS = "a subscriber drops what it cannot take"
    GIVES_UP_TWICE = "a subscriber gives up the same twice"
    FORGETS_REFUSED = "what the transport refuses is forgotten"
    SENDS_REFUSED = "what is set aside has got through all the same"
    RENUMBERS_REFUSED = "what is set aside has another version there"
    ASIDE_TWICE = "what the transport refuses is set aside twice"
    ASIDE_OF_ALL = "what is set aside of one tenant is shown to all"
    NO_REASON = "what is set aside has no reason"
    NEVER_STOPS = "a process that was stopped goes on"
    VIEW_ALTERS = "with a refusal, a view gets another value"


MADE: Mapping[str, str] = {
    "CreateAccount": "AccountCreated",
    "UpdateAccount": "AccountUpdated",
    "DeactivateAccount": "AccountDeactivated",
    "CreateLead": "LeadCreated",
    "CreateOpportunity": "OpportunityCreated",
    "ScheduleActivity": "ActivityScheduled",
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "AccountCreated": {"industry": None},
    "LeadCreated": dict.fromkeys(("first_name", "email", "phone", "source")),
    "OpportunityCreated": {"stage": "prospecting", "lead_id": None},
    "ActivityScheduled": {"notes": None},
}
REFUSED_WITH: Mapping[str, int] = {
    "version_conflict": 409,
    "invalid_name": 422,
    "invalid_credential": 401,
    "wrong_tenant": 403,
    "invalid_tenant_id": 422,
}
TENANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SETTLED: Mapping[str, Mapping[str, Any]] = {"OpportunityLost": {"stage": "lost"}}
EVERYTHING = tuple(EntityType)
NAMED = ("event_id", "event_type", "entity_type", "entity_id", "version")
AN_HOUR_S = 3600.0
VIEWS, TRAIL, PIPELINE = "entity-views", "audit-trail", "sales-pipeline"
SUBSCRIBERS = tuple(
    Subscriber(
        name=name,
        entity_types=kinds,
        queue_url=f"https://queues.example/1/{name}",
        dead_letter_queue_url=f"https://queues.example/1/{name}-dead-letters",
    )
    for name, kinds in {
        VIEWS: EVERYTHING,
        TRAIL: EVERYTHING,
        PIPELINE: (EntityType.OPPORTUNITY,),
    }.items()
)


class FakeCrm(FakeOperator):
    """Implement `CrmPort`, publishing straight into a tap; a closed account loses its deals."""

    def __init__(self, tap: InMemoryTap) -> None:
        self.cannot: Mapping[str, str] = {}
        self.hours_passed = 0
        self.defect: Defect | None = None
        self._tap = tap
        self._one_at_a_time = Lock()
        self._committed: list[Document] = []
        self._held: list[Document] = []
        self._put_off: list[Document] = []
        self._to_be_doubled: list[Document] = []
        self._overtaken: list[Document] = []
        self._since_refusal: Defect | None = None
        self._looks = 0
        self._had: dict[str, list[Document]] = {each.name: [] for each in SUBSCRIBERS}
        self._answers: dict[tuple[str, str], tuple[Command, Receipt]] = {}
        self.inboxes = FakeInboxes(self._had)
        self.own = OwnQueues(self._reaches)
        super().__init__(["api", "publisher", *self._had])
        self.proxy = FakeProxy()
        self._aside: list[Document] = []

    def open_tenant(self, tenant_id: str) -> None:
        """Know tenants by ids of the right form."""
        if not TENANT_ID.fullmatch(tenant_id) and self.defect is not Defect.ACCEPTS_ANYTHING:
            raise self._refused("invalid_tenant_id", "This is no id.")

    def send(self, command: Command) -> Answer:
        """Accept a command, or raise CommandRefused."""
        with self._one_at_a_time:
            key = (command.tenant_id, command.idempotency_key)
            if key in self._answers and self.defect is not Defect.FORGETS:
                return self._again(command, *self._answers[key])
            if refusal := self._refusal(command):
                self._act_anyway(command)
                raise refusal
            receipt = self._carry_out(command)
            self._answers[key] = (command, receipt)
            return Answer(receipt, repeated=False)

    def history(self, tenant_id: str) -> Sequence[Document]:
        """Return what was committed."""
        return _of(tenant_id, self._committed)

    def view(self, tenant_id: str, entity_type: EntityType, entity_id: str) -> View | None:
        """Fold the events of an entity that the views have had."""
        about = [
            event
            for event in self._seen_of(tenant_id, VIEWS, Defect.VIEWS_OF_ALL)
            if (event["entity_type"], event["entity_id"]) == (entity_type, entity_id)
        ]
        about.sort(key=lambda event: int(event["version"]))
        if self.defect is Defect.STALE_VIEW:
            about = about[:1]
        if self.defect is Defect.VIEW_BACKWARDS:
            about.reverse()
        if not about:
            return None
        data: dict[str, Any] = {}
        for event in about:
            settled = {} if self.defect is Defect.STILL_OPEN else SETTLED.get(event["event_type"])
            data |= event["payload"] | (settled or {})
        if self.defect is Defect.LOSES_VALUE:
            data.pop("industry", None)
        if self._since_refusal is Defect.VIEW_ALTERS:
            data |= {"name": "Someone else"}
        return View(
            tenant_id="mallory" if self.defect is Defect.FOREIGN_VIEW else tenant_id,
            entity_type=entity_type,
            entity_id=entity_id,
            version=about[-1]["version"] + (self._since_refusal is Defect.VIEW_RENUMBERS),
            last_event_id=about[-1]["event_id"],
            data=data,
        )

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Return an entry for each event that the trail has had."""
        had = self._seen_of(tenant_id, TRAIL, Defect.TRAIL_OF_ALL)
        if self.defect is Defect.NO_AUDIT_ENTRY:
            had = [event for event in had if is_fence(event) or event["version"] == 1]
        if self.defect is Defect.TRAIL_TWICE:
            had += [event for event in had if not is_fence(event)][-1:]
        if self.defect is Defect.TRAIL_BACKWARDS:
            had.reverse()
        if self.defect is Defect.TRAIL_ALTERS:
            had = [altered(event) for event in had]
        return [
            AuditEntry.model_validate({k: v for k, v in e.items() if k != "schema_version"})
            for e in had
        ]

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Sum what is open and what is lost."""
        had = self._seen_of(tenant_id, PIPELINE, Defect.PIPELINE_OF_ALL)
        made = [event for event in had if event["event_type"] == "OpportunityCreated"]
        if self.defect is Defect.PIPELINE_ALTERS:
            made = [dearer(event) for event in made]
        miscounts = self._since_refusal is Defect.COUNTS_ANYWAY
        made *= 2 if miscounts or self.defect is Defect.COUNTS_TWICE else 1
        lost = {event["entity_id"] for event in had if event["event_type"] == "OpportunityLost"}
        currencies = {event["payload"]["amount"]["currency"] for event in made}
        return [_total(currency, made, lost) for currency in sorted(currencies)]

    def subscribers(self) -> Sequence[Subscriber]:
        """List the subscribers."""
        return SUBSCRIBERS

    def applied(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Count what a subscriber has had."""
        had = {event["event_id"]: event for event in _of(tenant_id, self._had[subscriber])}
        if self.defect is Defect.SLOW_SUBSCRIBER and subscriber == VIEWS:
            had = self._had_an_hour_later(had)
        times = Counter(event["event_id"] for event in self._had[subscriber])
        identity = ("event_id", "entity_type", "entity_id", "version")
        return [
            Applied(**{key: event[key] for key in identity}, times=times[event_id])
            for event_id, event in had.items()
        ]

    def parked(self, tenant_id: str, subscriber: str) -> Sequence[Parked]:
        """Return what a subscriber got too early."""
        kept = _of(tenant_id, self.inboxes.kept[subscriber])
        if self.defect is Defect.HIDES_KEPT:
            return []
        if self.defect is Defect.KEEPS_ALL:
            kept = [event for event in self.history(tenant_id) if not is_fence(event)]
        if self.defect is not Defect.PARKS_PHANTOM or subscriber != VIEWS:
            return [Parked(**{name: each[name] for name in Parked.model_fields}) for each in kept]
        last = [event for event in self.history(tenant_id) if not is_fence(event)][-1]
        far = {**last, "event_id": str(uuid4()), "version": last["version"] + 50}
        return [Parked(**{name: far[name] for name in Parked.model_fields})]

    def receive(self, subscriber: str, bodies: Sequence[str]) -> Sequence[str]:
        """Take what is put into a subscriber's queue, and return what it has to give up."""
        self.inboxes.patient = self.defect is not Defect.APPLIES_EARLY
        read = [(body, json.loads(body)["detail"]) for body in bodies]
        for _, event in read:
            if "payload" in event:
                self.inboxes.take(subscriber, event)
        unfit = [body for body, event in read if "payload" not in event]
        if self.defect is Defect.SWALLOWS:
            return []
        twice = [f"{body} " for body in unfit]
        return [*unfit, *twice] if self.defect is Defect.GIVES_UP_TWICE else unfit

    def clock(self) -> float:
        """Tell the time, in which hours may have passed since somebody last looked."""
        return time.time() + self.hours_passed * AN_HOUR_S

    def set_aside(self, tenant_id: str) -> Sequence[SetAside]:
        """Return what was refused."""
        of_all = self.defect is Defect.ASIDE_OF_ALL
        reason = " " if self.defect is Defect.NO_REASON else "The transport refused it."
        return [
            SetAside(**{k: e[k] for k in NAMED}, reason=reason, set_aside_at=_now())
            for e in [*_of(tenant_id, self._aside), *self._committed[:of_all]]
        ]

    def subscribe(self, tenant_id: str) -> OwnSubscription:
        """Make a queue of the tenant's own."""
        return self.own.open(tenant_id)

    def unsubscribe(self, tenant_id: str) -> None:
        """Forget it."""
        self.own.close(tenant_id)

    def with_credential_of(self, whose: str | Pretence) -> CrmPort:
        """Return a driver that shows something else."""
        return showing(self, whose)

    def admit(self, tenant_id: str, shown: str | Pretence, command: Command | None) -> None:
        """Refuse what is not the tenant's own credential."""
        refused = refusal(tenant_id, shown)
        if refused is None or self.defect is Defect.ADMITS_ANYBODY:
            return
        if command is not None:
            self._act_anyway(command)
        raise self._refused(refused.code, refused.message)

    def replay(self, tenant_id: str) -> int:
        """Publish again; what a subscriber has had already has no effect."""
        events = self.history(tenant_id)
        for event in events[self.defect is Defect.REPLAYS_LESS :]:
            self._tap.put(event)
            if self.defect is Defect.REPLAYS_ANEW:
                self._deliver(event)
        return len(events)

    def rebuild(self, subscriber: str, tenant_id: str) -> int:
        """Have all again that a subscriber listens to."""
        (kinds,) = (each.entity_types for each in SUBSCRIBERS if each.name == subscriber)
        heard = [event for event in self.history(tenant_id) if event["entity_type"] in kinds]
        others = [event for event in self._had[subscriber] if event["tenant_id"] != tenant_id]
        lost = 1 if self.defect is Defect.REBUILDS_LESS else 0
        self._had[subscriber] = [*others, *heard[lost:]]
        return len(heard) - lost

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

    def _had_an_hour_later(self, had: Mapping[str, Document]) -> dict[str, Document]:
        """Show two looks nothing but old events and fences, an hour apart, and then the rest."""
        self._looks += 1
        self.hours_passed = 1
        shown = self._looks > 2
        return {key: e for key, e in had.items() if shown or is_fence(e) or e["version"] == 1}

    def _refusal(self, command: Command) -> CommandRefused | None:
        expected = command.expected_version
        conflict = expected is not None and expected != self._version(command)
        if self.defect is Defect.NONE_WINS and expected is not None:
            conflict = True
        if conflict and self.defect is not Defect.ALL_WIN:
            return self._refused("version_conflict", "Somebody else was faster.")
        if command.data.get("tenant_id", command.tenant_id) != command.tenant_id:
            return self._refused("wrong_tenant", "It is another's.")
        blank = not str(command.data.get("name", "x")).strip()
        if blank and self.defect is not Defect.ACCEPTS_ANYTHING:
            return self._refused("invalid_name", "An account needs a name.")
        return None

    def _refused(self, code: str, sentence: str) -> CommandRefused:
        status = 400 if self.defect is Defect.WRONG_STATUS else REFUSED_WITH[code]
        code = "no_idea" if self.defect is Defect.WRONG_CODE else code
        return CommandRefused(status, code, "" if self.defect is Defect.SPEECHLESS else sentence)

    def _seen_of(self, tenant_id: str, subscriber: str, of_all: Defect) -> list[Document]:
        had = self._had[subscriber]
        return [*had] if self.defect is of_all else _of(tenant_id, had)

    def _act_anyway(self, command: Command) -> None:
        self._since_refusal = self.defect
        if self.defect is Defect.CHANGES_ANYWAY:
            self._carry_out(command)
        if self.defect is Defect.PUBLISHES_ANYWAY:
            for event in self._decide(command):
                self._publish(event)
        if self.defect is Defect.PUBLISHES_LATER:
            self._held += self._decide(command)
        if self.defect is Defect.VIEW_LOSES:
            self._had[VIEWS].pop()
        if told := OLD.get(self.defect):
            self._tap.put(told(self._old(command)) | {"tenant_id": command.tenant_id})
        if self.defect is Defect.CHANGES_ANOTHER:
            others = {event["tenant_id"] for event in self._committed} - {command.tenant_id}
            for other in others:
                self._carry_out(replace(command, tenant_id=other))

    def _old(self, command: Command) -> Document:
        """Return the newest event of the tenant, or of its neighbour."""
        ours = self.defect is not Defect.TAKES_OLD
        return [e for e in self._committed if (e["tenant_id"] == command.tenant_id) == ours][-1]

    def _again(self, command: Command, first: Command, receipt: Receipt) -> Answer:
        if command.data != first.data:
            raise CommandRefused(422, "key_reused", "This key belongs to another command.")
        if self.defect is Defect.REFUSES_REPEATS:
            raise CommandRefused(422, "known_already", "This was sent before.")
        if self.defect is Defect.ANSWERS_ANEW:
            receipt = receipt.model_copy(update={"version": receipt.version + 1})
        return Answer(receipt, repeated=True)

    def _carry_out(self, command: Command) -> Receipt:
        events = [*self._decide(command)]
        committed = events[::-1] if self.defect is Defect.EFFECT_FIRST else events
        for event in self._in_time(committed):
            self._commit(event)
        if self._suffers(Defect.COMMITS_TWICE, events[0]):
            self._commit(self._once_more(events[0]))
        # What an event causes is the doing of a subscriber: the receipt does not name it.
        own = [event for event in events if event["causation_id"] is None]
        made = tuple(ReceiptEvent(**{k: e[k] for k in ReceiptEvent.model_fields}) for e in own)
        return Receipt(
            entity_type=made[0].entity_type,
            entity_id=made[0].entity_id,
            version=made[0].version,
            events=() if self._suffers(Defect.NO_RECEIPT, own[0]) else made,
        )

    def _decide(self, command: Command) -> Iterator[Document]:
        event = self._event(command, MADE[command.command_type], command.entity_id, command.data)
        if self._suffers(Defect.LEAVES_OUT, event):
            event["payload"].pop("industry", None)
        yield event
        if self._suffers(Defect.EXTRA_EVENT, event):
            nobody = {"last_name": "Nobody", "company": "None"}
            yield self._event(command, "LeadCreated", f"{command.entity_id}-lead", nobody)
        if command.command_type == "DeactivateAccount":
            yield from self._tidied(command, event["event_id"])

    def _tidied(self, command: Command, cause: str) -> Iterator[Document]:
        """Lose the deals of an account, and cancel its activities."""
        reason = {"reason": command.data["reason"]}
        for made in _of(command.tenant_id, self._committed):
            about = made["payload"]
            if made["event_type"] == "OpportunityCreated" and _at(about, "account_id", command):
                lost = {"amount": about["amount"], **reason}
                yield self._event(command, "OpportunityLost", made["entity_id"], lost, cause)
            if made["event_type"] == "ActivityScheduled" and _at(about, "regarding_id", command):
                yield self._event(command, "ActivityCancelled", made["entity_id"], reason, cause)

    def _in_time(self, events: Sequence[Document]) -> Sequence[Document]:
        """Put off what a subscriber does: until it acts again, or for ever."""
        if self.defect is Defect.NEVER_ACTS:
            return [event for event in events if event["causation_id"] is None]
        acts = [event for event in events if event["causation_id"] is not None]
        if any(self._suffers(Defect.ACTS_LATE, event) for event in acts):
            self._put_off += acts
            return [event for event in events if event not in acts]
        if not acts:
            return events
        late, self._put_off = self._put_off, []
        return [*late, *events]

    def _commit(self, event: Document) -> None:
        self._committed.append(event)
        self._publish(event)

    def _event(
        self,
        command: Command,
        event_type: str,
        entity_id: str,
        data: Mapping[str, Any],
        cause: str | None = None,
    ) -> Document:
        event: Document = {
            "event_id": str(uuid4()),
            "event_type": event_type,
            "schema_version": 1,
            "tenant_id": command.tenant_id,
            "entity_type": next(kind for kind in EntityType if event_type.lower().startswith(kind)),
            "entity_id": entity_id,
            "version": self._next_version(command.tenant_id, entity_id),
            "occurred_at": _now(),
            "actor": command.actor,
            "correlation_id": command.correlation_id,
            "causation_id": None if self.defect is Defect.UNCAUSED else cause,
            "payload": {**DEFAULTS.get(event_type, {}), **data},
        }
        if self._suffers(Defect.UNCORRELATED, event) and (cause or event["version"] > 1):
            event["correlation_id"] = "something-else"
        if self._suffers(Defect.ONE_UNCORRELATED, event) and event_type == "OpportunityLost":
            self.defect = None
            event["correlation_id"] = "something-else"
        return event

    def _once_more(self, event: Document) -> Document:
        version = self._next_version(event["tenant_id"], event["entity_id"])
        return {**event, "event_id": str(uuid4()), "version": version}

    def _version(self, command: Command) -> int:
        return len(
            [e for e in self.history(command.tenant_id) if e["entity_id"] == command.entity_id]
        )

    def _next_version(self, tenant_id: str, entity_id: str) -> int:
        before = [e for e in self.history(tenant_id) if e["entity_id"] == entity_id]
        skipped = 1 if before and self.defect is Defect.SKIPS_VERSION else 0
        return len(before) + 1 + skipped

    def _suffers(self, defect: Defect, event: Document) -> bool:
        return self.defect is defect and not is_fence(event)

    def _set_aside(self, event: Document) -> None:
        if self.defect is Defect.FORGETS_REFUSED:
            return
        aside = renumbered(event) if self.defect is Defect.RENUMBERS_REFUSED else event
        self._aside += [aside] * (2 if self.defect is Defect.ASIDE_TWICE else 1)
        self.given_up.append(lambda: self._give_back(event))

    def _give_back(self, event: Document) -> None:
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


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def altered(event: Document) -> Document:
    """Return an event that says another name."""
    return {**event, "payload": {**event["payload"], "name": "Someone else"}}


def renumbered(event: Document) -> Document:
    """Return an event under the next version."""
    return {**event, "version": event["version"] + 1}


def dearer(event: Document) -> Document:
    """Return an event about ten times the amount."""
    amount = event["payload"]["amount"]
    more = {**amount, "amount": str(10 * Decimal(amount["amount"]))}
    return {**event, "payload": {**event["payload"], "amount": more}}


# How an old event is told that goes out with a refusal.
OLD: Mapping[Defect | None, Callable[[Document], Document]] = {
    Defect.REPEATS_OLD: dict,
    Defect.RENUMBERS_OLD: renumbered,
    Defect.ALTERS_OLD: altered,
    Defect.TAKES_OLD: dict,
}


def _of(tenant_id: str, events: Sequence[Document]) -> list[Document]:
    return [event for event in events if event["tenant_id"] == tenant_id]


def _at(payload: Document, reference: str, command: Command) -> bool:
    return bool(payload[reference] == command.entity_id)


def _total(currency: str, made: Sequence[Document], lost: Collection[str]) -> PipelineTotal:
    ours = [event for event in made if event["payload"]["amount"]["currency"] == currency]
    return PipelineTotal(
        currency=currency,
        open=_figures([event for event in ours if event["entity_id"] not in lost]),
        won=_figures([]),
        lost=_figures([event for event in ours if event["entity_id"] in lost]),
    )


def _figures(made: Sequence[Document]) -> CurrencyFigures:
    total = sum(Decimal(event["payload"]["amount"]["amount"]) for event in made)
    return CurrencyFigures(count=len(made), amount=str(total))
