"""What an audit judges, and what it can find."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from support.crm.port import Accepted, Applied, AuditEntry, PipelineTotal, Subscriber, View
from support.observing.deliveries import Delivery

Document = Mapping[str, Any]
BUS = "the event store and the bus"
CLOCKS_APART_S = 300.0  # as far as AWS lets the clock of a caller be off


class Kind(StrEnum):
    """Name what can be wrong with the flow of an event."""

    LOST = "lost"
    DUPLICATE = "duplicate"
    PHANTOM = "phantom"
    GAP = "gap"
    MUTATED = "mutated"
    LEAKED = "leaked"
    MISROUTED = "misrouted"


@dataclass(frozen=True)
class Finding:
    """Say what is wrong, with which event, in one sentence."""

    kind: Kind
    tenant_id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence} (tenant {self.tenant_id})"


@dataclass(frozen=True)
class Missing:
    """Name a committed event that got lost, and the hop on which it did."""

    event: Document
    hop: str

    def __str__(self) -> str:
        return f"{title(self.event)} was lost between {self.hop}"


@dataclass(frozen=True)
class Evidence:
    """Hold what the CRM says of one tenant: its history and what its subscribers have of it.

    `pipeline` is None where it was not read.
    """

    tenant_id: str
    history: Sequence[Document] = ()
    applied: Mapping[str, Sequence[Applied]] = field(default_factory=dict)
    audit_trail: Sequence[AuditEntry] = ()
    views: Sequence[View] = ()
    pipeline: Sequence[PipelineTotal] | None = None

    @cached_property
    def committed(self) -> Mapping[str, Document]:
        """Return the history by event id."""
        return {event["event_id"]: event for event in self.history}

    def finding(self, kind: Kind, sentence: str) -> Finding:
        """Return a finding about this tenant."""
        return Finding(kind, self.tenant_id, sentence)


@dataclass(frozen=True)
class Case:
    """Hold all that an audit judges.

    `accepted` are the commands with their receipts, `promised` the event types that a command may
    make, its own first, `violations` what breaks the published schema. `clocks_apart` is by how
    many seconds the CRM's clock may differ from the suite's.
    """

    evidence: Sequence[Evidence]
    deliveries: Sequence[Delivery]
    subscribers: Sequence[Subscriber]
    accepted: Sequence[Accepted]
    violations: Callable[[Document], Sequence[str]]
    promised: Mapping[str, Sequence[str]] = field(default_factory=dict)
    clocks_apart: float = CLOCKS_APART_S

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Return by event id which tenant committed the event."""
        return {e["event_id"]: each.tenant_id for each in self.evidence for e in each.history}

    def arrived(self, tenant_id: str) -> Sequence[Delivery]:
        """Return what the bus delivered of a tenant."""
        return [d for d in self.deliveries if d.event and d.event.tenant_id == tenant_id]


def title(event: Document) -> str:
    """Name an event in words."""
    return f"{event['event_type']} of {event['entity_id']} version {event['version']}"


def behind(
    evidence: Evidence, arrived: Sequence[Delivery], subs: Sequence[Subscriber]
) -> list[Missing]:
    """Name every event of the history that the bus or a subscriber lacks; empty means level."""
    on_bus = {each.event_id for each in arrived}
    published = [event for event in evidence.history if event["event_id"] in on_bus]
    return [
        *(Missing(event, BUS) for event in evidence.history if event["event_id"] not in on_bus),
        *(lack for each in subs for lack in _lacking(evidence, published, each)),
    ]


def _lacking(
    evidence: Evidence, published: Sequence[Document], subscriber: Subscriber
) -> Iterator[Missing]:
    has = {each.event_id for each in evidence.applied.get(subscriber.name, ())}
    for event in published:
        if event["entity_type"] in subscriber.entity_types and event["event_id"] not in has:
            yield Missing(event, f"the bus and the subscriber {subscriber.name}")
