"""From a decision to events in their envelopes."""

from collections.abc import Mapping
from uuid import uuid4

from support.reference_crm.domain import Decision, EntityRef, NewEvent, Refused
from support.reference_crm.envelope import MAX_EVENT_BYTES, Event, now
from support.reference_crm.request import Request
from support.reference_crm.upcasting import newest_version


def envelopes(
    request: Request, decision: Decision, versions: Mapping[EntityRef, int]
) -> tuple[Event, ...]:
    """Return the events that were decided, each as the next version of its entity.

    Raise Refused for an event that would be too large.
    """
    occurred_at, first_id = now(), str(uuid4())
    return tuple(
        _envelope(
            request,
            new,
            event_id=first_id if index == 0 else str(uuid4()),
            causation_id=first_id if new.caused_by_first else request.causation_id,
            version=versions.get(new.entity, 0) + 1,
            occurred_at=occurred_at,
        )
        for index, new in enumerate(decision.events)
    )


def _envelope(
    request: Request,
    new: NewEvent,
    *,
    event_id: str,
    causation_id: str | None,
    version: int,
    occurred_at: str,
) -> Event:
    event = Event(
        event_id=event_id,
        event_type=new.event_type,
        schema_version=newest_version(new.event_type),
        tenant_id=request.tenant_id,
        entity_type=new.entity.entity_type,
        entity_id=new.entity.entity_id,
        version=version,
        occurred_at=occurred_at,
        actor=request.actor,
        correlation_id=request.correlation_id,
        causation_id=causation_id,
        payload=dict(new.payload),
    )
    if len(event.to_json().encode()) > MAX_EVENT_BYTES:
        raise Refused("event_too_large", "The event of this command would be too large.")
    return event
