"""What every tap promises, whatever it receives from."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from support.observing.deliveries import Delivery, Message, Tap, delivery_of
from support.observing.waiting import Waiter
from tests.support.samples import Document, an_event

PATIENCE_S = 5.0
UNUSUAL = {"name": 'Zoë "Ω" 🎉 \u2028 مريم', "owner": "kim", "industry": None}


class Publish(Protocol):
    """Put events on what the tap listens to."""

    def __call__(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Publish these events."""


@dataclass(frozen=True)
class Pipe:
    """Pair a tap with the way to put events before it."""

    tap: Tap
    publish: Publish
    clock_tolerance: float = 5.0


def receive_all(tap: Tap, count: int) -> list[Message]:
    """Receive until so many messages came."""
    received: list[Message] = []

    def look(left: float) -> int:
        received.extend(tap.receive(left) or ())
        return len(received)

    Waiter().until(look, lambda seen: seen >= count, PATIENCE_S)
    return received


class TapContract:
    """Inherit to prove a tap; give it a fixture `pipe`."""

    def test_it_is_called_by_its_name(self, pipe: Pipe) -> None:
        """Deliveries are filed under it."""
        assert pipe.tap.name == "bus"

    def test_nothing_published_is_nothing_received(self, pipe: Pipe) -> None:
        """An empty answer is an answer."""
        assert pipe.tap.receive(0) == []

    def test_an_event_arrives_untransformed(self, pipe: Pipe) -> None:
        """Envelope and event are what the publisher sent."""
        event = an_event(payload=UNUSUAL)
        pipe.publish([event])
        (message,) = receive_all(pipe.tap, 1)
        assert _essence(delivery_of("bus", message)) == ("crm", "AccountCreated", event, None)

    def test_a_message_is_received_once_until_it_is_deleted(self, pipe: Pipe) -> None:
        """Two looks do not show the same message as two."""
        pipe.publish([an_event()])
        (message,) = receive_all(pipe.tap, 1)
        assert pipe.tap.receive(0) == []
        assert message.receive_count == 1

    def test_a_deleted_message_is_gone(self, pipe: Pipe) -> None:
        """What is deleted never comes again; what is not deleted is not touched."""
        pipe.publish([an_event(1)])
        pipe.tap.delete(receive_all(pipe.tap, 1))
        pipe.publish([an_event(2)])
        (message,) = receive_all(pipe.tap, 1)
        assert delivery_of("bus", message).detail == an_event(2)

    def test_no_more_than_ten_messages_come_at_once(self, pipe: Pipe) -> None:
        """And none of them twice."""
        events = [an_event(number) for number in range(23)]
        pipe.publish(events)
        batches: list[Sequence[Message]] = []

        def look(left: float) -> int:
            batches.append(pipe.tap.receive(left) or ())
            return sum(map(len, batches))

        Waiter().until(look, lambda seen: seen >= len(events), PATIENCE_S)
        received = [delivery_of("bus", message) for batch in batches for message in batch]
        assert max(map(len, batches)) <= 10
        assert sorted(str(each.event_id) for each in received) == [e["event_id"] for e in events]
        assert len({each.message_id for each in received}) == len(events)

    def test_the_same_event_published_twice_has_two_envelopes(self, pipe: Pipe) -> None:
        """A repetition of the publisher can be told from one of the transport."""
        pipe.publish([an_event()])
        pipe.publish([an_event()])
        deliveries = [delivery_of("bus", message) for message in receive_all(pipe.tap, 2)]
        assert len({each.envelope_id for each in deliveries}) == 2
        assert len({each.message_id for each in deliveries}) == 2

    def test_a_message_says_when_it_was_sent(self, pipe: Pipe) -> None:
        """Latencies are counted from the queue's own time, in seconds since the epoch."""
        now = time.time()
        pipe.publish([an_event()])
        (message,) = receive_all(pipe.tap, 1)
        assert abs(message.sent_at - now) < pipe.clock_tolerance


def _essence(delivery: Delivery) -> tuple[str, str, Document, str | None]:
    return delivery.source, delivery.detail_type, dict(delivery.detail), delivery.problem
