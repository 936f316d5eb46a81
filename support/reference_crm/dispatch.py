"""Publishing what is stored: what cannot be published is set aside, what was, no longer is.

The publisher, a replay and a redrive all publish through here.
"""

import logging
from collections.abc import Callable, Sequence

from support.reference_crm.aws import AWS_TROUBLE
from support.reference_crm.bus import Bus
from support.reference_crm.outgoing import Outgoing, outgoing
from support.reference_crm.patience import Patience
from support.reference_crm.set_aside import SetAside
from support.reference_crm.stored import Broken, Place, StoredEvent

WINDOW = 10

log = logging.getLogger(__name__)


class Dispatch:
    """Send stored events to the bus, in order for each entity."""

    def __init__(self, bus: Bus, aside: SetAside, patience: Patience) -> None:
        self._bus = bus
        self._aside = aside
        self._patience = patience
        self._known: set[Place] | None = None

    def send(self, found: Sequence[StoredEvent]) -> int:
        """Return how many the bus took; each of the others is set aside durably by then."""
        going = [event for each in found if (event := self._outgoing(each)) is not None]
        refused = {each.event: each.reason for each in self._bus.publish(going)}
        for event, reason in refused.items():
            self._set_aside(event.place, event.event_id, event.event_type, reason)
        taken = [event for event in going if event not in refused]
        for event in taken:
            self._take_back(event.place)
        return len(taken)

    def _outgoing(self, found: StoredEvent) -> Outgoing | None:
        try:
            return outgoing(found.event())
        except Broken as error:
            said = (found.said("event_id"), found.said("event_type"))
            self._set_aside(found.place, *said, str(error))
            return None

    def _set_aside(
        self, place: Place, event_id: str | None, event_type: str | None, reason: str
    ) -> None:
        log.error("%s %s is set aside: %s", place.pk, place.sk, reason)
        known = self._known_aside()
        self._keep_trying(
            "setting aside", lambda: self._aside.put(place, event_id, event_type, reason)
        )
        known.add(place)

    def _take_back(self, place: Place) -> None:
        known = self._known_aside()
        if place in known:
            self._keep_trying("taking back", lambda: self._aside.remove(place))
            known.discard(place)

    def _known_aside(self) -> set[Place]:
        """Return what is set aside; asked once, because nobody else sets aside what we publish."""
        if self._known is None:
            known: set[Place] = set()
            self._keep_trying(
                "reading what is set aside",
                lambda: known.update(each.place for each in self._aside.all()),
            )
            self._known = known
        return self._known

    def _keep_trying(self, what: str, call: Callable[[], object]) -> None:
        self._patience.keep_trying(what, call, *AWS_TROUBLE)
