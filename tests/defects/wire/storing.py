"""Defects of what the CRM stores: events, receipts, views, totals, audit entries, its marks."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.picking import Event, Pick, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.sending import (
    PUBLISHING,
    a_cent_more,
    an_hour_later,
    to_neighbour,
)
from tests.defects.wire.tampering import (
    Change,
    Edit,
    Stored,
    altered,
    in_item,
    lost,
    payload,
    pk_ends,
    put,
    sk_starts,
    update,
)

Values = dict[str, Document]
EVENT = sk_starts("EVENT#")
LOG = sk_starts("SEQ#")
TRAIL = pk_ends("#TRAIL")
APPLIED = pk_ends("#APPLIED")
TOTALS = pk_ends("#TOTALS")


def event_or_log(item: Document) -> bool:
    """Match the two copies of an event in the event store."""
    return EVENT(item) or LOG(item)


def pk_answer(item: Document) -> bool:
    """Match what is kept to answer a repeated command."""
    return bool(item["sk"]["S"] == "ANSWER")


def both(event_type: str, change: Change) -> Stored:
    """Tamper with both copies of an event in the event store."""
    return Stored(put(event_or_log, in_item("event", Pick(of(event_type)), change)))


def entry_of(event_type: str, change: Change) -> Stored:
    """Tamper with an audit entry."""
    return Stored(put(TRAIL, in_item("entry", Pick(of(event_type)), change)))


def view_of(kind: str, version: int | None, edit: Edit) -> Stored:
    """Tamper with the views of a kind of entity, at a version or at all."""

    def is_one(item: Document) -> bool:
        is_view = item["sk"]["S"] == "VIEW" and f"#{kind}#" in item["pk"]["S"]
        return is_view and version in (None, int(item["version"]["N"]))

    return Stored(put(is_one, edit))


def showing(**values: Any) -> Edit:
    """Let a view show other values."""
    return lambda item: [
        {**item, "state": {"S": json.dumps({**json.loads(item["state"]["S"]), **values})}}
    ]


def adding(change: Callable[[Decimal], Decimal]) -> Edit:
    """Add other numbers than those that an update adds."""

    def edit(asked: Document) -> Sequence[Document]:
        values: Values = asked["ExpressionAttributeValues"]
        new = {name: {"N": f"{change(Decimal(value['N'])):f}"} for name, value in values.items()}
        return [{**asked, "ExpressionAttributeValues": new}]

    return edit


def valued(**values: Document) -> Edit:
    """Give an update other values."""
    return lambda asked: [
        {
            **asked,
            "ExpressionAttributeValues": {
                **asked["ExpressionAttributeValues"],
                **{f":{name}": value for name, value in values.items()},
            },
        }
    ]


def _applied(entity_type: str, edit: Edit) -> Stored:
    """Tamper with the notes of what was applied, of one kind of entity."""
    return Stored(
        update(lambda key: APPLIED(key) and key["sk"]["S"].startswith(f"{entity_type}#"), edit)
    )


def _filed_twice(item: Document) -> Sequence[Document]:
    again = {**item, "sk": {"S": item["sk"]["S"] + "#again"}}
    return [item, again] if '"ActivityCompleted"' in item["entry"]["S"] else [item]


def _filed_elsewhere() -> Edit:
    change = to_neighbour()

    def edit(item: Document) -> Sequence[Document]:
        event = json.loads(item["entry"]["S"])
        (moved,) = change(event)
        pk = item["pk"]["S"].replace(event["tenant_id"], moved["tenant_id"])
        return [{**item, "pk": {"S": pk}}]

    return edit


def _cursor_of(entity_type: str, subscriber: str) -> Callable[[Document], bool]:
    def is_one(where: Document) -> bool:
        pk, sk = where["pk"]["S"], where["sk"]["S"]
        return sk == "CURSOR" and pk.startswith(f"{subscriber}#") and f"#{entity_type}#" in pk

    return is_one


def _not_the_first(asked: Document) -> Sequence[Document]:
    return [] if asked["ExpressionAttributeValues"].get(":now") == {"N": "1"} else [asked]


def _other_receipt(item: Document) -> Sequence[Document]:
    answer = json.loads(item["answer"]["S"])
    if answer["receipt"]["entity_type"] != "account":
        return [item]
    answer["receipt"]["version"] += 1
    return [{**item, "answer": {"S": json.dumps(answer)}}]


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
        tampering=lambda: Stored(put(event_or_log, in_item("event", Pick(_of_conversion), lost))),
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
        "deactivation-forgets-what-is-open",
        "What is open at an account gets lost, and a deactivation does not close it.",
        Sort.DROPS,
        ("3.4.1",),
        ("missing: event 'ActivityCancelled'",),
        tampering=lambda: Stored(put(sk_starts("OPEN#"), lost)),
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
        "view-is-stale",
        "The view of an account does not follow its first change.",
        Sort.DROPS,
        ("2.1.8",),
        ("lost: the view of ", "version 1"),
        tampering=lambda: view_of("account", 2, lost),
    ),
    WireDefect(
        "view-shows-other-phone",
        "The view of a contact shows a telephone number that no event told.",
        Sort.ALTERS,
        ("2.2.9",),
        ("mutated: the view of ", "phone"),
        tampering=lambda: view_of("contact", None, showing(phone="+1 202 555 0100")),
    ),
    WireDefect(
        "view-shows-account-active",
        "The view of a deactivated account shows it as active.",
        Sort.ALTERS,
        ("2.1.9",),
        ("mutated: the view of ", "status"),
        tampering=lambda: view_of("account", 2, showing(status="active")),
    ),
    WireDefect(
        "view-belongs-to-other-tenant",
        "The view of an opportunity is kept with another tenant.",
        Sort.LEAKS,
        ("2.4.10",),
        ("lost: there is no view of ",),
        tampering=lambda: view_of(
            "opportunity",
            None,
            lambda item: [{**item, "pk": {"S": item["pk"]["S"].replace("-views#", "-views#x")}}],
        ),
    ),
    WireDefect(
        "pipeline-counts-twice",
        "Every deal is counted twice in the pipeline, and the sums are doubled.",
        Sort.DOUBLES,
        ("3.3.2",),
        ("pipeline", "50999.99 EUR"),
        tampering=lambda: Stored(update(TOTALS, adding(lambda value: value * 2))),
    ),
    WireDefect(
        "pipeline-counts-twice-unasked",
        "Every deal is counted twice, in scenarios that do not ask for the pipeline.",
        Sort.DOUBLES,
        ("2.4.10",),
        ("mutated: the pipeline",),
        tampering=lambda: Stored(update(TOTALS, adding(lambda value: value * 2))),
    ),
    WireDefect(
        "pipeline-misses-a-loss",
        "What an opportunity's end changes in the pipeline is not written.",
        Sort.DROPS,
        ("2.4.15",),
        ("mutated: the pipeline",),
        tampering=lambda: Stored(
            update(
                lambda key: TOTALS(key),
                lambda asked: (
                    [] if ":lost_count" in asked["ExpressionAttributeValues"] else [asked]
                ),
            )
        ),
    ),
    WireDefect(
        "audit-trail-lacks-an-entry",
        "The audit trail does not say that a contact was archived.",
        Sort.DROPS,
        ("2.2.12",),
        ("lost: the audit trail", "ContactArchived"),
        tampering=lambda: entry_of("ContactArchived", lost),
    ),
    WireDefect(
        "audit-trail-says-it-twice",
        "The audit trail says twice that an activity was completed.",
        Sort.DOUBLES,
        ("2.5.14",),
        ("duplicate: the audit trail", "ActivityCompleted"),
        tampering=lambda: Stored(put(TRAIL, _filed_twice)),
    ),
    WireDefect(
        "audit-trail-loses-the-actor",
        "The audit trail says that the program withdrew a consent, not who did.",
        Sort.ALTERS,
        ("2.2.11",),
        ("mutated: the audit trail", "ContactConsentWithdrawn", "actor"),
        fast=True,
        tampering=lambda: entry_of("ContactConsentWithdrawn", altered(actor="system")),
    ),
    WireDefect(
        "audit-trail-of-other-tenant",
        "Audit entries of one tenant are filed with another.",
        Sort.LEAKS,
        ("1.6.4",),
        ("leaked: LeadCreated", "audit trail"),
        tampering=lambda: Stored(put(TRAIL, _filed_elsewhere())),
    ),
    WireDefect(
        "subscriber-counts-twice",
        "A subscriber notes that it has applied each contact's event twice.",
        Sort.DOUBLES,
        ("2.2.8",),
        ("duplicate: ", "2 times"),
        tampering=lambda: _applied("contact", valued(one={"N": "2"})),
    ),
    WireDefect(
        "subscriber-forgets-what-it-applied",
        "Subscribers do not note that they have applied the events of products.",
        Sort.DROPS,
        ("2.6.6",),
        ("lost: ProductCreated", "between the bus and the subscriber"),
        tampering=lambda: _applied("product", lost),
    ),
    WireDefect(
        "subscriber-notes-other-version",
        "Subscribers note another version than the one that they have applied.",
        Sort.ALTERS,
        ("2.7.10",),
        ("mutated: ", "applied AddressCorrected"),
        tampering=lambda: _applied("address", valued(version={"N": "7"})),
    ),
    WireDefect(
        "subscriber-loses-its-place",
        "The views' subscriber forgets how far each lead is applied, and waits for ever.",
        Sort.DROPS,
        ("2.3.11",),
        ("lost: LeadQualified", "the subscriber entity-views"),
        tampering=lambda: Stored(update(_cursor_of("lead", "entity-views"), _not_the_first)),
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
