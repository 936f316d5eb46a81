"""Fences: evidence that everything before them has passed, or no verdict."""

import time
from pathlib import Path

import pytest

from support.contract.entities import EntityType
from support.crm.port import Accepted, Command, CommandRefused, Receipt, ReceiptEvent
from support.errors import ConfigurationError, Inconclusive
from support.names import is_fence
from support.observing.collector import EventCollector
from support.observing.fences import Fences
from support.observing.journal import Journal, read_journal
from support.observing.latencies import Latencies
from support.observing.waiting import Waiter
from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import Document, an_event, numbered


class Learned(Latencies):
    """Know a run whose events take no time."""

    def settle_window(self) -> float:
        """Return a window that tests need not wait for."""
        return 0.001


class Bench:
    """Wire fences to a tap; the first `lost` never arrive, and each so many sendings late."""

    def __init__(self, folder: Path) -> None:
        self.tap = InMemoryTap()
        self.journal = Journal(folder / "journal.jsonl")
        self.collector = EventCollector([self.tap], self.journal, Waiter())
        self.fences = Fences(self.send, self.collector, Learned(), self.journal)
        self.commands: list[Command] = []
        self.lost = 0
        self.late = 0
        self.sent: list[Document] = []
        self.refusal: CommandRefused | None = None

    def send(self, command: Command) -> Accepted:
        """Accept a fence, and publish it unless it is to be lost."""
        if self.refusal:
            raise self.refusal
        self.commands.append(command)
        number = len(self.commands)
        fence = {"entity_id": command.entity_id, "tenant_id": command.tenant_id}
        self.sent.append(an_event(number, "LeadCreated", **fence))
        if number > self.lost + self.late:
            self.tap.put(self.sent[-1 - self.late])
        made = ReceiptEvent(
            event_id=numbered(number),
            event_type="LeadCreated",
            entity_type=EntityType.LEAD,
            entity_id=command.entity_id,
            version=1,
        )
        receipt = Receipt(
            entity_type=EntityType.LEAD, entity_id=command.entity_id, version=1, events=(made,)
        )
        return Accepted(command, receipt)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Set up a path that works."""
    return Bench(tmp_path)


def test_a_fence_passes_through_the_tenant_that_is_judged(bench: Bench) -> None:
    """It is sent in that tenant's name, collected, kept, and on the record."""
    bench.fences.pass_through("acme", timeout=1)
    (command,) = bench.commands
    (fence,) = bench.fences.sent
    assert fence.command == command
    assert (command.tenant_id, command.command_type) == ("acme", "CreateLead")
    assert is_fence({"entity_id": command.entity_id})
    assert bench.collector.peek(lambda _: True) == ()
    marks = [line for line in read_journal(bench.journal.path) if line["entry"] == "fence"]
    assert [(mark["tenant_id"], mark["event_id"]) for mark in marks] == [
        ("acme", fence.receipt.events[0].event_id)
    ]


def test_no_two_fences_are_alike(bench: Bench) -> None:
    """An old fence proves nothing about what was sent after it."""
    for _ in range(2):
        bench.fences.pass_through("acme", timeout=1)
    first, second = bench.commands
    assert first.entity_id != second.entity_id
    assert first.idempotency_key != second.idempotency_key


def test_the_fence_of_before_is_not_taken_for_this_one(bench: Bench) -> None:
    """Only the event of the very fence ends the wait."""
    bench.fences.pass_through("acme", timeout=1)
    bench.tap.put(an_event(1, "LeadCreated", entity_id=bench.commands[0].entity_id))
    bench.lost = 2
    with pytest.raises(Inconclusive):
        bench.fences.pass_through("acme", timeout=0.01)


def test_a_fence_that_does_not_come_back_allows_no_verdict(bench: Bench) -> None:
    """A dead pipe is neither a pass nor a broken promise."""
    bench.lost = 1
    with pytest.raises(Inconclusive) as verdict:
        bench.fences.pass_through("acme", timeout=0.01)
    assert str(verdict.value).startswith(
        "INCONCLUSIVE: the fence of tenant acme did not come back: Expected 1 x the fence, "
        "received 0 in 0.0 s."
    )
    assert not isinstance(verdict.value, AssertionError)


def test_a_fence_that_is_refused_allows_no_verdict(bench: Bench) -> None:
    """The reason is passed on."""
    bench.refusal = CommandRefused(503, "unavailable", "the event store is away")
    with pytest.raises(Inconclusive, match="refused as unavailable"):
        bench.fences.pass_through("acme", timeout=1)


def test_what_comes_within_the_settle_window_is_received(bench: Bench) -> None:
    """All of it, also at the very end, and it is nobody's yet."""
    for number in range(25):
        bench.tap.put(an_event(number))
    bench.fences.settle(since=bench.fences.clock())
    assert len(bench.collector.peek(lambda _: True)) == 25


def test_the_settle_window_lasts_from_the_fence_as_long_as_the_run_has_learned(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at the beginning alone would miss what a fence has overtaken."""
    monkeypatch.setattr(Learned, "settle_window", lambda _: 0.05)
    bench.fences.pass_through("acme", timeout=1)
    before, looks = time.monotonic(), len(bench.tap.waits)
    bench.fences.settle(since=bench.fences.returned_at)
    assert time.monotonic() - before >= 0.045
    assert len(bench.tap.waits) - looks > 2


@pytest.mark.parametrize(("learned", "at_least"), [(0.001, 0.05), (0.05, 0.001)])
def test_the_longer_of_what_was_learned_and_what_is_asked_for_counts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, learned: float, at_least: float
) -> None:
    """A fast run looks long enough at its end, and a slow one no shorter than ever."""
    monkeypatch.setattr(Learned, "settle_window", lambda _: learned)
    before = time.monotonic()
    bench.fences.settle(since=bench.fences.clock(), at_least=at_least)
    assert 0.045 <= time.monotonic() - before < 1


def test_the_settle_window_may_begin_later_than_the_fence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a subscriber set off after the fence has its own time to arrive."""
    monkeypatch.setattr(Learned, "settle_window", lambda _: 0.05)
    bench.fences.pass_through("acme", timeout=1)
    bench.fences.returned_at -= 60.0
    before = time.monotonic()
    bench.fences.settle(since=bench.fences.clock())
    assert time.monotonic() - before >= 0.045


def test_time_that_has_passed_since_the_fence_counts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was busy meanwhile need not wait again, and still looks once more."""
    monkeypatch.setattr(Learned, "settle_window", lambda _: 60.0)
    bench.fences.pass_through("acme", timeout=1)
    bench.fences.returned_at -= 60.0
    bench.tap.put(an_event(9))
    bench.fences.settle(since=bench.fences.returned_at)
    assert len(bench.collector.peek(lambda _: True)) == 1


def test_canaries_are_sent_until_one_comes_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that is not in force yet swallows the first ones."""
    monkeypatch.setattr("support.observing.fences.CANARY_PATIENCE_S", 0.01)
    bench.lost = 2
    bench.fences.canary("canary", timeout=5)
    assert [command.tenant_id for command in bench.commands] == ["canary"] * 3


def test_a_canary_that_comes_late_proves_the_path_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow is not dead: where each comes after the next one was sent, none would be in time."""
    monkeypatch.setattr("support.observing.fences.CANARY_PATIENCE_S", 0.02)
    bench.late = 1
    bench.fences.canary("canary", timeout=5)
    assert len(bench.commands) == 2


def test_a_pipe_without_canaries_is_a_matter_of_set_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run does not begin, and says where to look."""
    monkeypatch.setattr("support.observing.fences.CANARY_PATIENCE_S", 0.01)
    bench.lost = 10**6
    with pytest.raises(ConfigurationError, match=r"no canary came back within 0 s.*its publisher"):
        bench.fences.canary("canary", timeout=0.05)
    assert len(bench.commands) > 1
