"""What operations do when something is wrong, without AWS."""

import io
import json
from collections.abc import Sequence
from contextlib import ExitStack
from threading import Event as Flag
from types import SimpleNamespace
from typing import Any

import pytest

from support.reference_crm import operations
from support.reference_crm.archive import Archive
from support.reference_crm.aws import Aws
from support.reference_crm.bus import Bus
from support.reference_crm.dispatch import Dispatch
from support.reference_crm.domain import EntityType
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier
from support.reference_crm.leases import LeasedApplier, Leases, Taken
from support.reference_crm.meter import Meter
from support.reference_crm.operations import (
    Kind,
    Operation,
    OperationError,
    Operator,
    Progress,
)
from support.reference_crm.patience import GaveUp, Patience, Stopping
from support.reference_crm.rebuild import apply_history
from support.reference_crm.redrive import DeadLetters, redrive_set_aside
from support.reference_crm.replay import replay_tenant
from support.reference_crm.roles import Surroundings
from support.reference_crm.settings import AwsSettings, Secrets
from support.reference_crm.stored import Place, StoredEvent
from support.reference_crm.stream import Trimmed
from support.reference_crm.subscribers.subscriber import NotYet
from tests.unit.reference_crm.runtime_fakes import FakeAside, FakeBus, Hasty, event, failure
from tests.unit.reference_crm.test_runtime_inbox import FakeLedger, Recorder
from tests.unit.reference_crm.test_runtime_program import STACK

MALFORMED = {"ErrorCode": "MalformedDetail"}
MOST_SENT = 20


def dispatch(bus: FakeBus, aside: FakeAside) -> Dispatch:
    """Return a way to the bus that waits for nothing."""
    patience = Hasty()
    return Dispatch(Bus(bus, "bus", patience), aside, patience)  # type: ignore[arg-type]


def stored(*events: Event) -> list[StoredEvent]:
    """Return events as they are stored."""
    return [StoredEvent(Place.of(each), each.to_json()) for each in events]


def nothing(_done: int) -> None:
    """Tell nobody."""


def redrive(bus: FakeBus, aside: FakeAside, *found: StoredEvent) -> int:
    """Redrive what was set aside from a store that holds some events."""
    held = {each.place: each for each in found}
    archive: Any = SimpleNamespace(at=held.get)
    return redrive_set_aside(aside, archive, dispatch(bus, aside), None, nothing)  # type: ignore[arg-type]


def test_what_is_refused_again_stays_with_the_newer_reason() -> None:
    """And the others, in the order in which they were set aside, are off the list."""
    aside, made = FakeAside(), [event("a"), event("a", 2), event("b")]
    for each in made:
        aside.put(Place.of(each), each.event_id, each.event_type, "An old reason.")
    bus = FakeBus(refusals=[{"b"}], refusal=MALFORMED)
    assert redrive(bus, aside, *stored(*made)) == 2
    assert bus.accepted == ["a-1", "a-2"]
    told = [(each.event_id, each.reason) for each in aside.kept]
    assert told == [("b-1", "The bus refused it: MalformedDetail.")]


def test_what_was_deleted_from_the_store_is_off_the_list() -> None:
    """There is nothing left to publish."""
    aside = FakeAside()
    aside.put(Place.of(event("a")), None, None, "The record holds no event.")
    assert (redrive(FakeBus(), aside), aside.kept) == (0, [])


def test_a_replay_sets_aside_what_it_cannot_publish() -> None:
    """It neither stops there nor counts it."""
    bus, aside = FakeBus(), FakeAside()
    broken = StoredEvent(Place.of(event("a", 2)), "{}")
    found = [*stored(event("a")), broken, *stored(event("a", 3), event("b"))]
    archive: Any = SimpleNamespace(history={"acme": found}.get)
    assert replay_tenant(archive, "acme", dispatch(bus, aside)) == 3
    assert sorted(bus.accepted) == ["a-1", "a-3", "b-1"]
    assert [each.place for each in aside.kept] == [broken.place]


def test_a_rebuild_leaves_out_what_the_subscriber_cannot_apply() -> None:
    """As live: what comes after it in its entity is parked, other entities are not concerned."""
    ledger, told = FakeLedger(), list[int]()
    applier = Applier(ledger, Recorder(frozenset({"a-2"})))  # type: ignore[arg-type]
    made = stored(event("a"), event("a", 2), event("a", 3), event("b"))
    made.append(StoredEvent(Place("TENANT#acme#LOG", "SEQ#5"), "garbage"))
    accounts = (EntityType.ACCOUNT,)
    assert apply_history(made, applier, accounts, Hasty(), told.append) == 3
    assert ledger.applied == ["a-1", "b-1"]
    assert list(ledger.waiting) == [("a", 3)]
    assert told == [1, 2, 3, 4, 5]


def test_a_rebuild_applies_only_what_the_subscriber_listens_to() -> None:
    """What it never gets live it does not get here."""
    ledger = FakeLedger()
    applier = Applier(ledger, Recorder())  # type: ignore[arg-type]
    deals = (EntityType.OPPORTUNITY,)
    assert apply_history(stored(event("a")), applier, deals, Hasty(), nothing) == 0
    assert ledger.applied == []


def test_a_rebuild_waits_out_trouble_that_passes() -> None:
    """A throttled table makes it slow, not wrong."""
    ledger = FakeLedger()
    ledger.failures = [failure("ThrottlingException")] * 3
    applier = Applier(ledger, Recorder())  # type: ignore[arg-type]
    accounts = (EntityType.ACCOUNT,)
    assert (
        apply_history(stored(event("a"), event("a", 2)), applier, accounts, Hasty(), nothing) == 2
    )
    assert ledger.applied == ["a-1", "a-2"]


class FakeLetters:
    """Hold dead letters by id; what is received is hidden until it is shown.

    What is `poison` is given up again at once, under another id, with the attributes that it had.
    """

    def __init__(self, *bodies: str, poison: str = "") -> None:
        self.dead = {str(number): body for number, body in enumerate(bodies)}
        self.hidden: set[str] = set()
        self.queue: list[str] = []
        self.failures: list[Exception] = []
        self._poison = poison
        self._attributes: dict[str, Any] = {}

    def receive_message(self, **_asked: Any) -> Any:
        """Hand out what is not hidden, three at a time."""
        found = [number for number in self.dead if number not in self.hidden][:3]
        self.hidden.update(found)
        received = [{"MessageId": n, "ReceiptHandle": n, "Body": self.dead[n]} for n in found]
        for each in received:
            each.update(self._attributes.get(each["MessageId"], {}))
        return {"Messages": received} if received else {}

    def send_message(self, *, QueueUrl: str, MessageBody: str, **more: Any) -> None:  # noqa: ARG002, N803
        """Take a message, or fail."""
        if self.failures:
            raise self.failures.pop()
        self.queue.append(MessageBody)
        if len(self.queue) > MOST_SENT:
            pytest.fail("a redrive has no end")
        if MessageBody == self._poison:
            number = f"again {len(self.queue)}"
            self.dead[number], self._attributes[number] = MessageBody, more

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: ARG002, N803
        """Delete a dead letter."""
        del self.dead[ReceiptHandle]
        self.hidden.discard(ReceiptHandle)

    def change_message_visibility(self, *, ReceiptHandle: str, **_asked: Any) -> None:  # noqa: N803
        """Show a message again."""
        self.hidden.discard(ReceiptHandle)


def letters(*tenants: str) -> list[str]:
    """Return a message of each tenant."""
    return [json.dumps({"id": "x", "detail": {"tenant_id": each}}) for each in tenants]


def give_back(sqs: FakeLetters, tenant: str | None) -> int:
    """Redrive dead letters."""
    return DeadLetters(sqs, "dead", "queue", 0, Hasty()).redrive(tenant, nothing)  # type: ignore[arg-type]


def test_all_dead_letters_are_given_back() -> None:
    """Also those that nobody can read: they have their attempts, and come back."""
    bodies = [*letters("acme", "acme-2", "acme", "globex"), "no event"]
    sqs = FakeLetters(*bodies)
    assert give_back(sqs, None) == 5
    assert (sqs.queue, sqs.dead) == (bodies, {})


def test_dead_letters_of_others_are_left_where_all_can_see_them() -> None:
    """However many there are before the tenant's own."""
    bodies = [*letters("acme-2", "ACME", "globex", "acme", "globex", "acme"), "no event"]
    sqs = FakeLetters(*bodies)
    assert give_back(sqs, "acme") == 2
    assert sqs.queue == letters("acme", "acme")
    assert (list(sqs.dead), sqs.hidden) == (["0", "1", "2", "4", "6"], set())


def test_what_is_given_up_again_meanwhile_stays() -> None:
    """Else subscriber and redrive would feed each other; the next redrive takes it again."""
    bodies = [*letters("acme"), "poison", *letters("globex"), "poison"]
    sqs = FakeLetters(*bodies, poison="poison")
    assert give_back(sqs, None) == 4
    assert ([*sqs.dead.values()], sqs.hidden) == (["poison", "poison"], set())
    assert give_back(sqs, None) == 2


def test_a_dead_letter_is_deleted_only_once_it_is_in_the_queue() -> None:
    """Trouble that passes loses none, trouble that stays leaves all the others to be seen."""
    sqs = FakeLetters(*letters("acme"))
    sqs.failures = [failure("ThrottlingException")] * 3
    assert (give_back(sqs, None), len(sqs.queue), sqs.dead) == (1, 1, {})


def test_who_is_waited_for_gives_up() -> None:
    """With what was wrong, in a sentence."""

    def fail() -> None:
        raise failure("AccessDenied")

    said = "It was given up after 0 seconds of publishing: An error occurred .AccessDenied."
    with pytest.raises(GaveUp, match=said):
        Patience(Flag(), 0.0).keep_trying("publishing", fail, Exception)
    told = Flag()
    told.set()
    with pytest.raises(Stopping):
        Patience(told).keep_trying("publishing", fail, Exception)


def test_progress_is_told_every_second_and_not_oftener() -> None:
    """What is quick says nothing."""
    times: Sequence[float] = (0.0, 0.5, 1.1, 1.1, 1.9, 2.2, 2.2)
    out = io.StringIO()
    meter = Meter(out, iter(times).__next__)
    meter.expect(40)
    for done in (10, 20, 30, 40):
        meter.tell(done)
    assert out.getvalue() == "20 of 40 done\n40 of 40 done\n"


class FakeTable:
    """Keep the items of leases."""

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}

    def put_item(self, *, Item: Any, **asked: Any) -> None:  # noqa: N803
        """Write an item; under a condition only if it is not there or over."""
        before = self.items.get(Item["sk"]["S"])
        if before and "ConditionExpression" in asked:
            now = int(asked["ExpressionAttributeValues"][":now"]["N"])
            if int(before["valid_until"]["N"]) >= now:
                raise failure("ConditionalCheckFailedException")
        self.items[Item["sk"]["S"]] = Item

    def delete_item(self, *, Key: Any, **_asked: Any) -> None:  # noqa: N803
        """Delete an item."""
        self.items.pop(Key["sk"]["S"], None)

    def query(self, **_asked: Any) -> Any:
        """Return all."""
        return {"Items": list(self.items.values())}


class Office:
    """Hold a table of leases and a clock."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.time = 1000.0

    def leases(self, holder: str) -> Leases:
        """Return the leases as a supervisor or a command keeps them."""
        return Leases(self.table, "t", "audit-trail", holder, lambda: self.time)  # type: ignore[arg-type]


def test_nobody_builds_anew_what_a_role_works_on() -> None:
    """Once it has ended, and only then."""
    office = Office()
    with office.leases("one").working():
        with pytest.raises(Taken, match="The role audit-trail runs, or was killed"):
            office.leases("two").rebuilding().__enter__()
        assert list(office.table.items) == ["ROLE#one"]
    with office.leases("two").rebuilding():
        pass
    assert office.table.items == {}


def test_a_role_that_was_killed_is_believed_to_live_for_a_term() -> None:
    """Except by its own supervisor, which knows better."""
    office = Office()
    killed = office.leases("one").working()
    killed.__enter__()
    with office.leases("one").rebuilding():
        pass
    office.time += 15
    with pytest.raises(Taken):
        office.leases("two").rebuilding().__enter__()
    office.time += 1
    with office.leases("two").rebuilding():
        pass


def test_a_role_takes_up_work_with_its_first_event() -> None:
    """Not while somebody rebuilds, not before there is any, and until it ends."""
    office, ledger = Office(), FakeLedger()
    with ExitStack() as work:
        leases = office.leases("one")
        applier = LeasedApplier(ledger, Recorder(), leases, work)  # type: ignore[arg-type]
        assert office.table.items == {}
        told = pytest.raises(NotYet, match="are being built anew")
        with office.leases("two").rebuilding(), told:
            applier.take(event("a"), lambda _: None)
        assert ledger.applied == []
        for version in (1, 2):
            applier.take(event("a", version), lambda _: None)
        assert (ledger.applied, list(office.table.items)) == (["a-1", "a-2"], ["ROLE#one"])
    assert office.table.items == {}


def test_no_role_works_on_what_is_being_built_anew() -> None:
    """And nobody else builds it."""
    office = Office()
    with office.leases("one").rebuilding():
        for attempt in (office.leases("one").working, office.leases("two").rebuilding):
            with pytest.raises(Taken, match="The projections of audit-trail are being built anew"):
                attempt().__enter__()
        assert list(office.table.items) == ["REBUILD"]
    with office.leases("one").working(), office.leases("two").working():
        assert len(office.table.items) == 2


def test_a_replay_that_loses_the_stream_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence, as for everything that an operator can do something about."""

    def lose(*_parts: object) -> int:
        raise Trimmed("shard-1")

    monkeypatch.setattr(operations, "replay", lose)
    monkeypatch.setattr(Archive, "length", lambda _archive, _tenant: 7)
    aws = Aws(AwsSettings("http://127.0.0.1:9", "us-east-1"))
    around: Any = Surroundings(aws, STACK, Secrets("t", b"k"), None)  # type: ignore[arg-type]
    totals: list[int] = []
    operator = Operator(around, Flag(), Progress(totals.append))
    said = "The stream lost records of the shard shard-1 while it was read; start the replay again"
    with pytest.raises(OperationError, match=said):
        operator.carry_out(Operation(Kind.REPLAY, None, None))
    assert totals == [7]


def test_who_is_told_to_end_in_the_middle_of_a_call_tries_once_more() -> None:
    """It may have failed for what is over by now; a second failure ends it."""
    told, tried = Flag(), list[bool]()

    def fail() -> None:
        tried.append(told.is_set())
        told.set()
        raise failure("InternalFailure")

    with pytest.raises(Stopping):
        Patience(told).keep_trying("publishing", fail, Exception)
    assert tried == [False, True]
