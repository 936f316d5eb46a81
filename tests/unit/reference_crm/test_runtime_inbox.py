"""What the inbox of a subscriber promises, with a ledger in memory."""

import json
from collections.abc import Callable, Sequence
from threading import Event as Flag
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.reference_crm.domain import HistoryError
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier, Inbox, in_order
from support.reference_crm.ledger import Standing
from support.reference_crm.pace import Pace
from support.reference_crm.patience import Patience
from tests.unit.reference_crm.runtime_fakes import Hasty, event, failure


class FakeLedger:
    """Do what the ledger does, in memory."""

    def __init__(self) -> None:
        self.true: dict[str, Standing] = {}
        self.waiting: dict[tuple[str, int], Event] = {}
        self.applied: list[str] = []
        self.failures: list[Exception] = []
        self.refused: set[str] = set()

    def apply(self, one: Event, standing: Standing, effects: Sequence[Any]) -> Standing:  # noqa: ARG002
        """Apply it if the standing is the true one."""
        if self.failures:
            raise self.failures.pop(0)
        if one.event_id in self.refused:
            raise failure("ValidationException")
        true = self.true.get(one.entity_id, Standing())
        if true.version != one.version - 1 or (true.parked and not standing.parked):
            return true
        self.applied.append(one.event_id)
        self.true[one.entity_id] = Standing(one.version, true.parked - {one.version})
        return self.true[one.entity_id]

    def park(self, one: Event, standing: Standing) -> Standing:  # noqa: ARG002
        """Park it if it is early."""
        true = self.true.get(one.entity_id, Standing())
        if true.version >= one.version - 1:
            return true
        self.waiting[one.entity_id, one.version] = one
        self.true[one.entity_id] = Standing(true.version, true.parked | {one.version})
        return self.true[one.entity_id]

    def parked(self, one: Event, version: int) -> Event:
        """Return a parked event."""
        return self.waiting[one.entity_id, version]

    def unpark(self, one: Event) -> None:
        """Forget a parked event."""
        true = self.true[one.entity_id]
        self.true[one.entity_id] = Standing(true.version, true.parked - {one.version})


class Recorder:
    """Refuse what it was told is unfit."""

    def __init__(self, unfit: frozenset[str] = frozenset()) -> None:
        self.unfit = unfit
        self.asked: list[str] = []

    def effects(self, one: Event) -> Sequence[Any]:
        """Return nothing to write."""
        self.asked.append(one.event_id)
        if one.event_id in self.unfit:
            raise HistoryError("poison")
        return ()


class FakeQueue:
    """Hand out batches of events and remember what was deleted and sent."""

    def __init__(self, *batches: Sequence[Event | str]) -> None:
        self.batches = [list(batch) for batch in batches]
        self.deleted: list[str] = []
        self.sent: list[str] = []
        self.failures: list[ClientError] = []

    def receive_message(self, **_asked: Any) -> Any:
        """Return the next batch."""
        if self.failures:
            raise self.failures.pop(0)
        batch = self.batches.pop(0) if self.batches else []
        return {"Messages": [message(one) for one in batch]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: Sequence[Any]) -> Any:  # noqa: ARG002, N803
        """Forget the messages."""
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Any:  # noqa: ARG002, N803
        """Take a message back."""
        self.sent.append(json.loads(MessageBody)["detail"]["event_id"])


def message(one: Event | str, count: str = "1") -> Any:
    """Return a message of the queue."""
    body = one if isinstance(one, str) else f'{{"id": "x", "detail": {one.to_json()}}}'
    handle = "?" if isinstance(one, str) else one.event_id
    return {
        "MessageId": "m",
        "Body": body,
        "ReceiptHandle": handle,
        "Attributes": {"ApproximateReceiveCount": count},
    }


def never(_event: Event) -> None:
    """Fail the test when something is sent back."""
    pytest.fail("nothing was to be sent back")


def take(applier: Applier, *events: Event, send_back: Callable[[Event], None] = never) -> None:
    """Hand over the events one after the other."""
    for one in events:
        applier.take(one, send_back)


def test_events_in_order_are_applied_at_once() -> None:
    """The usual case asks the ledger once for each event."""
    ledger = FakeLedger()
    take(Applier(ledger, Recorder()), event("a"), event("a", 2))  # type: ignore[arg-type]
    assert ledger.applied == ["a-1", "a-2"]


def test_early_versions_wait_and_follow_in_order() -> None:
    """What came behind a gap is applied when the gap is filled."""
    ledger = FakeLedger()
    subject = Applier(ledger, Recorder())  # type: ignore[arg-type]
    take(subject, event("a", 3), event("a", 2), event("a", 4))
    assert ledger.applied == []
    take(subject, event("a"))
    assert ledger.applied == ["a-1", "a-2", "a-3", "a-4"]


def test_an_event_delivered_twice_has_effect_once() -> None:
    """Also when the process that applied it is another one."""
    ledger = FakeLedger()
    take(Applier(ledger, Recorder()), event("a"), event("a", 2))  # type: ignore[arg-type]
    take(Applier(ledger, Recorder()), event("a", 2), event("a"))  # type: ignore[arg-type]
    assert ledger.applied == ["a-1", "a-2"]


def test_a_new_process_goes_on_where_the_last_one_was() -> None:
    """What a process believes of an entity is corrected by the ledger."""
    ledger = FakeLedger()
    take(Applier(ledger, Recorder()), event("a"), event("a", 3))  # type: ignore[arg-type]
    take(Applier(ledger, Recorder()), event("a", 2))  # type: ignore[arg-type]
    assert ledger.applied == ["a-1", "a-2", "a-3"]


def test_an_unfit_parked_event_goes_back_to_the_queue() -> None:
    """It must not use up the attempts of the event that set it free."""
    ledger, sent = FakeLedger(), []
    subject = Applier(ledger, Recorder(unfit=frozenset({"a-2"})))  # type: ignore[arg-type]
    take(subject, event("a", 3), event("a", 2))
    take(subject, event("a"), send_back=lambda one: sent.append(one.event_id))
    assert ledger.applied == ["a-1"]
    assert sent == ["a-2"]
    assert ledger.true["a"] == Standing(1, frozenset({3}))


def test_a_parked_event_that_the_table_refuses_goes_back_too() -> None:
    """Whoever finds it unfit, the event that set it free is done."""
    ledger, sent = FakeLedger(), []
    subject = Applier(ledger, Recorder())  # type: ignore[arg-type]
    take(subject, event("a", 2))
    ledger.refused.add("a-2")
    take(subject, event("a"), send_back=lambda one: sent.append(one.event_id))
    assert (ledger.applied, sent) == (["a-1"], ["a-2"])


def inbox(queue: FakeQueue, ledger: FakeLedger, recorder: Recorder) -> Inbox:
    """Return an inbox that waits for nothing."""
    return Inbox(queue, "url", Applier(ledger, recorder), Hasty(), Pace(0.0))  # type: ignore[arg-type]


def test_a_message_is_deleted_after_its_effect() -> None:
    """Applied and parked events are done."""
    queue, ledger = FakeQueue([event("a"), event("b", 2)]), FakeLedger()
    inbox(queue, ledger, Recorder()).work()
    assert queue.deleted == ["a-1", "b-2"]


def test_a_poison_event_stays_and_the_others_flow_on() -> None:
    """The queue counts its attempts."""
    queue, ledger = FakeQueue([event("a"), event("b")]), FakeLedger()
    inbox(queue, ledger, Recorder(unfit=frozenset({"a-1"}))).work()
    assert queue.deleted == ["b-1"]


def test_a_malformed_message_stays_and_the_others_flow_on() -> None:
    """A message that holds no event crashes nothing."""
    queue, ledger = FakeQueue(["no json", '{"detail": {}}', event("b")]), FakeLedger()
    inbox(queue, ledger, Recorder()).work()
    assert queue.deleted == ["b-1"]


def test_an_event_type_of_another_entity_is_malformed(caplog: pytest.LogCaptureFixture) -> None:
    """The reason is logged at the first attempt only."""
    odd = event("a", event_type="LeadCreated")
    assert in_order([message(odd, "1"), message(odd, "2")]) == []
    assert len(caplog.records) == 1
    assert "LeadCreated is no event of account" in caplog.text


def test_trouble_that_passes_is_no_attempt() -> None:
    """A ledger that does not answer is asked again, with the same message in hand."""
    queue, ledger = FakeQueue([event("a")]), FakeLedger()
    ledger.failures += [failure("ThrottlingException"), failure("ResourceNotFoundException")]
    inbox(queue, ledger, Recorder()).work()
    assert queue.deleted == ["a-1"]


def test_an_event_that_the_table_refuses_is_unfit() -> None:
    """An item that is too large will never fit."""
    queue, ledger = FakeQueue([event("a")]), FakeLedger()
    ledger.failures.append(failure("ValidationException"))
    inbox(queue, ledger, Recorder()).work()
    assert queue.deleted == []


def test_an_item_that_never_fits_is_unfit() -> None:
    """Inside a transaction, too, where it is one reason of several."""
    queue, ledger = FakeQueue([event("a"), event("b")]), FakeLedger()
    ledger.failures.append(failure("TransactionCanceledException", "None", "ValidationError"))
    inbox(queue, ledger, Recorder()).work()
    assert queue.deleted == ["b-1"]


def test_what_is_in_hand_at_the_end_is_left_for_the_next_process() -> None:
    """A full batch must not hold up the end until the process is killed."""
    queue, ledger, stop = FakeQueue([event("a"), event("b")]), FakeLedger(), Flag()

    class Ending(Recorder):
        def effects(self, one: Event) -> Sequence[Any]:
            stop.set()
            return super().effects(one)

    applier = Applier(ledger, Ending())  # type: ignore[arg-type]
    Inbox(queue, "url", applier, Patience(stop), Pace(0.0)).run()  # type: ignore[arg-type]
    assert queue.deleted == ["a-1"]


def test_a_queue_that_does_not_answer_is_asked_again() -> None:
    """The subscriber outlives its queue's trouble."""
    queue, ledger = FakeQueue([event("a")]), FakeLedger()
    queue.failures.append(failure("ServiceUnavailable"))
    inbox(queue, ledger, Recorder()).work()
    assert ledger.applied == ["a-1"]
