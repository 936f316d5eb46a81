"""What the inbox asks of a subscriber."""

from collections.abc import Sequence
from typing import Protocol

from support.reference_crm.envelope import Event
from support.reference_crm.items import Write


class NotYet(Exception):
    """Say that an event cannot have its effect just now: it passes, and costs no attempt."""


class Never(Exception):
    """Say that an event cannot have its effect as it is: it is set aside with this reason."""


class Subscriber(Protocol):
    """Turn the events of an entity, which come in order, into writes of the projections table."""

    def effects(self, event: Event) -> Sequence[Write]:
        """Return what the event writes; it may be asked more than once for the same event."""
