"""The auditor's look at views: each value is what the events of its entity have told."""

from dataclasses import replace

import pytest

from support.judging.case import Evidence, Finding, Kind
from support.judging.subscribers import audit_trail, effects, views
from tests.support.cases import (
    CREATED,
    GLOBEX,
    HISTORY,
    NAMED,
    ONLY,
    OPENED,
    SHOWN,
    SOLD,
    UPDATED,
    VIEWS,
    applied,
    entry,
    view,
)
from tests.support.samples import Document, an_event

FACTS = SHOWN[GLOBEX]
NEWEST = f"AccountUpdated of globex version 2 ({UPDATED['event_id']})"
PERSON = {"last_name": "Byron", "email": None, "account_id": None, "consent": True}
SIGNED = an_event(1, "ContactCreated", entity_id="byron", payload=PERSON)


def _closed(event_type: str) -> Document:
    lost = {"amount": SOLD["amount"], "reason": "too dear"}
    return an_event(4, event_type, entity_id=OPENED["entity_id"], payload=lost)


LINE = {
    "product_id": "bolt",
    "sku": "B-1",
    "quantity": 2,
    "unit_price": {"amount": "1.50", "currency": "EUR"},
}
ADDED = an_event(2, "OpportunityProductAdded", entity_id=OPENED["entity_id"], payload=LINE)
MORE = an_event(
    3, "OpportunityProductAdded", entity_id=OPENED["entity_id"], payload={**LINE, "quantity": 3}
)
BOTH = [{**LINE, "since": "today"}, {**LINE, "quantity": 3}]
PLACE = {"owner_type": "account", "owner_id": "globex", "line1": "Elm Street 1"}
OWNER = {"owner_type": "account", "owner_id": "globex"}
OTHERS = {**OWNER, "owner_id": "initech"}


def _address(number: int, event_type: str, entity_id: str, payload: Document) -> Document:
    return an_event(number, event_type, entity_type="address", entity_id=entity_id, payload=payload)


def _primary(number: int, entity_id: str, owner: Document, nth: int) -> Document:
    payload = {**owner, "nth": nth, "replaces": None}
    return _address(number, "AddressMadePrimary", entity_id, payload)


HOME, OFFICE = _address(21, "AddressAdded", "home", PLACE), _primary(22, "office", OWNER, 1)
ELSEWHERE = _primary(23, "plant", OTHERS, 9)
HOME_FIRST = _address(24, "AddressCorrected", "home", {"line1": "Elm Street 1"})

WITHDRAWN = an_event(2, "ContactConsentWithdrawn", entity_id="byron", payload={"reason": None})
WON, LOST = _closed("OpportunityWon"), _closed("OpportunityLost")


def _seen(data: Document, *events: Document) -> list[Finding]:
    """Show these data of the entity that the last event is about; others are not asked for."""
    shown = view(events[-1], data=data)
    evidence = Evidence("acme", history=events, views=[shown])
    return [each for each in views(evidence, {}) if f"view of {shown.entity_id} " in each.sentence]


def _without(data: Document, name: str) -> Document:
    return {key: value for key, value in data.items() if key != name}


LEGAL: dict[str, list[Finding]] = {
    "what no event has told": _seen({**FACTS, "primary": True}, CREATED, UPDATED),
    "an opportunity that was won": _seen({**SOLD, "stage": "won"}, OPENED, WON),
    "an opportunity that was lost, without the reason": _seen(
        {**SOLD, "stage": "lost"}, OPENED, LOST
    ),
    "a consent that was withdrawn": _seen({**PERSON, "consent": False}, SIGNED, WITHDRAWN),
    "products, each with more than is promised": _seen(
        {**SOLD, "products": BOTH}, OPENED, ADDED, MORE
    ),
    "no products": _seen({**SOLD, "products": []}, OPENED),
    "the primary address": _seen(
        {**PLACE, "primary": True}, OFFICE, ELSEWHERE, HOME, _primary(25, "home", OWNER, 2)
    ),
    "one of several addresses": _seen(PLACE, OFFICE, HOME, HOME_FIRST),
}


@pytest.mark.parametrize("found", LEGAL.values(), ids=LEGAL.keys())
def test_what_the_events_have_told_is_no_finding(found: list[Finding]) -> None:
    """A view may know more, and need not show what is about the change alone."""
    assert found == []


PLANTED: dict[str, tuple[list[Finding], str]] = {
    "a value that nobody told": (
        _seen({**FACTS, "name": "Initech"}, CREATED, UPDATED),
        "the view of globex says name 'Initech', and its events say 'Globex'",
    ),
    "a value as it was before": (
        _seen({**FACTS, "industry": None}, CREATED, UPDATED),
        "the view of globex says industry (none), and its events say 'toys'",
    ),
    "a value that it was born with and does not show": (
        _seen(_without(FACTS, "industry"), CREATED, UPDATED),
        "the view of globex says industry '(not shown)', and its events say 'toys'",
    ),
    "an amount that is spelled otherwise": (
        _seen({**SOLD, "amount": {"amount": "10", "currency": "EUR"}}, OPENED),
        "the view of deal says amount {'amount': '10', 'currency': 'EUR'}, "
        "and its events say {'amount': '10.00', 'currency': 'EUR'}",
    ),
    "an opportunity that was won": (
        _seen(SOLD, OPENED, WON),
        "the view of deal says stage 'prospecting', and its events say 'won'",
    ),
    "an opportunity that was lost": (
        _seen({**SOLD, "stage": "won"}, OPENED, LOST),
        "the view of deal says stage 'won', and its events say 'lost'",
    ),
    "products that are not shown": (
        _seen(SOLD, OPENED, ADDED),
        f"the view of deal says products '(not shown)', and its events say {[LINE]}",
    ),
    "a product that was written over": (
        _seen({**SOLD, "products": [{**LINE, "quantity": 3}]}, OPENED, ADDED, MORE),
        f"the view of deal says products {[{**LINE, 'quantity': 3}]}, "
        f"and its events say {[LINE, {**LINE, 'quantity': 3}]}",
    ),
    "a product that nobody added": (
        _seen({**SOLD, "products": [LINE]}, OPENED),
        f"the view of deal says products {[LINE]}, and its events say []",
    ),
    "products that are none": (
        _seen({**SOLD, "products": "B-1"}, OPENED, ADDED),
        f"the view of deal says products 'B-1', and its events say {[LINE]}",
    ),
    "a primary address that is not shown as that": (
        _seen({**PLACE, "primary": False}, HOME, _primary(25, "home", OWNER, 1)),
        "the view of home says primary False, and its events say True",
    ),
    "an address that is the primary one no more": (
        _seen(
            {**PLACE, "primary": True},
            *(HOME, _primary(25, "home", OWNER, 1), _primary(26, "office", OWNER, 2), HOME_FIRST),
        ),
        "the view of home says primary True, and its events say False",
    ),
    "a consent that was withdrawn": (
        _seen(PERSON, SIGNED, WITHDRAWN),
        "the view of byron says consent True, and its events say False",
    ),
}


@pytest.mark.parametrize(("found", "sentence"), PLANTED.values(), ids=PLANTED.keys())
def test_what_a_view_shows_wrongly_is_found_and_nothing_else(
    found: list[Finding], sentence: str
) -> None:
    """One value, one finding."""
    assert found == [Finding(Kind.MUTATED, "acme", sentence)]


def test_a_view_at_another_version_is_not_judged_by_its_values() -> None:
    """That it stays behind says it all."""
    behind = replace(ONLY, history=HISTORY[:2], views=[view(CREATED, data=NAMED)])
    assert [finding.kind for finding in views(behind, {})] == [Kind.LOST]


@pytest.mark.parametrize(
    ("shown", "kind", "sentence"),
    [
        (
            {"last_event_id": CREATED["event_id"]},
            Kind.MUTATED,
            f"the view of globex names {CREATED['event_id']} as its last event, not {NEWEST}",
        ),
        (
            {"last_event_id": "theirs", "version": 1},
            Kind.LEAKED,
            f"the view of globex names theirs of tenant bravo as its last event, not {NEWEST}",
        ),
        (
            {"version": 1},
            Kind.LOST,
            "the view of globex is at version 1, not at AccountUpdated of globex version 2",
        ),
    ],
)
def test_a_view_that_names_another_event_has_lost_nothing(
    shown: Document, kind: Kind, sentence: str
) -> None:
    """Only an earlier version says that something is lacking; another tenant's has leaked."""
    evidence = replace(ONLY, history=HISTORY[:2], views=[view(UPDATED, **shown)])
    owners = {"theirs": "bravo", CREATED["event_id"]: "bravo"}
    assert list(views(evidence, owners)) == [Finding(kind, "acme", sentence)]


def test_effects_are_judged_without_regard_to_what_is_missing() -> None:
    """At the end of a run it counts only what there is too much of."""
    assert list(effects([VIEWS], replace(ONLY, applied={}), {})) == []
    twice = replace(ONLY, applied={"views": [applied(CREATED), applied(CREATED, times=2)]})
    assert list(effects([VIEWS], twice, {})) == [
        Finding(Kind.DUPLICATE, "acme", "views applied version 1 of globex 3 times")
    ]


def test_what_was_applied_of_another_tenant_is_a_leak() -> None:
    """Whose event it is, is known."""
    strange = replace(ONLY, applied={"views": [applied(CREATED, event_id="theirs")]})
    assert list(effects([VIEWS], strange, {"theirs": "acme-2"})) == [
        Finding(Kind.LEAKED, "acme", "views applied version 1 of globex of tenant acme-2")
    ]


def test_a_view_has_to_show_the_status_that_its_events_imply() -> None:
    """A status is told by the name of an event, not by its payload."""
    closed = an_event(4, "AccountDeactivated", entity_id=GLOBEX, version=3, payload={"reason": "x"})
    data = {**NAMED, "industry": "toys", "status": "active"}
    evidence = replace(ONLY, history=[*HISTORY[:2], closed], views=[view(closed, data=data)])
    assert list(views(evidence, {})) == [
        Finding(
            Kind.MUTATED,
            "acme",
            "the view of globex says status 'active', and its events say 'inactive'",
        )
    ]


FIRST, SECOND, THIRD = (
    {**event, "occurred_at": moment}
    for event, moment in zip(
        HISTORY,
        ("2026-03-31T07:30:00.000Z", "2026-03-31T07:30:02Z", "2026-03-31T07:30:01Z"),
        strict=True,
    )
)


@pytest.mark.parametrize("told", [(FIRST, THIRD, SECOND), (FIRST, SECOND, THIRD)])
def test_an_audit_trail_goes_by_time_or_by_the_commit(told: tuple[Document, ...]) -> None:
    """What was asked first may be committed second."""
    evidence = Evidence("acme", [FIRST, SECOND, THIRD], audit_trail=[entry(each) for each in told])
    assert [*audit_trail(evidence)] == []


def test_an_audit_trail_in_no_order_is_found() -> None:
    """Each entry that comes after one that happened later."""
    told = (SECOND, FIRST, THIRD)
    evidence = Evidence("acme", [FIRST, SECOND, THIRD], audit_trail=[entry(each) for each in told])
    (finding,) = audit_trail(evidence)
    assert (finding.kind, finding.sentence) == (
        Kind.REORDERED,
        "the audit trail has AccountCreated of globex version 1 after AccountUpdated of globex "
        "version 2, which happened later",
    )


def test_times_that_are_none_have_no_order() -> None:
    """The schema says what is wrong with them."""
    odd = {**SECOND, "occurred_at": "yesterday"}
    evidence = Evidence("acme", [FIRST, odd], audit_trail=[entry(odd), entry(FIRST)])
    assert [*audit_trail(evidence)] == []
