"""The auditor's look at a tenant's own subscription: all of its events, and nobody else's."""

from collections.abc import Iterator, Sequence

from support.judging.case import Case, Document, Evidence, Finding, Kind, OwnDeliveries, title
from support.judging.transport import reordered
from support.observing.deliveries import Delivery

DOOR = "the own subscription"


def own_subscription(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold what a tenant's own subscription got, if it has one, against its history."""
    if own := case.own.get(evidence.tenant_id):
        yield from door(own, evidence)
        if case.keeps_order:
            ours = [
                d for d in own.deliveries if d.event and d.event.tenant_id == evidence.tenant_id
            ]
            yield from reordered(ours, evidence, f"came to {DOOR}")


def door(own: OwnDeliveries, evidence: Evidence) -> Iterator[Finding]:
    """Hold what came to a tenant's own subscription against its history."""
    yield from strangers(evidence.tenant_id, own.deliveries)
    yield from _own(own, evidence)
    for event in lacking(own, evidence.history):
        sentence = f"{title(event)} was lost between the bus and {DOOR}"
        yield evidence.finding(Kind.LOST, sentence)
    envelopes: dict[str | None, set[str]] = {}
    for delivery in own.deliveries:
        envelopes.setdefault(delivery.event_id, set()).add(delivery.envelope_id)
    for event in evidence.history:
        if (times := len(envelopes.get(event["event_id"], ()))) > 1:
            sentence = f"{title(event)} came to {DOOR} {times} times"
            yield evidence.finding(Kind.DUPLICATE, sentence)


def strangers(tenant_id: str, deliveries: Sequence[Delivery]) -> Iterator[Finding]:
    """Name what an own subscription must never have: another tenant's event, or none at all."""
    for delivery in deliveries:
        if delivery.event is None:
            sentence = f"a message that holds no event ({delivery.problem}) came to {DOOR}"
            yield Finding(Kind.PHANTOM, tenant_id, sentence)
        elif delivery.event.tenant_id != tenant_id:
            sentence = (
                f"{title(delivery.detail)} of tenant {delivery.event.tenant_id} came to {DOOR} "
                f"of tenant {tenant_id}"
            )
            yield Finding(Kind.LEAKED, tenant_id, sentence)


def lacking(own: OwnDeliveries, history: Sequence[Document]) -> list[Document]:
    """Return the events of the history that the own subscription should have, and has not."""
    has = {each.event_id for each in own.deliveries} | own.before
    return [event for event in history if event["event_id"] not in has]


def _own(own: OwnDeliveries, evidence: Evidence) -> Iterator[Finding]:
    ours = [d for d in own.deliveries if d.event and d.event.tenant_id == evidence.tenant_id]
    for delivery in {each.event_id: each for each in ours}.values():
        event, name = evidence.committed.get(str(delivery.event_id)), title(delivery.detail)
        if event is None:
            sentence = f"{name} came to {DOOR}, and is not in the history"
            yield evidence.finding(Kind.PHANTOM, sentence)
        elif delivery.detail != event:
            sentence = f"{name} came to {DOOR} other than it was committed"
            yield evidence.finding(Kind.MUTATED, sentence)
