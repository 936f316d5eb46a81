"""Whatever was broken is repaired, the newest first, or somebody hears of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.faults.plane import ControlPlane, FaultError
from support.observing.journal import Journal


class Deeds:
    """Note what was done, and what had to be looked at anew."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failing: set[str] = set()
        self.changes = 0

    def doing(self, what: str) -> Callable[[], None]:
        """Return what does it, and fails if it is to fail."""

        def do() -> None:
            self.done.append(what)
            if what in self.failing:
                raise ConnectionError(f"{what} failed")

        return do

    def changed(self) -> None:
        """Count a change."""
        self.changes += 1


@pytest.fixture
def deeds() -> Deeds:
    """Return what notes the deeds."""
    return Deeds()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return a journal."""
    with Journal(tmp_path / "journal.jsonl") as journal:
        yield journal


@pytest.fixture
def plane(deeds: Deeds, journal: Journal) -> ControlPlane:
    """Return a control plane on which two things are broken."""
    plane = ControlPlane(journal, deeds.changed)
    for name in ("one", "two"):
        plane.break_until_repaired(name, deeds.doing(f"break {name}"), deeds.doing(f"mend {name}"))
    deeds.done.clear()
    return plane


def told(journal: Journal) -> list[str]:
    """Return what the journal says of faults, in words."""
    return [
        f"{word} {line[word]}"
        for line in journal.lines
        for word in ("fault", "repaired")
        if word in line
    ]


def test_everything_is_repaired_the_newest_first_and_once(
    plane: ControlPlane, deeds: Deeds, journal: Journal
) -> None:
    """What was broken last may stand on what was broken before."""
    plane.repair()
    plane.repair()
    assert (deeds.done, plane.broken) == (["mend two", "mend one"], [])
    assert told(journal) == ["fault one", "fault two", "repaired two", "repaired one"]


def test_one_thing_can_be_repaired_alone(plane: ControlPlane, deeds: Deeds) -> None:
    """A scenario may mend the one and see that the other is still broken."""
    plane.repair_only("one")
    assert (deeds.done, plane.broken) == (["mend one"], ["two"])


def test_what_is_not_broken_cannot_be_repaired_alone(plane: ControlPlane) -> None:
    """A scenario that mends what it never broke has a wrong word in it."""
    with pytest.raises(FaultError) as trouble:
        plane.repair_only("three")
    assert str(trouble.value) == (
        "three is not broken, so it cannot be repaired; broken is one, two"
    )


def test_a_repair_that_fails_keeps_nobody_from_the_others_and_is_not_forgotten(
    plane: ControlPlane, deeds: Deeds
) -> None:
    """The next repair tries it again."""
    deeds.failing = {"mend two"}
    with pytest.raises(FaultError) as trouble:
        plane.repair()
    assert str(trouble.value) == "not everything could be repaired: two (mend two failed)"
    assert (deeds.done, plane.broken) == (["mend two", "mend one"], ["two"])
    deeds.failing.clear()
    plane.repair()
    assert plane.broken == []


def test_what_failed_half_way_is_undone_too(plane: ControlPlane, deeds: Deeds) -> None:
    """Nobody knows how far it came."""
    deeds.failing = {"break three"}
    with pytest.raises(ConnectionError):
        plane.break_until_repaired("three", deeds.doing("break three"), deeds.doing("mend three"))
    plane.repair()
    assert deeds.done == ["break three", "mend three", "mend two", "mend one"]


def test_what_was_found_out_before_holds_no_longer(plane: ControlPlane, deeds: Deeds) -> None:
    """After each fault and each repair somebody has to look anew."""
    before = deeds.changes
    plane.do("three", deeds.doing("three"))
    plane.repair()
    assert (before, deeds.changes) == (2, 5)
