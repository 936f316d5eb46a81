"""A small CRM in memory: honest, unless it is told to have a defect."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
from tests.support.fake_defects import OLD, Defect
from tests.support.fake_reading import totals_of, trail_of, view_of
from tests.support.fake_subscribers import PIPELINE, SUBSCRIBERS, TRAIL, VIEWS
from tests.support.fake_tenancy import refusal, showing
from tests.support.fake_transport import FakeTransport
from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import Document

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
NAMED = ("event_id", "event_type", "entity_type", "entity_id", "version")


class FakeCrm(FakeTransport):
    """Implement `CrmPort`, publishing straight into a tap; a closed account loses its deals."""

    def __init__(self, tap: InMemoryTap) -> None:
        super().__init__(tap)
        self.cannot: Mapping[str, str] = {}
        self._one_at_a_time = Lock()
        self._committed: list[Document] = []
        self._put_off: list[Document] = []
        self._since_refusal: Defect | None = None
        self._looks = 0
        self._answers: dict[tuple[str, str], tuple[Command, Receipt]] = {}

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
        return view_of(tenant_id, about, self.defect, self._since_refusal)

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Return an entry for each event that the trail has had."""
        had = self._seen_of(tenant_id, TRAIL, Defect.TRAIL_OF_ALL)
        return trail_of(had, self.defect)

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Sum what is open and what is lost."""
        had = self._seen_of(tenant_id, PIPELINE, Defect.PIPELINE_OF_ALL)
        return totals_of(had, self.defect, self._since_refusal)

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

    def set_aside(self, tenant_id: str) -> Sequence[SetAside]:
        """Return what was refused."""
        of_all = self.defect is Defect.ASIDE_OF_ALL
        reason = " " if self.defect is Defect.NO_REASON else "The transport refused it."
        other = {"event_id": "other"} if self.defect is Defect.OTHER_ID_ASIDE else {}
        return [
            SetAside(**{k: e[k] for k in NAMED} | other, reason=reason, set_aside_at=_now())
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


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _of(tenant_id: str, events: Sequence[Document]) -> list[Document]:
    return [event for event in events if event["tenant_id"] == tenant_id]


def _at(payload: Document, reference: str, command: Command) -> bool:
    return bool(payload[reference] == command.entity_id)
