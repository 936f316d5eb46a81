"""Defects of the pipeline's totals and of the audit trail."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from support.reference_crm import reading
from support.reference_crm.envelope import Event
from support.reference_crm.items import Write
from support.reference_crm.subscribers import (
    audit_trail,
    sales_pipeline,
)
from support.reference_crm.subscribers.audit_trail import AuditTrail
from support.reference_crm.subscribers.sales_pipeline import Column, Money, Move
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort

Writes = Sequence[Write]
Moves = Iterator[Move]


def pipeline_wins_twice() -> None:
    """A won deal is added to what is won twice: at its end, and when it is filed."""

    def moves(real: Callable[[Event], Moves], event: Event) -> Moves:
        yield from real(event)
        if event.event_type == "OpportunityWon":
            fired()
            won = Money.model_validate(event.payload["amount"])
            yield Move(Column.WON, won, 1)

    instead(sales_pipeline, "_moves", lambda real: lambda event: moves(real, event))


def pipeline_counts_whole_units() -> None:
    """Totals are kept in whole units of the currency."""

    def moves(real: Callable[[Event], Moves], event: Event) -> Moves:
        for move in real(event):
            fired()
            whole = Decimal(int(move.money.amount))
            yield replace(move, money=Money(amount=whole, currency=move.money.currency))

    instead(sales_pipeline, "_moves", lambda real: lambda event: moves(real, event))


def pipeline_adds_up_all_currencies() -> None:
    """All amounts are added up as euros."""

    def moves(real: Callable[[Event], Moves], event: Event) -> Moves:
        for move in real(event):
            fired()
            yield replace(move, money=Money(amount=move.money.amount, currency="EUR"))

    instead(sales_pipeline, "_moves", lambda real: lambda event: moves(real, event))


def pipeline_keeps_lost_deals_open() -> None:
    """A lost deal is added to what is lost, and stays in what is open."""

    def moves(real: Callable[[Event], Moves], event: Event) -> Moves:
        for move in real(event):
            if event.event_type == "OpportunityLost" and move.column is Column.OPEN:
                fired()
            else:
                yield move

    instead(sales_pipeline, "_moves", lambda real: lambda event: moves(real, event))


def pipeline_is_shared_by_prefix() -> None:
    """Tenants whose ids begin alike share one pipeline."""
    instead(sales_pipeline, "_totals_key", _by_prefix)


def audit_trail_is_shared_by_prefix() -> None:
    """Tenants whose ids begin alike share one audit trail."""
    for module in (audit_trail, reading):
        instead(module, "trail_key", _by_prefix)


def audit_trail_tells_its_own_time() -> None:
    """The audit trail says when it heard of a new price, not when the price changed."""

    def make(real: Callable[..., Writes]) -> Callable[..., Writes]:
        def effects(self: AuditTrail, event: Event) -> Writes:
            if event.event_type != "ProductPriceChanged":
                return real(self, event)
            fired()
            now = dt.datetime.now(dt.UTC).isoformat()
            return real(self, event.model_copy(update={"occurred_at": now}))

        return effects

    instead(AuditTrail, "effects", make)


def _by_prefix(real: Callable[[str], str]) -> Callable[[str], str]:
    def key(tenant_id: str) -> str:
        fired()
        return real(tenant_id.rpartition("-")[0])

    return key


TOTALLING_DEFECTS = (
    code_defect(
        pipeline_wins_twice, Sort.DOUBLES, ("3.3.4",), ("the pipeline of Acme", "won: expected")
    ),
    code_defect(
        pipeline_counts_whole_units,
        Sort.ALTERS,
        ("3.3.2",),
        ("the pipeline of Acme", "open: expected"),
    ),
    code_defect(
        pipeline_adds_up_all_currencies, Sort.ALTERS, ("3.3.6",), ("the pipeline of Acme", "JPY")
    ),
    code_defect(
        pipeline_keeps_lost_deals_open,
        Sort.DROPS,
        ("3.3.5",),
        ("the pipeline of Acme", "open: expected"),
    ),
    code_defect(pipeline_is_shared_by_prefix, Sort.LEAKS, ("2.4.12",), ("mutated: the pipeline",)),
    code_defect(
        audit_trail_is_shared_by_prefix,
        Sort.LEAKS,
        ("1.1.2",),
        ("leaked: ", "is in the audit trail"),
    ),
    code_defect(
        audit_trail_tells_its_own_time,
        Sort.ALTERS,
        ("2.6.7",),
        ("mutated: the audit trail", "occurred_at"),
    ),
)
