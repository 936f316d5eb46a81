"""What an audit judges, and what it can find."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from support.contract.entities import EntityType
from support.crm.port import Accepted, Applied, AuditEntry, Parked, PipelineTotal, Subscriber, View
from support.judging.walking import Walked, walk
from support.observing.deliveries import Delivery
from support.observing.sightings import Sighting

Document = Mapping[str, Any]
BUS = "the event store and the bus"
LIKENESS = ("event_type", "entity_type", "entity_id", "version")
CLOCKS_APART_S = 300.0  # as far as AWS lets the clock of a caller be off


class Kind(StrEnum):
    """Name what can be wrong with the flow of an event."""

    LOST = "lost"
    DUPLICATE = "duplicate"
    PHANTOM = "phantom"
    GAP = "gap"
    REORDERED = "reordered"
    MUTATED = "mutated"
    LEAKED = "leaked"
    MISROUTED = "misrouted"
    BLOCKED = "blocked"
    DEAD_LETTERED = "dead-lettered"
    LATE = "late"


@dataclass(frozen=True)
class Finding:
    """Say what is wrong, with which event, in one sentence; only these three are compared.

    `published_again` says that it is a repetition on the bus, which need not have had effect again.
    """

    kind: Kind
    tenant_id: str
    sentence: str
    event: Document | None = field(default=None, compare=False, repr=False)
    published_again: bool = field(default=False, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence} (tenant {self.tenant_id})"


@dataclass(frozen=True)
class Missing:
    """Name a committed event that did not arrive, the hop on which it stayed, and why if known."""

    event: Document
    hop: str
    kind: Kind = Kind.LOST
    reason: str = ""

    def __str__(self) -> str:
        return f"{title(self.event)} {self.reason or f'was lost between {self.hop}'}"


@dataclass(frozen=True)
class Evidence:
    """Hold what the CRM says of one tenant: its history and what its subscribers have of it.

    `dead_letters` are the ids of the events that a subscriber gave up, by its name, `parked` what
    waits there; `pipeline` is None where it was not read.
    """

    tenant_id: str
    history: Sequence[Document] = ()
    applied: Mapping[str, Sequence[Applied]] = field(default_factory=dict)
    audit_trail: Sequence[AuditEntry] = ()
    views: Sequence[View] = ()
    pipeline: Sequence[PipelineTotal] | None = None
    dead_letters: Mapping[str, Collection[str]] = field(default_factory=dict)
    parked: Mapping[str, Sequence[Parked]] = field(default_factory=dict)

    @cached_property
    def committed(self) -> Mapping[str, Document]:
        """Return the history by event id."""
        return {event["event_id"]: event for event in self.history}

    @property
    def by_entity(self) -> Mapping[tuple[str, str], Sequence[Document]]:
        """Return the history of each entity."""
        return self.walked.by_entity

    @property
    def runs_on(self) -> bool:
        """Say at once, as nearly always, that all is this tenant's, and runs 1, 2, 3 ..."""
        return self.walked.runs_on and len(self.committed) == len(self.history)

    @cached_property
    def walked(self) -> Walked:
        """Return what one walk through the history tells."""
        return walk(self.history, self.tenant_id)

    @cached_property
    def _ids_by_type(self) -> Mapping[str, Collection[str]]:
        found: dict[str, set[str]] = {}
        for event in self.history:
            found.setdefault(event["entity_type"], set()).add(event["event_id"])
        return found

    @cached_property
    def primary_of(self) -> Mapping[tuple[str, str], str]:
        """Return, by an owner of addresses, which of them was made its primary one last."""
        made: dict[tuple[str, str], tuple[int, str]] = {}
        for (kind, entity_id), events in self.by_entity.items():
            for event in events if kind == EntityType.ADDRESS else ():
                nth = event["payload"].get("nth")
                if event["event_type"] == "AddressMadePrimary" and isinstance(nth, int):
                    owner = owner_of(event)
                    made[owner] = max(made.get(owner, (0, "")), (nth, entity_id))
        return {owner: entity_id for owner, (_, entity_id) in made.items()}

    def ids_for(self, subscriber: Subscriber) -> set[str]:
        """Return the ids of the events that a subscriber listens to."""
        kinds = (self._ids_by_type.get(kind, ()) for kind in subscriber.entity_types)
        ids: set[str] = set().union(*kinds)
        if not subscriber.event_types:
            return ids
        return {
            each for each in ids if self.committed[each]["event_type"] in subscriber.event_types
        }

    def finding(self, kind: Kind, sentence: str, event: Document | None = None) -> Finding:
        """Return a finding about this tenant, and the event if it is about one."""
        return Finding(kind, self.tenant_id, sentence, event)


@dataclass(frozen=True)
class OwnDeliveries:
    """Hold what a tenant's own subscription has received.

    `before` are the events that were committed before it was opened: it may have them or not.
    """

    deliveries: Sequence[Delivery]
    before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """Hold all that an audit judges.

    `accepted` are the commands with their receipts, `promised` the event types that a command may
    make, its own first, `violations` what breaks the published schema. `keeps_order` says whether
    the target promises that what is published first arrives first. `latest` is how many seconds
    any event may take; None leaves that unjudged, as where the suite itself held events up. `own`
    are the own subscriptions by tenant id; `deliveries` are those of the bus tap, with
    what came of these tenants' events in other names. `clocks_apart` is by how many seconds the
    CRM's clock may differ from the suite's. `closed` is what other audits of the run have judged.
    `actors` are the names under which subscribers command; none leaves that unjudged.
    """

    evidence: Sequence[Evidence]
    deliveries: Sequence[Delivery]
    subscribers: Sequence[Subscriber]
    accepted: Sequence[Accepted]
    violations: Callable[[Document], Sequence[str]]
    promised: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keeps_order: bool = False
    sightings: Sequence[Sighting] = ()
    latest: float | None = None
    own: Mapping[str, OwnDeliveries] = field(default_factory=dict)
    clocks_apart: float = CLOCKS_APART_S
    closed: Mapping[str, Evidence] = field(default_factory=dict)
    actors: Sequence[str] = ()

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Return by event id which tenant committed the event."""
        owners: dict[str, str] = {}
        for each in self.evidence:
            owners |= dict.fromkeys(each.committed, each.tenant_id)
        return owners

    @cached_property
    def receipted(self) -> Mapping[str, Accepted]:
        """Return by event id which command's receipt names the event."""
        return {
            vars(made)["event_id"]: each
            for each in self.accepted
            for made in vars(each.receipt)["events"]
        }

    @cached_property
    def sent_at(self) -> Mapping[str, float]:
        """Return by event id when the command was sent whose receipt names the event."""
        return {event_id: each.sent_at for event_id, each in self.receipted.items()}

    def committed_by(self, tenant_id: str, event_id: str) -> Document | None:
        """Return an event out of a tenant's history, if that was read and has it."""
        own = (each for each in self.evidence if each.tenant_id == tenant_id)
        evidence = next(own, self.closed.get(tenant_id))
        return evidence.committed.get(event_id) if evidence else None

    def arrived(self, tenant_id: str) -> Sequence[Delivery]:
        """Return what the bus delivered of a tenant, in order of arrival."""
        return self.by_tenant.get(tenant_id, ())

    def accepted_of(self, tenant_id: str) -> Sequence[Accepted]:
        """Return the commands of a tenant that were accepted."""
        return self._commands_by_tenant.get(tenant_id, ())

    @cached_property
    def by_tenant(self) -> Mapping[str, Sequence[Delivery]]:
        """Return the deliveries that hold events, by the tenant in whose name they came."""
        found: dict[str, list[Delivery]] = defaultdict(list)
        for each in self.deliveries:
            if each.event is not None:
                found[each.detail["tenant_id"]].append(each)
        return found

    @cached_property
    def astray(self) -> Sequence[Delivery]:
        """Return the deliveries that may have come in another name than that of their tenant.

        All of them where an event is in two histories: whose it is, nobody can tell.
        """
        delivered = self.by_tenant.items()
        if len(self.owners) < sum(len(each.history) for each in self.evidence):
            return [each for _, deliveries in delivered for each in deliveries]
        owner = self.owners.get
        return [
            each
            for tenant_id, deliveries in delivered
            for each in deliveries
            if owner(each.detail["event_id"]) != tenant_id
        ]

    def sightings_of(self, tenant_id: str) -> Sequence[Sighting]:
        """Return when a tenant's events were seen at subscribers."""
        return self._sightings_by_tenant.get(tenant_id, ())

    @cached_property
    def _sightings_by_tenant(self) -> Mapping[str, Sequence[Sighting]]:
        found: dict[str, list[Sighting]] = defaultdict(list)
        for each in self.sightings:
            found[each.tenant_id].append(each)
        return found

    @cached_property
    def _commands_by_tenant(self) -> Mapping[str, Sequence[Accepted]]:
        found: dict[str, list[Accepted]] = defaultdict(list)
        for each in self.accepted:
            found[each.command.tenant_id].append(each)
        return found


def entity_of(event: Document) -> tuple[str, str]:
    """Return what tells an entity of a tenant from all others."""
    return event["entity_type"], event["entity_id"]


def owner_of(event: Document) -> tuple[str, str]:
    """Return, by kind and id, whose address an event is about."""
    payload = event["payload"]
    return str(payload.get("owner_type")), str(payload.get("owner_id"))


def is_like(one: Document, other: Document) -> bool:
    """Say whether two documents name the same event, whatever their ids; either may lack much."""
    return all(name in one and one[name] == other.get(name) for name in LIKENESS)


def title(event: Document) -> str:
    """Name an event in words."""
    return f"{event['event_type']} of {event['entity_id']} version {event['version']}"


def behind(
    evidence: Evidence, arrived: Sequence[Delivery], subs: Sequence[Subscriber]
) -> list[Missing]:
    """Name every event of the history that the bus or a subscriber lacks; empty means level.

    What is not on the bus is not held against the subscribers.
    """
    unpublished = evidence.committed.keys() - {each.detail["event_id"] for each in arrived}
    stayed = evidence.history if unpublished else ()
    return [
        *(Missing(event, BUS) for event in stayed if event["event_id"] in unpublished),
        *(lack for each in subs for lack in _lacking(evidence, unpublished, each)),
    ]


def _lacking(
    evidence: Evidence, unpublished: Collection[str], subscriber: Subscriber
) -> Iterator[Missing]:
    """Name what a subscriber lacks; later versions of the same entity wait behind the first."""
    has = {each.event_id for each in evidence.applied.get(subscriber.name, ())}
    lacks = evidence.ids_for(subscriber) - has
    if not lacks:
        return
    dead = evidence.dead_letters.get(subscriber.name, ())
    first: dict[tuple[str, str], int] = {}
    for event in evidence.history:
        if (event_id := event["event_id"]) not in lacks:
            continue
        stuck = first.setdefault(entity_of(event), event["version"])
        if event_id not in unpublished:
            yield _stuck(event, subscriber.name, stuck, is_dead=event_id in dead)


def _stuck(event: Document, subscriber: str, first: int, *, is_dead: bool) -> Missing:
    hop = f"the bus and the subscriber {subscriber}"
    if is_dead:
        reason = f"is among the dead letters of the subscriber {subscriber}"
        return Missing(event, hop, Kind.DEAD_LETTERED, reason)
    if event["version"] > first:
        reason = f"waits at the subscriber {subscriber} for version {first}, which it lacks"
        return Missing(event, hop, Kind.BLOCKED, reason)
    return Missing(event, hop)
