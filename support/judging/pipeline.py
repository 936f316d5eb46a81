"""The auditor's look at the sales pipeline: it is what the events add up to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from support.crm.port import CurrencyFigures, PipelineTotal
from support.judging.case import Document, Evidence, Finding, Kind

ENDS = {"OpportunityWon": "won", "OpportunityLost": "lost"}
COLUMNS = ("open", "won", "lost")


@dataclass
class _Deal:
    """Hold what is known of one opportunity."""

    amount: Decimal = Decimal(0)
    currency: str = ""
    column: str = "open"


@dataclass
class _Figures:
    """Count and sum the deals of one column."""

    count: int = 0
    amount: Decimal = field(default_factory=Decimal)

    def __str__(self) -> str:
        return f"{self.count} deal(s) of {self.amount:f} together"


def pipeline(evidence: Evidence) -> Iterator[Finding]:
    """Hold the totals, if they were read, against the opportunities of the history."""
    if evidence.pipeline is None:
        return
    told, shown = _told(evidence.history), _shown(evidence.pipeline)
    for where in sorted({*told, *shown}):
        if told[where] != shown[where]:
            currency, column = where
            sentence = (
                f"the pipeline shows as {column} in {currency} {shown[where]}, "
                f"and the events say {told[where]}"
            )
            yield evidence.finding(Kind.MUTATED, sentence)


def _told(history: Sequence[Document]) -> dict[tuple[str, str], _Figures]:
    deals: dict[str, _Deal] = defaultdict(_Deal)
    for event in history:
        if event["entity_type"] == "opportunity":
            _follow(deals[event["entity_id"]], event)
    told: dict[tuple[str, str], _Figures] = defaultdict(_Figures)
    for deal in deals.values():
        figures = told[deal.currency, deal.column]
        figures.count += 1
        figures.amount += deal.amount
    return told


def _follow(deal: _Deal, event: Document) -> None:
    deal.column = ENDS.get(event["event_type"], deal.column)
    if deal.column == "open" and "amount" in event["payload"]:
        money: dict[str, Any] = event["payload"]["amount"]
        deal.amount, deal.currency = Decimal(money["amount"]), money["currency"]


def _shown(totals: Sequence[PipelineTotal]) -> dict[tuple[str, str], _Figures]:
    shown: dict[tuple[str, str], _Figures] = defaultdict(_Figures)
    for total in totals:
        for column in COLUMNS:
            figures: CurrencyFigures = getattr(total, column)
            shown[total.currency, column] = _Figures(figures.count, Decimal(figures.amount))
    return shown
