"""Each job draws the next feature file when it is done, the heaviest first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.errors import ConfigurationError
from support.side_by_side.drawing import Chosen, Urn, apart, heaviest_first, weight


def _file(name: str, scenarios: int, folder: str = "guarantees") -> Chosen:
    path = f"features/{folder}/{name}.feature"
    return Chosen(path, (path,), tuple(f"{path}:{line}" for line in range(1, scenarios + 1)))


A, B, C, D = _file("a", 5), _file("b", 4), _file("c", 3), _file("d", 3)


def test_without_an_earlier_run_scenarios_count() -> None:
    """Those that weigh the same go by their names."""
    assert heaviest_first([D, C, B, A], {}) == [A, B, C, D]


def test_after_an_earlier_run_its_seconds_count() -> None:
    """A file of one slow scenario outweighs many quick ones."""
    slow = _file("slow", 1)
    took = {name: 0.5 for each in (A, B, C) for name in each.scenarios} | {slow.scenarios[0]: 9.0}
    assert heaviest_first([A, B, C, slow], took) == [slow, A, B, C]


def test_a_scenario_that_is_new_takes_what_others_of_its_file_took() -> None:
    """One of a new file takes what all others took."""
    took = {A.scenarios[0]: 2.0, A.scenarios[1]: 4.0, B.scenarios[0]: 12.0}
    assert weight(A, took) == 2.0 + 4.0 + 3 * 3.0
    assert weight(C, took) == 3 * 6.0


def test_without_an_earlier_run_what_is_tagged_slow_counts_for_many() -> None:
    """It is not put beside all the rest of one job; what it took counts once that is known."""
    slow = Chosen(
        "a.feature", ("a.feature",), ("a.feature:1", "a.feature:2"), frozenset({"a.feature:2"})
    )
    assert weight(slow, {}) == 16.0
    assert weight(slow, {"a.feature:2": 4.0}) == 8.0


def test_each_file_is_drawn_once_however_many_try_at_once(tmp_path: Path) -> None:
    """Nothing is lost, or run twice."""
    urn, jobs = Urn(tmp_path), range(1, 9)
    chosen = [_file(f"f{number}", 1) for number in range(50)]
    urn.fill(chosen, jobs)

    def draw(job: int) -> list[str]:
        return [each.path for each in chosen if urn.draw(each.path, job)]

    with ThreadPoolExecutor(len(jobs)) as pool:
        drawn = list(pool.map(draw, jobs))
    assert sorted(path for each in drawn for path in each) == sorted(each.path for each in chosen)
    assert [urn.drawn(job) for job in jobs] == [frozenset(each) for each in drawn]


def test_a_list_without_room_is_told(tmp_path: Path) -> None:
    """In one sentence, before any job is started."""
    (tmp_path / "jobs").touch()
    with pytest.raises(ConfigurationError, match="nothing more can be written to "):
        Urn(tmp_path / "jobs").fill([A], [1])


def test_the_features_of_a_folder_are_told_apart() -> None:
    """Those that break a world are alone in it."""
    breaking = _file("throttled", 2, "failures")
    assert apart([A, breaking, B], "failures") == ([A, B], [breaking])
