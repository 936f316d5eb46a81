"""When subscribers were seen to have events: they are only asked, so that is an interval."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sighting:
    """Say between which looks a subscriber came to have an event.

    Seconds since the epoch by the suite's clock: `not_before` is when the last look began that did
    not show the event (None: the first look showed it), `by` when the first look ended that did.
    """

    tenant_id: str
    subscriber: str
    event_id: str
    not_before: float | None
    by: float


class Sightings:
    """Keep, for each subscriber and tenant, when each event was first seen."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, dict[str, Sighting]]] = {}
        self._last_look: dict[tuple[str, str], float] = {}

    def look(
        self,
        tenant_id: str,
        subscriber: str,
        event_ids: Collection[str],
        *,
        began: float,
        ended: float,
    ) -> list[Sighting]:
        """Note what a look at a subscriber showed, and return what no look showed before."""
        place = (tenant_id, subscriber)
        seen = self._seen.setdefault(tenant_id, {}).setdefault(subscriber, {})
        before = self._last_look.get(place)
        new = [
            Sighting(tenant_id, subscriber, event_id, before, ended)
            for event_id in dict.fromkeys(event_ids)
            if event_id not in seen
        ]
        seen |= {each.event_id: each for each in new}
        self._last_look[place] = began
        return new

    def of(self, tenant_id: str) -> Sequence[Sighting]:
        """Return all sightings of a tenant's events."""
        return [
            sighting
            for seen in self._seen.get(tenant_id, {}).values()
            for sighting in seen.values()
        ]
