"""Whatever is sent is on the record, and starts a latency."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.crm.port import Command, CommandRefused
from support.crm.sending import Sender
from support.observing.deliveries import delivery_of
from support.observing.journal import Journal, read_journal
from support.observing.latencies import Latencies
from tests.support.fake_crm import FakeCrm
from tests.support.in_memory_tap import InMemoryTap

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
