"""Which events a defect strikes: those of a type, every so many, so often at most."""

from collections.abc import Callable, Mapping
from typing import Any

Event = Mapping[str, Any]


class Pick:
    """Choose among the events that match: every nth of them, and no more than `at_most`.

    What was chosen once stays chosen, however often it passes.
    """

    def __init__(
        self, matches: Callable[[Event], bool], every: int = 1, at_most: int | None = None
    ) -> None:
        self._matches = matches
        self._every = every
        self._at_most = at_most
        self._decided: dict[str, bool] = {}
        self._chosen = 0

    def takes(self, event: Event) -> bool:
        """Say whether the event is one to strike."""
        if not self._matches(event):
            return False
        event_id = str(event["event_id"])
        if event_id not in self._decided:
            self._decided[event_id] = self._is_next()
        return self._decided[event_id]

    def _is_next(self) -> bool:
        due = (len(self._decided) + 1) % self._every == 0
        chosen = due and (self._at_most is None or self._chosen < self._at_most)
        self._chosen += chosen
        return chosen


def of(*event_types: str) -> Callable[[Event], bool]:
    """Match events of these types."""
    return lambda event: event["event_type"] in event_types


def anything(_: Event) -> bool:
    """Match every event."""
    return True


class Neighbours:
    """Know the tenants whose events passed, to take one tenant for another."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def other_than(self, tenant_id: str) -> str | None:
        """Return the tenant that was seen first after this one was, or before; None if alone."""
        self._seen.setdefault(tenant_id)
        others = [each for each in self._seen if each != tenant_id and "-canary-" not in each]
        return others[-1] if others else None
