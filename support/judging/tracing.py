"""From what was seen of a tenant to the traces of each event that is looked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.crm.port import Accepted, Applied, SetAside, Subscriber, View
from support.judging.alike import differences
from support.judging.case import (
    Case,
    Document,
    Evidence,
    Missing,
    behind,
    entity_of,
    is_like,
    title,
)
from support.judging.diagnosis import diagnose
from support.judging.hops import Hops, Obstacle, Route, Stop
from support.judging.patterns import Answer, match
from support.judging.values import show
from support.names import is_fence, queue_name
from support.observing.deliveries import Delivery

Entity = tuple[str, str]
# Enough to see a pattern in what was lost; each costs a look through the whole history.
TRACED = 50
NO_REASON = "no reason is given"


@dataclass(frozen=True)
class Rule:
    """Hold a rule of the bus: its pattern as parsed JSON, and the queues it delivers to."""

    name: str
    is_enabled: bool
    pattern: object
    queues: frozenset[str]


@dataclass(frozen=True)
class Queues:
    """Hold what a subscriber's queues hold: counts, and the dead letters that could be read.

    `closed` says why the bus cannot send there, if it is known that it cannot.
    """

    waiting: int
    dead: int
    letters: tuple[Delivery, ...] = ()
    closed: Obstacle | None = None

    def has_dead(self, event_id: str) -> bool | None:
        """Say whether an event is among the dead letters, None if not all could be read."""
        if event_id in dead_letters({"": self.letters})[""]:
            return True
        return False if len(self.letters) >= self.dead else None


@dataclass(frozen=True)
class Scene:
    """Hold what was seen of one tenant; what is None, or not there, gave no answer in time.

    `unreadable` are deliveries in the tenant's name that hold no event; `trail` has the ids of the
    events in the audit trail, `set_aside` is what could not be published. Unless `is_tap_read`,
    more may have come to the bus.
    """

    tenant_id: str
    deliveries: Sequence[Delivery]
    accepted: Sequence[Accepted]
    subscribers: Sequence[Subscriber]
    history: Sequence[Document] | None = None
    applied: Mapping[str, Sequence[Applied]] = field(default_factory=dict)
    rules: Sequence[Rule] | None = None
    queues: Mapping[str, Queues] = field(default_factory=dict)
    views: Mapping[Entity, View | None] = field(default_factory=dict)
    trail: frozenset[str] | None = None
    unknown: tuple[str, ...] = ()
    unreadable: Sequence[Delivery] = ()
    is_tap_read: bool = True
    set_aside: Sequence[SetAside] = ()


def dead_letters(letters: Mapping[str, Sequence[Delivery]]) -> Mapping[str, frozenset[str]]:
    """Return the ids of the events among each subscriber's dead letters, also of broken ones."""
    return {
        name: frozenset(str(each.detail["event_id"]) for each in held if "event_id" in each.detail)
        for name, held in letters.items()
    }


def missing(scene: Scene) -> list[Document]:
    """Return what was accepted and is not committed, or is, and did not get everywhere.

    Nothing is missing at a subscriber that gave no answer, nor of a history that is not known.
    """
    if scene.history is None:
        return []
    evidence = Evidence(scene.tenant_id, scene.history, scene.applied)
    asked = [each for each in scene.subscribers if each.name in scene.applied]
    lacking = behind(evidence, scene.deliveries, asked)
    return distinct([*_uncommitted(scene.accepted, evidence), *(each.event for each in lacking)])


def tell(scene: Scene, events: Sequence[Document]) -> list[str]:
    """Return the lines that say where each of these events was lost, and what is not known.

    Fences are told of only where nothing else is: no reader has ever heard of them.
    """
    told = distinct([each for each in events if not is_fence(each)] or events)
    more = len(told) - TRACED
    return [
        *diagnose([trace(scene, each) for each in told[:TRACED]], scene.unknown),
        *([f"missing as well, and not looked at: {more} event(s)"] if more > 0 else []),
    ]


def fruitless(scene: Scene, event_type: str) -> list[str]:
    """Name the events of a type that everybody has applied who listens to it, and caused nothing.

    Where somebody gave no answer, or has not applied it, nothing is said.
    """
    history = scene.history or ()
    causes = {event["causation_id"] for event in history}
    has = {name: {each.event_id for each in rows} for name, rows in scene.applied.items()}
    said: list[str] = []
    for event in history:
        if event["event_type"] != event_type or event["event_id"] in causes or is_fence(event):
            continue
        asked = [each.name for each in scene.subscribers if each.listens_to(event)]
        if asked and all(event["event_id"] in has.get(name, ()) for name in asked):
            by = ", ".join(asked)
            said.append(f"{title(event)} was applied by {by}, and no event names it as its cause")
    return said


def lost(case: Case, evidence: Evidence) -> list[Document]:
    """Return all events of a tenant that an audit finds lost anywhere, in commit order."""
    lacking = {each.event["event_id"] for each in _late(case, evidence)}
    told = {entry.event_id for entry in evidence.audit_trail}
    shown: Mapping[Entity, int] = {
        (view.entity_type, view.entity_id): view.version for view in evidence.views
    }
    return [
        *_uncommitted(case.accepted, evidence),
        *(
            event
            for event in evidence.history
            if event["event_id"] in lacking
            or event["event_id"] not in told
            or (not is_fence(event) and shown.get(entity_of(event), 0) < event["version"])
        ),
    ]


def _uncommitted(accepted: Sequence[Accepted], evidence: Evidence) -> list[Document]:
    return [
        event.model_dump(mode="json")
        for each in accepted
        if each.command.tenant_id == evidence.tenant_id
        for event in each.receipt.events
        if event.event_id not in evidence.committed
    ]


def _late(case: Case, evidence: Evidence) -> Sequence[Missing]:
    return behind(evidence, case.arrived(evidence.tenant_id), case.subscribers)


def distinct(events: Sequence[Document]) -> list[Document]:
    """Return each event once, where it came first."""
    return [*{event["event_id"]: event for event in events}.values()]


def trace(scene: Scene, event: Document) -> Hops:
    """Return the traces of an event, of which a receipt's words are enough."""
    event_id = event["event_id"]
    arrived = next((each for each in scene.deliveries if each.event_id == event_id), None)
    receipted = {made.event_id for each in scene.accepted for made in each.receipt.events}
    history = scene.history
    listening = [each for each in scene.subscribers if each.listens_to(event)]
    return Hops(
        title=title(event),
        version=event["version"],
        accepted=event_id in receipted,
        committed=None if history is None else any(e["event_id"] == event_id for e in history),
        on_bus=True if arrived else False if scene.is_tap_read else None,
        unreadable=_unreadable(scene, event_id),
        kin="" if arrived else _kin(scene, event),
        set_aside="" if arrived else _set_aside(scene, event),
        altered=_altered(arrived, history or ()),
        stops=tuple(_stop(scene, event, arrived, each) for each in listening) if arrived else (),
        is_on_record=None if scene.trail is None else event_id in scene.trail,
        view=_view(scene, event),
    )


def _unreadable(scene: Scene, event_id: str) -> str:
    named = (each for each in scene.unreadable if each.detail.get("event_id") == event_id)
    return next((str(each.problem) for each in named), "")


def _kin(scene: Scene, event: Document) -> str:
    """Say under which event_id one came that is like an event, and is in no history."""
    known = {event["event_id"], *(each["event_id"] for each in scene.history or ())}
    for each in (*scene.deliveries, *scene.unreadable):
        if is_like(event, each.detail) and str(each.detail.get("event_id")) not in known:
            why = f" ({each.problem})" if each.problem else ""
            return f"under the event_id {show(each.detail.get('event_id'))}{why}"
    return ""


def _set_aside(scene: Scene, event: Document) -> str:
    """Say why an event was set aside, if it was; one without an id is known by what is like it."""

    def is_it(aside: SetAside) -> bool:
        if aside.event_id is not None:
            return bool(aside.event_id == event["event_id"])
        return is_like(event, aside.model_dump())

    reasons = (" ".join(each.reason.split()) for each in scene.set_aside if is_it(each))
    return next((reason or NO_REASON for reason in reasons), "")


def _altered(arrived: Delivery | None, history: Sequence[Document]) -> str:
    """Name what differs between an event on the bus and the same in the history, if it is there."""
    if arrived is None:
        return ""
    same = (event for event in history if event["event_id"] == arrived.event_id)
    return next((differences(arrived.detail, event) for event in same), "")


def _view(scene: Scene, event: Document) -> int | None:
    entity = entity_of(event)
    if entity not in scene.views:
        return None
    view = scene.views[entity]
    return view.version if view else 0


def _stop(scene: Scene, event: Document, arrived: Delivery, subscriber: Subscriber) -> Stop:
    queues = scene.queues.get(subscriber.name)
    applied = scene.applied.get(subscriber.name)
    return Stop(
        subscriber=subscriber.name,
        applied=None if applied is None else _times(applied, event),
        routes=_routes(scene.rules, arrived, subscriber),
        waiting=queues.waiting if queues else None,
        dead=queues.dead if queues else None,
        is_dead_letter=queues.has_dead(event["event_id"]) if queues else None,
        lacks=_earlier(scene.history or (), applied or (), event),
        aimless=_aimless(scene.rules or (), arrived),
        closed=queues.closed if queues else None,
    )


def _aimless(rules: Sequence[Rule], arrived: Delivery) -> tuple[str, ...]:
    """Return the rules that let an event pass and deliver it to nobody."""
    envelope: Any = json.loads(arrived.body)
    return tuple(
        rule.name
        for rule in rules
        if not rule.queues and match(rule.pattern, envelope).answer is Answer.MATCHES
    )


def _times(applied: Sequence[Applied], event: Document) -> int:
    return sum(each.times for each in applied if each.event_id == event["event_id"])


def _routes(
    rules: Sequence[Rule] | None, arrived: Delivery, subscriber: Subscriber
) -> tuple[Route, ...] | None:
    if rules is None:
        return None
    envelope: Any = json.loads(arrived.body)
    return tuple(
        Route(rule.name, rule.is_enabled, match(rule.pattern, envelope))
        for rule in rules
        if queue_name(subscriber.queue_url) in rule.queues
    )


def _earlier(
    history: Sequence[Document], applied: Sequence[Applied], event: Document
) -> int | None:
    has = {each.event_id for each in applied}
    lacking = (
        each["version"]
        for each in history
        if entity_of(each) == entity_of(event)
        and each["version"] < event["version"]
        and each["event_id"] not in has
    )
    return min(lacking, default=None)
