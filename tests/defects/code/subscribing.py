"""Defects of how subscribers take events and what they make of them."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import uuid4

from support.reference_crm import inbox, reading
from support.reference_crm.domain import State
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier
from support.reference_crm.items import Write
from support.reference_crm.ledger import Ledger, Standing
from support.reference_crm.request import Request
from support.reference_crm.subscribers import (
    account_deactivation,
    audit_trail,
    entity_views,
    sales_pipeline,
)
from support.reference_crm.subscribers.account_deactivation import AccountDeactivation
from support.reference_crm.subscribers.audit_trail import AuditTrail
from support.reference_crm.subscribers.entity_views import EntityView, EntityViews
from support.reference_crm.subscribers.sales_pipeline import Column, Money, Move
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort

Writes = Sequence[Write]
Moves = Iterator[Move]
STALE_EVERY = 3


def subscriber_skips_a_type() -> None:
    """Subscribers throw an event of a type away that they were never taught, and go on."""

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def take(self: Applier, event: Event, send_back: Any) -> None:
            if event.event_type != "AddressMadePrimary":
                return real(self, event, send_back)
            return fired()

        return take

    instead(Applier, "take", make)


def subscriber_forgets_what_came_early() -> None:
    """Events are taken as they come, and one that comes before its turn is thrown away."""

    def make(_: Any) -> Callable[..., Standing]:
        def park(self: Ledger, event: Event, standing: Standing) -> Standing:  # noqa: ARG001
            fired()
            return Standing(standing.version, standing.parked | {event.version})

        return park

    instead(Ledger, "park", make)

    def as_they_come(messages: Any) -> list[inbox.Received]:
        return [found for each in messages if (found := inbox._read(each)) is not None]

    instead(inbox, "in_order", lambda _: as_they_come)
    instead(Standing, "next_is_parked", lambda _: property(lambda _: False))


def view_is_written_over_by_an_older_one() -> None:
    """A slow writer puts an older version of an account's view over the newer one."""
    before: dict[str, Any] = {}

    def make(real: Callable[..., Writes]) -> Callable[..., Writes]:
        def effects(self: EntityViews, event: Event) -> Writes:
            made: list[Any] = [*real(self, event)]
            item = made[0]["Put"]["Item"]
            older = before.get(event.entity_id)
            before[event.entity_id] = item
            if event.entity_type != "account" or older is None or event.version % STALE_EVERY:
                return made
            fired()
            return [{"Put": {**made[0]["Put"], "Item": older}}, *made[1:]]

        return effects

    instead(EntityViews, "effects", make)


def view_keeps_what_was_cleared() -> None:
    """The view of an entity keeps the old value of a field that was cleared."""

    def make(real: Callable[..., State]) -> Callable[..., State]:
        def evolve(kind: Any, state: State | None, event_type: str, payload: Any) -> State:
            if not event_type.endswith("Updated"):
                return real(kind, state, event_type, payload)
            fired()
            told = {name: value for name, value in payload.items() if value is not None}
            return real(kind, state, event_type, told)

        return evolve

    instead(entity_views, "evolve", make)


def view_ignores_what_has_no_field() -> None:
    """Events that change nothing but a status move the view's version, and not its status."""
    silent = {"ContactConsentWithdrawn", "LeadDisqualified", "ProductDiscontinued"}

    def make(real: Callable[..., State]) -> Callable[..., Any]:
        def evolve(kind: Any, state: State | None, event_type: str, payload: Any) -> Any:
            if event_type not in silent:
                return real(kind, state, event_type, payload)
            fired()
            return state

        return evolve

    instead(entity_views, "evolve", make)


def addresses_stay_primary() -> None:
    """An address that was once the primary one is shown as primary for ever."""

    def make(real: Callable[..., EntityView | None]) -> Callable[..., EntityView | None]:
        def read(self: EntityViews, tenant_id: str, entity: Any) -> EntityView | None:
            view = real(self, tenant_id, entity)
            if view is None or "primary" not in view.data or view.version == 1:
                return view
            fired()
            return replace(view, data={**view.data, "primary": True})

        return read

    instead(EntityViews, "read", make)


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


def deactivation_stops_after_one() -> None:
    """Of the open activities of a deactivated account only the first is cancelled."""

    def make(real: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        def opened(self: AccountDeactivation, account: str) -> Iterator[Any]:
            fired()
            return islice(real(self, account), 1)

        return opened

    instead(AccountDeactivation, "_opened_at", make)


def deactivation_names_no_cause() -> None:
    """What a deactivation brings about does not name it as its cause."""
    _closing_with(causation_id=lambda: None)


def deactivation_starts_a_new_correlation() -> None:
    """What a deactivation brings about has a correlation of its own."""
    _closing_with(correlation_id=lambda: str(uuid4()))


def deactivation_tidies_everywhere() -> None:
    """A deactivation cancels what is open at every account of the tenant."""

    def make(real: Callable[[str, str], str]) -> Callable[[str, str], str]:
        def key(tenant_id: str, _: str) -> str:
            fired()
            return real(tenant_id, "any")

        return key

    instead(account_deactivation, "_account_key", make)


def _closing_with(**values: Callable[[], Any]) -> None:
    def make(real: Callable[..., Request]) -> Callable[..., Request]:
        def closing(*arguments: Any) -> Request:
            fired()
            changed: dict[str, Any] = {name: value() for name, value in values.items()}
            return replace(real(*arguments), **changed)

        return closing

    instead(account_deactivation, "_closing", make)


def _by_prefix(real: Callable[[str], str]) -> Callable[[str], str]:
    def key(tenant_id: str) -> str:
        fired()
        return real(tenant_id.rpartition("-")[0])

    return key


SUBSCRIBING_DEFECTS = (
    code_defect(
        subscriber_skips_a_type,
        Sort.DROPS,
        ("2.7.11",),
        ("lost: AddressMadePrimary", "the subscriber entity-views"),
    ),
    code_defect(
        subscriber_forgets_what_came_early,
        Sort.DROPS,
        ("1.3.2",),
        ("lost: AccountDeactivated", "the subscriber entity-views"),
    ),
    code_defect(
        view_is_written_over_by_an_older_one,
        Sort.REORDERS,
        ("1.3.2",),
        ("lost: the view of ", "is at version 26"),
        fast=True,
    ),
    code_defect(
        view_keeps_what_was_cleared,
        Sort.ALTERS,
        ("1.2.7",),
        ("mutated: the view of ", "industry"),
    ),
    code_defect(
        view_ignores_what_has_no_field,
        Sort.ALTERS,
        ("2.2.11", "2.3.12", "2.6.8"),
        ("mutated: the view of ", "status"),
    ),
    code_defect(addresses_stay_primary, Sort.MISJUDGES, ("2.7.8",), ("primary: expected", "found")),
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
    code_defect(
        deactivation_stops_after_one,
        Sort.DROPS,
        ("3.4.1",),
        ("missing: event 'ActivityCancelled'",),
    ),
    code_defect(
        deactivation_names_no_cause,
        Sort.ALTERS,
        ("3.4.4",),
        ("phantom: ActivityCancelled", "was caused by nothing"),
    ),
    code_defect(
        deactivation_starts_a_new_correlation,
        Sort.ALTERS,
        ("3.4.2",),
        ("mutated: OpportunityLost", "correlation_id"),
    ),
    code_defect(
        deactivation_tidies_everywhere,
        Sort.INVENTS,
        ("3.4.3",),
        ("unexpected: event 'ActivityCancelled'",),
    ),
)
