"""The auditor's look at the bus: all that was committed arrived there, once and unchanged."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from support.judging.alike import alike, differences
from support.judging.case import (
    Case,
    Document,
    Evidence,
    Finding,
    Kind,
    behind,
    entity_of,
    title,
)
from support.observing.deliveries import Delivery

SOURCE = "crm"


def transport(case: Case, evidence: Evidence) -> Iterator[Finding]:
    """Hold what the bus delivered of a tenant against its history."""
    arrived = case.arrived(evidence.tenant_id)
    unseen = dict(evidence.committed)
    strange = [*_strange(arrived, unseen, case, evidence)]
    is_whole = not (unseen or strange) and len(arrived) == len(evidence.committed)
    for missing in () if is_whole else behind(evidence, arrived, ()):
        yield evidence.finding(missing.kind, str(missing), missing.event)
    for delivery in strange:
        yield from _one(case, delivery, evidence)
    yield from () if is_whole else _published_twice(arrived, evidence)
    yield from _published_elsewhere(case, evidence)
    if case.keeps_order and not (is_whole and evidence.runs_on and _in_turn(arrived, evidence)):
        yield from reordered(arrived, evidence, "arrived")


def _strange(
    arrived: Sequence[Delivery], unseen: dict[str, Document], case: Case, evidence: Evidence
) -> Iterator[Delivery]:
    """Strike what arrived from the unseen, and name what is not at once seen to be as committed."""
    typed, violations = evidence.walked.typed, case.violations
    for delivery in arrived:
        detail = delivery.detail
        event = unseen.pop(event_id := detail["event_id"], None)
        if (
            ((event != detail or event_id in typed) and not _is_same(detail, evidence))
            or delivery.source != SOURCE
            or delivery.detail_type != detail["event_type"]
            or violations(detail)
        ):
            yield delivery


def _in_turn(arrived: Sequence[Delivery], evidence: Evidence) -> bool:
    """Say at once, as nearly always, that all arrived in the order of the history."""
    return [each.detail["event_id"] for each in arrived] == [*evidence.committed]


def _is_same(detail: Document, evidence: Evidence) -> bool:
    event = evidence.committed.get(detail["event_id"])
    return event is not None and detail == event and alike(detail["payload"], event["payload"])


def _one(case: Case, delivery: Delivery, evidence: Evidence) -> Iterator[Finding]:
    detail = delivery.detail
    event = evidence.committed.get(str(delivery.event_id))
    if event is None:
        # Where it is another tenant's, that tenant's audit says so.
        if str(delivery.event_id) not in case.owners:
            sentence = f"{title(detail)} arrived, and is not in the history"
            yield evidence.finding(Kind.PHANTOM, sentence, detail)
    elif what := differences(detail, event):
        sentence = f"{title(detail)} arrived other than it was committed: {what}"
        yield evidence.finding(Kind.MUTATED, sentence, detail)
    if delivery.source != SOURCE or delivery.detail_type != detail["event_type"]:
        sentence = f"{title(detail)} was sent as {delivery.detail_type!r} from {delivery.source!r}"
        yield evidence.finding(Kind.MISROUTED, sentence, detail)
    for violation in case.violations(detail):
        sentence = f"{title(detail)} breaks its schema: {violation}"
        yield evidence.finding(Kind.MUTATED, sentence, detail)


def _published_elsewhere(case: Case, evidence: Evidence) -> Iterator[Finding]:
    if case.by_tenant.keys() <= {evidence.tenant_id}:
        return
    for each in case.astray:
        tenant_id, event_id = each.detail["tenant_id"], str(each.event_id)
        event = evidence.committed.get(event_id)
        if event is None or tenant_id == evidence.tenant_id:
            continue
        theirs = case.committed_by(tenant_id, event_id)
        if theirs is not None and alike(each.detail, theirs):
            sentence = (
                f"the event_id {event_id} of {title(event)} is in the history of tenant "
                f"{tenant_id}, too: {title(theirs)}"
            )
            yield evidence.finding(Kind.DUPLICATE, sentence, event)
        else:
            sentence = f"{title(event)} was published in the name of tenant {tenant_id}"
            yield evidence.finding(Kind.LEAKED, sentence, event)


def _published_twice(arrived: Sequence[Delivery], evidence: Evidence) -> Iterator[Finding]:
    """Tell the CRM's own repetition from that of the transport by the bus's own id."""
    if len({each.detail["event_id"] for each in arrived}) == len(arrived):
        return
    once: dict[str, str] = {}
    more: dict[str, set[str]] = {}
    for each in arrived:
        event_id = str(each.event_id)
        first = once.setdefault(event_id, each.envelope_id)
        if first != each.envelope_id:
            more.setdefault(event_id, {first}).add(each.envelope_id)
    for event_id, envelopes in more.items():
        if event := evidence.committed.get(event_id):
            sentence = f"{title(event)} was published {len(envelopes)} times"
            # A finding for each time too many: who expects one repetition must see a second.
            found = replace(evidence.finding(Kind.DUPLICATE, sentence, event), published_again=True)
            yield from [found] * (len(envelopes) - 1)


def reordered(arrived: Sequence[Delivery], evidence: Evidence, how: str) -> Iterator[Finding]:
    """Find what came first after a later version of the same entity had come; `how` it came."""
    newest: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for each in arrived:
        detail = each.detail
        entity = entity_of(detail)
        before = newest.get(entity, 0)
        if detail["version"] > before:
            newest[entity] = detail["version"]
        elif detail["event_id"] not in seen:
            sentence = f"{title(detail)} {how} after version {before}"
            yield evidence.finding(Kind.REORDERED, sentence, detail)
        seen.add(detail["event_id"])
