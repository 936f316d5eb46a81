"""The auditor at a tenant's own subscription: one case for each finding, and for what is legal."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from support.judging.case import Case, Kind, OwnDeliveries
from support.judging.history import audit
from support.judging.isolation import lacking
from support.observing.deliveries import Delivery, delivery_of
from tests.support.cases import CREATED, HISTORY, OPENED, SOUND, UPDATED, arrive
from tests.support.samples import an_event, delivery, message

DOOR = "the own subscription"
TITLE = "AccountUpdated of globex version 2"
STRANGE = an_event(9, tenant_id="acme-2", entity_id="globex")
GHOST = an_event(8, "AccountUpdated", entity_id="globex", version=3, payload={"industry": "arms"})
NO_EVENT = delivery_of("own", message("hello", "m-9"))


def _own(deliveries: Sequence[Delivery], *before: str) -> Case:
    return replace(SOUND, own={"acme": OwnDeliveries(deliveries, frozenset(before))})


def _found(case: Case) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.sentence) for finding in audit(case)]


LEGAL: dict[str, Case] = {
    "it has everything": _own(arrive(*HISTORY)),
    "it has it in another order": _own(arrive(*reversed(HISTORY))),
    "the transport delivers twice": _own([*arrive(*HISTORY), delivery(CREATED, "m-again")]),
    "it lacks what was before it": _own(arrive(UPDATED, OPENED), CREATED["event_id"]),
    "it has what was before it": _own(arrive(*HISTORY), CREATED["event_id"]),
    "another tenant's lacks everything": replace(SOUND, own={"acme-2": OwnDeliveries(())}),
}


@pytest.mark.parametrize("case", LEGAL.values(), ids=LEGAL.keys())
def test_what_is_allowed_is_no_finding(case: Case) -> None:
    """At least once and in any order, like everywhere; and from its beginning on."""
    assert audit(case) == []


def test_order_is_judged_only_where_the_target_promises_it() -> None:
    """As on the bus: the versions of an entity; another tenant's events are leaked, not late."""
    wrong = _own(arrive(UPDATED, OPENED, CREATED))
    assert _found(replace(wrong, keeps_order=True)) == [
        (Kind.REORDERED, f"AccountCreated of globex version 1 came to {DOOR} after version 2")
    ]
    strange = _own(arrive({**STRANGE, "version": 7}, *HISTORY))
    assert [kind for kind, _ in _found(replace(strange, keeps_order=True))] == [Kind.LEAKED]


PLANTED: dict[str, tuple[Case, Kind, str]] = {
    "another tenant's event": (
        _own(arrive(*HISTORY, STRANGE)),
        Kind.LEAKED,
        f"AccountCreated of globex version 1 of tenant acme-2 came to {DOOR} of tenant acme",
    ),
    "something else": (
        _own([*arrive(*HISTORY), NO_EVENT]),
        Kind.PHANTOM,
        f"a message that holds no event (not JSON: 'hello') came to {DOOR}",
    ),
    "an event that never was": (
        _own(arrive(*HISTORY, GHOST)),
        Kind.PHANTOM,
        f"AccountUpdated of globex version 3 came to {DOOR}, and is not in the history",
    ),
    "an altered event": (
        _own(arrive(CREATED, {**UPDATED, "actor": "mallory"}, OPENED)),
        Kind.MUTATED,
        f"{TITLE} came to {DOOR} other than it was committed",
    ),
    "a missing event": (
        _own(arrive(CREATED, OPENED)),
        Kind.LOST,
        f"{TITLE} was lost between the bus and {DOOR}",
    ),
    "an event that was published twice": (
        _own([*arrive(*HISTORY), delivery(UPDATED, "m-again", id="another")]),
        Kind.DUPLICATE,
        f"{TITLE} came to {DOOR} 2 times",
    ),
}


@pytest.mark.parametrize(("case", "kind", "sentence"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_defect_is_the_only_finding(case: Case, kind: Kind, sentence: str) -> None:
    """What an own subscription got is judged beside the bus, and does not disturb it."""
    assert _found(case) == [(kind, sentence)]


def test_it_is_known_what_is_still_on_its_way() -> None:
    """Who asks waits for this."""
    own = OwnDeliveries(arrive(UPDATED), frozenset([CREATED["event_id"]]))
    assert lacking(own, HISTORY) == [OPENED]
