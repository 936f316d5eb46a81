"""Whatever is sent is on the record, and starts a latency."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.crm.port import Answer, Command, CommandRefused
from support.crm.sending import Sender
from support.errors import CrmTrouble, NoAnswer
from support.observing.deliveries import delivery_of
from support.observing.journal import Journal, read_journal
from support.observing.latencies import Latencies
from tests.support.fake_crm import FakeCrm
from tests.support.in_memory_tap import InMemoryTap

PATIENCE_S = 5.0
COMMAND = Command("acme", "CreateAccount", "a-1", {"name": "Globex"}, "k-1", "c-1", "kim")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Open a journal."""
    with Journal(tmp_path / "journal.jsonl") as opened:
        yield opened


def _kept(journal: Journal) -> list[dict[str, object]]:
    without = ("at", "scenario")
    return [
        {key: value for key, value in line.items() if key not in without}
        for line in read_journal(journal.path)
    ]


def test_a_command_and_its_receipt_are_on_the_record(journal: Journal) -> None:
    """The command before it is sent, the receipt as it came, and the times of both."""
    before = time.time()
    answer = Sender(FakeCrm(InMemoryTap()), journal, Latencies()).send(COMMAND)
    command, receipt = _kept(journal)
    assert command == {
        "entry": "command",
        "number": 1,
        "tenant_id": "acme",
        "command_type": "CreateAccount",
        "entity_id": "a-1",
        "data": {"name": "Globex"},
        "idempotency_key": "k-1",
        "correlation_id": "c-1",
        "actor": "kim",
        "expected_version": None,
    }
    assert receipt == {
        "entry": "receipt",
        "command": 1,
        "tenant_id": "acme",
        "repeated": False,
        "sent_at": answer.sent_at,
        "answered_at": answer.answered_at,
        "receipt": answer.receipt.model_dump(mode="json"),
    }
    assert before <= answer.sent_at <= answer.answered_at <= time.time()


def test_a_refusal_is_on_the_record_and_passed_on(journal: Journal) -> None:
    """It is an answer like any other."""
    sender = Sender(FakeCrm(InMemoryTap()), journal, Latencies())
    with pytest.raises(CommandRefused):
        sender.send(Command("acme", "CreateAccount", "a-1", {"name": " "}, "k", "c", "kim"))
    assert _kept(journal)[1] == {
        "entry": "refusal",
        "command": 1,
        "tenant_id": "acme",
        "code": "invalid_name",
        "message": "An account needs a name.",
    }


def test_a_latency_begins_before_the_command_is_sent(journal: Journal) -> None:
    """The time that the CRM takes to accept it counts."""
    tap, latencies = InMemoryTap(), Latencies()
    before = time.time()
    Sender(FakeCrm(tap), journal, latencies).send(COMMAND)
    (message,) = tap.receive(0)
    latencies.arrived(delivery_of("bus", message))
    (seconds,) = latencies.seconds
    assert 0 <= seconds <= time.time() - before


def test_a_repeated_answer_starts_no_latency(journal: Journal) -> None:
    """Its events are as old as the first answer."""
    tap, latencies = InMemoryTap(), Latencies()
    crm = FakeCrm(tap)
    crm.send(COMMAND)
    answer = Sender(crm, journal, latencies).send(COMMAND)
    (message,) = tap.receive(0)
    latencies.arrived(delivery_of("bus", message))
    assert (answer.repeated, latencies.seconds) == (True, ())


def test_a_command_that_gets_no_answer_is_on_the_record_all_the_same(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it may have done can be looked for."""
    crm = FakeCrm(InMemoryTap())

    def break_down(_: Command) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(crm, "send", break_down)
    with pytest.raises(ConnectionError):
        Sender(crm, journal, Latencies()).send(COMMAND)
    assert [line["entry"] for line in _kept(journal)] == ["command"]


def test_whoever_sends_through_another_driver_counts_on(journal: Journal) -> None:
    """A receipt names its command by the number: there must not be two of one."""
    sender = Sender(FakeCrm(InMemoryTap()), journal, Latencies())
    sender.send(COMMAND)
    sender.showing(FakeCrm(InMemoryTap())).send(COMMAND)
    sender.send(COMMAND)
    numbers = [line["number"] for line in _kept(journal) if line["entry"] == "command"]
    answers = [line["repeated"] for line in _kept(journal) if line["entry"] == "receipt"]
    assert (numbers, answers) == ([1, 2, 3], [False, False, True])


class Silent(FakeCrm):
    """Carry commands out, and lose so many of the first answers."""

    def __init__(self, lost: int) -> None:
        super().__init__(InMemoryTap())
        self._lost = lost
        self.asked_at: list[float] = []

    def send(self, command: Command) -> Answer:
        """Answer, unless that is to be lost."""
        self.asked_at.append(time.time())
        answer = super().send(command)
        self._lost -= 1
        if self._lost >= 0:
            raise NoAnswer("no answer")
        return answer


def test_who_insists_sends_again_until_there_is_an_answer(journal: Journal) -> None:
    """It is one command, sent when it was sent first, and accepted once; each silence is told."""
    crm, before = Silent(2), time.time()
    accepted = Sender(crm, journal, Latencies()).insisting(PATIENCE_S).send(COMMAND)
    silence = {"entry": "unanswered", "command": 1, "tenant_id": "acme", "why": "no answer"}
    command, *silences, receipt = _kept(journal)
    assert (command["number"], silences) == (1, [silence, silence])
    assert (accepted.repeated, receipt["repeated"], receipt["command"]) == (False, False, 1)
    assert before <= accepted.sent_at <= crm.asked_at[0]


def test_what_was_answered_before_stays_a_repetition_for_who_insists(journal: Journal) -> None:
    """Only a lost answer makes the same answer new."""
    sender = Sender(Silent(0), journal, Latencies()).insisting(PATIENCE_S)
    assert [sender.send(COMMAND).repeated for _ in range(2)] == [False, True]


def test_who_insists_in_vain_is_told_why(journal: Journal) -> None:
    """The last silence explains it."""
    with pytest.raises(NoAnswer, match=r"^no answer$"):
        Sender(Silent(1_000_000), journal, Latencies()).insisting(0.05).send(COMMAND)


def test_who_insists_takes_an_answer_that_is_neither_yes_nor_no_for_what_it_is(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CRM that breaks down under trouble would be let off otherwise."""
    crm = FakeCrm(InMemoryTap())
    asked: list[Command] = []

    def fail(command: Command) -> Answer:
        asked.append(command)
        raise CrmTrouble("the CRM answered with status 500")

    monkeypatch.setattr(crm, "send", fail)
    with pytest.raises(CrmTrouble, match=r"^the CRM answered with status 500$"):
        Sender(crm, journal, Latencies()).insisting(PATIENCE_S).send(COMMAND)
    assert asked == [COMMAND]
    assert [line["entry"] for line in _kept(journal)] == ["command"]


def test_who_does_not_insist_sends_once(journal: Journal) -> None:
    """Elsewhere a silence is trouble."""
    with pytest.raises(CrmTrouble):
        Sender(Silent(1), journal, Latencies()).send(COMMAND)
    assert [line["entry"] for line in _kept(journal)] == ["command"]
