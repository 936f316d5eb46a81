"""Features are shared out so that all jobs end at about the same time."""

from support.side_by_side.sharing import Chosen, Share, apart, share_out, weight


def _file(name: str, scenarios: int, folder: str = "guarantees") -> Chosen:
    path = f"features/{folder}/{name}.feature"
    return Chosen(path, (path,), tuple(f"{path}:{line}" for line in range(1, scenarios + 1)))


A, B, C, D = _file("a", 5), _file("b", 4), _file("c", 3), _file("d", 3)


def test_without_an_earlier_run_scenarios_count() -> None:
    """The heaviest goes first, to who has least to do."""
    assert share_out([A, B, C, D], {}, 2) == [Share((A, D), 8.0), Share((B, C), 7.0)]


def test_after_an_earlier_run_its_seconds_count() -> None:
    """A file of one slow scenario outweighs many quick ones."""
    slow = _file("slow", 1)
    took = {name: 0.5 for each in (A, B, C) for name in each.scenarios} | {slow.scenarios[0]: 9.0}
    assert share_out([A, B, C, slow], took, 2) == [Share((slow,), 9.0), Share((A, B, C), 6.0)]


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


def test_no_job_is_idle() -> None:
    """There are no more jobs than files, and nothing is lost or there twice."""
    shares = share_out([A, B], {}, 4)
    assert [share.chosen for share in shares] == [(A,), (B,)]


def test_a_job_runs_its_files_in_their_order_as_they_were_named() -> None:
    """Lines that were asked for are asked for."""
    lines = Chosen("features/b.feature", ("features/b.feature:3", "features/b.feature:9"), ("x",))
    share = Share((lines, A))
    assert share.named == ["features/b.feature:3", "features/b.feature:9", A.path]
    assert share.scenarios == 6


def test_the_features_of_a_folder_are_told_apart() -> None:
    """Those that break a world are alone in it."""
    breaking = _file("throttled", 2, "failures")
    assert apart([A, breaking, B], "failures") == ([A, B], [breaking])
