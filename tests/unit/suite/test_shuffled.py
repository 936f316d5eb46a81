"""What is run after failures is drawn anew with each seed, and repeats with the same."""

from pathlib import Path

from tests.shuffled import BREAKING, FEATURES, shuffled

FILES = [*FEATURES.rglob("*.feature")]


def test_every_feature_runs_once_and_failures_come_first() -> None:
    """Else nothing would be shown to be whole after them."""
    found = shuffled(FILES, 7)
    assert sorted(found) == sorted(FILES)
    breaking = [file.parent.name in BREAKING for file in found]
    assert breaking == sorted(breaking, reverse=True)


def test_the_order_depends_on_the_seed_and_on_nothing_else() -> None:
    """Not on the order in which the files were found."""
    assert shuffled(FILES, 7) == shuffled(FILES[::-1], 7)
    assert shuffled(FILES, 7) != shuffled(FILES, 8)
    assert shuffled([Path("features/entities/b.feature")], 1) == [
        Path("features/entities/b.feature")
    ]
