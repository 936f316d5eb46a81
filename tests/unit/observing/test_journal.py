"""The record of a run: append-only, whole, and readable without any system."""

import time
from pathlib import Path
from typing import Any

import pytest

from support.contract.entities import EntityType
from support.crm.port import Receipt
from support.errors import ConfigurationError
from support.observing.journal import Entry, Journal, read_journal

UNUSUAL = [
    "Zoë 🎉",
    'say "hi"\n',
    "مريم",
    "e\u0301",
    "a\u2028b\u2029c\x85d\x0b",
    "\ud83d alone",
    "\x00",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the journal is kept, in a folder that is not there yet."""
    return tmp_path / "reports" / "journal.jsonl"


def _read(path: Path) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k != "at"} for line in read_journal(path)]


def test_what_is_added_is_read_back(path: Path) -> None:
    """Each line says what it is about, when, and in which scenario."""
    before = time.time()
    with Journal(path) as journal:
        journal.add(Entry.SETTINGS, {"seed": 7})
        journal.begin("a scenario")
        journal.add(Entry.RECEIPT, {"deep": {"list": [1, None, True]}})
    assert _read(path) == [
        {"entry": "settings", "scenario": None, "seed": 7},
        {"entry": "receipt", "scenario": "a scenario", "deep": {"list": [1, None, True]}},
    ]
    assert all(before - 1 <= line["at"] <= time.time() + 1 for line in read_journal(path))


@pytest.mark.parametrize("text", UNUSUAL)
def test_unusual_text_survives(path: Path, text: str) -> None:
    """Whatever a message holds, it must be possible to keep it, and to delete it then."""
    with Journal(path) as journal:
        journal.add(Entry.DELIVERY, {"text": text})
        journal.add(Entry.DELIVERY, {"text": "next"})
    assert [line["text"] for line in read_journal(path)] == [text, "next"]


@pytest.mark.parametrize(("continued", "seeds"), [(False, [2]), (True, [1, 2])])
def test_a_journal_is_of_one_run(path: Path, *, continued: bool, seeds: list[int]) -> None:
    """Unless it is told to go on, after what a crash may have left of a line."""
    with Journal(path) as journal:
        journal.add(Entry.SETTINGS, {"seed": 1})
    with path.open("a", encoding="utf-8") as file:
        file.write('{"entry": "fen')
    with Journal(path, continued=continued) as journal:
        journal.add(Entry.SETTINGS, {"seed": 2})
    assert [line["seed"] for line in read_journal(path)] == seeds


def test_a_journal_can_be_continued_before_it_is_begun(path: Path) -> None:
    """The first process of a run need not know that it is the first."""
    with Journal(path, continued=True) as journal:
        journal.add(Entry.SETTINGS, {"seed": 1})
    assert len([*read_journal(path)]) == 1


def test_a_line_can_be_read_before_the_journal_is_closed(path: Path) -> None:
    """A killed run leaves everything that it added."""
    with Journal(path) as journal:
        journal.add(Entry.FENCE, {"tenant_id": "acme"})
        assert [line["tenant_id"] for line in read_journal(path)] == ["acme"]


def test_a_line_that_was_cut_off_is_left_out(path: Path) -> None:
    """A crash while writing costs one line, not the journal."""
    with Journal(path) as journal:
        journal.add(Entry.FENCE, {"tenant_id": "acme"})
    path.write_text(path.read_text("utf-8") + '{"entry": "fen', "utf-8")
    assert [line["tenant_id"] for line in read_journal(path)] == ["acme"]


def test_the_lines_of_the_running_scenario_are_at_hand(path: Path) -> None:
    """The report shows what happened in a scenario, and in no other."""
    with Journal(path) as journal:
        journal.begin("first")
        journal.add(Entry.FENCE, {"tenant_id": "acme"})
        journal.begin("second")
        journal.add(Entry.COMMAND, {"tenant_id": "bravo"})
        assert [line["tenant_id"] for line in journal.lines] == ["bravo"]
    assert [line["scenario"] for line in read_journal(path)] == ["first", "second"]


def test_a_fault_disturbs_the_scenario_that_is_running_and_no_other(path: Path) -> None:
    """What is held up there says nothing of what comes later."""
    with Journal(path) as journal:
        told = [journal.is_disturbed]
        journal.begin("a scenario")
        journal.add(Entry.FAULT, {"broken": "all of it"})
        told.append(journal.is_disturbed)
        journal.begin("another scenario")
        told.append(journal.is_disturbed)
    assert told == [False, True, False]


def test_a_closed_journal_takes_nothing_more(path: Path) -> None:
    """Whoever writes after the end is told so."""
    with Journal(path) as journal:
        pass
    with pytest.raises(ValueError, match="closed file"):
        journal.add(Entry.FENCE, {})


def test_models_are_kept_as_what_they_hold(path: Path) -> None:
    """A receipt can be judged again from its line."""
    receipt = Receipt(entity_type=EntityType.LEAD, entity_id="l-1", version=1, events=())
    with Journal(path) as journal:
        journal.add(Entry.RECEIPT, {"receipt": receipt.model_dump()})
    assert Receipt.model_validate(next(read_journal(path))["receipt"]) == receipt


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Whoever runs the suite need not know what a journal is."""
    path = tmp_path / "journal.jsonl"
    path.symlink_to("/dev/full")
    journal = Journal(path)
    sentence = (
        f"nothing more can be written to {path}: No space left on device; make room, or name "
        "another folder with -D reports=..."
    )
    with pytest.raises(ConfigurationError) as trouble:
        journal.add(Entry.FAULT, {})
    assert (str(trouble.value), journal.trouble) == (sentence, sentence)
    with pytest.raises(ConfigurationError) as trouble:
        journal.close()
    assert str(trouble.value) == sentence


def test_a_second_run_does_not_touch_the_journal_of_the_first(path: Path) -> None:
    """Two runs in one folder would be judged as one."""
    with Journal(path) as first:
        first.add(Entry.SETTINGS, {"run_id": "first"})
        with pytest.raises(ConfigurationError, match=r"^another run is writing to "):
            Journal(path)
        with pytest.raises(ConfigurationError, match=r"^another run is writing to "):
            Journal(path, continued=True)
    assert [line["run_id"] for line in read_journal(path)] == ["first"]
    with Journal(path):
        pass
    assert [*read_journal(path)] == []
