"""Defects of how the CRM publishes."""

import html
from collections.abc import Callable, Sequence
from threading import Event as Flag
from typing import Any
from uuid import uuid4

from support.reference_crm import child
from support.reference_crm.bus import Bus
from support.reference_crm.commands import CommandHandler
from support.reference_crm.dispatch import Dispatch
from support.reference_crm.domain import EntityType, Refused
from support.reference_crm.envelope import Event
from support.reference_crm.event_store import Appending, EventStore
from support.reference_crm.outgoing import Outgoing, outgoing
from support.reference_crm.patience import Patience
from support.reference_crm.request import Request
from support.reference_crm.roles import Surroundings
from tests.defects.code.planting import code_defect, fired, instead, published_as
from tests.defects.defect import Sort

PUBLISHING = "between the event store and the bus"
AT_MOST = 3


def publisher_forgets_a_type() -> None:
    """The publisher has a list of event types to send, and one of them is not on it."""

    def make(real: Callable[..., Outgoing | None]) -> Callable[..., Outgoing | None]:
        def going(self: Dispatch, stored: Any) -> Outgoing | None:
            found = real(self, stored)
            if found is None or found.event_type != "OpportunityStageChanged":
                return found
            fired()
            return None

        return going

    instead(Dispatch, "_outgoing", make)


def publisher_sends_whole_batch_again() -> None:
    """A batch of which the bus refused one entry is sent again as a whole."""

    def make(real: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def publish(self: Bus, batch: list[Outgoing]) -> list[Any]:
            refused = real(self, batch)
            if len(batch) > 1:
                fired()
                real(self, batch)
            return refused

        return publish

    instead(Bus, "_publish", make)


def publisher_takes_three_at_most() -> None:
    """Of what is found at once only the first three events are sent; the checkpoint passes all."""

    def make(real: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def publish(self: Bus, events: Sequence[Outgoing]) -> list[Any]:
            if len(events) > AT_MOST:
                fired()
            return real(self, events[:AT_MOST])

        return publish

    instead(Bus, "publish", make)


def publisher_keeps_the_newest_back() -> None:
    """The newest event about a product is held until another one comes, to fill the batches."""
    kept: list[Outgoing] = []

    def make(real: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def publish(self: Bus, events: Sequence[Outgoing]) -> list[Any]:
            held = [*kept, *(each for each in events if "product" in each.entity)]
            kept[:] = held[-1:]
            if held:
                fired()
            others = [each for each in events if "product" not in each.entity]
            return real(self, [*held[:-1], *others])

        return publish

    instead(Bus, "publish", make)


def publishes_before_the_commit() -> None:
    """Events are published when they are decided, before it is known that they are stored."""
    made = _bus_of_role()

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def append(self: EventStore, appending: Appending) -> None:
            fired()
            made[0].publish([outgoing(event) for event in appending.events])
            real(self, appending)

        return append

    instead(EventStore, "append", make)
    instead(Dispatch, "_outgoing", lambda _: lambda *_: None)


def publishes_what_it_refuses() -> None:
    """A refused change is published as if it had been accepted."""
    made = _bus_of_role()

    def make(real: Callable[..., object]) -> Callable[..., object]:
        def handle(self: CommandHandler, request: Request) -> object:
            try:
                return real(self, request)
            except Refused:
                if request.command_type == "UpdateAccount":
                    fired()
                    made[0].publish([outgoing(_never_happened(request))])
                raise

        return handle

    instead(CommandHandler, "handle", make)


def publisher_rounds_amounts() -> None:
    """Amounts go through binary floating point on their way to the bus."""

    def change(event: Event) -> Event:
        money: Any = event.payload.get("amount")
        if not money:
            return event
        rounded = {**money, "amount": f"{float(money['amount']):.2f}"}
        return _with(event, amount=rounded)

    published_as(change)


def publisher_leaves_nothing_out() -> None:
    """Fields that were not given are missing in the published payload, instead of being null."""

    def change(event: Event) -> Event:
        given = {name: value for name, value in event.payload.items() if value is not None}
        return event.model_copy(update={"payload": given})

    published_as(change)


def publisher_escapes_markup() -> None:
    """Names are escaped as for a web page before they are published."""

    def change(event: Event) -> Event:
        name = event.payload.get("name")
        return _with(event, name=html.escape(name)) if isinstance(name, str) else event

    published_as(change)


def _with(event: Event, **values: Any) -> Event:
    return event.model_copy(update={"payload": {**event.payload, **values}})


def _never_happened(request: Request) -> Event:
    return Event(
        event_id=str(uuid4()),
        event_type="AccountUpdated",
        schema_version=1,
        tenant_id=request.tenant_id,
        entity_type=EntityType.ACCOUNT,
        entity_id=str(request.entity_id),
        version=2,
        occurred_at="2026-01-01T00:00:00.000Z",
        actor=request.actor,
        correlation_id=request.correlation_id,
        causation_id=None,
        payload=dict(request.data),
    )


def _bus_of_role() -> list[Bus]:
    """Return a list that holds the bus once a role runs."""
    made: list[Bus] = []

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def run(role: Any, around: Surroundings, life: Any) -> None:
            made.append(Bus(around.aws.events(), around.stack.bus, Patience(Flag())))
            real(role, around, life)

        return run

    instead(child, "run", make)
    return made


PUBLISHING_DEFECTS = (
    code_defect(
        publisher_forgets_a_type,
        Sort.DROPS,
        ("2.4.11",),
        ("lost: OpportunityStageChanged", PUBLISHING),
    ),
    code_defect(
        publisher_sends_whole_batch_again,
        Sort.DOUBLES,
        ("3.1.1",),
        ("duplicate: AccountCreated", "published 2 times"),
    ),
    code_defect(
        publisher_takes_three_at_most,
        Sort.DROPS,
        ("1.1.3",),
        ("lost: ", PUBLISHING),
    ),
    code_defect(
        publisher_keeps_the_newest_back,
        Sort.DELAYS,
        ("2.6.8",),
        ("lost: ProductDiscontinued", PUBLISHING),
    ),
    code_defect(
        publishes_before_the_commit,
        Sort.INVENTS,
        ("1.7.1",),
        ("phantom: AccountUpdated", "not in the history"),
        fast=True,
    ),
    code_defect(
        publishes_what_it_refuses,
        Sort.INVENTS,
        ("1.5.1",),
        ("phantom: AccountUpdated", "not in the history"),
    ),
    code_defect(
        publisher_rounds_amounts,
        Sort.ALTERS,
        ("1.2.4",),
        ("mutated: OpportunityCreated", "amount"),
    ),
    code_defect(
        publisher_leaves_nothing_out,
        Sort.ALTERS,
        ("1.2.6",),
        ("mutated: LeadCreated", "phone"),
    ),
    code_defect(
        publisher_escapes_markup,
        Sort.ALTERS,
        ("1.2.3",),
        ("mutated: AccountCreated", "name"),
    ),
)
