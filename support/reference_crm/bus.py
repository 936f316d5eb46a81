"""Sending events to the bus."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from support.reference_crm.outgoing import SOURCE, Outgoing, batches
from support.reference_crm.patience import Patience
from support.reference_crm.sending import Refused, Said, Sending, Unfinished, said_of_entry

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import (
        PutEventsRequestEntryTypeDef,
        PutEventsResultEntryTypeDef,
    )


class Bus:
    """Publish to one bus, until it has taken or refused for good each event."""

    def __init__(self, events: "EventBridgeClient", name: str, patience: Patience) -> None:
        self._events = events
        self._name = name
        self._patience = patience

    def publish(self, events: Iterable[Outgoing]) -> list[Refused]:
        """Return what the bus refused for good; raise Stopping if told to end first."""
        return [refused for batch in batches(events) for refused in self._publish(batch.events)]

    def _publish(self, batch: list[Outgoing]) -> list[Refused]:
        sending = Sending(self._put, batch)
        self._patience.keep_trying("publishing", sending.go_on, Unfinished)
        return sending.refused

    def _put(self, events: Sequence[Outgoing]) -> list[Said | None]:
        answer = self._events.put_events(Entries=[self._entry(event) for event in events])
        return [_said(result) for result in answer["Entries"]]

    def _entry(self, event: Outgoing) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.event_type,
            "Detail": event.detail,
        }


def _said(result: "PutEventsResultEntryTypeDef") -> Said | None:
    if result.get("EventId"):
        return None
    return said_of_entry(result.get("ErrorCode", "no event id"), result.get("ErrorMessage", ""))
