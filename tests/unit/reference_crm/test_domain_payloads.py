"""Which payloads fit the schema of their event type; the desk checks each that a command makes."""

from typing import Any

import pytest

from support.contract.samples import Samples
from support.reference_crm.domain import EVENT_TYPES, HistoryError
from support.reference_crm.domain.payloads import PAYLOADS, check_payload

SAMPLES = {sample["event_type"]: sample for sample in Samples().of("acme")}


def test_every_event_type_has_a_payload() -> None:
    """An event without one would never be published."""
    assert {event_type for event_type, _ in PAYLOADS} == set(EVENT_TYPES)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_a_payload_is_what_the_contract_publishes(event_type: str) -> None:
    """The contract's own sample fits; with a field more it does not."""
    payload, version = SAMPLES[event_type]["payload"], SAMPLES[event_type]["schema_version"]
    check_payload(event_type, version, payload)
    with pytest.raises(HistoryError, match=f"The payload of {event_type} does not fit its schema"):
        check_payload(event_type, version, {**payload, "colour": "red"})


@pytest.mark.parametrize(
    ("event_type", "payload", "said"),
    [
        ("AccountUpdated", {}, "it changes no field"),
        ("LeadUpdated", {"email": "nobody"}, "email: Value error, it is not an e-mail address"),
        ("LeadQualified", {"score": "80"}, "score: Input should be a valid integer"),
        ("OpportunityWon", {"amount": {"amount": 5, "currency": "EUR"}}, "amount.amount: Input"),
        ("AddressMadePrimary", {"owner_type": "lead", "owner_id": "l", "nth": 1}, "owner_type: "),
    ],
)
def test_a_payload_that_does_not_fit_is_told_by_its_first_fault(
    event_type: str, payload: dict[str, Any], said: str
) -> None:
    """In one sentence, without the value, which may be anything."""
    with pytest.raises(HistoryError) as told:
        check_payload(event_type, 1, payload)
    assert said in str(told.value)


def test_a_schema_that_nobody_published_is_told() -> None:
    """It may be of tomorrow."""
    with pytest.raises(HistoryError, match="There is no version 2 of the schema of LeadConverted"):
        check_payload("LeadConverted", 2, {})
