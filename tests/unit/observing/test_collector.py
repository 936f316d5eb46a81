"""The collector's promises: nothing is lost, nothing counts twice, nothing lasts for ever."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.observing.collector import EventCollector
from support.observing.deliveries import Delivery, Message
from support.observing.journal import Journal, read_journal
from support.observing.questions import (
    FAR,
    EventCollectionTimeout,
    ForbiddenArrival,
    Predicate,
    Question,
    describe,
)
from support.observing.waiting import Waiter
from tests.support.fake_clock import FakeClock
from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import an_event, delivery, envelope, numbered


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Replace time."""
    return FakeClock(monkeypatch)


@pytest.fixture
def tap() -> InMemoryTap:
    """Return an empty tap."""
    return InMemoryTap()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Open a journal."""
    return Journal(tmp_path / "journal.jsonl")


@pytest.fixture
def collector(tap: InMemoryTap, journal: Journal, clock: FakeClock) -> EventCollector:
    """Collect from the tap, by the fake clock."""
    return EventCollector([tap], journal, clock.waiter())


def _of(*event_types: str) -> Predicate:
    return lambda each: each.event is not None and each.event.event_type in event_types


def _anything(_: Delivery) -> bool:
    return True


def _question(*event_types: str) -> Question:
    return Question(_of(*event_types), " or ".join(event_types))


def _ids(deliveries: Sequence[Delivery]) -> list[str | None]:
    return [each.event_id for each in deliveries]


CREATED, UPDATED = _question("AccountCreated"), _question("AccountUpdated")


def test_what_matches_is_collected_in_order_of_arrival(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """No more than was asked for; the rest waits."""
    for number in (1, 2, 3):
        tap.put(an_event(number))
    assert _ids(collector.collect(CREATED, 2, timeout=5)) == [numbered(1), numbered(2)]
    assert _ids(collector.collect(CREATED, 1, timeout=5)) == [numbered(3)]


def test_an_event_that_does_not_match_answers_a_later_question(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Looking for one thing loses no other; the tap is not even asked again."""
    tap.put(an_event(1, "AccountUpdated"))
    tap.put(an_event(2))
    collector.collect(CREATED, 1, timeout=5)
    looks = len(tap.waits)
    assert _ids(collector.collect(UPDATED, 1, timeout=5)) == [numbered(1)]
    assert len(tap.waits) == looks


def test_what_came_before_the_question_answers_it(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """There is no race between publishing and collecting."""
    tap.put(an_event(1))
    collector.drain()
    assert _ids(collector.collect(CREATED, 1, timeout=5)) == [numbered(1)]


def test_what_comes_while_the_question_waits_answers_it(
    tap: InMemoryTap, collector: EventCollector, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collector goes on asking until the deadline."""
    real = tap.receive

    def receive(wait: float) -> Sequence[Message]:
        if clock.now >= 1003.0 and not tap.deleted:
            tap.put(an_event(1))
        return real(wait)

    monkeypatch.setattr(tap, "receive", receive)
    assert _ids(collector.collect(CREATED, 1, timeout=30)) == [numbered(1)]
    assert clock.now < 1030.0


def test_one_delivery_answers_one_question(tap: InMemoryTap, collector: EventCollector) -> None:
    """The same arrival proves nothing twice."""
    tap.put(an_event(1))
    collector.collect(CREATED, 1, timeout=5)
    with pytest.raises(EventCollectionTimeout):
        collector.collect(CREATED, 1, timeout=5)


def test_a_redelivery_is_no_second_delivery(
    tap: InMemoryTap, collector: EventCollector, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that comes again, with its id, is counted and kept, and answers nothing."""
    monkeypatch.setattr(tap, "delete", lambda _: None)
    tap.put(an_event(1))
    collector.drain()
    tap.put_back()
    with pytest.raises(EventCollectionTimeout):
        collector.collect(CREATED, 2, timeout=5)
    assert (_ids(collector.deliveries), collector.redeliveries) == ([numbered(1)], 1)
    assert [line["redelivery"] for line in read_journal(journal.path)] == [False, True]


def test_a_duplicate_of_the_transport_is_no_second_delivery(
    tap: InMemoryTap, collector: EventCollector, journal: Journal
) -> None:
    """Another message of the same envelope is counted and kept, and answers nothing."""
    put = [tap.put(an_event(1), id="e-1"), tap.put(an_event(1), id="e-1")]
    with pytest.raises(EventCollectionTimeout):
        collector.collect(CREATED, 2, timeout=5)
    assert (collector.transport_duplicates, collector.redeliveries) == (1, 0)
    assert [each.message_id for each in collector.deliveries] == put
    assert [line["message_id"] for line in read_journal(journal.path)] == put
    assert tap.deleted == put


def test_what_came_again_is_told(
    tap: InMemoryTap, collector: EventCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Legal, and worth knowing: of 3 deliveries one was repeated, and all came twice."""
    for envelope_id in ("e-1", "e-1", "e-2"):
        tap.put(an_event(1), id=envelope_id)
    monkeypatch.setattr(tap, "delete", lambda _: None)
    collector.drain()
    tap.put_back()
    collector.drain()
    assert collector.summary() == (
        "Transport: 3 deliveries; repeated, which is legal: 3 by the queue, 1 by the bus"
    )


def test_a_duplicate_of_the_transport_answers_no_later_question(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Not either once the first arrival has answered."""
    tap.put(an_event(1), id="e-1")
    assert _ids(collector.collect(CREATED, 1, timeout=5)) == [numbered(1)]
    tap.put(an_event(1), id="e-1")
    with pytest.raises(EventCollectionTimeout, match="nothing else arrived"):
        collector.collect(CREATED, 1, timeout=5)
    assert (collector.take(_anything), collector.transport_duplicates) == ((), 1)


def test_an_event_that_is_published_twice_is_two_deliveries(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Another envelope is no doing of the transport."""
    for envelope_id in ("e-1", "e-2"):
        tap.put(an_event(1), id=envelope_id)
    assert _ids(collector.collect(CREATED, 2, timeout=5)) == [numbered(1)] * 2
    assert collector.transport_duplicates == 0


def test_another_event_under_the_same_envelope_is_another_delivery(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Neither half of what the transport repeats is enough."""
    for number in (1, 2):
        tap.put(an_event(number), id="e-1")
    assert len(collector.collect(CREATED, 2, timeout=5)) == 2
    assert collector.transport_duplicates == 0


def test_messages_without_an_event_are_not_taken_for_each_other(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """What has no identity is repeated by nobody."""
    for _ in range(2):
        tap.put_body("{half")
    collector.drain()
    assert len(collector.take(_anything)) == 2
    assert collector.transport_duplicates == 0


def test_the_same_envelope_on_two_taps_is_no_duplicate(journal: Journal, clock: FakeClock) -> None:
    """Each route carries a copy of its own."""
    taps = [InMemoryTap("bus"), InMemoryTap("route")]
    collector = EventCollector(taps, journal, clock.waiter())
    for each in taps:
        each.put(an_event(1), id="e-1")
        assert _ids(collector.collect(CREATED, 1, timeout=5, tap=each.name)) == [numbered(1)]
    assert collector.transport_duplicates == 0


def test_the_same_message_on_two_taps_is_two_deliveries(
    journal: Journal, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each tap answers its own questions."""
    taps = [InMemoryTap("bus"), InMemoryTap("route")]
    collector = EventCollector(taps, journal, clock.waiter())
    for each in taps:
        monkeypatch.setattr("tests.support.in_memory_tap.uuid4", lambda: _SameId())
        each.put(an_event(1))
    assert _ids(collector.collect(CREATED, 1, timeout=5, tap="bus")) == [numbered(1)]
    assert _ids(collector.collect(CREATED, 1, timeout=5, tap="route")) == [numbered(1)]
    assert len({each.message_id for each in collector.deliveries}) == 1


class _SameId:
    hex = "receipt"

    def __str__(self) -> str:
        return "same"


def test_only_the_tap_in_question_is_asked(journal: Journal, clock: FakeClock) -> None:
    """Nobody waits for what was not asked."""
    bus, route = InMemoryTap("bus"), InMemoryTap("route")
    bus.put(an_event(1))
    EventCollector([bus, route], journal, clock.waiter()).collect(CREATED, 1, timeout=5)
    assert route.waits == []


def test_messages_are_deleted_only_once_they_are_in_the_journal(
    tap: InMemoryTap, collector: EventCollector, journal: Journal
) -> None:
    """At the moment of deletion the file on disk has them."""
    kept: list[str] = []

    def deleting(messages: Sequence[Message]) -> None:
        on_disk = {line["message_id"] for line in read_journal(journal.path)}
        assert {each.message_id for each in messages} <= on_disk
        kept.extend(each.message_id for each in messages)

    tap.on_delete = deleting
    put = [tap.put(an_event(1)), tap.put_body("{"), tap.put(an_event(2))]
    collector.drain()
    assert kept == tap.deleted == put


def test_who_has_the_answer_does_not_wait_for_deletions(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """What was received with it is deleted by whoever looks next."""
    put = [tap.put(an_event(number)) for number in (1, 2)]
    collector.collect(CREATED, 2, timeout=5)
    assert tap.deleted == []
    collector.pump()
    assert tap.deleted == put


def test_a_look_that_finds_nothing_has_time_for_deletions(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Nothing is left undeleted where an answer did not come."""
    put = [tap.put(an_event(number)) for number in range(25)]
    with pytest.raises(EventCollectionTimeout):
        collector.collect(CREATED, 26, timeout=5)
    assert tap.deleted == put


def test_a_tap_that_never_rests_is_tidied_all_the_same(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """No more than ten batches wait for their deletion: others would come again meanwhile."""
    put = [tap.put(an_event(number)) for number in range(150)]
    collector.collect(CREATED, 150, timeout=5)
    assert tap.deleted == put[:50]


def test_a_journal_that_cannot_be_written_leaves_the_messages_where_they_are(
    tap: InMemoryTap, collector: EventCollector, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk loses no evidence: what was not kept comes again, and answers then."""

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    for number in (1, 2):
        tap.put(an_event(number))
    with monkeypatch.context() as disk:
        disk.setattr(journal, "add", full)
        with pytest.raises(OSError, match="no space left"):
            collector.collect(CREATED, 1, timeout=5)
    assert tap.deleted == []
    tap.put_back()
    assert _ids(collector.collect(CREATED, 2, timeout=5)) == [numbered(1), numbered(2)]


def test_a_delete_that_fails_costs_nothing_but_a_redelivery(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """What is in the journal is known, though the queue still has it."""

    def refuse(_: object) -> None:
        raise ConnectionError("gone")

    tap.on_delete = refuse
    tap.put(an_event(1))
    with pytest.raises(ConnectionError):
        collector.pump()
    tap.on_delete = lambda _: None
    tap.put_back()
    assert _ids(collector.collect(CREATED, 1, timeout=5)) == [numbered(1)]
    collector.drain()
    assert collector.redeliveries == 1


def test_everything_received_is_kept_whatever_was_asked(
    tap: InMemoryTap, collector: EventCollector, journal: Journal
) -> None:
    """The journal and the collector know every message, events or not, in order."""
    bodies = [json.dumps(envelope(an_event(number))) for number in range(12)] + ["{", "[]"]
    put = [tap.put_body(body) for body in bodies]
    collector.collect(CREATED, 1, timeout=5)
    collector.drain()
    assert [each.message_id for each in collector.deliveries] == put
    assert [line["message_id"] for line in read_journal(journal.path)] == put


def test_a_body_that_cannot_be_read_is_kept_and_described(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """It is no event, and it is not nothing."""
    message_id = tap.put_body("{half")
    with pytest.raises(EventCollectionTimeout, match=r"near miss: not JSON: '\{half'"):
        collector.collect(CREATED, 1, timeout=5)
    (kept,) = collector.peek(_anything)
    assert describe(kept) == f"not JSON: '{{half' (message {message_id})"


def test_a_question_ends_by_its_deadline(
    tap: InMemoryTap, collector: EventCollector, clock: FakeClock
) -> None:
    """And no look is told to wait longer than what is left."""
    with pytest.raises(EventCollectionTimeout) as late:
        collector.collect(CREATED, 1, timeout=5)
    assert 5.0 <= late.value.elapsed <= 5.0 + 4.0
    assert clock.now - 1000.0 == late.value.elapsed
    assert all(0 <= wait <= 5.0 for wait in tap.waits)


@pytest.mark.parametrize("count", [0, -1])
def test_a_question_for_less_than_one_is_refused(collector: EventCollector, count: int) -> None:
    """Absence needs evidence, not a question that is answered at once."""
    with pytest.raises(ValueError, match=f"expected_count must be at least 1, not {count}"):
        collector.collect(CREATED, count, timeout=5)


def test_a_question_without_time_is_refused(collector: EventCollector) -> None:
    """It could only be answered by chance."""
    with pytest.raises(ValueError, match="a time-out must be above zero"):
        collector.collect(CREATED, 1, timeout=0)


def test_what_was_taken_answers_no_question_and_what_was_seen_does(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """To take is to claim, to peek is not."""
    for number in (1, 2):
        tap.put(an_event(number))
    collector.drain()
    first = numbered(1)
    assert _ids(collector.take(lambda each: each.event_id == first)) == [first]
    assert _ids(collector.peek(_anything)) == [numbered(2)]
    assert _ids(collector.collect(CREATED, 1, timeout=5)) == [numbered(2)]
    assert collector.take(_anything) == ()


def test_each_first_arrival_is_told_once(tap: InMemoryTap, journal: Journal) -> None:
    """Whoever learns latencies hears of every delivery, in order."""
    told: list[Delivery] = []
    collector = EventCollector([tap], journal, Waiter(), told.append)
    for number in (1, 2, 1):
        tap.put(an_event(number), id=f"e-{number}")
    collector.drain()
    assert _ids(told) == [numbered(1), numbered(2)]
    assert told == list(collector.deliveries)[:2]


def test_taps_come_and_go(tap: InMemoryTap, journal: Journal) -> None:
    """Each has deliveries of its own, the journal has them all, and only the bus is told of."""
    told: list[Delivery] = []
    collector, other = EventCollector([tap], journal, Waiter(), told.append), InMemoryTap("other")
    collector.add(other)
    tap.put(an_event(1))
    other.put(an_event(2))
    collector.drain()
    collector.drain("other")
    assert _ids(collector.deliveries_of("other")) == [numbered(2)]
    assert _ids(collector.deliveries) == _ids(told) == [numbered(1)]
    assert _ids(collector.collect(CREATED, 1, timeout=1, tap="other")) == [numbered(2)]
    with pytest.raises(ValueError, match="a tap called 'other' already"):
        collector.add(other)
    collector.remove("other")
    assert collector.deliveries_of("other") == ()
    kept = [line["tap"] for line in read_journal(journal.path)]
    assert kept == ["bus", "other"]


def test_a_time_out_says_all_that_is_known(
    tap: InMemoryTap, journal: Journal, clock: FakeClock
) -> None:
    """Expected, received, elapsed, the nearest misses in order, and where it was lost."""
    collector = EventCollector([tap], journal, clock.waiter(first=1.0, ceiling=1.0))
    for number, entity in enumerate(["far", "near", "x", "nearer", "y"]):
        tap.put(an_event(number, "AccountUpdated", entity_id=entity, version=number + 2))
    tap.put(an_event(9))
    ranks = {"nearer": 3.0, "near": 2.0, "far": 1.0}
    question = Question(
        _of("AccountCreated"),
        "AccountCreated of Globex",
        lambda each: ranks.get(each.detail["entity_id"], 0.0),
        lambda: "it was lost between the event store and the bus",
    )
    with pytest.raises(EventCollectionTimeout) as late:
        collector.collect(question, 2, timeout=5)
    assert str(late.value).splitlines() == [
        f"Expected 2 x AccountCreated of Globex, received 1 in {late.value.elapsed:.1f} s.",
        "  received: AccountCreated of account acme-entity-3f9c version 1, tenant acme",
        "  near miss: AccountUpdated of account nearer version 5, tenant acme",
        "  near miss: AccountUpdated of account near version 3, tenant acme",
        "  near miss: AccountUpdated of account far version 2, tenant acme",
        "  it was lost between the event store and the bus",
    ]
    error = late.value
    assert (error.expected, _ids(error.received)) == (2, [numbered(9)])
    assert _ids(error.near_misses) == [numbered(3), numbered(1), numbered(0)]
    assert isinstance(error, AssertionError)


def test_a_near_miss_is_told_with_what_differs(tap: InMemoryTap, collector: EventCollector) -> None:
    """As far as who asked knows it, a line a difference."""
    tap.put(an_event(1, tenant_id="mallory"))
    question = Question(
        _of("AccountUpdated"),
        "AccountUpdated of Globex",
        differences=lambda each: [
            f"tenant_id: expected 'acme', found {each.detail['tenant_id']!r}"
        ],
    )
    with pytest.raises(EventCollectionTimeout) as late:
        collector.collect(question, 1, timeout=5)
    assert str(late.value).splitlines()[1:] == [
        "  near miss: AccountCreated of account acme-entity-3f9c version 1, tenant mallory",
        "    tenant_id: expected 'acme', found 'mallory'",
    ]


def test_what_is_far_is_no_near_miss(tap: InMemoryTap, collector: EventCollector) -> None:
    """A reader is not sent after events that have nothing to do with the question."""
    tap.put(an_event(1, "AccountUpdated"))
    with pytest.raises(EventCollectionTimeout, match="nothing else arrived") as late:
        collector.collect(Question(_of("AccountCreated"), "it", lambda _: FAR), 1, timeout=5)
    assert late.value.near_misses == ()


def test_a_time_out_claims_nothing(tap: InMemoryTap, collector: EventCollector) -> None:
    """What came too few times is still there for the next question."""
    tap.put(an_event(1))
    with pytest.raises(EventCollectionTimeout):
        collector.collect(CREATED, 2, timeout=5)
    assert _ids(collector.collect(CREATED, 1, timeout=5)) == [numbered(1)]


def test_a_time_out_after_silence_says_so(collector: EventCollector) -> None:
    """An empty tap is a fact of its own."""
    with pytest.raises(EventCollectionTimeout, match="nothing else arrived"):
        collector.collect(UPDATED, 1, timeout=5)


def test_a_forbidden_arrival_ends_any_wait_at_once(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Whatever is waited for; the look that brought it is the last."""
    tap.put(an_event(1, "AccountUpdated"))
    with pytest.raises(ForbiddenArrival) as red, collector.forbidding(UPDATED.predicate):
        collector.collect(CREATED, 1, timeout=5)
    assert red.value.delivery.event_id == numbered(1)
    assert str(red.value) == (
        "this arrived, and was not to: "
        "AccountUpdated of account acme-entity-3f9c version 2, tenant acme"
    )
    assert len(tap.waits) == 1


def test_a_forbidden_arrival_beside_what_was_waited_for_is_seen(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """They come in one batch, and in any order."""
    tap.put(an_event(1))
    tap.put(an_event(2, "AccountUpdated"))
    with pytest.raises(ForbiddenArrival), collector.forbidding(UPDATED.predicate):
        collector.collect(CREATED, 1, timeout=5)


def test_what_is_forbidden_and_there_already_counts_at_once(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Nobody waits before it is said; what was collected before was allowed."""
    tap.put(an_event(1, "AccountUpdated"))
    collector.pump()
    with pytest.raises(ForbiddenArrival), collector.forbidding(UPDATED.predicate):
        pytest.fail("it was there")
    assert _ids(collector.collect(UPDATED, 1, timeout=5)) == [numbered(1)]
    with collector.forbidding(UPDATED.predicate):
        collector.pump()


def test_a_forbidden_arrival_is_kept_and_deleted_like_any_other(
    tap: InMemoryTap, collector: EventCollector, journal: Journal
) -> None:
    """It is in the journal, off the queue, and a later question may ask for it."""
    message_id = tap.put(an_event(1, "AccountUpdated"))
    with pytest.raises(ForbiddenArrival), collector.forbidding(UPDATED.predicate):
        collector.pump()
    assert tap.deleted == [message_id]
    assert [line["message_id"] for line in read_journal(journal.path)] == [message_id]
    assert _ids(collector.take(UPDATED.predicate)) == [numbered(1)]


def test_catching_up_keeps_what_is_forbidden_for_whoever_forbade_it(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Who explains a failure takes all that is there, and is not stopped by it."""
    sent = [tap.put(an_event(number, "AccountUpdated")) for number in range(12)]
    with collector.forbidding(UPDATED.predicate):
        assert (collector.catch_up(), collector.catch_up()) == (12, 0)
        assert tap.deleted == sent
        with pytest.raises(ForbiddenArrival):
            collector.pump()


def test_what_was_forbidden_is_allowed_again_afterwards(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """Also where it ended red."""
    with collector.forbidding(UPDATED.predicate):
        collector.pump()
    tap.put(an_event(1, "AccountUpdated"))
    with pytest.raises(ForbiddenArrival), collector.forbidding(UPDATED.predicate):
        collector.pump()
    assert collector.pump() == 0


def test_an_event_is_described_in_one_line() -> None:
    """Type, entity, version and tenant tell deliveries apart."""
    assert describe(delivery(an_event())) == (
        "AccountCreated of account acme-entity-3f9c version 1, tenant acme"
    )


def test_what_belongs_to_a_closed_tenant_waits_for_no_question(
    tap: InMemoryTap, collector: EventCollector
) -> None:
    """It stays among what has arrived; other tenants' events go on waiting."""
    tap.put(an_event(1, tenant_id="acme"))
    tap.put(an_event(2, tenant_id="bravo"))
    collector.drain()
    collector.close("acme")
    assert [each.event_id for each in collector.peek(lambda _: True)] == [numbered(2)]
    assert [each.event_id for each in collector.of_tenant("acme")] == [numbered(1)]
    assert len(collector.deliveries) == 2
