"""Defects of what the CRM sends to the bus: events that say something else."""

import json
import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from tests.defects.defect import Sort, WireDefect
from tests.defects.wire.changing import a_cent_more, an_hour_later, in_utc
from tests.defects.wire.editing import Edit, altered, in_entry, payload
from tests.defects.wire.picking import Event, Pick, of
from tests.defects.wire.proxy import Document
from tests.defects.wire.tampering import Sent


def _swapped() -> Edit:
    """Give an event the payload of the one of its type before."""
    before: dict[str, Any] = {}

    def edit(sent: Document) -> Sequence[Document]:
        event = json.loads(sent["Detail"])
        mine = event["payload"]
        event["payload"] = before.get(event["event_type"], mine)
        before[event["event_type"]] = mine
        return [{**sent, "Detail": json.dumps(event, ensure_ascii=False)}]

    return edit


def _is_long(event: Event) -> bool:
    return event["event_type"] == "AccountCreated" and len(event["payload"]["name"]) > 100


ALTERING = (
    WireDefect(
        "bus-gets-a-cent-more",
        "A new opportunity is announced with an amount that is a cent too high.",
        Sort.ALTERS,
        ("2.4.10",),
        ("mutated: OpportunityCreated", "amount"),
        tampering=lambda: Sent(
            in_entry(Pick(of("OpportunityCreated")), payload(amount=a_cent_more))
        ),
    ),
    WireDefect(
        "bus-gets-higher-version",
        "A qualification is announced with a version that is one too high.",
        Sort.ALTERS,
        ("2.3.11",),
        ("mutated: LeadQualified", "version"),
        tampering=lambda: Sent(
            in_entry(Pick(of("LeadQualified")), altered(version=lambda own: own + 1))
        ),
    ),
    WireDefect(
        "bus-gets-other-actor",
        "An event is announced with the program as its actor, not who asked.",
        Sort.ALTERS,
        ("1.8.3",),
        ("mutated: AccountCreated", "actor"),
        tampering=lambda: Sent(in_entry(Pick(of("AccountCreated")), altered(actor="system"))),
    ),
    WireDefect(
        "bus-gets-new-event-id",
        "A cancellation is announced under an event id that it was not committed with.",
        Sort.ALTERS,
        ("2.5.15",),
        ("lost: ActivityCancelled", "phantom: ActivityCancelled"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ActivityCancelled")), altered(event_id=lambda _: str(uuid4())))
        ),
    ),
    WireDefect(
        "bus-gets-other-entity",
        "A logged activity is announced as one of another entity.",
        Sort.ALTERS,
        ("2.5.11",),
        ("mutated: ActivityLogged", "entity_id"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ActivityLogged"), at_most=1), altered(entity_id="activity-elsewhere"))
        ),
    ),
    WireDefect(
        "bus-gets-new-correlation",
        "One event of a conversion is announced with a correlation of its own.",
        Sort.ALTERS,
        ("3.1.4",),
        ("mutated: ContactCreated", "correlation_id"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ContactCreated")), altered(correlation_id=lambda _: str(uuid4())))
        ),
    ),
    WireDefect(
        "bus-gets-no-cause",
        "The opportunity of a conversion is announced without its cause.",
        Sort.ALTERS,
        ("3.1.5",),
        ("mutated: OpportunityCreated", "causation_id"),
        tampering=lambda: Sent(
            in_entry(Pick(of("OpportunityCreated")), altered(causation_id=None))
        ),
    ),
    WireDefect(
        "bus-gets-later-time",
        "A changed contact is announced as having happened an hour later.",
        Sort.ALTERS,
        ("2.2.9",),
        ("mutated: ContactUpdated", "occurred_at"),
        tampering=lambda: Sent(
            in_entry(Pick(of("ContactUpdated")), altered(occurred_at=an_hour_later))
        ),
    ),
    WireDefect(
        "bus-gets-other-offset",
        "A due time is announced in UTC, without the offset that it was given in.",
        Sort.ALTERS,
        ("1.2.5",),
        ("mutated: ActivityScheduled", "due_at"),
        tampering=lambda: Sent(in_entry(Pick(of("ActivityScheduled")), payload(due_at=in_utc))),
    ),
    WireDefect(
        "bus-gets-number-as-text",
        "A score is announced as a text instead of a number.",
        Sort.ALTERS,
        ("2.3.11",),
        ("mutated: LeadQualified", "score"),
        tampering=lambda: Sent(in_entry(Pick(of("LeadQualified")), payload(score=str))),
    ),
    WireDefect(
        "bus-gets-whole-number-as-decimal",
        "A score is announced as 80.0 instead of 80.",
        Sort.ALTERS,
        ("2.3.11",),
        ("mutated: LeadQualified", "score"),
        tampering=lambda: Sent(in_entry(Pick(of("LeadQualified")), payload(score=float))),
    ),
    WireDefect(
        "bus-gets-shorter-name",
        "A long name is announced with its first hundred characters only.",
        Sort.ALTERS,
        ("1.2.3",),
        ("mutated: AccountCreated", "name"),
        tampering=lambda: Sent(in_entry(Pick(_is_long), payload(name=lambda name: name[:100]))),
    ),
    WireDefect(
        "bus-gets-composed-characters",
        "Names are announced in another Unicode form: they look the same and are not.",
        Sort.ALTERS,
        ("1.2.3",),
        ("mutated: AccountCreated", "name"),
        tampering=lambda: Sent(
            in_entry(
                Pick(of("AccountCreated")),
                payload(name=lambda name: unicodedata.normalize("NFC", name)),
            )
        ),
    ),
    WireDefect(
        "bus-gets-empty-for-nothing",
        "What was not given is announced as an empty text instead of nothing.",
        Sort.ALTERS,
        ("2.7.9",),
        ("mutated: AddressAdded", "line2"),
        tampering=lambda: Sent(
            in_entry(Pick(of("AddressAdded")), payload(line2=lambda given: given or ""))
        ),
    ),
    WireDefect(
        "bus-gets-newer-schema",
        "An event is announced under a schema version that was never published.",
        Sort.ALTERS,
        ("2.7.9",),
        ("mutated: AddressAdded", "schema"),
        tampering=lambda: Sent(in_entry(Pick(of("AddressAdded")), altered(schema_version=2))),
    ),
    WireDefect(
        "bus-gets-internal-field",
        "An event is announced with a field that its schema does not have.",
        Sort.ALTERS,
        ("2.7.10",),
        ("mutated: AddressCorrected", "internal_note"),
        tampering=lambda: Sent(
            in_entry(Pick(of("AddressCorrected")), payload(internal_note="do not show"))
        ),
    ),
    WireDefect(
        "bus-gets-payload-of-another",
        "An event is announced with the payload of the one of its type before.",
        Sort.ALTERS,
        ("1.3.3",),
        ("mutated: ", "arrived other than it was committed"),
        tampering=lambda: Sent(_swapped()),
    ),
)
