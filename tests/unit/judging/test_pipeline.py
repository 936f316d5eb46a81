"""The auditor's look at the sales pipeline."""

from dataclasses import replace

import pytest

from support.crm.port import CurrencyFigures, PipelineTotal
from support.judging.case import Evidence, Finding, Kind
from support.judging.history import audit
from support.judging.pipeline import pipeline
from tests.support.cases import DEAL, ONLY, OPENED, SOLD, SOUND
from tests.support.samples import Document, an_event

NONE = CurrencyFigures(count=0, amount="0.00")
LOST = an_event(
    5,
    "OpportunityLost",
    entity_id=DEAL,
    version=2,
    payload={"amount": SOLD["amount"], "reason": "x"},
)
RAISED = an_event(
    6,
    "OpportunityAmountChanged",
    entity_id=DEAL,
    version=2,
    payload={"amount": {"amount": "12", "currency": "EUR"}, "previous_amount": SOLD["amount"]},
)


def _figures(amount: str, count: int = 1) -> CurrencyFigures:
    return CurrencyFigures(count=count, amount=amount)


def _total(
    opened: CurrencyFigures = NONE, lost: CurrencyFigures = NONE, currency: str = "EUR"
) -> PipelineTotal:
    return PipelineTotal(currency=currency, open=opened, won=NONE, lost=lost)


def _found(history: tuple[Document, ...], *totals: PipelineTotal) -> list[Finding]:
    return list(pipeline(Evidence("acme", history, pipeline=totals)))


@pytest.mark.parametrize(
    ("history", "total"),
    [
        ((OPENED,), _total(_figures("10"))),
        ((OPENED, RAISED), _total(_figures("12.00"))),
        ((OPENED, LOST), _total(lost=_figures("10.00"))),
        ((), _total()),
    ],
)
def test_totals_that_the_events_add_up_to_are_no_finding(
    history: tuple[Document, ...], total: PipelineTotal
) -> None:
    """However many zeros an amount is written with."""
    assert _found(history, total) == []


def test_a_pipeline_that_nobody_read_is_not_judged() -> None:
    """Evidence may be of the history alone."""
    assert list(pipeline(Evidence("acme", (OPENED,)))) == []


def test_each_wrong_total_is_found() -> None:
    """By currency and column, with what it should be."""
    found = _found((OPENED, LOST), _total(_figures("10.00"), _figures("20.00", 2)))
    assert [(each.kind, each.sentence) for each in found] == [
        (
            Kind.MUTATED,
            "the pipeline shows as lost in EUR 2 deal(s) of 20.00 together, "
            "and the events say 1 deal(s) of 10.00 together",
        ),
        (
            Kind.MUTATED,
            "the pipeline shows as open in EUR 1 deal(s) of 10.00 together, "
            "and the events say 0 deal(s) of 0 together",
        ),
    ]


def test_a_currency_that_is_missing_is_found() -> None:
    """Nothing is shown where something should be."""
    assert [each.sentence for each in _found((OPENED,))] == [
        "the pipeline shows as open in EUR 0 deal(s) of 0 together, "
        "and the events say 1 deal(s) of 10.00 together"
    ]


def test_the_audit_has_a_look_at_the_pipeline() -> None:
    """In every scenario, asked or not."""
    evidence = replace(ONLY, pipeline=[_total(_figures("11.00"))])
    assert [each.kind for each in audit(replace(SOUND, evidence=[evidence]))] == [Kind.MUTATED]
