"""What the inbox of a subscriber promises, with a ledger in memory."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.reference_crm.domain import HistoryError
from support.reference_crm.envelope import Event
from support.reference_crm.in_hand import InHand
from support.reference_crm.inbox import LOOK_SECONDS, MOST_IN_HAND, Applier, Inbox
from support.reference_crm.ledger import Standing
from support.reference_crm.pace import Pace
from support.reference_crm.patience import Patience
from support.reference_crm.subscribers.subscriber import NotYet
from tests.unit.reference_crm.runtime_fakes import Hasty, event, failure

VISIBILITY = 20


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


@dataclass(frozen=True)
class Again:
    """Hold an event that was received so often."""

    event: Event
    attempts: int


class FakeQueue:
    """Hand out batches of events and remember what became of them.

    `visible` holds what was given back, and after how many seconds it is to come again.
    """

    def __init__(self, *batches: Sequence[Event | str | Again]) -> None:
        self.batches = [list(batch) for batch in batches]
        self.deleted: list[str] = []
        self.sent: list[str] = []
        self.visible: list[tuple[str, int]] = []
        self.extended: list[list[str]] = []
        self.waits: list[int] = []
        self.failures: list[ClientError] = []

    def receive_message(self, *, WaitTimeSeconds: int, **_asked: Any) -> Any:  # noqa: N803
        """Return the next batch."""
        self.waits.append(WaitTimeSeconds)
        if self.failures:
            raise self.failures.pop(0)
        batch = self.batches.pop(0) if self.batches else []
        return {"Messages": [message(one) for one in batch]}

    def delete_message_batch(self, *, QueueUrl: str, Entries: Sequence[Any]) -> Any:  # noqa: ARG002, N803
        """Forget the messages."""
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]

    def change_message_visibility(
        self,
        *,
        QueueUrl: str,  # noqa: ARG002, N803
        ReceiptHandle: str,  # noqa: N803
        VisibilityTimeout: int,  # noqa: N803
    ) -> None:
        """Let one come again."""
        if self.failures:
            raise self.failures.pop(0)
        self.visible.append((ReceiptHandle, VisibilityTimeout))

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Sequence[Any]) -> None:  # noqa: ARG002, N803
        """Put off when some come again."""
        if self.failures:
            raise self.failures.pop(0)
        assert {entry["VisibilityTimeout"] for entry in Entries} == {VISIBILITY}
        self.extended.append([entry["ReceiptHandle"] for entry in Entries])

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Any:  # noqa: ARG002, N803
        """Take a message back."""
        self.sent.append(json.loads(MessageBody)["detail"]["event_id"])


def message(one: Event | str | Again, count: str = "1") -> Any:
    """Return a message of the queue."""
    if isinstance(one, Again):
        return message(one.event, str(one.attempts))
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


def inbox(
    queue: FakeQueue,
    ledger: FakeLedger,
    recorder: Recorder,
    patience: Patience | None = None,
    clock: Callable[[], float] = lambda: 0.0,
) -> Inbox:
    """Return an inbox that waits for nothing."""
    in_hand = InHand(queue, "url", VISIBILITY)  # type: ignore[arg-type]
    applier = Applier(ledger, recorder)  # type: ignore[arg-type]
    return Inbox(queue, "url", applier, patience or Hasty(), Pace(0.0), in_hand, clock)  # type: ignore[arg-type]


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
    """A message that holds no event crashes nothing, and uses up its attempts like any other."""
    queue, ledger = FakeQueue(["no json", '{"detail": {}}', event("b")]), FakeLedger()
    inbox(queue, ledger, Recorder()).work()
    assert (queue.deleted, queue.visible) == (["b-1"], [("?", 0), ("?", 0)])


def test_what_can_never_be_applied_comes_again_ever_later() -> None:
    """A tenth of the visibility later for each attempt that it has had."""
    poison = [Again(event("a"), attempts) for attempts in (1, 2, 5, 30)]
    queue = FakeQueue(poison)
    inbox(queue, FakeLedger(), Recorder(unfit=frozenset({"a-1"}))).work()
    assert queue.visible == [("a-1", 0), ("a-1", 2), ("a-1", 8), ("a-1", VISIBILITY)]


def test_a_queue_that_takes_nothing_back_delivers_it_again_later() -> None:
    """When its visibility ends; the others flow on."""
    queue, ledger = FakeQueue([event("a"), event("b")]), FakeLedger()
    subject = inbox(queue, ledger, Recorder(unfit=frozenset({"a-1"})))
    queue.batches, batch = [], queue.batches[0]
    subject._receive = lambda: [message(one) for one in batch]  # type: ignore[method-assign]
    queue.failures.append(failure("ServiceUnavailable"))
    subject.work()
    assert (queue.visible, queue.deleted) == ([], ["b-1"])


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (event("a", event_type="LeadCreated"), "LeadCreated is no event of account"),
        (
            '{"detail": {"event_type": "AccountCreated", "schema_version": 2}}',
            "detail: AccountCreated of schema version 2 cannot be read: "
            "the newest that is known is 1",
        ),
        ('{"detail": []}', "detail: Input should be"),
    ],
    ids=["another entity's", "a newer version", "no object"],
)
def test_what_holds_no_event_is_told_at_its_first_attempt(
    odd: Event | str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With the reason, and no more often: attempts follow each other fast."""
    for attempts in ("1", "2"):
        queue = FakeQueue()
        subject = inbox(queue, FakeLedger(), Recorder())
        subject._receive = lambda count=attempts: [message(odd, count)]  # type: ignore[method-assign,misc]
        subject.work()
    assert len(caplog.records) == 1
    assert reason in caplog.text
    assert "is left for the dead letters" in caplog.text


def test_trouble_that_passes_is_no_attempt() -> None:
    """A ledger that does not answer is asked again, with the same message in hand."""
    queue, ledger = FakeQueue([event("a")]), FakeLedger()
    ledger.failures += [failure("ThrottlingException"), failure("ResourceNotFoundException")]
    subject = inbox(queue, ledger, Recorder())
    done = [subject.work() and [*queue.deleted] for _ in range(4)]
    assert done == [[], [], ["a-1"], False]
    assert (queue.visible, ledger.applied) == ([], ["a-1"])


class Troubled(Recorder):
    """Be in trouble with one entity."""

    trouble = True

    def effects(self, one: Event) -> Sequence[Any]:
        """Fail for now."""
        made = super().effects(one)
        if self.trouble and one.entity_id == "a":
            raise NotYet
        return made


def test_trouble_with_one_entity_stops_no_other() -> None:
    """Its later versions are parked, which is no attempt either."""
    queue, ledger, recorder = FakeQueue([event("a"), event("b")]), FakeLedger(), Troubled()
    queue.batches.append([event("a", 2), event("c")])
    subject = inbox(queue, ledger, recorder)
    subject.work()
    subject.work()
    assert queue.deleted == ["b-1", "c-1", "a-2"]
    recorder.trouble = False
    subject.work()
    assert queue.deleted == ["b-1", "c-1", "a-2", "a-1"]
    assert ledger.applied == ["b-1", "c-1", "a-1", "a-2"]


def test_trouble_is_left_alone_ever_longer() -> None:
    """And looked after no later than it is due, though nothing else comes."""
    now, pauses = [0.0], [0.5, 1.0, 2.0]

    class Slow(Hasty):
        def pause_after(self, tries: int) -> float:
            return pauses[tries - 1]

    queue, recorder = FakeQueue([event("a")]), Troubled()
    subject = inbox(queue, FakeLedger(), recorder, Slow(), lambda: now[0])
    for now[0] in (0.0, 0.4, 0.5, 1.4, 1.5):
        subject.work()
    assert recorder.asked == ["a-1"] * 3
    assert subject._rest_after(found=False) == LOOK_SECONDS
    assert queue.waits == [1, 0, 0, 0, 0]
    subject.work()
    assert queue.waits[5] == 1  # there is time for a long poll


def test_trouble_with_everything_is_waited_out() -> None:
    """Nothing more is received than can be held in hand."""
    batches = [[event(f"a{n}-{i}") for i in range(10)] for n in range(MOST_IN_HAND // 10 + 3)]
    queue, ledger = FakeQueue(*batches), FakeLedger()
    ledger.failures += [failure("ThrottlingException")] * 10_000
    subject = inbox(queue, ledger, Recorder())
    for _ in range(30):
        subject.work()
    assert (len(queue.batches), queue.deleted) == (3, [])
    ledger.failures.clear()
    for _ in range(5):
        subject.work()
    assert sorted(queue.deleted) == sorted(one.event_id for batch in batches for one in batch)
    assert len(ledger.applied) == len({*ledger.applied}) == MOST_IN_HAND + 30


def test_what_is_in_hand_is_held_on_to() -> None:
    """From the second look on: what is done at once needs nothing. What is done is let go."""
    queue = FakeQueue()
    subject = InHand(queue, "url", VISIBILITY)  # type: ignore[arg-type]
    many = [f"m-{number}" for number in range(12)]
    subject.take(many)
    subject.extend()
    assert queue.extended == []
    subject.drop(["m-3"])
    subject.give_back("m-5", 1)
    subject.take(["late"])
    subject.extend()
    left = [each for each in many if each not in ("m-3", "m-5")]
    assert queue.extended == [left]
    queue.failures.append(failure("ServiceUnavailable"))
    subject.extend()
    subject.extend()
    assert queue.extended[1:] == [["late"], left, ["late"]]


def test_what_is_in_hand_is_held_on_to_while_a_call_hangs() -> None:
    """Somebody else sees to it."""
    queue, seen = FakeQueue(), Flag()
    subject = InHand(queue, "url", 1)  # type: ignore[arg-type]
    subject.extend = seen.set  # type: ignore[method-assign]
    with subject.kept():
        assert seen.wait(10)


def test_a_subscriber_that_is_killed_in_the_middle_of_a_batch_loses_nothing() -> None:
    """What it has applied and not deleted comes again, and has its effect once."""
    batch = [event("a"), event("a", 2), event("b")]
    queue, ledger = FakeQueue(batch), FakeLedger()

    class Killed(Recorder):
        def effects(self, one: Event) -> Sequence[Any]:
            if one.event_id == "b-1":
                raise KeyboardInterrupt
            return super().effects(one)

    queue.delete_message_batch = lambda **_: None  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        inbox(queue, ledger, Killed()).work()
    assert ledger.applied == ["a-1"]
    again = FakeQueue([Again(one, 2) for one in batch])
    inbox(again, ledger, Recorder()).work()
    assert sorted(again.deleted) == ["a-1", "a-2", "b-1"]
    assert sorted(ledger.applied) == ["a-1", "a-2", "b-1"]


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
    in_hand = InHand(queue, "url", VISIBILITY)  # type: ignore[arg-type]
    Inbox(queue, "url", applier, Patience(stop), Pace(0.0), in_hand).run()  # type: ignore[arg-type]
    assert queue.deleted == ["a-1"]


def test_a_queue_that_does_not_answer_is_asked_again() -> None:
    """The subscriber outlives its queue's trouble."""
    queue, ledger = FakeQueue([event("a")]), FakeLedger()
    queue.failures.append(failure("ServiceUnavailable"))
    inbox(queue, ledger, Recorder()).work()
    assert ledger.applied == ["a-1"]
