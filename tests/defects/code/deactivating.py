"""Defects of what a subscriber sets off when an account is deactivated."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid4

from support.reference_crm.request import Request
from support.reference_crm.subscribers import (
    account_deactivation,
)
from support.reference_crm.subscribers.account_deactivation import AccountDeactivation
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort


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


DEACTIVATING_DEFECTS = (
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
