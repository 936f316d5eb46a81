"""Defects of what the CRM sends to the bus."""

from collections.abc import Sequence
from uuid import uuid4

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.changing import PUBLISHING, to_neighbour
from tests.defects.wire.editing import Edit, altered, entry, in_entry, lost, twice
from tests.defects.wire.picking import Pick, anything, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.tampering import Delayed, Denied, Sent

ECHO_AFTER = 3
SLOW_S = 1.6  # longer than the objective of a defect's run, shorter than its scenarios wait
HELD_S = 4.5  # longer than a defect's scenarios wait, shorter than the CRM's own time-out


def _invented(event: Document) -> Sequence[Document]:
    return [event, {**event, "event_id": str(uuid4())}]


def _echo(event_type: str) -> Edit:
    """Send an entry again with a later one."""
    kept: list[Document] = []
    passed = 0

    def edit(sent: Document) -> Sequence[Document]:
        nonlocal passed
        passed += bool(kept)
        if sent["DetailType"] == event_type and not kept:
            kept.append(sent)
        return [sent, kept[0]] if kept and passed == ECHO_AFTER else [sent]

    return edit


SENDING = (
    WireDefect(
        "bus-loses-a-won-deal",
        "The announcement of a won opportunity is dropped on its way to the bus.",
        Sort.DROPS,
        ("2.4.14",),
        ("lost: OpportunityWon", PUBLISHING),
        fast=True,
        tampering=lambda: Sent(in_entry(Pick(of("OpportunityWon")), lost)),
    ),
    WireDefect(
        "bus-loses-every-seventh",
        "Every seventh event, of whatever type, is dropped on its way to the bus.",
        Sort.DROPS,
        ("1.1.2", "1.3.2"),
        ("lost: ", PUBLISHING),
        tampering=lambda: Sent(in_entry(Pick(anything, every=7), lost)),
    ),
    WireDefect(
        "bus-loses-one-contact",
        "One new contact in the whole run is not announced.",
        Sort.DROPS,
        ("1.1.2", "2.2.8"),
        ("lost: ContactCreated", PUBLISHING),
        tampering=lambda: Sent(in_entry(Pick(of("ContactCreated"), at_most=1), lost)),
    ),
    WireDefect(
        "bus-loses-the-first-of-all",
        "The very first event of the run is dropped on its way to the bus.",
        Sort.DROPS,
        ("1.1.1",),
        ("lost: LeadCreated", PUBLISHING),
        at_end=True,
        tampering=lambda: Sent(in_entry(Pick(anything, at_most=1), lost)),
    ),
    WireDefect(
        "bus-refuses-what-it-takes",
        "The bus takes a discontinued product and says that it did not: it is sent again.",
        Sort.DOUBLES,
        ("2.6.8",),
        ("duplicate: ProductDiscontinued", "published 2 times"),
        tampering=lambda: Denied(Pick(of("ProductDiscontinued"))),
    ),
    WireDefect(
        "bus-takes-update-twice",
        "A changed account is announced twice in one call.",
        Sort.DOUBLES,
        ("2.1.7",),
        ("duplicate: AccountUpdated", "published 2 times"),
        fast=True,
        tampering=lambda: Sent(in_entry(Pick(of("AccountUpdated")), twice)),
    ),
    WireDefect(
        "bus-takes-event-again-later",
        "An event is announced a second time, three events later.",
        Sort.DOUBLES,
        ("2.3.11", "2.3.12"),
        ("duplicate: LeadQualified", "published"),
        at_end=True,
        tampering=lambda: Sent(_echo("LeadQualified")),
    ),
    WireDefect(
        "bus-gets-other-type",
        "A change of owner is announced under the type of an update.",
        Sort.RELABELS,
        ("2.1.8",),
        ("misrouted: AccountOwnerChanged", "'AccountUpdated'"),
        tampering=lambda: Sent(
            entry(Pick(of("AccountOwnerChanged")), altered(DetailType="AccountUpdated"))
        ),
    ),
    WireDefect(
        "bus-gets-other-source",
        "A qualification is announced in the name of another program.",
        Sort.RELABELS,
        ("2.3.11",),
        ("misrouted: LeadQualified", "'crm.legacy'"),
        tampering=lambda: Sent(entry(Pick(of("LeadQualified")), altered(Source="crm.legacy"))),
    ),
    WireDefect(
        "bus-gets-unknown-tenant",
        "A new product is announced in the name of a tenant that nobody knows.",
        Sort.RELABELS,
        ("2.6.6",),
        ("leaked: ProductCreated",),
        tampering=lambda: Sent(
            in_entry(Pick(of("ProductCreated")), altered(tenant_id=lambda own: f"{own}-x"))
        ),
    ),
    WireDefect(
        "bus-gets-other-tenant",
        "A new product is announced in the name of another tenant.",
        Sort.LEAKS,
        ("2.6.9",),
        ("leaked: ProductCreated",),
        fast=True,
        tampering=lambda: Sent(in_entry(Pick(of("ProductCreated")), to_neighbour())),
    ),
    WireDefect(
        "bus-gets-invented-event",
        "A change of the primary address is announced a second time as another event.",
        Sort.INVENTS,
        ("2.7.11",),
        ("phantom: AddressMadePrimary", "not in the history"),
        tampering=lambda: Sent(in_entry(Pick(of("AddressMadePrimary")), _invented)),
    ),
    WireDefect(
        "bus-is-the-wrong-one",
        "An archived contact is announced on another bus.",
        Sort.DROPS,
        ("2.2.12",),
        ("lost: ContactArchived", PUBLISHING),
        tampering=lambda: Sent(entry(Pick(of("ContactArchived")), altered(EventBusName="default"))),
    ),
    WireDefect(
        "bus-is-slower-than-promised",
        "A moved contact is announced later than the delivery objective allows.",
        Sort.DELAYS,
        ("2.2.10",),
        ("late: ContactMovedToAccount",),
        timeout=8.0,
        tampering=lambda: Delayed(SLOW_S, Pick(of("ContactMovedToAccount"))),
    ),
    WireDefect(
        "bus-is-slow-for-all",
        "Every event is announced later than the delivery objective allows.",
        Sort.DELAYS,
        ("1.1.1",),
        ("late: AccountCreated",),
        timeout=8.0,
        tampering=lambda: Delayed(SLOW_S, Pick(anything)),
    ),
    WireDefect(
        "bus-is-too-late",
        "A moved contact is announced long after the change was accepted.",
        Sort.DELAYS,
        ("2.2.10",),
        ("ContactMovedToAccount", "late"),
        at_end=True,
        tampering=lambda: Delayed(HELD_S, Pick(of("ContactMovedToAccount"), at_most=1)),
    ),
)
