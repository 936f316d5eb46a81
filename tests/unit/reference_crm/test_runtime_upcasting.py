"""What was stored or sent in an older schema version is read as if it were told today."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from support.contract.catalogue import Catalogue
from support.reference_crm.domain import EVENT_TYPES, EntityType, evolve, view
from support.reference_crm.envelope import Event
from support.reference_crm.upcasting import newest_version
from tests.unit.reference_crm.runtime_fakes import event

MONEY = {"amount": "1200.00", "currency": "EUR"}
BEFORE = {"amount": "900.00", "currency": "EUR"}
FLAT = {"amount": "1200.00", "previous_amount": "900.00", "currency": "EUR"}
TODAY = event(
    "deal",
    2,
    event_type="OpportunityAmountChanged",
    entity_type="opportunity",
    schema_version=2,
    payload={"amount": MONEY, "previous_amount": BEFORE},
)
CREATED: Any = {
    "account_id": "a",
    "name": "Deal",
    "amount": BEFORE,
    "close_date": "2026-03-31",
    "stage": "prospecting",
    "lead_id": None,
}


def _told(**changes: Any) -> str:
    return json.dumps({**TODAY.model_dump(mode="json"), **changes})


def test_an_older_revaluation_is_read_as_it_is_told_today() -> None:
    """The whole event: nothing else of it is another."""
    assert Event.model_validate_json(_told(schema_version=1, payload=FLAT)) == TODAY
    assert Event.model_validate_json(TODAY.to_json()) == TODAY


def test_an_older_revaluation_makes_the_state_that_it_made_then() -> None:
    """The domain knows the newest form only."""
    old = Event.model_validate_json(_told(schema_version=1, payload=FLAT))
    created = evolve(EntityType.OPPORTUNITY, None, "OpportunityCreated", CREATED)
    changed = evolve(EntityType.OPPORTUNITY, created, old.event_type, old.payload)
    assert view(changed) == {**view(created), "amount": MONEY}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"schema_version": 3},
            "OpportunityAmountChanged of schema version 3 cannot be read: "
            "the newest that is known is 2",
        ),
        (
            {"event_type": "OpportunityWon", "schema_version": 2},
            "OpportunityWon of schema version 2 cannot be read: the newest that is known is 1",
        ),
        (
            {"schema_version": 1},
            "OpportunityAmountChanged of schema version 1 cannot be read: "
            "its payload is not of that version",
        ),
        (
            {"schema_version": 1, "payload": None},
            "OpportunityAmountChanged of schema version 1 cannot be read: "
            "its payload is not of that version",
        ),
        ({"schema_version": 0}, "Input should be greater than or equal to 1"),
        ({"schema_version": "1"}, "Input should be a valid integer"),
        ({"schema_version": True}, "Input should be a valid integer"),
    ],
)
def test_what_cannot_be_read_says_why(changes: dict[str, Any], reason: str) -> None:
    """One reason, for whoever finds it among the dead letters or set aside."""
    with pytest.raises(ValidationError) as unfit:
        Event.model_validate_json(_told(**changes))
    assert [each["msg"] for each in unfit.value.errors()] == [reason]


def test_events_are_published_in_the_newest_version_of_the_contract() -> None:
    """The published schemas and the CRM agree, type by type."""
    published = Catalogue()
    assert {each: newest_version(each) for each in EVENT_TYPES} == {
        each: published.versions(each)[0] for each in published.event_types()
    }
