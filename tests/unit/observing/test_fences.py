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
from support.observing.settling import Window
from support.observing.waiting import Waiter
from tests.support.in_memory_tap import InMemoryTap, losing
from tests.support.samples import Document, an_event, numbered


class Bench:
    """Wire fences to a tap; the first `lost` never arrive, and each so many sendings late."""

    def __init__(self, folder: Path) -> None:
        self.tap = InMemoryTap()
        self.journal = Journal(folder / "journal.jsonl")
        self.collector = EventCollector([self.tap], self.journal, Waiter())
        self.window = 0.001
        self.fences = Fences(self.send, self.collector, self.learned, self.journal)
        self.commands: list[Command] = []
        self.lost = 0
        self.acts = False
        self.late = 0
        self.sent: list[Document] = []
        self.refusal: CommandRefused | None = None

    def learned(self) -> Window:
        """Return a window that tests need not wait for, or what they say."""
        return Window(self.window, "as learned")

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
        if self.acts and command.command_type == "DeactivateAccount":
            activity = {**fence, "entity_id": self.commands[1].entity_id}
            self.tap.put(an_event(99, "ActivityCancelled", **activity))
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
    assert str(verdict.value) == (
        "INCONCLUSIVE: the fence of tenant acme did not come back: its event did not arrive within "
        "0.01 s"
    )
    assert not isinstance(verdict.value, AssertionError)


def test_who_waits_for_a_fence_in_stretches_tells_the_time_of_all(bench: Bench) -> None:
    """The last stretch alone would be too short for anybody to believe."""
    bench.lost = 1
    with pytest.raises(Inconclusive, match=r"its event did not arrive within 15\.01 s$"):
        bench.fences.wait(bench.fences.send("acme"), 0.01, waited=15.2)


def test_a_fence_that_is_refused_allows_no_verdict(bench: Bench) -> None:
    """The reason is passed on."""
    bench.refusal = CommandRefused(503, "unavailable", "the event store is away")
    with pytest.raises(Inconclusive, match="refused as unavailable"):
        bench.fences.pass_through("acme", timeout=1)


def test_a_fence_tells_how_long_it_was_away(bench: Bench) -> None:
    """For the evidence: which event it was, and the seconds until it was back."""
    before = bench.fences.clock()
    returned = bench.fences.pass_through("acme", timeout=1)
    assert returned.sent.event_id == bench.fences.sent[0].receipt.events[0].event_id
    assert 0 < returned.seconds <= bench.fences.clock() - before


def test_a_choreography_fence_makes_a_subscriber_act(bench: Bench) -> None:
    """An account with an open activity is closed; all three commands are the suite's own."""
    bench.acts = True
    returned = bench.fences.wait(bench.fences.send_acting("acme"), timeout=1)
    create, schedule, close = bench.commands
    assert [command.command_type for command in bench.commands] == [
        "CreateAccount",
        "ScheduleActivity",
        "DeactivateAccount",
    ]
    assert create.entity_id == close.entity_id == schedule.data["regarding_id"]
    assert all(is_fence({"entity_id": command.entity_id}) for command in bench.commands)
    assert {command.tenant_id for command in bench.commands} == {"acme"}
    assert len({command.idempotency_key for command in bench.commands}) == 3
    assert [fence.command for fence in bench.fences.sent] == bench.commands
    assert returned.sent.event_id == numbered(3)
    assert bench.collector.peek(lambda _: True) == ()


@pytest.mark.parametrize(
    ("lost", "what"), [(3, "its event"), (2, "what a subscriber was to do about it")]
)
def test_a_choreography_fence_that_does_not_come_back_allows_no_verdict(
    bench: Bench, lost: int, what: str
) -> None:
    """It says how far it came: not even to the bus, or not through the subscriber."""
    bench.lost = lost
    with pytest.raises(Inconclusive) as verdict:
        bench.fences.wait(bench.fences.send_acting("acme"), timeout=0.01)
    assert verdict.value.reason == (
        f"the choreography fence of tenant acme did not come back: {what} did not arrive within "
        "0.01 s"
    )


def test_what_comes_within_the_settle_window_is_received(bench: Bench) -> None:
    """All of it, also at the very end, and it is nobody's yet."""
    for number in range(25):
        bench.tap.put(an_event(number))
    bench.fences.settle(since=bench.fences.clock())
    assert len(bench.collector.peek(lambda _: True)) == 25


def test_the_settle_window_lasts_from_the_fence_as_long_as_the_run_has_learned(
    bench: Bench,
) -> None:
    """A look at the beginning alone would miss what a fence has overtaken."""
    bench.window = 0.05
    bench.fences.pass_through("acme", timeout=1)
    before, looks = time.monotonic(), len(bench.tap.waits)
    bench.fences.settle(since=bench.fences.returned_at)
    assert time.monotonic() - before >= 0.045
    assert len(bench.tap.waits) - looks > 2


@pytest.mark.parametrize(("learned", "at_least"), [(0.001, 0.05), (0.05, 0.001)])
def test_the_longer_of_what_was_learned_and_what_is_asked_for_counts(
    bench: Bench, learned: float, at_least: float
) -> None:
    """A fast run looks long enough at its end, and a slow one no shorter than ever."""
    bench.window = learned
    before = time.monotonic()
    bench.fences.settle(since=bench.fences.clock(), at_least=at_least)
    assert 0.045 <= time.monotonic() - before < 1


def test_the_settle_window_may_begin_later_than_the_fence(bench: Bench) -> None:
    """What a subscriber set off after the fence has its own time to arrive."""
    bench.window = 0.05
    bench.fences.pass_through("acme", timeout=1)
    bench.fences.returned_at -= 60.0
    before = time.monotonic()
    bench.fences.settle(since=bench.fences.clock())
    assert time.monotonic() - before >= 0.045


def test_time_that_has_passed_since_the_fence_counts(bench: Bench) -> None:
    """Whoever was busy meanwhile need not wait again, and still looks once more."""
    bench.window = 60.0
    bench.fences.pass_through("acme", timeout=1)
    bench.fences.returned_at -= 60.0
    bench.tap.put(an_event(9))
    bench.fences.settle(since=bench.fences.returned_at)
    assert len(bench.collector.peek(lambda _: True)) == 1


@pytest.mark.parametrize("window", [0.001, 0.25, 1.4])
def test_where_a_brief_look_proves_nothing_each_look_of_a_window_is_a_sure_one(
    bench: Bench, window: float
) -> None:
    """Also where the window is shorter, where it nears its end, and at its very end."""
    fences = Fences(bench.send, bench.collector, bench.learned, bench.journal, sure_look=1.0)
    bench.window = window
    bench.tap.put(an_event(9))
    fences.settle(since=fences.clock())
    assert bench.tap.waits
    assert min(bench.tap.waits) == 1.0


def test_what_a_look_took_whose_answer_was_lost_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty look that follows says only that it is nobody's turn yet."""
    monkeypatch.setattr(bench.tap, "receive", losing(bench.tap, times=1))
    bench.tap.put(an_event(9))
    bench.fences.settle(since=bench.fences.clock())
    assert len(bench.collector.peek(lambda _: True)) == 1


def test_what_a_look_took_before_the_window_is_waited_for_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looked, and whatever for."""
    monkeypatch.setattr(bench.tap, "receive", losing(bench.tap, times=1))
    bench.tap.put(an_event(9))
    bench.collector.drain()
    bench.fences.settle(since=bench.fences.clock())
    assert len(bench.collector.peek(lambda _: True)) == 1


def test_looks_that_never_get_an_answer_allow_no_verdict(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not known to be empty is not called so."""
    monkeypatch.setattr(bench.tap, "receive", losing(bench.tap, times=100_000))
    with pytest.raises(Inconclusive, match="got no answer again and again"):
        bench.fences.settle(since=bench.fences.clock())


def test_where_a_brief_look_will_do_nobody_waits_longer_than_the_window(bench: Bench) -> None:
    """An emulator shows at once what it has."""
    bench.window = 0.05
    bench.fences.settle(since=bench.fences.clock())
    assert max(bench.tap.waits) <= 0.05


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


def test_a_canary_that_is_no_event_ends_the_wait_and_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It did reach the bus, and the next one would be no better; others' noise says nothing."""
    monkeypatch.setattr("support.observing.fences.CANARY_PATIENCE_S", 0.01)
    bench.lost = 10**6
    bench.tap.put({**an_event(7, tenant_id="others"), "seq": 1})
    with pytest.raises(ConfigurationError, match="no event in the canary's name reaches the bus"):
        bench.fences.canary("canary", timeout=0.05)
    number = len(bench.commands) + 1
    bench.tap.put({**an_event(number, tenant_id="canary"), "seq": 1})
    with pytest.raises(ConfigurationError) as mistake:
        bench.fences.canary("canary", timeout=60)
    assert str(mistake.value) == (
        "no canary came back: what arrived in its name is no event: seq: Extra inputs are not "
        "permitted; let the CRM publish each event as the schemas in support/contract/schemas "
        "have it"
    )
    assert len(bench.commands) == number


def test_a_canary_under_another_id_than_its_receipt_names_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events do come, and the driver gives them other ids."""
    monkeypatch.setattr("support.observing.fences.CANARY_PATIENCE_S", 0.01)
    bench.lost = 10**6
    bench.tap.put(an_event(10**6, tenant_id="canary"))
    with pytest.raises(ConfigurationError) as mistake:
        bench.fences.canary("canary", timeout=0.05)
    assert str(mistake.value) == (
        "no canary came back within 0 s: the CRM accepts commands, but what arrived in the "
        f"canary's name has the event_id {numbered(10**6)}, which no receipt names; let the "
        "driver's receipts name the events by the ids that they have on the bus"
    )


def test_a_canary_comes_back_to_the_tap_that_is_meant(bench: Bench) -> None:
    """The bus alone does not make another tap ready."""
    other = InMemoryTap("other")
    bench.collector.add(other)
    bench.fences.canary("acme", timeout=1)
    with pytest.raises(ConfigurationError, match="no canary came back"):
        bench.fences.canary("acme", 0.01, "other")
    number = len(bench.commands) + 1
    other.put(an_event(number, "LeadCreated"))
    bench.fences.canary("acme", 1, "other")
