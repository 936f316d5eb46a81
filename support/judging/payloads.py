"""The auditor's look at payloads: what an event says of the time before it was so."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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


@dataclass(frozen=True)
class Plan:
    """Hold what is to be compared in events of one type whose payloads have the same fields.

    `past` pairs a field with what it was called before, `others` names the references.
    """

    past: Sequence[tuple[str, str]]
    others: Sequence[str]
    only_changes: bool
    is_of_a_product: bool


@cache
def _plan(event_type: str, names: tuple[str, ...]) -> Plan:
    told = {name: name.removeprefix(BEFORE) for name in names if name.startswith(BEFORE)}
    told |= {name: name for name in REPEATED.get(event_type, ()) if name in names}
    return Plan(
        past=[*told.items()],
        others=[name for name in names if name.endswith("_id")],
        only_changes=event_type.endswith(ONLY_CHANGES),
        is_of_a_product="product_id" in names,
    )


def payloads(evidence: Evidence) -> Iterator[Finding]:
    """Hold what each event says of its entity's past, and of others, against their events."""
    states: dict[Entity, dict[str, Any]] = {}
    known = evidence.by_entity
    for event in evidence.committed.values():
        payload, entity = event["payload"], (event["entity_type"], event["entity_id"])
        state = states.get(entity)
        if state is None:
            state = states[entity] = {}
        plan = _plan(event["event_type"], tuple(payload))
        if plan.past:
            yield from _past(event, plan, state, evidence)
        if plan.only_changes:
            for name in payload:
                if name in state and alike(payload[name], state[name]):
                    yield _unchanged(event, name, evidence)
        if plan.is_of_a_product:
            yield from _product(event, states, evidence)
        if plan.others:
            yield from _strangers(event, plan, known, evidence)
        state |= payload


def _past(event: Document, plan: Plan, state: State, evidence: Evidence) -> Iterator[Finding]:
    payload = event["payload"]
    for name, was in plan.past:
        if was in state and not alike(payload[name], state[was]):
            yield _contradicted(event, name, state[was], evidence)


def _contradicted(event: Document, name: str, was: Any, evidence: Evidence) -> Finding:
    sentence = (
        f"{title(event)} says {name} {show(event['payload'][name])}, and the events before it say "
        f"{show(was)}"
    )
    return evidence.finding(Kind.MUTATED, sentence, event)


def _unchanged(event: Document, name: str, evidence: Evidence) -> Finding:
    sentence = f"{title(event)} tells {name} {show(event['payload'][name])}, which did not change"
    return evidence.finding(Kind.MUTATED, sentence, event)


def _product(
    event: Document, states: Mapping[Entity, State], evidence: Evidence
) -> Iterator[Finding]:
    payload = event["payload"]
    product = states.get(("product", str(payload["product_id"])), {})
    for name, called in OF_A_PRODUCT.items():
        if name in payload and called in product and not alike(payload[name], product[called]):
            yield _contradicted(event, name, product[called], evidence)


def _strangers(
    event: Document, plan: Plan, known: Collection[Entity], evidence: Evidence
) -> Iterator[Finding]:
    """Find references to entities that have no event, before or after."""
    payload = event["payload"]
    for name in plan.others:
        if not isinstance(named := payload[name], str):
            continue  # none, or the look at the schema says what is wrong with it
        word = name.removesuffix("_id").removeprefix(BEFORE)
        kind = payload.get(f"{word}_type", word)
        if (kind, named) not in known:
            sentence = f"{title(event)} names the {kind} {named}, which is not in the history"
            yield evidence.finding(Kind.MUTATED, sentence, event)
