"""The auditor's look at the sales pipeline: the totals are what the opportunities came to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from support.contract.entities import EntityType
from support.crm.port import CurrencyFigures, PipelineTotal
from support.judging.case import Document, Evidence, Finding, Kind
from support.judging.values import Money, comparable

OPEN, WON, LOST = "open", "won", "lost"
COLUMNS = (OPEN, WON, LOST)
CLOSED: Mapping[str, str] = {"OpportunityWon": WON, "OpportunityLost": LOST}
UNREADABLE = Decimal("NaN")  # equals nothing, so it is always told


@dataclass(frozen=True)
class Figures:
    """Count and sum the opportunities of one column in one currency."""

    count: int = 0
    amount: Decimal = Decimal(0)

    def __str__(self) -> str:
        return f"{self.count} with {self.amount:f}"


def pipeline(evidence: Evidence) -> Iterator[Finding]:
    """Hold the totals against what the history says of each opportunity, if they were read."""
    if evidence.pipeline is None:
        return
    told, shown = _told(evidence), _shown(evidence.pipeline)
    for column in sorted(told.keys() | shown.keys()):
        says, wanted = shown.get(column, Figures()), told.get(column, Figures())
        if says != wanted:
            currency, name = column
            sentence = f"the pipeline counts {says} {currency} as {name}, and its events {wanted}"
            yield evidence.finding(Kind.MUTATED, sentence)


def _told(evidence: Evidence) -> Mapping[tuple[str, str], Figures]:
    """Count each opportunity once: with its newest amount, where its events have left it.

    An amount that is none does not count; the schema says what is wrong with it.
    """
    amounts: dict[str, Money] = {}
    columns: dict[str, str] = {}
    for event in evidence.history:
        if event["entity_type"] == EntityType.OPPORTUNITY:
            _fold(event, amounts, columns)
    totals: dict[tuple[str, str], Figures] = {}
    for entity_id, money in amounts.items():
        place = money.currency, columns.get(entity_id, OPEN)
        before = totals.get(place, Figures())
        totals[place] = Figures(before.count + 1, before.amount + money.amount)
    return totals


def _fold(event: Document, amounts: dict[str, Money], columns: dict[str, str]) -> None:
    if isinstance(money := comparable(event["payload"].get("amount")), Money):
        amounts[event["entity_id"]] = money
    if event["event_type"] in CLOSED:
        columns[event["entity_id"]] = CLOSED[event["event_type"]]


def _shown(totals: Sequence[PipelineTotal]) -> Mapping[tuple[str, str], Figures]:
    return {
        (total.currency, column): _figures(getattr(total, column))
        for total in totals
        for column in COLUMNS
    }


def _figures(shown: CurrencyFigures) -> Figures:
    try:
        return Figures(shown.count, Decimal(shown.amount))
    except InvalidOperation:
        return Figures(shown.count, UNREADABLE)
