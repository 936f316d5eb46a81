"""How a message is read: whatever is in it, the result says so."""

import json
from dataclasses import replace

import pytest

from support.contract.events import Event
from support.observing.deliveries import Delivery, delivery_of, recorded_delivery
from tests.support.samples import an_event, envelope, message, numbered

EVENT = an_event(payload={"name": "Zoë 🎉", "owner": "kim", "industry": None})


def _read(body: str) -> Delivery:
    return delivery_of("bus", message(body))


def test_an_event_is_read_with_its_envelope() -> None:
    """All three identities are kept apart."""
    body = json.dumps(envelope(EVENT, id="e-1"))
    read = delivery_of("bus", message(body, "m-9", 12.5))
    assert read == Delivery(
        tap="bus",
        message_id="m-9",
        envelope_id="e-1",
        source="crm",
        detail_type="AccountCreated",
        detail=EVENT,
        event=Event.from_document(EVENT),
        problem=None,
        sent_at=12.5,
        body=body,
        receive_count=1,
    )
    assert read.event_id == numbered(1)
    assert read.passage == ("e-1", numbered(1))


def test_the_record_can_be_read_back_as_json() -> None:
    """The journal needs no models."""
    record = _read(json.dumps(envelope(EVENT, id="e-1"))).record()
    assert json.loads(json.dumps(record)) == {
        "tap": "bus",
        "message_id": "m-1",
        "envelope_id": "e-1",
        "source": "crm",
        "detail_type": "AccountCreated",
        "detail": EVENT,
        "problem": None,
        "sent_at": 100.0,
    }


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "not JSON: ''"),
        ("{", "not JSON: '{'"),
        ("x" * 200, f"not JSON: {'x' * 80!r}"),
        ("[" * 100_000, f"not JSON: {'[' * 80!r}"),
        ("1" * 5000, f"not JSON: {'1' * 80!r}"),
        ("[]", "no JSON object: '[]'"),
        ("null", "no JSON object: 'null'"),
        ("{}", "no event: event_id: Field required"),
        ('{"detail": 7}', "no event: event_id: Field required"),
        ('{"detail": {"x": "\\ud800"}}', "no event: event_id: Field required"),
        ('{"x": {"a": 1, "a": 2}, "', """not JSON: '{"x": {"a": 1, "a": 2}, "'"""),
        ('[{"a": 1, "a": 1}]', """no JSON object: '[{"a": 1, "a": 1}]'"""),
        (
            '{"\\ud800": 1, "\\ud800": 1}',
            "no event: the name '\\ud800' is there twice in one object",
        ),
    ],
)
def test_what_is_no_event_is_described(body: str, problem: str) -> None:
    """Reading never raises: a message that cannot be read is evidence, too."""
    read = _read(body)
    assert (read.event, read.event_id, read.problem) == (None, None, problem)


@pytest.mark.parametrize(
    ("once", "twice", "name"),
    [
        ('"actor": "', '"actor": "mallory", "actor": "', "actor"),
        ('"owner": "', '"owner": "mallory", "owner": "', "owner"),
        ('"source": "crm"', '"source": "crm", "source": "crm"', "source"),
    ],
)
def test_a_name_that_is_there_twice_makes_it_no_event(once: str, twice: str, name: str) -> None:
    """One reader takes the first, the other the last; the rest says whose it was to be."""
    body = json.dumps(envelope(EVENT))
    assert body.count(once) == 1
    read = _read(body.replace(once, twice))
    assert (read.event, read.detail) == (None, EVENT)
    assert read.problem == f"no event: the name {name!r} is there twice in one object"
    assert recorded_delivery(read.record()) == replace(read, body="", receive_count=0)


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("version", True, "no event: version: Input should be a valid integer"),
        ("version", "1", "no event: version: Input should be a valid integer"),
        ("entity_type", "invoice", "no event: entity_type: Input should be 'account'"),
        ("colour", "red", "no event: colour: Extra inputs are not permitted"),
    ],
)
def test_what_is_almost_an_event_keeps_its_detail(key: str, value: object, problem: str) -> None:
    """A reader sees what came, and what is wrong with it."""
    almost = {**EVENT, key: value}
    read = _read(json.dumps(envelope(almost)))
    assert (read.event, read.detail) == (None, almost)
    assert str(read.problem).startswith(problem)
