"""The polling collector: everything received is kept, and every question is asked of all of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from support.observing.deliveries import Delivery, Message, Passage, Tap, delivery_of
from support.observing.journal import Entry, Journal
from support.observing.questions import (
    FAR,
    EventCollectionTimeout,
    ForbiddenArrival,
    Predicate,
    Question,
)
from support.observing.waiting import Waiter, WaitTimeout

NEAR_MISSES = 3
BUS = "bus"
# Batches that may be in the journal and not deleted yet; their visibility time-out is running.
UNDELETED = 10


class EventCollector:
    """Collect deliveries from taps.

    Nothing received is ever lost: a message is deleted only once it is in the journal, and what
    does not match waits for a later question. A delivery is given to one `collect` only. A
    redelivery (same message id) is no new delivery, nor is a duplicate of the transport (same
    envelope and event id again); both are legal, and counted. Taps come and go; `on_arrival` is
    told of what the bus tap has, the others only have copies.
    """

    def __init__(
        self,
        taps: Sequence[Tap],
        journal: Journal,
        waiter: Waiter,
        on_arrival: Callable[[Delivery], None] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._waiter = waiter
        self._on_arrival = on_arrival
        self._seen: set[tuple[str, str]] = set()
        self._taps: dict[str, Tap] = {}
        self._all: dict[str, list[Delivery]] = {BUS: []}
        self._of_tenant: dict[str, list[Delivery]] = {}
        self._of_event: dict[str, list[Delivery]] = {}
        self._open: dict[str, list[Delivery]] = {}
        self._passed: dict[str, set[Passage]] = {}
        self._undeleted: dict[str, list[Sequence[Message]]] = {}
        self._sure_at: dict[str, float] = {}
        self._forbidden: dict[str, Predicate] = {}
        self._one_at_a_time = Lock()  # who tells where something was lost reads a tap, too
        self.redeliveries = 0
        self.transport_duplicates = 0
        for tap in taps:
            self.add(tap)

    @property
    def deliveries(self) -> Sequence[Delivery]:
        """Return every delivery of the bus tap so far, in order of arrival."""
        return self.deliveries_of(BUS)

    def deliveries_of(self, tap: str) -> Sequence[Delivery]:
        """Return every delivery of a tap so far, in order of arrival; none of one that is gone."""
        return tuple(self._all.get(tap, ()))

    def of_tenant(self, tenant_id: str) -> Sequence[Delivery]:
        """Return every delivery of the bus tap that holds an event of a tenant, in order."""
        return tuple(self._of_tenant.get(tenant_id, ()))

    def of_events(self, event_ids: Iterable[str]) -> Sequence[Delivery]:
        """Return every delivery of the bus tap that holds one of these events, in any name."""
        return [each for event_id in event_ids for each in self._of_event.get(event_id, ())]

    def close(self, tenant_id: str) -> None:
        """Keep nothing of a tenant for later questions: nobody is going to ask any."""
        with self._one_at_a_time:
            for tap, waiting in self._open.items():
                self._open[tap] = [d for d in waiting if d.detail.get("tenant_id") != tenant_id]

    def add(self, tap: Tap) -> None:
        """Collect from one more tap; raises ValueError if there is one of its name."""
        if tap.name in self._taps:
            raise ValueError(f"there is a tap called {tap.name!r} already")
        self._taps[tap.name] = tap
        self._all[tap.name] = []
        self._open[tap.name] = []
        self._passed[tap.name] = set()
        self._undeleted[tap.name] = []
        self._sure_at[tap.name] = 0.0

    def remove(self, name: str) -> None:
        """Forget a tap with what it received: only the journal still has it."""
        by_tap = (self._taps, self._all, self._open, self._passed, self._undeleted, self._sure_at)
        for each in by_tap:
            del each[name]

    def summary(self) -> str:
        """Say in words what came more than once, as it may."""
        return (
            f"Transport: {len(self._seen):,} deliveries; repeated, which is legal: "
            f"{self.redeliveries} by the queue, {self.transport_duplicates} by the bus"
        )

    def collect(
        self, question: Question, expected_count: int, timeout: float, tap: str = BUS
    ) -> tuple[Delivery, ...]:
        """Return the first `expected_count` matching deliveries that nobody collected before.

        Returns by `timeout` seconds plus at most one call's time-out.
        Raises ValueError for a count below one, EventCollectionTimeout when time is up.
        """
        if expected_count < 1:
            raise ValueError(f"expected_count must be at least 1, not {expected_count}")
        try:
            found = self._waiter.until(
                lambda left: self._look(question.predicate, expected_count, tap, left),
                lambda matching: len(matching) >= expected_count,
                timeout,
            )
        except WaitTimeout as late:
            raise self._timed_out(question, expected_count, tap, late.elapsed) from None
        return self._claim(found[:expected_count], tap)

    @contextmanager
    def forbidding(self, predicate: Predicate, tap: str = BUS) -> Iterator[None]:
        """Raise ForbiddenArrival as soon as any receiving meanwhile has brought such a delivery.

        One that nobody collected before counts from the beginning. It is not collected by that.
        """
        self._forbidden[tap] = predicate
        try:
            self._require_allowed(tap)
            yield
        finally:
            del self._forbidden[tap]

    def take(self, predicate: Predicate, tap: str = BUS) -> tuple[Delivery, ...]:
        """Return, without waiting, every matching delivery that nobody collected before."""
        return self._claim(self._matching(predicate, tap), tap)

    def peek(self, predicate: Predicate, tap: str = BUS) -> tuple[Delivery, ...]:
        """Return what `take` would, and leave it there."""
        return tuple(self._matching(predicate, tap))

    def pump(self, tap: str = BUS, wait: float = 0.0) -> int:
        """Receive once from a tap, and delete what was received; return how many messages came."""
        came = self._take(tap, wait)
        self._require_allowed(tap)
        return came

    def drain(self, tap: str = BUS, wait: float = 0.0) -> None:
        """Receive from a tap until a look of up to `wait` seconds finds it empty."""
        while self.pump(tap, wait):
            pass

    def sure_at(self, tap: str = BUS) -> float:
        """Return from when on a look shows all that a tap has, as a reading of the waiter's clock.

        What a look took that got no answer stays away until then.
        """
        return self._sure_at[tap]

    def catch_up(self, tap: str = BUS) -> int:
        """Receive until a tap is empty, and return how many messages came.

        For who explains a failure: what is forbidden meanwhile is kept, and told by others.
        """
        came = 0
        while more := self._take(tap, 0.0):
            came += more
        return came

    def _look(self, predicate: Predicate, count: int, tap: str, left: float) -> list[Delivery]:
        """Receive until there is enough, or nothing more: who asked does not wait for deletions."""
        deadline = self._waiter.clock() + left
        while len(found := self._matching(predicate, tap)) < count:
            came = self._receive(tap, left)
            self._require_allowed(tap)
            if not came or len(self._undeleted[tap]) > UNDELETED:
                self._delete_oldest(tap)
            left = deadline - self._waiter.clock()
            if not came or left <= 0:
                return self._matching(predicate, tap)
        return found

    def _take(self, tap: str, wait: float) -> int:
        came = self._receive(tap, wait)
        while self._undeleted[tap]:
            self._delete_oldest(tap)
        return came

    def _receive(self, tap: str, wait: float) -> int:
        messages = self._taps[tap].receive(wait)
        if messages is None:
            self._sure_at[tap] = self._waiter.clock() + self._taps[tap].visibility
            return 0
        with self._one_at_a_time:
            for message in messages:
                self._keep(delivery_of(tap, message))
            if messages:
                self._undeleted[tap].append(messages)
        return len(messages)

    def _delete_oldest(self, tap: str) -> None:
        with self._one_at_a_time:
            batches = self._undeleted[tap][:1]
            del self._undeleted[tap][:1]
        for batch in batches:
            self._taps[tap].delete(batch)

    def _keep(self, delivery: Delivery) -> None:
        identity = (delivery.tap, delivery.message_id)
        again = identity in self._seen
        self._journal.add(Entry.DELIVERY, {**delivery.record(), "redelivery": again})
        if again:
            self.redeliveries += 1
            return
        self._seen.add(identity)
        self._all[delivery.tap].append(delivery)
        if delivery.event is not None and delivery.tap == BUS:
            self._of_tenant.setdefault(delivery.event.tenant_id, []).append(delivery)
            self._of_event.setdefault(delivery.event.event_id, []).append(delivery)
        if delivery.event is not None and delivery.passage in self._passed[delivery.tap]:
            self.transport_duplicates += 1
            return
        self._passed[delivery.tap].add(delivery.passage)
        self._open[delivery.tap].append(delivery)
        if delivery.tap == BUS:
            self._on_arrival(delivery)

    def _matching(self, predicate: Predicate, tap: str) -> list[Delivery]:
        return [each for each in self._open[tap] if predicate(each)]

    def _require_allowed(self, tap: str) -> None:
        forbidden = self._forbidden.get(tap)
        if forbidden and (found := self._matching(forbidden, tap)):
            raise ForbiddenArrival(found[0])

    def _claim(self, found: Sequence[Delivery], tap: str) -> tuple[Delivery, ...]:
        claimed = {each.message_id for each in found}
        with self._one_at_a_time:
            self._open[tap] = [each for each in self._open[tap] if each.message_id not in claimed]
        return tuple(found)

    def _timed_out(
        self, question: Question, expected: int, tap: str, elapsed: float
    ) -> EventCollectionTimeout:
        received = self._matching(question.predicate, tap)
        others = [
            each
            for each in self._open[tap]
            if not question.predicate(each) and question.closeness(each) != FAR
        ]
        nearest = sorted(others, key=question.closeness, reverse=True)[:NEAR_MISSES]
        return EventCollectionTimeout(question, expected, received, elapsed, nearest)
