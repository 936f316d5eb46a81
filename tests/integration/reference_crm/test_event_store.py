"""The event store and the command handler, on the emulator."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ReadTimeoutError

from support.reference_crm.archive import Archive
from support.reference_crm.aws import Aws
from support.reference_crm.commands import Answer, CommandHandler
from support.reference_crm.domain import EntityRef, EntityType, Json, Refused
from support.reference_crm.event_store import EventStore, entity_key, version_key
from support.reference_crm.items import key, text
from support.reference_crm.request import Request
from support.reference_crm.settings import Stack

ACCOUNT: dict[str, Json] = {"name": "Acme", "owner": "bob"}
PRODUCT: dict[str, Json] = {
    "sku": "A-1",
    "name": "Chair",
    "price": {"amount": "5.00", "currency": "EUR"},
}


@pytest.fixture
def store(aws: Aws, bare_stack: Stack) -> EventStore:
    """Return the store of a stack without roles."""
    return EventStore(aws.dynamodb(), bare_stack.event_table)


@pytest.fixture
def handler(store: EventStore) -> CommandHandler:
    """Return a handler on the store."""
    return CommandHandler(store)


@pytest.fixture
def tenant_id() -> str:
    """Return a tenant that nobody has used."""
    return f"t-{uuid4().hex[:8]}"


def request(
    tenant_id: str,
    command_type: str,
    data: dict[str, Json],
    entity_id: str | None = None,
    expected_version: int | None = None,
    key: str | None = None,
) -> Request:
    """Return a command request."""
    return Request(
        tenant_id=tenant_id,
        command_type=command_type,
        data=data,
        idempotency_key=key or str(uuid4()),
        actor="ann",
        correlation_id="c-1",
        entity_id=entity_id,
        expected_version=expected_version,
    )


def outcome(handler: CommandHandler, asked: Request) -> str:
    """Return "accepted", "repeated" or the code of the refusal."""
    try:
        return "repeated" if handler.handle(asked).repeated else "accepted"
    except Refused as refused:
        return refused.code


def together(handler: CommandHandler, *asked: Request) -> list[str]:
    """Handle requests at the same time; return the outcomes, sorted."""
    with ThreadPoolExecutor(len(asked)) as pool:
        return sorted(pool.map(lambda one: outcome(handler, one), asked))


def test_of_two_edits_of_a_version_exactly_one_wins(
    handler: CommandHandler, tenant_id: str
) -> None:
    """The other is told so."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    edits = [request(tenant_id, "UpdateAccount", {"name": n}, "a", 1) for n in ("x", "y")]
    assert together(handler, *edits) == ["accepted", "version_conflict"]


def test_edits_without_an_expected_version_all_win(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """Who loses a race decides again on what is there now."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    edits = [request(tenant_id, "UpdateAccount", {"name": f"n{i}"}, "a") for i in range(5)]
    assert together(handler, *edits) == ["accepted"] * 5
    events = store.entity_events(tenant_id, EntityRef(EntityType.ACCOUNT, "a"))
    assert [event.version for event in events] == [1, 2, 3, 4, 5, 6]


def test_two_processes_share_a_history_without_gaps(
    aws: Aws, bare_stack: Stack, tenant_id: str
) -> None:
    """Positions are taken one after the other, whoever takes them."""
    stores = [EventStore(aws.dynamodb(), bare_stack.event_table) for _ in range(2)]
    handlers = [CommandHandler(one) for one in stores]
    with ThreadPoolExecutor(4) as pool:
        asked = [request(tenant_id, "CreateAccount", ACCOUNT, f"a{i}") for i in range(12)]
        list(pool.map(lambda pair: pair[0].handle(pair[1]), zip(handlers * 6, asked, strict=True)))
    history = stores[0].history(tenant_id, 0, 100)
    assert [one.position for one in history] == list(range(1, 13))
    assert {one.event.entity_id for one in history} == {f"a{i}" for i in range(12)}


def test_a_history_is_read_in_parts(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """A part begins after a position and has at most so many events."""
    for index in range(5):
        handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, f"a{index}"))
    part = store.history(tenant_id, 2, 2)
    assert [(one.position, one.event.entity_id) for one in part] == [(3, "a2"), (4, "a3")]


def test_a_lead_is_converted_whole(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """Four entities in one transaction, with their cause."""
    handler.handle(request(tenant_id, "CreateLead", {"last_name": "L", "company": "C"}, "l"))
    handler.handle(request(tenant_id, "QualifyLead", {"score": 9}, "l"))
    conversion: dict[str, Json] = {
        "opportunity_name": "O",
        "amount": {"amount": "1.50", "currency": "EUR"},
        "close_date": "2026-03-31",
        "owner": "bob",
    }
    both = [request(tenant_id, "ConvertLead", conversion, "l") for _ in range(2)]
    assert together(handler, *both) == ["accepted", "lead_converted"]
    events = [one.event for one in store.history(tenant_id, 2, 10)]
    first = events[0]
    assert [event.event_type for event in events] == [
        "LeadConverted",
        "AccountCreated",
        "ContactCreated",
        "OpportunityCreated",
    ]
    assert [event.causation_id for event in events] == [None, *[first.event_id] * 3]
    assert {event.correlation_id for event in events} == {"c-1"}


def test_a_repeated_command_gets_the_first_answer(handler: CommandHandler, tenant_id: str) -> None:
    """Also one that would be refused now."""
    asked = request(tenant_id, "CreateAccount", ACCOUNT, "a", key="k")
    first = handler.handle(asked)
    assert handler.handle(asked) == Answer(first.receipt, repeated=True)


def test_a_repeated_creation_without_an_id_makes_one_entity(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """The generated id is that of the first answer."""
    asked = request(tenant_id, "CreateAccount", ACCOUNT, key="k")
    assert handler.handle(asked).receipt == handler.handle(asked).receipt
    assert len(store.history(tenant_id, 0, 10)) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("CreateAccount", {**ACCOUNT, "name": "B"}, "a", None),
        ("CreateAccount", ACCOUNT, "b", None),
        ("CreateAccount", ACCOUNT, "a", 0),
        ("CreateContact", {"last_name": "L"}, "a", None),
        ("CreateAccount", {"name": ""}, "a", None),
    ],
)
def test_a_key_is_not_for_another_command(
    handler: CommandHandler,
    tenant_id: str,
    other: tuple[str, dict[str, Json], str, int | None],
) -> None:
    """Another body, entity, version or command under the same key is refused."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a", key="k"))
    command, data, entity_id, version = other
    again = request(tenant_id, command, data, entity_id, version, key="k")
    assert outcome(handler, again) == "idempotency_key_reused"


def test_the_same_command_at_the_same_time_is_accepted_once(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """All get the same receipt."""
    asked = [request(tenant_id, "CreateAccount", ACCOUNT, key="k") for _ in range(4)]
    assert together(handler, *asked) == ["accepted", "repeated", "repeated", "repeated"]
    assert len(store.history(tenant_id, 0, 10)) == 1


class Deaf:
    """Write, but hear no answer to each first try."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self._tries = count()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dynamodb, name)

    def transact_write_items(self, **asked: Any) -> Any:
        """Lose every other answer."""
        answer = self._dynamodb.transact_write_items(**asked)
        if next(self._tries) % 2 == 0:
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")
        return answer


@pytest.mark.parametrize("seen", [None, 1])
def test_a_commit_whose_answer_was_lost_is_no_second_one(
    aws: Aws, bare_stack: Stack, tenant_id: str, seen: int | None
) -> None:
    """The command meets its own receipt, and is accepted; nobody repeated it."""
    store = EventStore(Deaf(aws.dynamodb()), bare_stack.event_table)  # type: ignore[arg-type]
    CommandHandler(EventStore(aws.dynamodb(), bare_stack.event_table)).handle(
        request(tenant_id, "CreateAccount", ACCOUNT, "a")
    )
    edit = request(tenant_id, "ChangeAccountOwner", {"owner": "carl"}, "a", seen)
    assert CommandHandler(store).handle(edit).repeated is False
    assert [one.event.version for one in store.history(tenant_id, 0, 10)] == [1, 2]


def test_a_key_belongs_to_its_tenant(handler: CommandHandler, tenant_id: str) -> None:
    """Another tenant may use the same key."""
    for tenant in (tenant_id, f"{tenant_id}-2"):
        assert outcome(handler, request(tenant, "CreateAccount", ACCOUNT, key="k")) == "accepted"


def test_a_sku_is_taken_once(handler: CommandHandler, tenant_id: str) -> None:
    """Also when several products want it at the same time."""
    asked = [request(tenant_id, "CreateProduct", PRODUCT, f"p{i}") for i in range(3)]
    assert together(handler, *asked) == ["accepted", "sku_taken", "sku_taken"]


def test_nothing_is_opened_at_an_account_that_is_deactivated_meanwhile(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """A decision that saw the account active does not count when it no longer is."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    opening: dict[str, Json] = {
        "account_id": "a",
        "name": "O",
        "amount": {"amount": "1", "currency": "EUR"},
        "close_date": "2026-03-31",
    }
    asked = [request(tenant_id, "CreateOpportunity", opening) for _ in range(3)]
    ended = request(tenant_id, "DeactivateAccount", {"reason": "r"}, "a")
    outcomes = together(handler, *asked, ended)
    assert set(outcomes) <= {"accepted", "account_inactive"}
    types = [one.event.event_type for one in store.history(tenant_id, 0, 10)]
    assert types[-1] == "AccountDeactivated"


def test_an_owner_has_one_primary_address(
    handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """Each one names the address that it replaces, and its number."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    place: dict[str, Json] = {
        "owner_type": "account",
        "owner_id": "a",
        "line1": "1",
        "city": "Ulm",
        "country": "DE",
    }
    for name in ("x", "y", "z"):
        handler.handle(request(tenant_id, "AddAddress", place, name))
    asked = [request(tenant_id, "MakeAddressPrimary", {}, name) for name in ("x", "y", "z")]
    assert together(handler, *asked) == ["accepted"] * 3
    made = [one.event for one in store.history(tenant_id, 4, 10)]
    assert [event.payload["nth"] for event in made] == [1, 2, 3]
    assert [event.payload["replaces"] for event in made] == [
        None,
        made[0].entity_id,
        made[1].entity_id,
    ]


@pytest.mark.parametrize(
    ("command", "data", "entity_id", "version", "code"),
    [
        ("UpdateAccount", {"name": "B"}, "nobody", None, "unknown_entity"),
        ("UpdateAccount", {"name": "B"}, None, None, "invalid_entity_id"),
        ("CreateAccount", ACCOUNT, "a", None, "already_exists"),
        ("UpdateAccount", {"name": "B"}, "a", 7, "version_conflict"),
        ("CreateAccount", {"owner": "b"}, "b", None, "invalid_name"),
        ("Frobnicate", {}, "a", None, "unknown_command"),
    ],
)
def test_a_refused_command_changes_nothing(
    handler: CommandHandler,
    store: EventStore,
    tenant_id: str,
    command: str,
    data: dict[str, Json],
    entity_id: str | None,
    version: int | None,
    code: str,
) -> None:
    """The history stays as it was, and the key is free."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    refused = request(tenant_id, command, data, entity_id, version, key="k")
    assert outcome(handler, refused) == code
    assert len(store.history(tenant_id, 0, 10)) == 1
    assert outcome(handler, request(tenant_id, "CreateAccount", ACCOUNT, key="k")) == "accepted"


def test_an_event_that_is_too_large_is_refused(handler: CommandHandler, tenant_id: str) -> None:
    """It would not go through the bus."""
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    note: dict[str, Json] = {
        "kind": "note",
        "subject": "s",
        "regarding_type": "account",
        "regarding_id": "a",
        "happened_at": "2026-03-31T10:00:00Z",
        "notes": "é" * 125_000,
    }
    assert outcome(handler, request(tenant_id, "LogActivity", note)) == "event_too_large"


def test_what_was_stored_in_an_older_form_is_read_as_it_is_told_today(
    aws: Aws, bare_stack: Stack, handler: CommandHandler, store: EventStore, tenant_id: str
) -> None:
    """Wherever it is read: the history, the entity, everything; and decisions go on from it."""
    opportunity = EntityRef(EntityType.OPPORTUNITY, "o")
    money: dict[str, Json] = {"amount": "900.00", "currency": "EUR"}
    more: dict[str, Json] = {**money, "amount": "1200.00"}
    deal: dict[str, Json] = {"account_id": "a", "name": "O", "close_date": "2026-03-31"}
    handler.handle(request(tenant_id, "CreateAccount", ACCOUNT, "a"))
    handler.handle(request(tenant_id, "CreateOpportunity", {**deal, "amount": money}, "o"))
    handler.handle(request(tenant_id, "ChangeOpportunityAmount", {"amount": more}, "o"))
    told = [*store.entity_events(tenant_id, opportunity)][-1]
    flat = {"amount": "1200.00", "previous_amount": "900.00", "currency": "EUR"}
    stored = {**told.model_dump(mode="json"), "schema_version": 1, "payload": flat}
    for pk, sk in (
        (entity_key(tenant_id, opportunity), version_key(2)),
        (f"TENANT#{tenant_id}#LOG", f"SEQ#{3:012d}"),
    ):
        aws.dynamodb().update_item(
            TableName=bare_stack.event_table,
            Key=key(pk, sk),
            UpdateExpression="SET #event = :old",
            ExpressionAttributeNames={"#event": "event"},
            ExpressionAttributeValues={":old": text(json.dumps(stored))},
        )
    assert told.schema_version == 2
    assert [*store.entity_events(tenant_id, opportunity)][-1] == told
    assert store.history(tenant_id, 2, 1)[0].event == told
    archive = Archive(aws.dynamodb(), bare_stack.event_table)
    assert [each.event() for each in archive.history(tenant_id)][2] == told
    assert told in [each.event() for each in archive.everything() if tenant_id in each.place.pk]
    handler.handle(request(tenant_id, "WinOpportunity", {}, "o"))
    assert store.history(tenant_id, 3, 1)[0].event.payload == {"amount": more}
