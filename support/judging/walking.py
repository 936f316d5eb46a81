"""One walk through a tenant's history, for all looks that need what it tells."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from support.judging.alike import TEXTS

Document = Mapping[str, Any]
Entity = tuple[str, str]

# What an event says of its entity by its name alone.
IMPLIED: Mapping[str, Mapping[str, Any]] = {
    "AccountCreated": {"status": "active"},
    "AccountDeactivated": {"status": "inactive"},
    "AccountReactivated": {"status": "active"},
    "ContactCreated": {"status": "active"},
    "ContactConsentWithdrawn": {"consent": False},
    "ContactArchived": {"status": "archived"},
    "LeadCreated": {"status": "new"},
    "LeadQualified": {"status": "qualified"},
    "LeadDisqualified": {"status": "disqualified"},
    "LeadConverted": {"status": "converted"},
    "OpportunityWon": {"stage": "won"},
    "OpportunityLost": {"stage": "lost"},
    "ActivityLogged": {"status": "logged"},
    "ActivityScheduled": {"status": "scheduled"},
    "ActivityCompleted": {"status": "completed"},
    "ActivityCancelled": {"status": "cancelled"},
    "ProductCreated": {"status": "active"},
    "ProductDiscontinued": {"status": "discontinued"},
    "AddressAdded": {"status": "current"},
    "AddressRemoved": {"status": "removed"},
}


@dataclass(frozen=True)
class Walked:
    """Hold what a history tells.

    `told` is what the events of each entity have come to, `typed` the ids of events with more than
    texts in them (what equals one may be another), `caused` the events that name a cause; `runs_on`
    says that all is one tenant's, and the versions of each entity run 1, 2, 3 ...
    """

    by_entity: Mapping[Entity, Sequence[Document]]
    told: Mapping[Entity, Mapping[str, Any]]
    typed: Collection[str]
    caused: Sequence[Document]
    runs_on: bool


def walk(history: Sequence[Document], tenant_id: str) -> Walked:
    """Go through a history once, and not again for each look: a long one stays in no cache."""
    by_entity: dict[Entity, list[Document]] = defaultdict(list)
    told: dict[Entity, dict[str, Any]] = defaultdict(dict)
    typed: set[str] = set()
    caused: list[Document] = []
    runs_on = True
    for event in history:
        entity, payload = (event["entity_type"], event["entity_id"]), event["payload"]
        events, state = by_entity[entity], told[entity]
        events.append(event)
        state |= payload
        if implied := IMPLIED.get(event["event_type"]):
            state |= implied
        if event["version"] != len(events) or event["tenant_id"] != tenant_id:
            runs_on = False
        if event["causation_id"]:
            caused.append(event)
        if not TEXTS.issuperset(map(type, payload.values())):
            typed.add(event["event_id"])
    return Walked(by_entity, told, typed, caused, runs_on)
