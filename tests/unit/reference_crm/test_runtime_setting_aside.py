"""What the publisher does with an event that cannot be published, and with trouble that passes."""

import json
from typing import Any

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from support.reference_crm.bus import Bus
from support.reference_crm.dispatch import Dispatch
from support.reference_crm.envelope import Event
from support.reference_crm.set_aside import Aside
from support.reference_crm.stored import Place, StoredEvent
from tests.unit.reference_crm.runtime_fakes import FakeAside, FakeBus, Hasty, event, failure


def dispatch(bus: FakeBus, aside: FakeAside) -> Dispatch:
    """Return a way to the bus that waits for nothing."""
    patience = Hasty()
    return Dispatch(Bus(bus, "bus", patience), aside, patience)  # type: ignore[arg-type]


def stored(*events: Event) -> list[StoredEvent]:
    """Return events as they are stored."""
    return [StoredEvent(Place.of(each), each.to_json()) for each in events]


def changed(**changes: Any) -> StoredEvent:
    """Return the first event of `a` with something else in it, in the place that it had."""
    body = {**json.loads(event("a").to_json()), **changes}
    return StoredEvent(Place.of(event("a")), json.dumps(body))


def reasons(aside: FakeAside) -> dict[str | None, str]:
    """Return why which event was set aside."""
    return {each.event_id: each.reason for each in aside.kept}


@pytest.mark.parametrize(
    "code", ["MalformedDetail", "NotAuthorizedForSource", "InvalidArgument", "RedactionFailure"]
)
def test_an_entry_refused_for_good_is_set_aside_and_the_others_flow_on(code: str) -> None:
    """At once: other entities, and later versions of the same one."""
    bus = FakeBus(refusals=[{"a"}], refusal={"ErrorCode": code, "ErrorMessage": "No."})
    aside = FakeAside()
    taken = dispatch(bus, aside).send(stored(event("a"), event("b"), event("a", 2)))
    assert bus.calls == [["a-1", "b-1"], ["a-2"]]
    assert (taken, bus.accepted) == (2, ["b-1", "a-2"])
    assert aside.kept == [
        Aside(
            Place("TENANT#acme#ACCOUNT#a", "EVENT#0000000001"),
            "a-1",
            "AccountCreated",
            f"The bus refused it: {code} (No).",
            "now",
        )
    ]


def test_an_unknown_refusal_is_tried_three_times() -> None:
    """It may pass, but not hold up the others for ever."""
    bus = FakeBus(refusals=[{"a"}] * 3, refusal={"ErrorCode": "Odd"})
    aside = FakeAside()
    assert dispatch(bus, aside).send(stored(event("a"), event("b"))) == 1
    assert bus.calls == [["a-1", "b-1"], ["a-1"], ["a-1"]]
    assert reasons(aside) == {"a-1": "The bus refused it: Odd."}


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "InternalFailure",
        "InternalException",
        "AccessDeniedException",
        "ResourceNotFoundException",
    ],
)
def test_an_entry_refused_for_now_is_never_set_aside(code: str) -> None:
    """Neither when the bus is busy nor when somebody has to put it right."""
    bus = FakeBus(refusals=[{"a"}] * 30, refusal={"ErrorCode": code})
    aside = FakeAside()
    assert dispatch(bus, aside).send(stored(event("a"))) == 1
    assert (len(bus.calls), aside.kept) == (31, [])


@pytest.mark.parametrize(
    "trouble",
    [
        failure("ThrottlingException"),
        failure("AccessDeniedException"),
        failure("ResourceNotFoundException"),
        failure("ExpiredTokenException"),
        failure("403"),
        EndpointConnectionError(endpoint_url="http://nowhere"),
        NoCredentialsError(),
    ],
    ids=str,
)
def test_a_call_refused_for_now_is_repeated_whole(trouble: Exception) -> None:
    """It says nothing of any event."""
    bus, aside = FakeBus(refusals=[trouble] * 9), FakeAside()
    assert dispatch(bus, aside).send(stored(event("a"), event("b"))) == 2
    assert bus.calls == [["a-1", "b-1"]] * 10
    assert aside.kept == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (failure("ValidationException"), "ValidationException (ValidationException)"),
        (failure("413"), "413 (413)."),
        (ParamValidationError(report="no"), "ParamValidationError (Parameter validation failed:"),
    ],
    ids=["answered", "too large", "never sent"],
)
def test_a_call_refused_for_good_is_narrowed_to_who_is_to_blame(
    error: Exception, said: str
) -> None:
    """The batch is sent one by one, and one event is set aside."""
    bus, aside = FakeBus(never={"b-1": error}), FakeAside()
    assert dispatch(bus, aside).send(stored(event("a"), event("b"), event("c"))) == 2
    assert bus.calls == [["a-1", "b-1", "c-1"], ["a-1"], ["b-1"], ["c-1"]]
    assert list(reasons(aside)) == ["b-1"]
    assert reasons(aside)["b-1"].startswith(f"The bus refused it: {said}")


def test_an_unknown_refusal_of_a_call_is_narrowed_after_three_tries() -> None:
    """And the one to blame has three tries of its own."""
    bus, aside = FakeBus(never={"b-1": failure("Odd")}), FakeAside()
    assert dispatch(bus, aside).send(stored(event("a"), event("b"))) == 1
    assert bus.calls == [["a-1", "b-1"]] * 3 + [["a-1"]] + [["b-1"]] * 3
    assert reasons(aside) == {"b-1": "The bus refused it: Odd (Odd)."}


def test_a_throttled_call_in_the_middle_of_narrowing_repeats_nothing() -> None:
    """What the bus took by itself stays taken."""
    bus = FakeBus(refusals=[set(), set(), failure("ThrottlingException")])
    bus.never = {"b-1": failure("ValidationException")}
    aside = FakeAside()
    assert dispatch(bus, aside).send(stored(event("a"), event("b"), event("c"))) == 2
    assert bus.accepted == ["a-1", "c-1"]
    assert list(reasons(aside)) == ["b-1"]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (changed(version="one"), "The record is no event: version: Input should be a valid intege"),
        (changed(colour="red"), "The record is no event: colour: Extra inputs are not permitted."),
        (changed(payload={}), "The payload of AccountCreated does not fit its schema: name: Field"),
        (
            changed(schema_version=9),
            "The record is no event: AccountCreated of schema version 9 cannot be read: "
            "the newest that is known is 1.",
        ),
        (changed(event_type="Odd"), "Odd is no event of the entity type account."),
        (changed(event_type="LeadUpdated"), "LeadUpdated is no event of the entity type account."),
        (changed(tenant_id="evil"), "The event is stored in another's place: tenant, entity or"),
        (changed(version=2), "The event is stored in another's place: tenant, entity or version"),
    ],
)
def test_a_stored_record_that_breaks_its_schema_is_set_aside(
    found: StoredEvent, reason: str
) -> None:
    """Before the bus hears of it; its neighbour goes out."""
    bus, aside = FakeBus(), FakeAside()
    assert dispatch(bus, aside).send([found, *stored(event("b"))]) == 1
    assert bus.calls == [["b-1"]]
    (kept,) = aside.kept
    assert (kept.place, kept.event_id) == (Place.of(event("a")), "a-1")
    assert kept.reason.startswith(reason)


@pytest.mark.parametrize("body", [None, "", "no json", "[]", '{"event_id": 5}'])
def test_garbage_is_set_aside_under_its_place(body: str | None) -> None:
    """The keys tell whose it is, though it names neither event nor type."""
    aside = FakeAside()
    place = Place("TENANT#acme#LEAD#l", "EVENT#0000000007")
    assert dispatch(FakeBus(), aside).send([StoredEvent(place, body)]) == 0
    (kept,) = aside.kept
    assert (kept.event_id, kept.event_type) == (None, None)
    place = kept.place
    assert (place.tenant_id, place.entity_type, place.entity_id) == ("acme", "lead", "l")
    assert place.version == 7


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place("TENANT#acme#UNICORN#u", "EVENT#one"), ("acme", None, "u", None)),
        (Place("acme", "EVENT#"), (None, None, None, None)),
    ],
)
def test_keys_tell_what_can_be_read_of_them(place: Place, told: tuple[object, ...]) -> None:
    """And nothing else."""
    assert (place.tenant_id, place.entity_type, place.entity_id, place.version) == told


def test_what_the_bus_takes_after_all_is_set_aside_no_more() -> None:
    """Sent again by whoever, a repaired record is off the list."""
    bus = FakeBus(refusals=[{"a"}], refusal={"ErrorCode": "MalformedDetail"})
    aside = FakeAside()
    subject = dispatch(bus, aside)
    subject.send(stored(event("a")))
    subject.send(stored(event("b")))
    assert list(reasons(aside)) == ["a-1"]
    dispatch(bus, aside).send(stored(event("a")))
    assert aside.kept == []


def test_setting_aside_is_tried_until_it_is_durable() -> None:
    """Otherwise a restart would have forgotten the event."""
    aside = FakeAside(failures=[failure("ThrottlingException"), failure("InternalServerError")])
    assert dispatch(FakeBus(), aside).send([changed(payload={})]) == 0
    assert list(reasons(aside)) == ["a-1"]
