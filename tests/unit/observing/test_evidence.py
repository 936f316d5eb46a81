"""The witness: evidence of a tenant, once everybody has all of its history."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from support.crm.port import Command
from support.judging.case import Evidence
from support.observing.collector import EventCollector
from support.observing.evidence import Witness
from support.observing.journal import Journal, read_journal
from support.observing.sightings import Sighting
from support.observing.waiting import Waiter
from tests.support.fake_crm import FakeCrm
from tests.support.fake_defects import Defect
from tests.support.fake_subscribers import SUBSCRIBERS, VIEWS
from tests.support.in_memory_tap import InMemoryTap

LOST = "AccountCreated of a-1 version 1 was lost between "


@dataclass(frozen=True)
class Bench:
    """Hold a witness with the CRM that it questions."""

    crm: FakeCrm
    journal: Journal
    witness: Witness

    def create(self, entity_id: str = "a-1", tenant_id: str = "acme") -> None:
        """Create an account."""
        data = {"name": "Globex", "owner": "kim"}
        key = f"{tenant_id}-{entity_id}"
        self.crm.send(Command(tenant_id, "CreateAccount", entity_id, data, key, key, "kim"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Set up an honest CRM."""
    tap = InMemoryTap()
    crm = FakeCrm(tap)
    with Journal(tmp_path / "journal.jsonl") as journal:
        collector = EventCollector([tap], journal, Waiter())
        yield Bench(crm, journal, Witness(crm, collector, journal, Waiter()))


def test_evidence_is_level_when_everybody_has_everything(bench: Bench) -> None:
    """Of this tenant; whatever others do is another matter."""
    bench.create()
    bench.create(tenant_id="bravo")
    evidence, missing = bench.witness.level("acme", timeout=1)
    assert missing == []
    assert (evidence.tenant_id, evidence.history) == ("acme", bench.crm.history("acme"))
    assert evidence.applied[VIEWS] == bench.crm.applied("acme", VIEWS)
    assert len(bench.witness.arrived("acme")) == 1


@pytest.mark.parametrize(
    ("defect", "missing"),
    [
        (Defect.DROPS, [f"{LOST}the event store and the bus"]),
        (Defect.NOT_APPLIED, [f"{LOST}the bus and the subscriber entity-views"]),
    ],
)
def test_what_is_missing_after_the_time_is_named(
    bench: Bench, defect: Defect, missing: list[str]
) -> None:
    """With the hop that lost it."""
    bench.crm.defect = defect
    bench.create()
    evidence, told = bench.witness.level("acme", timeout=0.01)
    assert evidence.history == bench.crm.history("acme")
    assert [str(each) for each in told] == missing
    assert [each.event for each in told] == evidence.history


def test_what_a_subscriber_adds_meanwhile_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Level means level with the history as it is then."""
    bench.create("a-1")
    real = bench.crm.applied
    asked: list[str] = []

    def applied(tenant_id: str, subscriber: str) -> object:
        if not asked:
            asked.append(subscriber)
            bench.create("a-2")
        return real(tenant_id, subscriber)

    monkeypatch.setattr(bench.crm, "applied", applied)
    evidence, missing = bench.witness.level("acme", timeout=1)
    assert ([event["entity_id"] for event in evidence.history], missing) == (["a-1", "a-2"], [])
    assert len(bench.witness.arrived("acme")) == 2


def test_what_was_published_is_had_whoever_applied_it(bench: Bench) -> None:
    """Deliveries to subscribers may be held back."""
    bench.crm.defect = Defect.NOT_APPLIED
    bench.create()
    assert len(bench.witness.published("acme", timeout=1)) == 1


def test_what_was_not_published_is_a_broken_promise(bench: Bench) -> None:
    """It is named."""
    bench.crm.defect = Defect.DROPS
    bench.create()
    with pytest.raises(AssertionError, match=f"{LOST}the event store and the bus"):
        bench.witness.published("acme", timeout=0.01)


def test_full_evidence_is_on_the_record(bench: Bench) -> None:
    """A run can be judged again without any system."""
    bench.create()
    full = bench.witness.full(bench.witness.level("acme", timeout=1)[0])
    assert full.audit_trail == bench.crm.audit_trail("acme")
    assert [view.entity_id for view in full.views] == ["a-1"]
    assert full.pipeline == bench.crm.pipeline("acme")
    assert full.parked == {each.name: [] for each in SUBSCRIBERS}
    kept = [line["entry"] for line in read_journal(bench.journal.path)]
    assert kept == ["delivery", "sighting", "sighting", "books"]


def test_a_crm_that_shows_nothing_parked_is_not_asked(bench: Bench) -> None:
    """Its driver has said so; all else is evidence as before."""
    bench.create()
    bench.crm.cannot = {"needs-parked": "it keeps that to itself"}
    assert bench.witness.full(bench.witness.level("acme", timeout=1)[0]).parked == {}


def test_each_look_that_shows_something_new_is_on_the_record(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the events, and the times between which the subscriber came to have them."""
    ticks = count(100.0)
    monkeypatch.setattr(bench.witness, "_clock", lambda: next(ticks))
    monkeypatch.setattr(bench.witness, "subscribers", SUBSCRIBERS[:1])
    ids = []
    for entity_id in ("a-1", "a-2"):
        bench.create(entity_id)
        evidence, _ = bench.witness.level("acme", timeout=1)
        bench.witness.level("acme", timeout=1)
        ids.append(evidence.history[-1]["event_id"])
    lines = [each for each in read_journal(bench.journal.path) if each["entry"] == "sighting"]
    common = {"entry": "sighting", "scenario": None, "tenant_id": "acme", "subscriber": VIEWS}
    assert [{name: line[name] for name in line if name != "at"} for line in lines] == [
        {**common, "events": ids[:1], "not_before": None, "by": 101.0},
        {**common, "events": ids[1:], "not_before": 102.0, "by": 105.0},
    ]
    assert bench.witness.sightings.of("acme") == [
        Sighting("acme", VIEWS, ids[0], None, 101.0),
        Sighting("acme", VIEWS, ids[1], 102.0, 105.0),
    ]


def test_what_is_about_a_tenant_is_found_under_any_name(bench: Bench) -> None:
    """An event that goes out in another tenant's name is still its tenant's."""
    bench.create(tenant_id="bravo")
    bench.crm.defect = Defect.OTHER_TENANT
    bench.create()
    bench.witness.level("acme", timeout=0.01)
    found = bench.witness.about([Evidence("acme", bench.crm.history("acme"))])
    assert [each.detail["tenant_id"] for each in found] == ["mallory"]


def test_a_fence_is_no_entity_of_the_tenant(bench: Bench) -> None:
    """Nobody reads its view."""
    bench.create()
    bench.create("fence-1")
    full = bench.witness.full(bench.witness.level("acme", timeout=1)[0])
    assert [view.entity_id for view in full.views] == ["a-1"]


def test_a_second_look_reads_what_has_happened_since(bench: Bench) -> None:
    """For each tenant, also of those who had nothing, with the history as it is by then."""
    tenants = ("acme", "bravo")
    for tenant_id in tenants:
        bench.create(tenant_id=tenant_id)
    closed = [bench.witness.full(bench.witness.level(each, timeout=1)[0]) for each in tenants]
    bench.crm.defect = Defect.APPLIED_AGAIN
    bench.create("a-2", tenant_id="bravo")
    bench.crm.release()
    acme, bravo = bench.witness.second_look(closed)
    assert (acme.tenant_id, bravo.tenant_id) == ("acme", "bravo")
    assert acme.applied[VIEWS] == closed[0].applied[VIEWS]
    assert [(row.entity_id, row.times) for row in bravo.applied[VIEWS]] == [("a-1", 1), ("a-2", 2)]
    assert bravo.history == bench.crm.history("bravo")
    assert [view.entity_id for view in bravo.views] == ["a-1", "a-2"]
    assert bravo.audit_trail == bench.crm.audit_trail("bravo")
    assert bravo.pipeline == bench.crm.pipeline("bravo")
    assert acme.applied.keys() == closed[0].applied.keys()
    assert any(not rows for rows in acme.applied.values())


def test_nobody_is_said_to_lack_what_he_was_not_asked_about(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there was time for one look only, which is how the event came to be known."""
    bench.create()
    once = Waiter(clock=count(0.0, 100.0).__next__)
    monkeypatch.setattr(bench.witness, "_waiter", once)
    assert bench.witness.level("acme", timeout=0.01)[1] == []


def test_the_history_is_read_last_and_not_while_somebody_lacks_what_it_had(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a subscriber did before it had everything is in what is read after it."""
    bench.create()
    calls: list[str] = []
    applied, history = bench.crm.applied, bench.crm.history

    def late(tenant_id: str, subscriber: str) -> object:
        calls.append("applied")
        return applied(tenant_id, subscriber) if len(calls) > 4 else []

    def noted(tenant_id: str) -> object:
        calls.append("history")
        return history(tenant_id)

    monkeypatch.setattr(bench.witness, "subscribers", SUBSCRIBERS[:1])
    monkeypatch.setattr(bench.crm, "applied", late)
    monkeypatch.setattr(bench.crm, "history", noted)
    assert bench.witness.level("acme", timeout=1)[1] == []
    assert calls == ["history", "applied", "history", "applied", "applied", "history"]


def test_what_was_committed_until_the_time_was_up_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if a subscriber lacked something all the while, and the history was not read again."""
    bench.create()
    asked: list[str] = []

    def never(_: str, subscriber: str) -> object:
        asked.append(subscriber)
        if len(asked) == 2:
            bench.crm.defect = Defect.DROPS
            bench.create("a-2")
        return []

    monkeypatch.setattr(bench.witness, "subscribers", SUBSCRIBERS[:1])
    monkeypatch.setattr(bench.crm, "applied", never)
    evidence, missing = bench.witness.level("acme", timeout=0.05)
    assert evidence.history == bench.crm.history("acme")
    assert "AccountCreated of a-2 version 1 was lost between the event store and the bus" in [
        str(each) for each in missing
    ]
