"""The quick yes to sound events: it agrees with jsonschema, on everything."""

from typing import Any

import pytest

from support.contract.accepting import acceptors
from support.contract.catalogue import checks_of, read_schemas
from support.contract.validation import format_checker
from tests.unit.contract.examples import PAYLOADS, event, without

CHECKS = checks_of(read_schemas())
BY_TYPE = {path.rpartition("/")[2].partition(".")[0]: check for path, check in CHECKS.items()}
MONEY = {"amount": "10.00", "currency": "EUR"}
ANYTHING: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 1.0, 1.5, -1, 2**40, "", " ", "x", "x\n", "X-1", "x" * 256, [], {}),
    *("acme", "acme ", "A" * 101, "2026-03-31", "2026-02-30", "2026-03-31T09:30:00+02:00"),
    *("2026-03-31T07:30:00.000Z", "2026-03-31T25:30:00.000Z", "a@b.example", "a@b", "a b@c.d"),
    *("DE", "XX", "10.00", "1.23456", "account", "prospecting", ["acme"], {"acme": "acme"}),
    *("0b2f4a52-4f5e-4b0e-9d39-0e9f5f0a7c11", "0B2F4A52-4F5E-4B0E-9D39-0E9F5F0A7C11"),
    *(
        MONEY,
        MONEY | {"currency": "XXY"},
        MONEY | {"amount": 10},
        MONEY | {"more": 1},
        {"amount": ""},
    ),
)


def _agrees(event_type: str, document: dict[str, Any]) -> bool:
    check = BY_TYPE[event_type]
    return check.accepts(document) is check.validator.is_valid(document)


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_a_sound_event_of_each_type_is_accepted_at_once(event_type: str) -> None:
    """Otherwise nothing would be won."""
    assert BY_TYPE[event_type].accepts(event(event_type))


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_whatever_a_payload_says_it_is_judged_as_jsonschema_does(event_type: str) -> None:
    """Each field in turn is anything that JSON can be, or is not there."""
    payload = PAYLOADS[event_type]
    spoilt = [payload | {name: value} for name in payload for value in ANYTHING]
    spoilt += [*ANYTHING, payload | {"more": 1}, *(without(payload, name) for name in payload)]
    documents = [event(event_type, payload=each) for each in spoilt]
    assert [each for each in documents if not _agrees(event_type, each)] == []


@pytest.mark.parametrize("name", event("AccountCreated"))
def test_whatever_an_envelope_says_it_is_judged_as_jsonschema_does(name: str) -> None:
    """For events with and without conditions on the envelope."""
    for event_type in ("AccountCreated", "AccountUpdated", "OpportunityCreated"):
        documents = [event(event_type) | {name: value} for value in ANYTHING]
        documents.append(without(event(event_type), name))
        assert [each for each in documents if not _agrees(event_type, each)] == []


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "string"}]},
        {"properties": {"a": {"uniqueItems": True}}},
        {"if": {"dependentRequired": {}}, "then": {"type": "string"}},
        {"additionalProperties": {"type": "string"}},
        {"const": 1.5},
        {"enum": [["a"]]},
    ],
)
def test_by_a_rule_that_is_not_known_nothing_is_accepted(schema: dict[str, Any]) -> None:
    """Jsonschema, which knows all of them, has to look."""
    (accepts,) = acceptors({"one": {"$id": "urn:one"} | schema}, format_checker()).values()
    assert not any(accepts(each) for each in ANYTHING)


@pytest.mark.parametrize("schema", [{"const": 1}, {"const": True}, {"enum": [0, "x", None]}])
def test_true_is_not_one(schema: dict[str, Any]) -> None:
    """To Python it is, and no rule beside these would notice."""
    (check,) = checks_of({"one": {"$id": "urn:one"} | schema}).values()
    agreed = [check.accepts(each) is check.validator.is_valid(each) for each in ANYTHING]
    assert agreed == [True] * len(ANYTHING)
