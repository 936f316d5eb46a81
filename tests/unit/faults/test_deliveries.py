"""What is put into a subscriber's queue, and taken from its dead letters again."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from support.crm.port import Subscriber
from support.faults import deliveries
from support.faults.deliveries import Inboxes, Spoiling, no_event, spoilt
from support.faults.plane import FaultError
from support.observing.deliveries import Delivery, delivery_of
from tests.support.samples import an_event, delivery, message

READER = Subscriber(
    name="reader", entity_types=(), queue_url="http://q/live", dead_letter_queue_url="http://q/dead"
)


class Queue:
    """Be a queue, and its dead letters."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.dead: list[str] = []
        self.put_back: list[str] = []
        self.refusing = False
        self.waiting = 0

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        """Take a batch, or refuse one of it."""
        self.batches.append([each["MessageBody"] for each in asked["Entries"]])
        return {"Failed": [{"Id": "0", "Code": "Full"}]} if self.refusing else {}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """Show the dead letters; nobody receives from the live queue."""
        assert asked["QueueUrl"] == READER.dead_letter_queue_url
        return {"Messages": [{"Body": each, "ReceiptHandle": each} for each in self.dead]}

    def delete_message(self, **asked: Any) -> None:
        """Remove a dead letter."""
        self.dead.remove(asked["ReceiptHandle"])

    def change_message_visibility(self, **asked: Any) -> None:
        """Put a dead letter back at once."""
        assert asked["VisibilityTimeout"] == 0
        self.put_back.append(asked["ReceiptHandle"])

    def get_queue_attributes(self, **asked: Any) -> dict[str, Any]:
        """Count what is in the queue."""
        return {"Attributes": {asked["AttributeNames"][0]: str(self.waiting)}}


@pytest.fixture
def queue() -> Queue:
    """Return an empty queue."""
    return Queue()


@pytest.fixture
def inboxes(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> Inboxes:
    """Return what reaches it, and is impatient."""
    monkeypatch.setattr(deliveries, "PATIENCE_S", 0.01)
    aws: Any = SimpleNamespace(sqs=queue)
    return Inboxes(aws)


def _read(body: str) -> Delivery:
    return delivery_of("a queue", message(body))


def test_messages_are_delivered_in_their_order_ten_at_a_time(
    inboxes: Inboxes, queue: Queue
) -> None:
    """A batch has no more."""
    bodies = [str(number) for number in range(12)]
    inboxes.deliver(READER, bodies)
    assert queue.batches == [bodies[:10], bodies[10:]]


def test_what_a_queue_does_not_take_is_told(inboxes: Inboxes, queue: Queue) -> None:
    """The call succeeds, and says in its answer that it did not."""
    queue.refusing = True
    with pytest.raises(FaultError, match="the queue of reader did not take"):
        inboxes.deliver(READER, ["one"])


def test_only_the_own_dead_letters_are_dropped(inboxes: Inboxes, queue: Queue) -> None:
    """Somebody else's are put back."""
    queue.dead = ["theirs", "ours", "ours"]
    inboxes.drop_dead(READER, ["ours", "ours"])
    assert (queue.dead, set(queue.put_back)) == (["theirs"], {"theirs"})


def test_a_dead_letter_that_is_not_there_is_told(inboxes: Inboxes, queue: Queue) -> None:
    """While it is waiting, whatever was taken for poison may still have its effect."""
    queue.dead, queue.waiting = ["ours"], 1
    with pytest.raises(FaultError) as trouble:
        inboxes.drop_dead(READER, ["ours", "ours"])
    assert str(trouble.value) == (
        "1 message(s) that were to spoil are not among the dead letters of reader"
    )


def test_what_was_taken_and_not_given_up_needs_no_repair(inboxes: Inboxes, queue: Queue) -> None:
    """It is nowhere any more: who expected it among the dead letters has been told."""
    queue.dead, queue.waiting = ["ours"], 0
    inboxes.drop_dead(READER, ["ours", "ours"])
    assert queue.dead == []


def test_a_subscriber_that_takes_nothing_is_told(inboxes: Inboxes, queue: Queue) -> None:
    """Nothing that is proved afterwards would be proved of it."""
    queue.waiting = 3
    with pytest.raises(FaultError, match=r"reader has left 3 message\(s\) in its queue for 0 s"):
        inboxes.taken(READER)
    queue.waiting = 0
    inboxes.taken(READER)


@pytest.mark.parametrize(
    ("spoiling", "changes"),
    [
        (Spoiling.UNKNOWN_SCHEMA, {"schema_version": 99}),
        (Spoiling.EMPTY, {"payload": {}}),
    ],
)
def test_a_spoilt_event_is_otherwise_what_it_was(
    spoiling: Spoiling, changes: dict[str, object]
) -> None:
    """Its envelope, too."""
    sound = delivery(an_event(1))
    bad = _read(spoilt(sound, spoiling))
    assert bad.detail == {**sound.detail, **changes}
    assert (bad.envelope_id, bad.source) == (sound.envelope_id, sound.source)


def test_an_event_that_was_torn_off_can_not_be_read_but_for_its_tenant() -> None:
    """So that it is known whose dead letter it is."""
    sound = delivery(an_event(1))
    bad = _read(spoilt(sound, Spoiling.HALF))
    kept: Sequence[str] = [*bad.detail]
    assert (bad.event, kept) == (None, [*sound.detail][:6])
    assert bad.detail["tenant_id"] == sound.detail["tenant_id"]


def test_what_is_no_event_says_whose_it_is() -> None:
    """And nothing that anybody could take for an event."""
    bad = _read(no_event("acme"))
    assert (bad.event, bad.detail["tenant_id"]) == (None, "acme")
    assert "event_type" not in json.loads(no_event("acme"))["detail"]
