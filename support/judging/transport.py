"""The auditor's look at the bus: all that was committed arrived there, once and unchanged."""

from collections.abc import Iterator

from support.judging.alike import alike, differences
from support.judging.case import Case, Evidence, Finding, Kind, behind, title

SOURCE = "crm"


def transport(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold what the bus delivered of a tenant against its history."""
    arrived = case.arrived(evidence.tenant_id)
    committed = evidence.committed
    for missing in behind(evidence, arrived, ()):
        yield evidence.finding(Kind.LOST, str(missing))
    for delivery in arrived:
        name = title(delivery.detail)
        event = committed.get(str(delivery.event_id))
        if event is None:
            # Where it is another tenant's, that tenant's audit says so.
            if str(delivery.event_id) not in case.owners:
                yield evidence.finding(Kind.PHANTOM, f"{name} arrived, and is not in the history")
        elif not alike(delivery.detail, event):
            what = differences(delivery.detail, event)
            sentence = f"{name} arrived other than it was committed: {what}"
            yield evidence.finding(Kind.MUTATED, sentence)
        if (delivery.source, delivery.detail_type) != (SOURCE, delivery.detail["event_type"]):
            sentence = f"{name} was sent as {delivery.detail_type!r} from {delivery.source!r}"
            yield evidence.finding(Kind.MISROUTED, sentence)
        for violation in case.violations(delivery.detail):
            yield evidence.finding(Kind.MUTATED, f"{name} breaks its schema: {violation}")
    yield from _published_twice(case, evidence)
    yield from _published_elsewhere(case, evidence)


def _published_elsewhere(case: Case, evidence: Evidence) -> Iterator[Finding]:
    for delivery in case.deliveries:
        told = delivery.event
        if told and told.event_id in evidence.committed and told.tenant_id != evidence.tenant_id:
            name = title(evidence.committed[told.event_id])
            sentence = f"{name} was published in the name of tenant {told.tenant_id}"
            yield evidence.finding(Kind.LEAKED, sentence)


def _published_twice(case: Case, evidence: Evidence) -> Iterator[Finding]:
    envelopes: dict[str, set[str]] = {}
    for delivery in case.arrived(evidence.tenant_id):
        envelopes.setdefault(str(delivery.event_id), set()).add(delivery.envelope_id)
    for event in evidence.history:
        times = len(envelopes.get(event["event_id"], ()))
        if times > 1:
            sentence = f"{title(event)} was published {times} times"
            yield evidence.finding(Kind.DUPLICATE, sentence)
