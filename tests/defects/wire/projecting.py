"""Defects of what subscribers store: views, totals, audit entries, how far they are."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.changing import showing, to_neighbour
from tests.defects.wire.editing import (
    Change,
    Edit,
    altered,
    in_item,
    lost,
    once,
    pk_ends,
    put,
    sk_starts,
    update,
)
from tests.defects.wire.picking import Pick, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.tampering import Stored

Values = dict[str, Document]
TRAIL = pk_ends("#TRAIL")
APPLIED = pk_ends("#APPLIED")
TOTALS = pk_ends("#TOTALS")


def entry_of(event_type: str, change: Change) -> Stored:
    """Tamper with an audit entry."""
    return Stored(put(TRAIL, in_item("entry", Pick(of(event_type)), change)))


def view_of(kind: str, version: int | None, edit: Edit) -> Stored:
    """Tamper with the views of a kind of entity, at a version or at all."""

    def is_one(item: Document) -> bool:
        is_view = item["sk"]["S"] == "VIEW" and f"#{kind}#" in item["pk"]["S"]
        return is_view and version in (None, int(item["version"]["N"]))

    return Stored(put(is_one, edit))


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


def _filed_last(event_type: str) -> Edit:
    def edit(item: Document) -> Sequence[Document]:
        if json.loads(item["entry"]["S"])["event_type"] != event_type:
            return [item]
        return [{**item, "sk": {"S": f"9{item['sk']['S']}"}}]

    return edit


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


PROJECTING = (
    WireDefect(
        "deactivation-forgets-what-is-open",
        "What is open at an account gets lost, and a deactivation does not close it.",
        Sort.DROPS,
        ("3.4.1",),
        ("missing: event 'ActivityCancelled'",),
        tampering=lambda: Stored(put(sk_starts("OPEN#"), lost)),
    ),
    WireDefect(
        "view-of-the-first-is-lost",
        "The very first view of the run is not written.",
        Sort.DROPS,
        ("1.1.1",),
        ("lost: there is no view of canary-",),
        at_end=True,
        tampering=lambda: Stored(once(put(sk_starts("VIEW"), lost))),
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
        "audit-trail-is-out-of-order",
        "The audit trail tells at its end that an activity was scheduled, whatever came after it.",
        Sort.ALTERS,
        ("2.5.14",),
        ("reordered: the audit trail", "ActivityScheduled"),
        tampering=lambda: Stored(put(TRAIL, _filed_last("ActivityScheduled"))),
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
)
