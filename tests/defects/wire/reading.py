"""Defects of what the CRM reads: the stream, its queues, its own tables."""

import json
from collections.abc import Callable, Sequence

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.changing import PUBLISHING, a_cent_more, showing, to_neighbour
from tests.defects.wire.editing import (
    Change,
    Edit,
    altered,
    in_item,
    in_message,
    in_record,
    lost,
    payload,
    sk_starts,
    twice,
)
from tests.defects.wire.picking import Pick, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.tampering import Answered, Undeleted, everywhere, queue_of

VIEWS = "entity-views"
PIPELINE = "sales-pipeline"
TRAIL = "audit-trail"


def from_stream(event_type: str, change: Change) -> Answered:
    """Tamper with the events of a type as the publisher reads them."""
    return Answered("GetRecords", in_record(Pick(of(event_type)), change))


def received_by(subscriber: str, event_type: str, change: Change) -> Answered:
    """Tamper with the events of a type as one subscriber receives them."""
    edit = in_message(Pick(of(event_type)), change)
    return Answered("ReceiveMessage", edit, queue_of(subscriber))


def and_a_far_one(event: Document) -> Sequence[Document]:
    """Let it be followed by one that nobody has published, and that waits for ever."""
    return [event, {**event, "event_id": f"{event['event_id']}-far", "version": 900}]


def from_history(event_type: str, change: Change) -> Answered:
    """Tamper with the events of a type as the tenant's history is read."""
    return Answered(
        "Query", _where(sk_starts("SEQ#"), in_item("event", Pick(of(event_type)), change))
    )


def from_trail(event_type: str, change: Change) -> Answered:
    """Tamper with the events of a type as the audit trail is read."""
    return Answered("Query", in_item("entry", Pick(of(event_type)), change))


def _where(matches: Callable[[Document], bool], edit: Edit) -> Edit:
    return lambda item: edit(item) if "sk" in item and matches(item) else [item]


def _modified(record: Document) -> Sequence[Document]:
    image = record["dynamodb"].get("NewImage", {})
    is_one = '"ActivityRescheduled"' in image.get("event", {}).get("S", "")
    return [{**record, "eventName": "MODIFY"}] if is_one else [record]


def _shown(kind: str, edit: Edit) -> Edit:
    return _where(lambda i: i["sk"]["S"] == "VIEW" and f"#{kind}#" in i["pk"]["S"], edit)


def _no_lead(item: Document) -> Sequence[Document]:
    event = json.loads(item["event"]["S"]) if "event" in item else {}
    return [] if event.get("event_type") == "LeadQualified" else [item]


READING = (
    WireDefect(
        "publisher-reads-past-an-event",
        "The publisher's page of the stream lacks a disqualification.",
        Sort.DROPS,
        ("2.3.12",),
        ("lost: LeadDisqualified", PUBLISHING),
        tampering=lambda: from_stream("LeadDisqualified", lost),
    ),
    WireDefect(
        "publisher-reads-an-event-twice",
        "The publisher's page of the stream has a scheduled activity twice.",
        Sort.DOUBLES,
        ("2.5.12",),
        ("duplicate: ActivityScheduled", "published 2 times"),
        tampering=lambda: from_stream("ActivityScheduled", twice),
    ),
    WireDefect(
        "publisher-reads-another-amount",
        "The publisher reads another amount than the one that was stored.",
        Sort.ALTERS,
        ("2.4.12",),
        ("mutated: OpportunityAmountChanged", "amount"),
        tampering=lambda: from_stream("OpportunityAmountChanged", payload(amount=a_cent_more)),
    ),
    WireDefect(
        "publisher-takes-new-for-changed",
        "The publisher takes a new event for a change of an old one, and skips it.",
        Sort.RELABELS,
        ("2.5.13",),
        ("lost: ActivityRescheduled", PUBLISHING),
        tampering=lambda: Answered("GetRecords", _modified),
    ),
    WireDefect(
        "history-is-read-otherwise",
        "The history is answered with another name than was committed.",
        Sort.ALTERS,
        ("2.6.6",),
        ("mutated: ProductCreated", "name"),
        tampering=lambda: from_history("ProductCreated", payload(name="Other")),
    ),
    WireDefect(
        "history-is-read-with-a-hole",
        "The history is answered without one of its events.",
        Sort.DROPS,
        ("2.5.14",),
        ("lost: ActivityCompleted", "not in the history"),
        tampering=lambda: from_history("ActivityCompleted", lost),
    ),
    WireDefect(
        "history-is-read-twice",
        "The history is answered with one of its events twice.",
        Sort.DOUBLES,
        ("2.1.9",),
        ("duplicate: AccountDeactivated", "in the history"),
        tampering=lambda: from_history("AccountDeactivated", twice),
    ),
    WireDefect(
        "trail-is-read-with-a-hole",
        "The audit trail is answered without one of its entries.",
        Sort.DROPS,
        ("3.2.2",),
        ("missing: ", "AddressAdded"),
        tampering=lambda: from_trail("AddressAdded", lost),
    ),
    WireDefect(
        "trail-is-read-otherwise",
        "The audit trail is answered with another time than that of the event.",
        Sort.ALTERS,
        ("2.5.11",),
        ("mutated: the audit trail", "occurred_at"),
        tampering=lambda: from_trail(
            "ActivityLogged", altered(occurred_at="2020-01-01T00:00:00.000Z")
        ),
    ),
    WireDefect(
        "view-is-read-otherwise",
        "The view of an address is answered with another city.",
        Sort.ALTERS,
        ("2.7.9",),
        ("mutated: the view of ", "city"),
        tampering=lambda: Answered("GetItem", _shown("address", showing(city="Elsewhere"))),
    ),
    WireDefect(
        "view-is-not-found",
        "The view of a lead is answered as if there were none.",
        Sort.DROPS,
        ("2.3.10",),
        ("there is no view of",),
        tampering=lambda: Answered(
            "GetItem", _where(lambda i: i["sk"]["S"] == "VIEW" and "#lead#" in i["pk"]["S"], lost)
        ),
    ),
    WireDefect(
        "views-never-receive-a-removal",
        "The views' subscriber never receives that an address was removed.",
        Sort.DROPS,
        ("2.7.12",),
        ("lost: AddressRemoved", f"the subscriber {VIEWS}"),
        tampering=lambda: received_by(VIEWS, "AddressRemoved", lost),
    ),
    WireDefect(
        "views-receive-another-name",
        "The views' subscriber receives another name than was published.",
        Sort.ALTERS,
        ("2.2.8",),
        ("mutated: the view of ", "last_name"),
        tampering=lambda: received_by(VIEWS, "ContactCreated", payload(last_name="Other")),
    ),
    WireDefect(
        "views-receive-another-version",
        "The views' subscriber receives a change with a version that is one too high.",
        Sort.ALTERS,
        ("2.1.7",),
        ("lost: AccountUpdated", f"the subscriber {VIEWS}"),
        tampering=lambda: received_by(
            VIEWS, "AccountUpdated", altered(version=lambda own: own + 1)
        ),
    ),
    WireDefect(
        "views-receive-another-tenant",
        "The views' subscriber receives a new lead in the name of another tenant.",
        Sort.LEAKS,
        ("1.6.4",),
        ("leaked: ", VIEWS),
        tampering=lambda: received_by(VIEWS, "LeadCreated", to_neighbour()),
    ),
    WireDefect(
        "views-receive-what-never-happened",
        "The views' subscriber receives a copy of a change, with another id and a version far off.",
        Sort.INVENTS,
        ("2.2.9",),
        ("phantom: entity-views keeps ContactUpdated", "for later"),
        tampering=lambda: received_by(VIEWS, "ContactUpdated", and_a_far_one),
    ),
    WireDefect(
        "pipeline-receives-another-amount",
        "The pipeline's subscriber receives an amount that is a cent too high.",
        Sort.ALTERS,
        ("2.4.10",),
        ("mutated: the pipeline",),
        tampering=lambda: received_by(PIPELINE, "OpportunityCreated", payload(amount=a_cent_more)),
    ),
    WireDefect(
        "trail-receives-another-actor",
        "The audit trail's subscriber receives another actor than was published.",
        Sort.ALTERS,
        ("2.6.8",),
        ("mutated: the audit trail", "actor"),
        tampering=lambda: received_by(TRAIL, "ProductDiscontinued", altered(actor="system")),
    ),
    WireDefect(
        "trail-keeps-its-messages",
        "What the audit trail's subscriber has dealt with is not taken off its queue.",
        Sort.DOUBLES,
        ("1.1.1",),
        ("blocked: audit-trail leaves",),
        at_end=True,
        tampering=lambda: Undeleted(queue_of(TRAIL)),
    ),
    WireDefect(
        "commands-see-an-older-state",
        "The event store is read without a lead's qualification when a command is decided.",
        Sort.DROPS,
        ("3.1.1",),
        ("ConvertLead", "lead_not_qualified"),
        tampering=lambda: Answered("Query", _where(sk_starts("EVENT#"), _no_lead), everywhere),
    ),
)
