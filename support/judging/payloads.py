"""The auditor's look at payloads: what an event says of the time before it was so."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from support.judging.alike import alike
from support.judging.case import Document, Evidence, Finding, Kind, title
from support.judging.values import show

BEFORE = "previous_"
# What an event says again of its entity, as it was.
REPEATED: Mapping[str, tuple[str, ...]] = {
    "OpportunityWon": ("amount",),
    "OpportunityLost": ("amount",),
}
ONLY_CHANGES = ("Updated", "Corrected")
# What an event says of a product, and what the product's own events call it.
OF_A_PRODUCT = {"sku": "sku", "unit_price": "price"}

State = Mapping[str, Any]
Entity = tuple[str, str]


def payloads(evidence: Evidence) -> Iterator[Finding]:
    """Hold what each event says of its entity's past, and of others, against their events."""
    events = list(evidence.committed.values())
    known = {_entity(event) for event in events}
    states: dict[Entity, dict[str, Any]] = {}
    for event in events:
        state = states.setdefault(_entity(event), {})
        yield from _past(event, state, evidence)
        yield from _unchanged(event, state, evidence)
        yield from _product(event, states, evidence)
        yield from _strangers(event, known, evidence)
        state |= event["payload"]


def _entity(event: Document) -> Entity:
    return event["entity_type"], event["entity_id"]


def _past(event: Document, state: State, evidence: Evidence) -> Iterator[Finding]:
    payload = event["payload"]
    told = {name: name.removeprefix(BEFORE) for name in payload if name.startswith(BEFORE)}
    told |= {name: name for name in REPEATED.get(event["event_type"], ()) if name in payload}
    for name, was in told.items():
        if was in state and not alike(payload[name], state[was]):
            yield _contradicted(event, name, state[was], evidence)


def _contradicted(event: Document, name: str, was: Any, evidence: Evidence) -> Finding:
    sentence = (
        f"{title(event)} says {name} {show(event['payload'][name])}, and the events before it say "
        f"{show(was)}"
    )
    return evidence.finding(Kind.MUTATED, sentence)


def _unchanged(event: Document, state: State, evidence: Evidence) -> Iterator[Finding]:
    if not event["event_type"].endswith(ONLY_CHANGES):
        return
    for name, value in event["payload"].items():
        if name in state and alike(value, state[name]):
            sentence = f"{title(event)} tells {name} {show(value)}, which did not change"
            yield evidence.finding(Kind.MUTATED, sentence)


def _product(
    event: Document, states: Mapping[Entity, State], evidence: Evidence
) -> Iterator[Finding]:
    payload = event["payload"]
    product = states.get(("product", payload.get("product_id", "")), {})
    for name, called in OF_A_PRODUCT.items():
        is_told = name in payload and "product_id" in payload and called in product
        if is_told and not alike(payload[name], product[called]):
            yield _contradicted(event, name, product[called], evidence)


def _strangers(event: Document, known: Collection[Entity], evidence: Evidence) -> Iterator[Finding]:
    """Find references to entities that have no event, before or after."""
    payload = event["payload"]
    for name, named in payload.items():
        if not name.endswith("_id") or named is None:
            continue
        word = name.removesuffix("_id").removeprefix(BEFORE)
        kind = payload.get(f"{word}_type", word)
        if (kind, named) not in known:
            sentence = f"{title(event)} names the {kind} {named}, which is not in the history"
            yield evidence.finding(Kind.MUTATED, sentence)
