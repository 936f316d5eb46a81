"""The auditor's look at subscribers: each has every event it listens to, in effect once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from support.contract.entities import EntityType
from support.crm.port import Applied, AuditEntry, Subscriber, View
from support.judging.alike import alike, differences, only_texts
from support.judging.case import (
    BUS,
    Case,
    Document,
    Evidence,
    Finding,
    Kind,
    behind,
    entity_of,
    owner_of,
    title,
)
from support.judging.values import moment, show
from support.names import is_fence

NOT_SHOWN = "(not shown)"
GATHERED = frozenset({"products", "primary"})
LINE = ("product_id", "sku", "quantity", "unit_price")
IDENTITY = ("entity_type", "entity_id", "version")
ENTITY = itemgetter("entity_type", "entity_id")
TOLD = tuple(AuditEntry.model_fields)
AS_TOLD = itemgetter(*TOLD)


def subscribers(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold what the subscribers have applied against the history."""
    if doubtful := _doubtful(case.subscribers, evidence):
        for missing in behind(evidence, case.arrived(evidence.tenant_id), doubtful):
            if missing.hop != BUS:
                yield evidence.finding(missing.kind, str(missing), missing.event)
        yield from effects(doubtful, evidence, case.owners)


def effects(
    listed: Sequence[Subscriber], evidence: Evidence, owners: Mapping[str, str]
) -> Iterator[Finding]:
    """Find what subscribers applied more than once, wrongly, or without it having happened.

    `owners` gives, by event id, the tenant of events that happened to others.
    """
    for subscriber in _doubtful(listed, evidence):
        rows = evidence.applied.get(subscriber.name, ())
        yield from _applied(subscriber, rows, evidence, owners)


def _doubtful(listed: Sequence[Subscriber], evidence: Evidence) -> list[Subscriber]:
    """Return, as nearly always, none: who did not apply exactly what was meant for it, once."""
    kinds = {kind for kind, _ in evidence.by_entity}

    def meant_for(subscriber: Subscriber) -> dict[str, Document]:
        if subscriber.event_types or not kinds <= {*subscriber.entity_types}:
            return {each: evidence.committed[each] for each in evidence.ids_for(subscriber)}
        return dict(evidence.committed)

    return [
        each
        for each in listed
        if not _is_exactly(evidence.applied.get(each.name, ()), meant_for(each))
    ]


def _is_exactly(rows: Sequence[Applied], meant: dict[str, Document]) -> bool:
    """Strike what was applied from what was meant: all fits, and nothing is left."""
    # By its dictionary: an attribute of a pydantic model takes several times as long.
    for row in map(vars, rows):
        event = meant.pop(row["event_id"], None)
        if (
            event is None
            or row["entity_id"] != event["entity_id"]
            or row["version"] != event["version"]
            or row["entity_type"] != event["entity_type"]
            or row["times"] != 1
        ):
            return False
    return not meant


def _applied(
    subscriber: Subscriber,
    rows: Sequence[Applied],
    evidence: Evidence,
    owners: Mapping[str, str],
) -> Iterator[Finding]:
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row.event_id] += row.times
    for row in {row.event_id: row for row in rows}.values():
        event = evidence.committed.get(row.event_id)
        name = f"version {row.version} of {row.entity_id}"
        if event is None and row.event_id in owners:
            sentence = f"{subscriber.name} applied {name} of tenant {owners[row.event_id]}"
            yield evidence.finding(Kind.LEAKED, sentence, row.model_dump())
        elif event is None:
            sentence = f"{subscriber.name} applied {name}, which is not in the history"
            yield evidence.finding(Kind.PHANTOM, sentence, row.model_dump())
        elif any(event[key] != getattr(row, key) for key in IDENTITY):
            sentence = f"{subscriber.name} applied {title(event)} as {name}"
            yield evidence.finding(Kind.MUTATED, sentence, event)
        if counted[row.event_id] != 1:
            sentence = f"{subscriber.name} applied {name} {counted[row.event_id]} times"
            yield evidence.finding(Kind.DUPLICATE, sentence, event)
        if row.entity_type not in subscriber.entity_types:
            sentence = f"{subscriber.name} got {name}, and does not listen to {row.entity_type}"
            yield evidence.finding(Kind.MISROUTED, sentence, event)
        elif event is not None and not subscriber.listens_to(event):
            sentence = f"{subscriber.name} got {name}, and does not listen to {event['event_type']}"
            yield evidence.finding(Kind.MISROUTED, sentence, event)


def audit_trail(evidence: Evidence) -> Iterator[Finding]:
    """Hold the audit trail against the history.

    Both tell each event in the newest schema version of its type, in whatever it was published.
    """
    committed, typed = evidence.committed, evidence.walked.typed
    untold = dict(committed)
    for entry in evidence.audit_trail:
        told = vars(entry)
        event = untold.pop(event_id := told["event_id"], None)
        if (
            event is None
            or AS_TOLD(told) != AS_TOLD(event)
            or (event_id in typed and not alike(told["payload"], event["payload"]))
        ):
            yield from _entry(entry, committed.get(event_id), evidence)
    if untold or len(evidence.audit_trail) != len(committed):
        yield from _entries_by_number(evidence)
    else:
        yield from _order_of_entries(evidence)


def _order_of_entries(evidence: Evidence) -> Iterator[Finding]:
    """Require the order of time, or that of the commit, of a trail that has each event once."""
    times = [vars(entry)["occurred_at"] for entry in evidence.audit_trail]
    if times == sorted(times):
        return
    number = {event_id: n for n, event_id in enumerate(evidence.committed)}
    places = [number[entry.event_id] for entry in evidence.audit_trail]
    if places == sorted(places):
        return
    for one, other in pairwise(map(vars, evidence.audit_trail)):
        before, after = moment(one["occurred_at"]), moment(other["occurred_at"])
        if before is not None and after is not None and after < before:
            sentence = (
                f"the audit trail has {title(other)} after {title(one)}, which happened later"
            )
            yield evidence.finding(Kind.REORDERED, sentence, other)


def _entries_by_number(evidence: Evidence) -> Iterator[Finding]:
    """Find what is missing in the audit trail, or there more than once."""
    counted = Counter(entry.event_id for entry in evidence.audit_trail)
    for event in evidence.history:
        if (times := counted[event["event_id"]]) != 1:
            sentence = f"the audit trail has {title(event)} {times} times"
            yield evidence.finding(Kind.DUPLICATE if times else Kind.LOST, sentence, event)


def _entry(entry: AuditEntry, event: Document | None, evidence: Evidence) -> Iterator[Finding]:
    """Say what is wrong with an entry that is not at once seen to be what the history tells."""
    document = entry.model_dump(mode="json", include={*TOLD})
    name = title(document)
    if entry.tenant_id != evidence.tenant_id:
        sentence = f"{name} of tenant {entry.tenant_id} is in the audit trail"
        yield evidence.finding(Kind.LEAKED, sentence, document)
    elif event is None:
        sentence = f"the audit trail has {name}, the history has not"
        yield evidence.finding(Kind.PHANTOM, sentence, document)
    elif what := differences(document, {key: event[key] for key in TOLD}):
        sentence = f"the audit trail tells {name} differently: {what}"
        yield evidence.finding(Kind.MUTATED, sentence, event)


def views(evidence: Evidence, owners: Mapping[str, str]) -> Iterator[Finding]:
    """Hold each view against the newest version of its entity, and against all it was told.

    `owners` gives, by event id, the tenant of events that happened to others.
    """
    shown = {ENTITY(vars(view)): view for view in evidence.views}
    for entity, events in evidence.by_entity.items():
        event = events[-1]
        view = shown.get(entity)
        if is_fence(event):
            continue
        if view is None:
            sentence = f"there is no view of {entity[1]}"
            yield evidence.finding(Kind.LOST, sentence, event)
        elif view.tenant_id != evidence.tenant_id:
            sentence = f"the view of {entity[1]} belongs to tenant {view.tenant_id}"
            yield evidence.finding(Kind.LEAKED, sentence, event)
        elif (view.version, view.last_event_id) != (event["version"], event["event_id"]):
            yield _elsewhere(view, event, evidence, owners)
        else:
            yield from _values(view, events, evidence)


def _elsewhere(
    view: View, event: Document, evidence: Evidence, owners: Mapping[str, str]
) -> Finding:
    """Say at which other event than the newest of its entity a view is."""
    last, name = view.last_event_id, f"the view of {view.entity_id}"
    wanted = f"as its last event, not {title(event)} ({event['event_id']})"
    if last not in evidence.committed and last in owners:
        sentence = f"{name} names {last} of tenant {owners[last]} {wanted}"
        return evidence.finding(Kind.LEAKED, sentence, event)
    if view.version == event["version"]:
        return evidence.finding(Kind.MUTATED, f"{name} names {last} {wanted}", event)
    sentence = f"{name} is at version {view.version}, not at {title(event)}"
    return evidence.finding(Kind.LOST, sentence, event)


def _values(view: View, events: Sequence[Document], evidence: Evidence) -> Iterator[Finding]:
    """Compare what the view shows; a value that the entity was born with, it has to show."""
    told = {**evidence.walked.told[entity_of(events[0])], **_gathered(view, events, evidence)}
    if told.items() <= view.data.items() and only_texts(told):
        return
    born_with = events[0]["payload"].keys() | GATHERED
    for name in sorted(told.keys() & (view.data.keys() | born_with)):
        says = _shown(view, name)
        if not alike(says, told[name]):
            sentence = (
                f"the view of {view.entity_id} says {name} {show(says)}, "
                f"and its events say {show(told[name])}"
            )
            yield evidence.finding(Kind.MUTATED, sentence, events[-1])


def _shown(view: View, name: str) -> object:
    """Return what a view shows; of products only what is promised of each."""
    says = view.data.get(name, NOT_SHOWN)
    if name != "products" or not isinstance(says, list):
        return says
    return [
        {each: line.get(each) for each in LINE} if isinstance(line, dict) else line for line in says
    ]


def _gathered(view: View, events: Sequence[Document], evidence: Evidence) -> Mapping[str, object]:
    """Return what a view shows that is no field of one event, unless it is nothing.

    That is the products of an opportunity, and which address is the primary one of its owner.
    """
    if view.entity_type == EntityType.OPPORTUNITY:
        added = [e["payload"] for e in events if e["event_type"] == "OpportunityProductAdded"]
        lines = [{name: each.get(name) for name in LINE} for each in added]
        return {"products": lines} if lines or view.data.get("products") else {}
    if view.entity_type == EntityType.ADDRESS:
        is_primary = evidence.primary_of.get(owner_of(events[0])) == view.entity_id
        return {"primary": is_primary} if is_primary or view.data.get("primary") else {}
    return {}
