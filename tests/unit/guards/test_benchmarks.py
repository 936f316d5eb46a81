"""What the benchmarks measure is there: a renamed call would end a whole run's measurement."""

from pkgutil import resolve_name

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.timed_behave import WATCHED


@pytest.mark.parametrize("target", [target for target, _ in WATCHED])
def test_what_the_stopwatch_watches_can_be_called(target: str) -> None:
    """A call that has moved would end the measurement of a whole run."""
    assert callable(resolve_name(target))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_can_be_imported(name: str) -> None:
    """What is measured by default is there, and can be asked to measure."""
    assert callable(resolve_name(f"benchmarks.{name}.measure"))
