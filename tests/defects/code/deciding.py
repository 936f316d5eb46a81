"""Defects of how the CRM decides commands, stores events and answers."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from support.reference_crm import commands, event_store
from support.reference_crm.commands import Answer, CommandHandler
from support.reference_crm.domain import Decision, account, opportunity
from support.reference_crm.domain.model import Command, State
from support.reference_crm.envelope import Event
from support.reference_crm.event_store import Appending, EventStore
from support.reference_crm.request import Request
from support.reference_crm.transaction import Guard, Transaction
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort

Events = tuple[Event, ...]
OF_A_CONVERSION = 4
A_MOMENT_S = 0.05
NOT_IN_HISTORY = "was accepted, and is not in the history"


def actor_is_lost() -> None:
    """A correction is stored with the CRM as its actor, because the actor is not handed on."""

    def make(real: Callable[..., Events]) -> Callable[..., Events]:
        def envelopes(request: Request, decision: Decision, versions: Any) -> Events:
            if request.command_type != "CorrectAddress":
                return real(request, decision, versions)
            fired()
            return real(replace(request, actor="crm"), decision, versions)

        return envelopes

    instead(commands, "envelopes", make)


def correlation_is_made_anew() -> None:
    """Every event of a conversion but the first gets a correlation of its own."""
    _stored_as(
        lambda events: (
            events[0],
            *(each.model_copy(update={"correlation_id": str(uuid4())}) for each in events[1:]),
        )
    )


def cause_is_forgotten() -> None:
    """The events that a conversion caused do not name their cause."""
    _stored_as(
        lambda events: (
            events[0],
            *(each.model_copy(update={"causation_id": None}) for each in events[1:]),
        )
    )


def version_is_skipped() -> None:
    """The third version of an account is counted as the fourth."""
    _stored_as(
        lambda events: tuple(
            each.model_copy(update={"version": 4})
            if (each.version, each.entity_type) == (3, "account")
            else each
            for each in events
        )
    )


def everything_is_an_update() -> None:
    """An update says all fields of the entity, not only those that changed."""

    def make(real: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def changes(self: Command, state: State) -> dict[str, Any]:
            found = real(self, state)
            fired()
            names = type(self).model_fields
            return {**{name: getattr(state, name) for name in names}, **found}

        return changes

    instead(Command, "changes", make)


def stores_half_a_transaction() -> None:
    """Of the four events of a conversion three are stored, the fourth is left to a later write."""

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def append(self: EventStore, appending: Appending) -> None:
            events = appending.events
            if len(events) == OF_A_CONVERSION:
                fired()
                events = events[:-1]
            real(self, replace(appending, events=events))

        return append

    instead(EventStore, "append", make)


def answers_before_it_stores() -> None:
    """A changed contact is accepted, and the write behind it never happens."""

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def append(self: EventStore, appending: Appending) -> None:
            if appending.events[0].event_type != "ContactUpdated":
                return real(self, appending)
            return fired()

        return append

    instead(EventStore, "append", make)


def keys_are_forgotten() -> None:
    """Idempotency keys are not remembered: a repeated command is a new one."""

    def make(real: Callable[[str, str], str]) -> Callable[[str, str], str]:
        def key(tenant_id: str, idempotency_key: str) -> str:
            fired()
            return real(tenant_id, f"{idempotency_key}{uuid4()}")

        return key

    instead(event_store, "_answer_key", make)


def keys_are_for_all_tenants() -> None:
    """An idempotency key that one tenant has used cannot be used by another."""

    def make(real: Callable[[str, str], str]) -> Callable[[str, str], str]:
        def key(_: str, idempotency_key: str) -> str:
            fired()
            return real("all", idempotency_key)

        return key

    instead(event_store, "_answer_key", make)


def keys_are_for_all_entities() -> None:
    """An idempotency key says which command was asked for, and not of which entity."""

    def make(real: property) -> property:
        def fingerprint(request: Request) -> str:
            fired()
            told: str = real.__get__(replace(request, entity_id=None))
            return told

        return property(fingerprint)

    instead(Request, "fingerprint", make)


def repetition_tells_one_event() -> None:
    """Of several events the answer to a repeated command names the first alone."""

    def make(real: Callable[..., Answer]) -> Callable[..., Answer]:
        def first_answer(*arguments: Any) -> Answer:
            answer = real(*arguments)
            if len(answer.receipt.events) == 1:
                return answer
            fired()
            told = {"events": answer.receipt.events[:1]}
            return replace(answer, receipt=answer.receipt.model_copy(update=told))

        return first_answer

    instead(CommandHandler, "_first_answer", make)


def last_write_wins() -> None:
    """The version that an edit is based on is not looked at: the last edit wins."""

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def check(request: Request, *rest: Any) -> None:
            if request.expected_version is not None:
                fired()
            real(replace(request, expected_version=None), *rest)

        return check

    instead(commands, "_check_existence", make)


def inactive_accounts_are_changed() -> None:
    """An inactive account can be changed as if it were active."""
    instead(account, "require_active", _nothing)


def discontinued_products_are_sold() -> None:
    """A discontinued product can still be added to an opportunity."""
    instead(opportunity, "require_on_sale", _nothing)


def registers_are_for_all_tenants() -> None:
    """The SKU of one tenant's product cannot be used by another tenant."""

    def make(real: Callable[[str, str], str]) -> Callable[[str, str], str]:
        def key(_: str, name: str) -> str:
            fired()
            return real("all", name)

        return key

    instead(event_store, "_register_key", make)


def registers_are_not_guarded() -> None:
    """Nothing keeps two who look at the same moment from taking the same SKU."""

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def add(self: Transaction, guard: Guard, write: Any) -> None:
            if guard is not Guard.REGISTER:
                real(self, guard, write)
                return
            fired()
            if "Put" in write:
                bare = {name: write["Put"][name] for name in ("TableName", "Item")}
                real(self, guard, {"Put": bare})

        return add

    def slow(real: Callable[..., Any]) -> Callable[..., Any]:
        def register(*arguments: Any) -> Any:
            found = real(*arguments)
            time.sleep(A_MOMENT_S)  # so that one moment is the same for all who look
            return found

        return register

    instead(Transaction, "add", make)
    instead(EventStore, "register", slow)


def _nothing(_: Any) -> Callable[..., None]:
    return lambda *_: fired()


def _stored_as(change: Callable[[Events], Events]) -> None:
    """Let the handler make other events of a decision."""

    def make(real: Callable[..., Events]) -> Callable[..., Events]:
        def envelopes(request: Request, decision: Decision, versions: Any) -> Events:
            events = real(request, decision, versions)
            changed = change(events)
            if changed != events:
                fired()
            return changed

        return envelopes

    instead(commands, "envelopes", make)


DECIDING_DEFECTS = (
    code_defect(actor_is_lost, Sort.ALTERS, ("2.7.10",), ("mutated: AddressCorrected", "actor")),
    code_defect(
        correlation_is_made_anew,
        Sort.ALTERS,
        ("3.1.3",),
        ("mutated: AccountCreated", "correlation_id"),
    ),
    code_defect(
        cause_is_forgotten,
        Sort.ALTERS,
        ("3.1.6",),
        ("cause: expected 'LeadConverted', found 'the command'",),
    ),
    code_defect(version_is_skipped, Sort.ALTERS, ("2.1.10",), ("gap: AccountReactivated",)),
    code_defect(
        everything_is_an_update, Sort.ALTERS, ("1.2.6",), ("mutated: LeadUpdated", "last_name")
    ),
    code_defect(
        stores_half_a_transaction,
        Sort.DROPS,
        ("3.1.2", "3.1.5"),
        ("lost: OpportunityCreated", NOT_IN_HISTORY),
    ),
    code_defect(
        answers_before_it_stores, Sort.DROPS, ("2.2.9",), ("lost: ContactUpdated", NOT_IN_HISTORY)
    ),
    code_defect(
        keys_are_forgotten,
        Sort.DOUBLES,
        ("1.6.1",),
        ("should have been accepted", "already_exists"),
    ),
    code_defect(keys_are_for_all_tenants, Sort.LEAKS, ("1.6.4",), ("idempotency_key_reused",)),
    code_defect(
        keys_are_for_all_entities,
        Sort.MISJUDGES,
        ("1.6.3",),
        ("should have been refused as 'idempotency key reused', and was accepted",),
    ),
    code_defect(
        repetition_tells_one_event,
        Sort.DROPS,
        ("1.6.2",),
        ("expected the first answer again: version 3", "got version 3", "by LeadConverted "),
    ),
    code_defect(
        last_write_wins,
        Sort.MISJUDGES,
        ("1.7.1",),
        ("exactly one edit should win", "refused as none"),
    ),
    code_defect(
        inactive_accounts_are_changed,
        Sort.MISJUDGES,
        ("2.1.12",),
        ("should have been refused as 'account inactive', and was accepted",),
    ),
    code_defect(
        discontinued_products_are_sold,
        Sort.MISJUDGES,
        ("3.6.1",),
        ("should have been refused as 'product discontinued', and was accepted",),
    ),
    code_defect(registers_are_for_all_tenants, Sort.LEAKS, ("2.6.9",), ("sku_taken",)),
    code_defect(
        registers_are_not_guarded,
        Sort.MISJUDGES,
        ("2.6.9",),
        ("one command should be carried out and the others be refused as 'sku taken'",),
    ),
)
