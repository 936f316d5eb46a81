"""What a scenario calls its tenants and entities, and what they are called in the system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.contract.entities import EntityType
from support.errors import ScenarioError

FENCE_PREFIX = "fence-"


def queue_name(address: str) -> str:
    """Return the name of a queue from its URL or ARN."""
    return address.replace(":", "/").rsplit("/", 1)[-1]


def is_fence(event: Mapping[str, Any]) -> bool:
    """Say whether an event is the suite's own."""
    return str(event["entity_id"]).startswith(FENCE_PREFIX)


@dataclass(frozen=True)
class EntityRef:
    """Identify an entity of a tenant."""

    entity_type: EntityType
    entity_id: str


@dataclass
class Tenant:
    """Hold a tenant of the scenario with the names of its entities.

    `ids` are those that it uses for new entities, by kind and name; neighbours share them.
    """

    name: str
    tenant_id: str
    entities: dict[str, EntityRef] = field(default_factory=dict)
    ids: dict[tuple[EntityType, str], str] = field(default_factory=dict)

    def call(self, name: str, entity: EntityRef) -> None:
        """Give an entity its name; raises ScenarioError if the tenant has that name already."""
        if self.entities.get(name, entity) != entity:
            raise ScenarioError(f"{self.name} has two entities called {name!r}: rename one")
        self.entities[name] = entity

    def entity(self, name: str, kind: EntityType | None = None) -> EntityRef:
        """Return the entity of that name; raises ScenarioError naming those that there are."""
        found = self.entities.get(name)
        if found is None or kind not in (None, found.entity_type):
            known = ", ".join(f"{ref.entity_type} {name!r}" for name, ref in self.entities.items())
            wanted = f"{kind or 'entity'} called {name!r}"
            raise ScenarioError(f"{self.name} has no {wanted}; it has {known or 'none'}")
        return found

    def only(self, kind: EntityType) -> EntityRef:
        """Return the tenant's only entity of a kind; raises ScenarioError if it is not alone."""
        found = [ref for ref in self.entities.values() if ref.entity_type is kind]
        if len(found) != 1:
            raise ScenarioError(f"{self.name} has {len(found)} of kind {kind}: name one in a table")
        return found[0]

    def name_of(self, entity_id: str) -> str:
        """Return what the scenario calls an entity, or its id."""
        called = (name for name, ref in self.entities.items() if ref.entity_id == entity_id)
        return next(called, entity_id)
