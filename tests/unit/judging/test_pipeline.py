"""The auditor's look at the pipeline: what the opportunities of a history come to."""

from collections.abc import Sequence
from typing import Any

import pytest

from support.crm.port import CurrencyFigures, PipelineTotal
from support.judging.case import Evidence, Finding, Kind
from support.judging.pipeline import pipeline
from tests.support.samples import Document, an_event

EURO = {"amount": "10.00", "currency": "EUR"}
DEARER = {"amount": "12.50", "currency": "EUR"}
YEN = {"amount": "300", "currency": "JPY"}


def _event(event_type: str, entity_id: str = "deal", **payload: Any) -> Document:
    return an_event(1, event_type, entity_id=entity_id, payload=payload)


CREATED = _event("OpportunityCreated", amount=EURO)
CHANGED = _event("OpportunityAmountChanged", previous_amount=EURO, amount=DEARER)
MOVED = _event("OpportunityAmountChanged", previous_amount=EURO, amount=YEN)
STAGED = _event("OpportunityStageChanged", stage="proposal")
WON = _event("OpportunityWon", amount=EURO)
LOST = _event("OpportunityLost", amount=EURO, reason="too dear")
OTHER = _event("OpportunityCreated", "other", amount=DEARER)
ACCOUNT = an_event(2, "AccountCreated", payload={"amount": "many"})


def _total(currency: str, **columns: tuple[int, str]) -> PipelineTotal:
    figures = {
        name: CurrencyFigures(count=count, amount=amount)
        for name, (count, amount) in {"open": (0, "0"), "won": (0, "0"), "lost": (0, "0")}.items()
        for count, amount in [columns.get(name, (count, amount))]
    }
    return PipelineTotal(currency=currency, **figures)


TEN_OPEN = _total("EUR", open=(1, "10.00"))


def _found(history: Sequence[Document], *shown: PipelineTotal) -> list[Finding]:
    return list(pipeline(Evidence("acme", history=history, pipeline=shown)))


RIGHT: dict[str, list[Finding]] = {
    "nothing sold yet": _found([ACCOUNT]),
    "open": _found([CREATED, STAGED], _total("EUR", open=(1, "10.00"))),
    "two of one currency": _found([CREATED, OTHER], _total("EUR", open=(2, "22.50"))),
    "an amount that changed": _found([CREATED, CHANGED], _total("EUR", open=(1, "12.5"))),
    "another currency, zeros left": _found(
        [CREATED, MOVED], _total("EUR"), _total("JPY", open=(1, "300"))
    ),
    "won": _found([CREATED, WON], _total("EUR", won=(1, "10"))),
    "lost": _found([CREATED, LOST, OTHER], _total("EUR", open=(1, "12.50"), lost=(1, "10"))),
}


@pytest.mark.parametrize("found", RIGHT.values(), ids=RIGHT.keys())
def test_right_totals_are_no_finding(found: list[Finding]) -> None:
    """Zeros may be shown or left out, and amounts are numbers, not text."""
    assert found == []


WRONG: dict[str, tuple[list[Finding], str]] = {
    "counted twice": (
        _found([CREATED], _total("EUR", open=(2, "20.00"))),
        "the pipeline counts 2 with 20.00 EUR as open, and its events 1 with 10.00",
    ),
    "an amount that did not change": (
        _found([CREATED, CHANGED], _total("EUR", open=(1, "10.00"))),
        "the pipeline counts 1 with 10.00 EUR as open, and its events 1 with 12.50",
    ),
    "a currency that is missing": (
        _found([_event("OpportunityCreated", amount=YEN)]),
        "the pipeline counts 0 with 0 JPY as open, and its events 1 with 300",
    ),
    "a currency that nobody sold in": (
        _found([], _total("CHF", won=(1, "5"))),
        "the pipeline counts 1 with 5 CHF as won, and its events 0 with 0",
    ),
    "an event whose amount is none": (
        _found([_event("OpportunityCreated", amount={**EURO, "amount": "abc"})], TEN_OPEN),
        "the pipeline counts 1 with 10.00 EUR as open, and its events 0 with 0",
    ),
    "a total that is no number": (
        _found([CREATED], _total("EUR", open=(1, "abc"))),
        "the pipeline counts 1 with NaN EUR as open, and its events 1 with 10.00",
    ),
}


@pytest.mark.parametrize(("found", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_wrong_totals_are_found(found: list[Finding], sentence: str) -> None:
    """Currency and column are named, and both figures."""
    assert found == [Finding(Kind.MUTATED, "acme", sentence)]


def test_a_deal_in_the_wrong_column_is_wrong_in_both() -> None:
    """One too few here, one too many there."""
    found = _found([CREATED, WON], _total("EUR", open=(1, "10.00")))
    assert [each.sentence for each in found] == [
        "the pipeline counts 1 with 10.00 EUR as open, and its events 0 with 0",
        "the pipeline counts 0 with 0 EUR as won, and its events 1 with 10.00",
    ]


def test_totals_that_were_not_read_are_not_judged() -> None:
    """Where an audit has only what was applied, it says nothing of them."""
    assert list(pipeline(Evidence("acme", history=[CREATED]))) == []
