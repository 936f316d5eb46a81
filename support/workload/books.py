"""What a made-up tenant has: enough of each entity's state to know what may be done to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from support.contract.entities import EntityType


@dataclass
class Known:
    """Hold an entity: its state, and what it hangs on.

    `state` is "open" where everything may be done to it; `is_doubtful` once a subscriber may change
    it by itself, at a time that nobody knows.
    """

    kind: EntityType
    name: str
    state: str = "open"
    account: str = ""
    owner: str = ""
    stage: str = "prospecting"
    has_consent: bool = False
    is_doubtful: bool = False


@dataclass
class Book:
    """Hold all that a tenant has, by its names."""

    tenant: str
    entities: dict[str, Known] = field(default_factory=dict)
    primary: dict[str, str] = field(default_factory=dict)
    _made: dict[EntityType, int] = field(default_factory=dict)

    def new_name(self, kind: EntityType) -> str:
        """Return a name that no entity of the tenant has."""
        self._made[kind] = self._made.get(kind, 0) + 1
        return f"{kind} {self._made[kind]}"

    def add(self, known: Known) -> Known:
        """Keep an entity."""
        self.entities[known.name] = known
        return known

    def of(self, *kinds: EntityType, state: str = "open") -> list[Known]:
        """Return the entities of some kinds that are in a state, the doubtful left out."""
        return [each for each in self.all(*kinds) if each.state == state and not each.is_doubtful]

    def all(self, *kinds: EntityType) -> Iterator[Known]:
        """Return all entities of some kinds."""
        return (each for each in self.entities.values() if each.kind in kinds)

    def hanging_on(self, account: str) -> list[Known]:
        """Return what a deactivation of the account may close."""
        closing = (EntityType.ACTIVITY, EntityType.OPPORTUNITY)
        return [each for each in self.all(*closing) if each.account == account]
