"""Defects of what a subscriber sets off when an account is deactivated."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid4

from support.reference_crm.envelope import Event
from support.reference_crm.items import Write
from support.reference_crm.request import Request
from support.reference_crm.subscribers import account_deactivation
from support.reference_crm.subscribers.account_deactivation import AccountDeactivation
from support.reference_crm.subscribers.subscriber import Never
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort

Effects = Callable[[AccountDeactivation, Event], Sequence[Write]]


def deactivation_stops_after_one() -> None:
    """Of the open activities of a deactivated account only the first is cancelled."""
    _closing_at_most(1)


def deactivation_stops_after_ten() -> None:
    """Of what is open at a deactivated account only the first ten are closed."""
    _closing_at_most(10)


def deactivation_overlooks_what_was_put_off() -> None:
    """An activity that was rescheduled is not known to be open any more."""

    def make(real: Effects) -> Effects:
        def effects(self: AccountDeactivation, event: Event) -> Sequence[Write]:
            if event.event_type != "ActivityRescheduled":
                return real(self, event)
            fired()
            return self._closed(event)

        return effects

    instead(AccountDeactivation, "effects", make)


def deactivation_tidies_once() -> None:
    """A second deactivation of an account tidies up nothing."""

    def make(real: Effects) -> Effects:
        def deactivated(self: AccountDeactivation, event: Event) -> Sequence[Write]:
            account = account_deactivation._account_key(event.tenant_id, event.entity_id)
            if self._last_deactivation(account) is None:
                return real(self, event)
            fired()
            return ()

        return deactivated

    instead(AccountDeactivation, "_deactivated", make)


def deactivation_crosses_tenants() -> None:
    """What is closed at one tenant is closed wherever another uses the same entity ids."""
    tenants = set[str]()

    def known(real: Effects) -> Effects:
        def effects(self: AccountDeactivation, event: Event) -> Sequence[Write]:
            tenants.add(event.tenant_id)
            return real(self, event)

        return effects

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def close(self: AccountDeactivation, tenant_id: str, *rest: Any) -> None:
            real(self, tenant_id, *rest)
            for other in tenants - {tenant_id}:
                with suppress(Never):  # who has no such entity
                    real(self, other, *rest)
                    fired()

        return close

    instead(AccountDeactivation, "effects", known)
    instead(AccountDeactivation, "_close", make)


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


def _closing_at_most(number: int) -> None:
    def make(real: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        def opened(self: AccountDeactivation, account: str) -> Iterator[Any]:
            fired()
            return islice(real(self, account), number)

        return opened

    instead(AccountDeactivation, "_opened_at", make)


def _closing_with(**values: Callable[[], Any]) -> None:
    def make(real: Callable[..., Request]) -> Callable[..., Request]:
        def closing(*arguments: Any) -> Request:
            fired()
            changed: dict[str, Any] = {name: value() for name, value in values.items()}
            return replace(real(*arguments), **changed)

        return closing

    instead(account_deactivation, "_closing", make)


DEACTIVATING_DEFECTS = (
    code_defect(
        deactivation_stops_after_one,
        Sort.DROPS,
        ("3.4.1",),
        ("missing: event 'ActivityCancelled'",),
    ),
    code_defect(
        deactivation_stops_after_ten,
        Sort.DROPS,
        ("3.4.1",),
        (
            "missing: event 'ActivityCancelled', about 'Call ",
            "Expected 12 x event of tenant Acme, received 11",
        ),
    ),
    code_defect(
        deactivation_overlooks_what_was_put_off,
        Sort.DROPS,
        ("3.4.1",),
        ("missing: event 'ActivityCancelled', about 'Call Hank', version 3",),
    ),
    code_defect(
        deactivation_tidies_once,
        Sort.DROPS,
        ("3.4.2",),
        ("missing: event 'OpportunityLost'", "about 'Visit Hank'"),
    ),
    code_defect(
        deactivation_crosses_tenants,
        Sort.LEAKS,
        ("3.4.3",),
        ("unexpected: event 'ActivityCancelled', about 'Call Hank'",),
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
