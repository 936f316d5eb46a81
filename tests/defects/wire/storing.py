"""Defects of what the CRM stores: events, receipts, views, totals, audit entries, its marks."""

import json
from collections.abc import Sequence

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.changing import PUBLISHING, a_cent_more, an_hour_later
from tests.defects.wire.editing import Change, altered, in_item, lost, payload, put, sk_starts
from tests.defects.wire.picking import Event, Pick, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.tampering import Stored

Values = dict[str, Document]
EVENT = sk_starts("EVENT#")
LOG = sk_starts("SEQ#")


def event_or_log(item: Document) -> bool:
    """Match the two copies of an event in the event store."""
    return EVENT(item) or LOG(item)


def pk_answer(item: Document) -> bool:
    """Match what is kept to answer a repeated command."""
    return bool(item["sk"]["S"] == "ANSWER")


def both(event_type: str, change: Change) -> Stored:
    """Tamper with both copies of an event in the event store."""
    return both_of(Pick(of(event_type)), change)


def both_of(pick: Pick, change: Change) -> Stored:
    """Tamper with both copies of each event that is picked."""
    return Stored(put(event_or_log, in_item("event", pick, change)))


def _other_receipt(item: Document) -> Sequence[Document]:
    answer = json.loads(item["answer"]["S"])
    if answer["receipt"]["entity_type"] != "account":
        return [item]
    answer["receipt"]["version"] += 1
    return [{**item, "answer": {"S": json.dumps(answer)}}]


def _caused(event_type: str) -> Pick:
    """Choose the events of a type that something else brought about."""
    return Pick(lambda event: event["event_type"] == event_type and bool(event["causation_id"]))


def _of_conversion(event: Event) -> bool:
    return event["event_type"] == "OpportunityCreated" and event["payload"]["lead_id"] is not None


STORING = (
    WireDefect(
        "stream-never-sees-reactivation",
        "A reactivation is in the tenant's history, and not where the publisher looks.",
        Sort.DROPS,
        ("2.1.10",),
        ("lost: AccountReactivated", PUBLISHING),
        tampering=lambda: Stored(
            put(EVENT, in_item("event", Pick(of("AccountReactivated")), lost))
        ),
    ),
    WireDefect(
        "history-lacks-new-price",
        "A new price is published, and is not in the tenant's history.",
        Sort.DROPS,
        ("2.6.7",),
        ("lost: ProductPriceChanged", "not in the history"),
        tampering=lambda: Stored(put(LOG, in_item("event", Pick(of("ProductPriceChanged")), lost))),
    ),
    WireDefect(
        "history-differs-from-published",
        "The published copy of a stored event has another reason than the one in the history.",
        Sort.ALTERS,
        ("2.3.12",),
        ("mutated: LeadDisqualified", "reason"),
        tampering=lambda: Stored(
            put(EVENT, in_item("event", Pick(of("LeadDisqualified")), payload(reason="Unknown")))
        ),
    ),
    WireDefect(
        "store-keeps-half-a-conversion",
        "Of the events of a conversion the opportunity's is not stored.",
        Sort.DROPS,
        ("3.1.1",),
        ("lost: OpportunityCreated", "was accepted, and is not in the history"),
        tampering=lambda: both_of(Pick(_of_conversion), lost),
    ),
    WireDefect(
        "store-keeps-a-cent-more",
        "A new opportunity is stored with an amount that is a cent too high.",
        Sort.ALTERS,
        ("2.4.10",),
        ("mutated: CreateOpportunity", "amount"),
        tampering=lambda: both("OpportunityCreated", payload(amount=a_cent_more)),
    ),
    WireDefect(
        "store-keeps-later-time",
        "A new account is stored as having been made an hour later.",
        Sort.ALTERS,
        ("1.1.1",),
        ("mutated: AccountCreated", "occurred_at"),
        tampering=lambda: both("AccountCreated", altered(occurred_at=an_hour_later)),
    ),
    WireDefect(
        "store-keeps-other-actor",
        "A change of owner is stored with the program as its actor.",
        Sort.ALTERS,
        ("2.1.8",),
        ("mutated: AccountOwnerChanged", "actor"),
        tampering=lambda: both("AccountOwnerChanged", altered(actor="system")),
    ),
    WireDefect(
        "store-keeps-other-actor-of-a-consequence",
        "What a deactivation cancels is stored as cancelled by somebody who was never there.",
        Sort.ALTERS,
        ("3.4.1",),
        ("mutated: ActivityCancelled", "actor 'mallory'"),
        fast=True,
        tampering=lambda: both_of(_caused("ActivityCancelled"), altered(actor="mallory")),
    ),
    WireDefect(
        "store-keeps-later-time-of-a-consequence",
        "What a deactivation loses is stored as lost an hour later.",
        Sort.ALTERS,
        ("3.4.2",),
        ("mutated: OpportunityLost", "occurred_at"),
        tampering=lambda: both_of(_caused("OpportunityLost"), altered(occurred_at=an_hour_later)),
    ),
    WireDefect(
        "store-keeps-other-correlation",
        "A removed address is stored with a correlation of its own.",
        Sort.ALTERS,
        ("2.7.12",),
        ("mutated: AddressRemoved", "correlation_id"),
        tampering=lambda: both("AddressRemoved", altered(correlation_id="other-correlation")),
    ),
    WireDefect(
        "store-keeps-invented-cause",
        "A new contact that somebody commanded is stored with a cause that does not exist.",
        Sort.ALTERS,
        ("2.2.8",),
        ("mutated: ContactCreated", "causation_id"),
        tampering=lambda: both("ContactCreated", altered(causation_id="no-such-event")),
    ),
    WireDefect(
        "store-keeps-other-previous-amount",
        "A change of amount is stored with another previous amount than there was.",
        Sort.ALTERS,
        ("3.3.3",),
        ("mutated: OpportunityAmountChanged", "previous_amount"),
        tampering=lambda: both("OpportunityAmountChanged", payload(previous_amount=a_cent_more)),
    ),
    WireDefect(
        "store-keeps-other-won-amount",
        "A won opportunity is stored with another amount than it had.",
        Sort.ALTERS,
        ("1.3.1",),
        ("mutated: OpportunityWon", "amount"),
        tampering=lambda: both("OpportunityWon", payload(amount=a_cent_more)),
    ),
    WireDefect(
        "store-keeps-other-unit-price",
        "A product is stored with an opportunity at another price than it had that day.",
        Sort.ALTERS,
        ("2.4.13",),
        ("mutated: OpportunityProductAdded", "unit_price"),
        tampering=lambda: both("OpportunityProductAdded", payload(unit_price=a_cent_more)),
    ),
    WireDefect(
        "store-keeps-unknown-lead",
        "The opportunity of a conversion is stored with a lead that does not exist.",
        Sort.ALTERS,
        ("3.1.2",),
        ("mutated: OpportunityCreated", "names the lead lead-of-nobody"),
        tampering=lambda: Stored(
            put(
                event_or_log,
                in_item("event", Pick(_of_conversion), payload(lead_id="lead-of-nobody")),
            )
        ),
    ),
    WireDefect(
        "store-forgets-idempotency-keys",
        "What is kept to answer a repeated command gets lost.",
        Sort.DROPS,
        ("1.6.1",),
        ("should have been accepted", "already_exists"),
        tampering=lambda: Stored(put(pk_answer, lost)),
    ),
    WireDefect(
        "store-forgets-skus",
        "Which product has a SKU gets lost, and another one may have it, too.",
        Sort.DROPS,
        ("2.6.9",),
        ("should have been refused as 'sku taken', and was accepted",),
        tampering=lambda: Stored(put(lambda item: item["sk"]["S"] == "REGISTER", lost)),
    ),
    WireDefect(
        "store-keeps-other-event-id",
        "A cancelled activity is stored under another event id than its receipt names.",
        Sort.ALTERS,
        ("2.5.15",),
        ("lost: ActivityCancelled", "was accepted, and is not in the history"),
        tampering=lambda: both("ActivityCancelled", altered(event_id="00000000-0000-4000-8000-00")),
    ),
    WireDefect(
        "store-keeps-other-tenant",
        "A qualification is stored in its tenant's history under another tenant's id.",
        Sort.LEAKS,
        ("2.3.11",),
        ("leaked: LeadQualified",),
        tampering=lambda: both("LeadQualified", altered(tenant_id=lambda own: f"{own}-x")),
    ),
    WireDefect(
        "receipt-is-kept-otherwise",
        "The receipt that is kept for a repeated command has another version.",
        Sort.ALTERS,
        ("1.6.2",),
        ("first answer",),
        tampering=lambda: Stored(put(pk_answer, _other_receipt)),
    ),
)
