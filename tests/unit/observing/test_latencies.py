"""What the run learns from how long its events take."""

import json

from support.observing.deliveries import Delivery, delivery_of
from support.observing.latencies import Latencies
from tests.support.samples import an_event, delivery, envelope, message, numbered


def _arrival(number: int, sent_at: float) -> Delivery:
    body = json.dumps(envelope(an_event(number)))
    return delivery_of("bus", message(body, f"m-{number}", sent_at))


def _learned(*seconds: float) -> Latencies:
    latencies = Latencies()
    for number, taken in enumerate(seconds):
        latencies.commanded([numbered(number)], at=100.0)
        latencies.arrived(_arrival(number, 100.0 + taken))
    return latencies


def test_a_latency_runs_from_the_command_to_the_queue_of_the_tap() -> None:
    """When the suite got round to looking does not count."""
    assert _learned(0.5, 2.0).seconds == (0.5, 2.0)


def test_only_the_first_arrival_counts() -> None:
    """A duplicate that comes later is no slow event."""
    latencies = _learned(0.5)
    latencies.arrived(_arrival(0, 900.0))
    assert latencies.seconds == (0.5,)


def test_what_the_suite_held_up_tells_nothing() -> None:
    """Else every later scenario would wait for as long as the longest fault lasted."""
    latencies = _learned(0.5)
    latencies.commanded([numbered(7)], at=100.0)
    latencies.arrived(_arrival(7, 104.0), held_up=True)
    latencies.arrived(_arrival(7, 104.0))
    assert latencies.seconds == (0.5,)


def test_what_the_suite_did_not_command_has_no_latency() -> None:
    """Events of subscribers, and messages that hold none, are left out."""
    latencies = Latencies()
    latencies.arrived(_arrival(1, 100.0))
    latencies.arrived(delivery({}))
    assert latencies.seconds == ()


def test_clocks_that_disagree_make_no_negative_latency() -> None:
    """The queue's clock may be behind ours."""
    assert _learned(-3.0).seconds == (0.0,)


def test_what_is_to_be_forgotten_counts_no_more() -> None:
    """The first event through a path that is just starting tells nothing of its pace."""
    latencies = _learned(9.0)
    latencies.forget()
    latencies.commanded([numbered(7)], at=100.0)
    latencies.arrived(_arrival(7, 100.5))
    assert latencies.seconds == (0.5,)
