"""The auditor's look at what an event says of the time before it."""

import pytest

from support.judging.case import Evidence, Finding, Kind
from support.judging.payloads import payloads
from tests.support.cases import CREATED, DEAL, GLOBEX, OPENED, UPDATED
from tests.support.samples import Document, an_event

TEN, NINE = {"amount": "10.00", "currency": "EUR"}, {"amount": "9.00", "currency": "EUR"}


def _raised(previous: Document) -> Document:
    payload = {"amount": NINE, "previous_amount": previous}
    return an_event(4, "OpportunityAmountChanged", entity_id=DEAL, version=2, payload=payload)


def _won(amount: Document) -> Document:
    return an_event(5, "OpportunityWon", entity_id=DEAL, version=3, payload={"amount": amount})


ROD = an_event(
    6, "ProductCreated", entity_id="rod", payload={"sku": "ROD-1", "name": "Rod", "price": TEN}
)


def _added(price: Document) -> Document:
    payload = {"product_id": "rod", "sku": "ROD-1", "quantity": 2, "unit_price": price}
    return an_event(7, "OpportunityProductAdded", entity_id=DEAL, version=2, payload=payload)


def _found(*history: Document) -> list[Finding]:
    return list(payloads(Evidence("acme", history)))


def test_a_true_past_is_no_finding() -> None:
    """Entities have pasts of their own."""
    assert _found(CREATED, UPDATED, OPENED, ROD, _added(TEN)) == []
    assert _found(CREATED, UPDATED, OPENED, _raised(TEN), _won(NINE)) == []


def test_an_event_may_name_what_comes_after_it() -> None:
    """A conversion names the account that it makes."""
    assert _found(OPENED, CREATED) == []


def test_what_was_never_told_is_not_judged() -> None:
    """A history that begins in the middle says nothing of what was before."""
    assert _found(_raised(NINE)) == []


PLANTED = {
    "another previous amount": (
        (CREATED, OPENED, _raised(NINE)),
        f"OpportunityAmountChanged of deal version 2 says previous_amount {NINE}, "
        f"and the events before it say {TEN}",
    ),
    "another amount at the end": (
        (CREATED, OPENED, _raised(TEN), _won(TEN)),
        f"OpportunityWon of deal version 3 says amount {TEN}, and the events before it say {NINE}",
    ),
    "another price than the product has": (
        (CREATED, OPENED, ROD, _added(NINE)),
        f"OpportunityProductAdded of deal version 2 says unit_price {NINE}, "
        f"and the events before it say {TEN}",
    ),
    "another account than there is": (
        (OPENED,),
        "OpportunityCreated of deal version 1 names the account globex, which is not in the "
        "history",
    ),
    "a change that is none": (
        (CREATED, an_event(2, "AccountUpdated", entity_id=GLOBEX, payload={"owner": "kim"})),
        "AccountUpdated of globex version 2 tells owner 'kim', which did not change",
    ),
}


@pytest.mark.parametrize(("history", "sentence"), PLANTED.values(), ids=PLANTED.keys())
def test_a_wrong_past_is_found_and_nothing_else(
    history: tuple[Document, ...], sentence: str
) -> None:
    """The event before it knows better."""
    assert _found(*history) == [Finding(Kind.MUTATED, "acme", sentence)]
