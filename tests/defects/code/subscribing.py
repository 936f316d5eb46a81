"""Defects of how subscribers take events and what they make of them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from support.reference_crm import inbox, upcasting
from support.reference_crm.domain import State
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier, Inbox
from support.reference_crm.items import Write
from support.reference_crm.ledger import Ledger, Standing
from support.reference_crm.messages import NoEventError, Received, read
from support.reference_crm.subscribers import (
    entity_views,
)
from support.reference_crm.subscribers.entity_views import EntityView, EntityViews
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort

Writes = Sequence[Write]
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

    instead(inbox, "in_order", lambda _: list)
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


def older_amounts_are_read_the_wrong_way_round() -> None:
    """What an older revaluation says of before and after is read the other way round."""

    def make(real: Any) -> Any:
        def swapped(payload: Any) -> Any:
            fired()
            read = real["OpportunityAmountChanged", 1](payload)
            return {"amount": read["previous_amount"], "previous_amount": read["amount"]}

        return {("OpportunityAmountChanged", 1): swapped}

    instead(upcasting, "UPCASTS", make)


def poison_is_given_up_at_first_sight() -> None:
    """What is no event goes to the dead letters at once, without the attempts that were agreed."""

    def make(real: Callable[..., Iterator[Received]]) -> Callable[..., Iterator[Received]]:
        def read_all(self: Inbox, messages: Sequence[Any]) -> Iterator[Received]:
            for message in messages:
                try:
                    read(message)
                except NoEventError:
                    _throw_away(self, message)
                else:
                    yield from real(self, [message])

        return read_all

    instead(Inbox, "_read_all", make)


def _throw_away(inbox: Inbox, message: Any) -> None:
    sqs, url = inbox._sqs, inbox._queue_url
    known = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    arn = json.loads(known["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"]
    dead = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    sqs.send_message(QueueUrl=dead, MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    fired()


SUBSCRIBING_DEFECTS = (
    code_defect(
        poison_is_given_up_at_first_sight,
        Sort.MISJUDGES,
        ("4.7.1",),
        ("attempts: expected 'as agreed', found '0 of 5'",),
    ),
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
        ("lost: AccountUpdated", "the subscriber entity-views"),
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
    code_defect(
        older_amounts_are_read_the_wrong_way_round,
        Sort.ALTERS,
        ("5.4.1",),
        ("amount: expected 900.00 EUR, found 1200.00 EUR",),
    ),
    code_defect(addresses_stay_primary, Sort.MISJUDGES, ("2.7.8",), ("primary: expected", "found")),
)
