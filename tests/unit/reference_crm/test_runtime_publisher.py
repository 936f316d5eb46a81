"""What the publisher promises, with streams and buses that one emulated shard cannot show."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from support.reference_crm.bus import Bus
from support.reference_crm.dispatch import Dispatch
from support.reference_crm.outgoing import batches, outgoing
from support.reference_crm.publisher import Publisher
from support.reference_crm.replay import replay
from support.reference_crm.stored import Place, StoredEvent
from support.reference_crm.stream import FINISHED, Stream, Trimmed
from tests.unit.reference_crm.runtime_fakes import (
    FakeAside,
    FakeBus,
    FakeCheckpoints,
    FakeStreams,
    Hasty,
    event,
    failure,
    record,
)


def publisher(
    streams: FakeStreams,
    bus: FakeBus,
    checkpoints: FakeCheckpoints,
    aside: FakeAside | None = None,
    **reached: str,
) -> Publisher:
    """Return a publisher that waits for nothing."""
    made: Any = Stream(streams, "arn", reached)  # type: ignore[arg-type]
    patience = Hasty()
    sending = dispatch(bus, aside or FakeAside(), patience)
    return Publisher(made, checkpoints, sending, patience, 0.0)  # type: ignore[arg-type]


def dispatch(bus: FakeBus, aside: FakeAside, patience: Hasty) -> Dispatch:
    """Return the way to a bus, and to what is set aside."""
    sender = Bus(bus, "bus", patience)  # type: ignore[arg-type]
    return Dispatch(sender, aside, patience)  # type: ignore[arg-type]


def run(subject: Publisher, steps: int = 5) -> None:
    """Go round several times."""
    for _ in range(steps):
        subject.step()


@pytest.mark.parametrize(("seconds", "rest"), [(0.004, 0.025), (0.05, 0.1), (5.0, 0.25)])
def test_a_stream_that_is_slow_to_answer_is_asked_less_often(seconds: float, rest: float) -> None:
    """Who is busy gets time for others; after an outage nobody rests for as long as it was."""
    assert _rests(seconds, looks=1) == [pytest.approx(rest)]


def test_the_longer_nothing_comes_the_less_often_the_stream_is_asked() -> None:
    """By a tenth of the silence, and by a tenth of a second at most."""
    rests = _rests(0.0, looks=60)
    assert rests[:2] == [0.025, 0.025]
    assert 0.025 < rests[20] < 0.1
    assert rests == sorted(rests)
    assert rests[-1] == 0.1


def _rests(seconds: float, looks: int) -> list[float]:
    """Look at an empty stream, which takes so many seconds, and return the rests between looks."""
    patience, now, rested = Hasty(), 100.0, list[float]()

    class EmptyStream:
        def refresh(self) -> None: ...

        def readable(self) -> list[Any]:
            nonlocal now
            now += seconds
            return []

    def rest(seconds: float) -> None:
        nonlocal now
        now += seconds
        rested.append(seconds)
        if len(rested) == looks:
            patience.end()

    patience.rest = rest  # type: ignore[method-assign]
    sending = dispatch(FakeBus(), FakeAside(), patience)
    stream: Any = EmptyStream()
    Publisher(stream, FakeCheckpoints(), sending, patience, 0.025, lambda: now).run()  # type: ignore[arg-type]
    return rested


def test_only_first_writes_of_events_are_published() -> None:
    """The log, the receipts and changed items stay inside."""
    records = [
        record(1, event("a")),
        record(2, event("b"), sk="SEQ#000000000001"),
        record(3, event("c"), name="MODIFY"),
    ]
    bus, checkpoints = FakeBus(), FakeCheckpoints()
    run(publisher(FakeStreams({"s": records}), bus, checkpoints))
    assert bus.accepted == ["a-1"]
    assert checkpoints.saved == {"s": "3"}


def test_a_child_is_read_after_its_parent_has_ended() -> None:
    """The order of an entity survives the splitting of a shard."""
    streams = FakeStreams(
        {
            "child": [record(3, event("a", 3))],
            "parent": [record(1, event("a")), record(2, event("a", 2))],
        },
        parents={"child": "parent"},
        closed=frozenset({"parent"}),
        page=1,
    )
    bus, checkpoints = FakeBus(), FakeCheckpoints()
    run(publisher(streams, bus, checkpoints))
    assert bus.accepted == ["a-1", "a-2", "a-3"]
    assert checkpoints.saved == {"parent": FINISHED, "child": "3"}


def test_a_child_whose_parent_is_gone_is_read() -> None:
    """A parent older than the stream's memory is not waited for."""
    streams = FakeStreams({"child": [record(1, event("a"))]}, parents={"child": "trimmed"})
    bus = FakeBus()
    run(publisher(streams, bus, FakeCheckpoints()))
    assert bus.accepted == ["a-1"]


def test_a_finished_parent_is_not_read_again() -> None:
    """A restart goes on with the child."""
    streams = FakeStreams(
        {"parent": [record(1, event("a"))], "child": [record(2, event("b"))]},
        parents={"child": "parent"},
        closed=frozenset({"parent"}),
    )
    bus = FakeBus()
    run(publisher(streams, bus, FakeCheckpoints(), parent=FINISHED))
    assert bus.accepted == ["b-1"]


def test_all_pages_of_shards_are_read() -> None:
    """A stream with more shards than one answer holds is read whole."""
    shards = {f"s{i}": [record(i + 1, event(f"e{i}"))] for i in range(5)}
    bus = FakeBus()
    run(publisher(FakeStreams(shards, shards_a_page=2), bus, FakeCheckpoints()))
    assert sorted(bus.accepted) == [f"e{i}-1" for i in range(5)]


def test_a_restart_goes_on_after_the_checkpoint() -> None:
    """Nothing is published twice when the checkpoint was saved."""
    streams = FakeStreams({"s": [record(1, event("a")), record(2, event("b"))]})
    bus = FakeBus()
    run(publisher(streams, bus, FakeCheckpoints(), s="1"))
    assert bus.accepted == ["b-1"]
    assert streams.opened == [("AFTER_SEQUENCE_NUMBER", "1")]


def test_an_expired_iterator_is_renewed_from_the_checkpoint() -> None:
    """A pause of more than fifteen minutes loses nothing."""
    streams = FakeStreams({"s": [record(1, event("a")), record(2, event("b"))]}, page=1)
    bus = FakeBus()
    subject = publisher(streams, bus, FakeCheckpoints())
    subject.step()
    streams.failures.append(failure("ExpiredIteratorException"))
    run(subject)
    assert bus.accepted == ["a-1", "b-1"]
    assert streams.opened == [("TRIM_HORIZON", ""), ("AFTER_SEQUENCE_NUMBER", "1")]


def test_trimmed_data_stops_the_publisher() -> None:
    """What the stream forgot is not skipped in silence."""
    streams = FakeStreams({"s": [record(1, event("a"))]})
    streams.failures.append(failure("TrimmedDataAccessException"))
    with pytest.raises(Trimmed, match="s"):
        publisher(streams, FakeBus(), FakeCheckpoints()).step()


def test_a_stream_of_today_has_trimmed_nothing_whatever_it_says() -> None:
    """DynamoDB Local says so while the first records come; one of yesterday is believed."""
    today, yesterday = (datetime.now(UTC) - timedelta(hours=hours) for hours in (1, 25))
    streams = FakeStreams({"s": [record(1, event("a"))]})
    streams.failures.append(failure("TrimmedDataAccessException"))
    stream = Stream(streams, f"table/t/stream/{today:%Y-%m-%dT%H:%M:%S.%f}", {})  # type: ignore[arg-type]
    stream.refresh()
    (shard,) = stream.readable()
    assert [len(stream.read(shard).records) for _ in range(2)] == [0, 1]
    assert streams.opened == [("TRIM_HORIZON", ""), ("TRIM_HORIZON", "")]
    streams.failures.append(failure("TrimmedDataAccessException"))
    older = Stream(streams, f"table/t/stream/{yesterday:%Y-%m-%dT%H:%M:%S.%f}", {})  # type: ignore[arg-type]
    with pytest.raises(Trimmed):
        older.read(shard)


def test_nor_has_one_that_says_so_before_it_is_read() -> None:
    """As the publisher goes on from a checkpoint."""
    streams = FakeStreams({"s": [record(1, event("a")), record(2, event("b"))]})
    streams.not_opened.append(failure("TrimmedDataAccessException"))
    today = f"table/t/stream/{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    stream = Stream(streams, today, {"s": "1"})  # type: ignore[arg-type]
    stream.refresh()
    (shard,) = stream.readable()
    assert [len(stream.read(shard).records) for _ in range(2)] == [0, 1]


def test_a_shard_that_is_gone_before_it_was_read_stops_the_publisher() -> None:
    """A checkpoint in a shard that the stream has forgotten is a loss, not an end."""
    streams = FakeStreams({"new": [record(9, event("a", 9))]}, parents={"new": "old"})
    bus = FakeBus()
    with pytest.raises(Trimmed, match="old"):
        publisher(streams, bus, FakeCheckpoints(), old="5").step()
    assert bus.accepted == []


def test_a_shard_that_is_not_listed_any_more_is_read_to_its_end() -> None:
    """What the stream still has of it comes before its child."""
    streams = FakeStreams(
        {"new": [record(2, event("a", 2))], "old": [record(1, event("a"))]},
        parents={"new": "old"},
        closed=frozenset({"old"}),
        unlisted=frozenset({"old"}),
    )
    bus = FakeBus()
    run(publisher(streams, bus, FakeCheckpoints(), older=FINISHED, old=""))
    assert bus.accepted == ["a-1", "a-2"]


def test_a_replay_leaves_no_checkpoint_that_would_stop_the_publisher_again() -> None:
    """It moves to the present end of what there is, and forgets what is gone."""
    streams = FakeStreams({"new": [record(9, event("a", 9))], "empty": []})
    checkpoints = FakeCheckpoints(saved={"old": "5", "empty": "7"})
    bus, stored = FakeBus(), [event("a", version) for version in (8, 9)]
    found = [StoredEvent(Place.of(each), each.to_json()) for each in stored]
    archive = SimpleNamespace(everything=lambda: iter(found))
    sending = dispatch(bus, FakeAside(), Hasty())
    parts: Any = (archive, Stream(streams, "arn", {}), checkpoints, sending)  # type: ignore[arg-type]
    assert replay(*parts) == 2
    assert bus.accepted == ["a-8", "a-9"]
    assert checkpoints.saved == {"new": "9"}


def test_a_stream_that_fails_for_a_while_is_read_again() -> None:
    """Throttled reads are late, not lost."""
    streams = FakeStreams({"s": [record(1, event("a"))]})
    streams.failures += [failure("LimitExceededException"), failure("InternalServerError")]
    bus = FakeBus()
    publisher(streams, bus, FakeCheckpoints()).step()
    assert bus.accepted == ["a-1"]


def test_only_refused_entries_are_sent_again() -> None:
    """What the bus took is not sent twice."""
    records = [record(i + 1, event(name)) for i, name in enumerate("abc")]
    bus = FakeBus(refusals=[{"b", "c"}, {"c"}])
    publisher(FakeStreams({"s": records}), bus, FakeCheckpoints()).step()
    assert bus.calls == [["a-1", "b-1", "c-1"], ["b-1", "c-1"], ["c-1"]]


def test_a_refused_event_holds_back_the_next_of_its_entity() -> None:
    """A refusal in the middle of a batch does not reorder an entity."""
    records = [record(i, event("a", i)) for i in (1, 2, 3)]
    bus = FakeBus(refusals=[{"a"}, {"a"}])
    publisher(FakeStreams({"s": records}), bus, FakeCheckpoints()).step()
    assert bus.accepted == ["a-1", "a-2", "a-3"]


def test_an_entry_without_an_event_id_was_not_taken() -> None:
    """Only an id says that the bus has the event."""
    bus = FakeBus(refusals=[{"a"}], refusal={})
    publisher(FakeStreams({"s": [record(1, event("a"))]}), bus, FakeCheckpoints()).step()
    assert bus.calls == [["a-1"], ["a-1"]]


def test_a_throttled_call_is_repeated_whole() -> None:
    """An error answer says nothing of single entries."""
    bus = FakeBus(refusals=[failure("ThrottlingException")])
    publisher(FakeStreams({"s": [record(1, event("a"))]}), bus, FakeCheckpoints()).step()
    assert bus.calls == [["a-1"], ["a-1"]]


def test_the_checkpoint_moves_only_after_the_bus_took_everything() -> None:
    """Window by window: a crash between the two publishes one again, and never skips."""
    bus, seen = FakeBus(), []
    checkpoints = FakeCheckpoints(on_save=lambda: seen.append(list(bus.accepted)))
    records = [record(i + 1, event(f"e{i}")) for i in range(25)]
    publisher(FakeStreams({"s": records}), bus, checkpoints).step()
    assert [len(accepted) for accepted in seen] == [10, 20, 25]


def test_a_batch_has_ten_entries_at_most() -> None:
    """EventBridge takes no more in one call."""
    made = batches(outgoing(event(f"e{i}")) for i in range(25))
    assert [len(batch.events) for batch in made] == [10, 10, 5]


def test_a_batch_stays_under_the_limit_in_bytes() -> None:
    """Several large events go out in several calls."""
    large = {"name": "é" * 60_000, "owner": "o", "industry": None}
    made = batches(outgoing(event(f"e{i}", payload=large)) for i in range(5))
    assert [len(batch.events) for batch in made] == [2, 2, 1]


def test_a_batch_has_one_event_of_an_entity_and_keeps_their_order() -> None:
    """Later versions go into later batches, beside other entities."""
    made = batches(
        outgoing(one)
        for one in (event("a"), event("a", 2), event("b"), event("a", 3), event("b", 2))
    )
    assert [[one.entity[2] for one in batch.events] for batch in made] == [
        ["a", "b"],
        ["a", "b"],
        ["a"],
    ]
