"""A publisher that is killed at any moment: nothing is lost, and little is sent again."""

from collections import Counter

import pytest

from support.reference_crm.bus import Bus
from support.reference_crm.dispatch import WINDOW, Dispatch
from support.reference_crm.patience import Stopping
from support.reference_crm.publisher import Publisher
from support.reference_crm.stream import Stream
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

# Two entities that change by turns, one that changes often, and one that nobody can read.
RECORDS = [
    *(record(n, event("ab"[n % 2], (n + 1) // 2)) for n in range(1, 31)),
    record(31, "{}", sk="EVENT#0000000099"),
    *(record(31 + n, event("c", n)) for n in range(1, 25)),
]
ALL = Counter(
    [*(f"{name}-{version}" for name in "ab" for version in range(1, 16))]
    + [f"c-{version}" for version in range(1, 25)]
)


class Killed(BaseException):
    """End a process as SIGKILL does: nothing catches it."""


class DyingBus(FakeBus):
    """Kill who publishes before or after the nth call."""

    calls_left: int | None = None
    before: bool = False

    def put_events(self, *, Entries: object) -> object:  # noqa: N803
        """Answer, or take the events and be answered to nobody."""
        dies = self.calls_left == 0
        if self.calls_left is not None:
            self.calls_left -= 1
        if dies and self.before:
            raise Killed
        answer = super().put_events(Entries=Entries)  # type: ignore[arg-type]
        if dies:
            raise Killed
        return answer


def publisher(
    bus: FakeBus, checkpoints: FakeCheckpoints, aside: FakeAside, patience: Hasty | None = None
) -> Publisher:
    """Return a publisher that begins where the checkpoints say."""
    patience = patience or Hasty()
    stream = Stream(FakeStreams({"s": RECORDS}, page=40), "arn", checkpoints.all())  # type: ignore[arg-type]
    sending = Dispatch(Bus(bus, "bus", patience), aside, patience)  # type: ignore[arg-type]
    return Publisher(stream, checkpoints, sending, patience, 0.0)  # type: ignore[arg-type]


def finish(bus: FakeBus, checkpoints: FakeCheckpoints, aside: FakeAside) -> None:
    """Start again, and go on to the end."""
    after = publisher(bus, checkpoints, aside)
    for _ in range(3):
        after.step()


def in_order(accepted: list[str]) -> bool:
    """Say whether the first time that each version came, the one before it had come."""
    first = list(dict.fromkeys(accepted))
    return all(
        [int(one.partition("-")[2]) for one in first if one.startswith(name)]
        == list(range(1, 1 + sum(one.startswith(name) for one in first)))
        for name in "abc"
    )


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
@pytest.mark.parametrize("calls", range(0, 39, 3))
def test_a_publisher_killed_at_a_call_goes_on_from_its_checkpoint(
    calls: int, *, before: bool
) -> None:
    """What it had sent since comes again, one window of events at most, under the same ids."""
    bus, checkpoints, aside = DyingBus(), FakeCheckpoints(), FakeAside()
    bus.calls_left, bus.before = calls, before
    with pytest.raises(Killed):
        finish(bus, checkpoints, aside)
    bus.calls_left = None
    finish(bus, checkpoints, aside)
    assert set(bus.accepted) == set(ALL)
    assert (Counter(bus.accepted) - ALL).total() <= WINDOW
    assert in_order(bus.accepted)
    assert [each.place.version for each in aside.kept] == [99]
    assert checkpoints.saved == {"s": "55"}


@pytest.mark.parametrize("saves", range(6))
def test_a_publisher_killed_at_a_checkpoint_goes_on_from_the_one_before(saves: int) -> None:
    """Between the bus and the checkpoint is the one window that comes again."""
    left = saves

    def die() -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise Killed

    bus, aside = FakeBus(), FakeAside()
    checkpoints = FakeCheckpoints(on_save=die)
    with pytest.raises(Killed):
        finish(bus, checkpoints, aside)
    finish(bus, checkpoints, aside)
    assert 0 < (Counter(bus.accepted) - ALL).total() <= WINDOW
    assert set(bus.accepted) == set(ALL)


def test_a_checkpoint_that_is_refused_is_tried_again_and_nothing_is_sent_twice() -> None:
    """The publisher waits: what it sent on meanwhile, a restart would repeat."""
    troubles = [failure("ProvisionedThroughputExceededException"), failure("AccessDenied")] * 5

    def refuse() -> None:
        if troubles:
            raise troubles.pop()

    bus, checkpoints = FakeBus(), FakeCheckpoints(on_save=refuse)
    finish(bus, checkpoints, FakeAside())
    assert Counter(bus.accepted) == ALL
    assert checkpoints.saved == {"s": "55"}


def test_a_publisher_that_is_told_to_end_ends_between_two_windows() -> None:
    """A page of two hundred records on a slow bus takes longer than its grace."""
    patience = Hasty()
    bus = FakeBus()
    checkpoints = FakeCheckpoints(on_save=patience.end)
    with pytest.raises(Stopping):
        publisher(bus, checkpoints, FakeAside(), patience).step()
    assert len(bus.accepted) == WINDOW
    assert checkpoints.saved == {"s": "10"}
