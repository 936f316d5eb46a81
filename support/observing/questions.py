"""Questions to the collector, and what it says of one that was not answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from support.observing.deliveries import Delivery

Predicate = Callable[[Delivery], bool]
FAR = float("-inf")


@dataclass(frozen=True)
class Question:
    """Say what is looked for.

    `closeness` ranks what did not match: a higher figure is nearer, FAR is never a near miss;
    `differences` says, a line each, what a near miss has that was not asked for.
    """

    predicate: Predicate
    words: str
    closeness: Callable[[Delivery], float] = lambda _: 0.0
    diagnose: Callable[[], str] = lambda: ""
    differences: Callable[[Delivery], Sequence[str]] = lambda _: ()


class EventCollectionTimeout(AssertionError):
    """Say what was expected, what was received, how long it took, and what came nearest."""

    def __init__(
        self,
        question: Question,
        expected: int,
        received: Sequence[Delivery],
        elapsed: float,
        near_misses: Sequence[Delivery],
    ) -> None:
        self.words = question.words
        self.expected = expected
        self.received = tuple(received)
        self.elapsed = elapsed
        self.near_misses = tuple(near_misses)
        self.diagnosis = question.diagnose()
        super().__init__("\n".join(self._lines(question)))

    def _lines(self, question: Question) -> list[str]:
        return [
            f"Expected {self.expected} x {question.words}, received {len(self.received)} "
            f"in {self.elapsed:.1f} s.",
            *(f"  received: {describe(each)}" for each in self.received),
            *(line for each in self.near_misses for line in _near_miss(question, each)),
            *([] if self.near_misses else ["  nothing else arrived"]),
            *([f"  {self.diagnosis}"] if self.diagnosis else []),
        ]


class ForbiddenArrival(AssertionError):
    """Carry an event that arrived while it was forbidden to."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(f"this arrived, and was not to: {describe(delivery)}")
        self.delivery = delivery


def _near_miss(question: Question, delivery: Delivery) -> list[str]:
    differing = [f"    {line}" for line in question.differences(delivery)]
    return [f"  near miss: {describe(delivery)}", *differing]


def describe(delivery: Delivery) -> str:
    """Say in one line what a delivery holds."""
    if delivery.event is None:
        return f"{delivery.problem} (message {delivery.message_id})"
    event = delivery.event
    return (
        f"{event.event_type} of {event.entity_type} {event.entity_id} "
        f"version {event.version}, tenant {event.tenant_id}"
    )
