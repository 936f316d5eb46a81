"""Who runs what: feature files shared out so that all end at about the same time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

UNKNOWN_S = 1.0
SLOW_S = 15.0


@dataclass(frozen=True)
class Chosen:
    """Hold a feature file of which something is selected: as it was named, and what would run.

    `slow` are those of its scenarios that are tagged so.
    """

    path: str
    named: tuple[str, ...]
    scenarios: tuple[str, ...]
    slow: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Share:
    """Hold what one job runs; `weight` in seconds of earlier runs, as far as known."""

    chosen: tuple[Chosen, ...]
    weight: float = 0.0

    @property
    def scenarios(self) -> int:
        """Count its scenarios."""
        return sum(len(each.scenarios) for each in self.chosen)

    @property
    def named(self) -> list[str]:
        """Return what behave is told to run, in the order of files."""
        ordered = sorted(self.chosen, key=lambda each: each.path)
        return [name for each in ordered for name in each.named]


def share_out(chosen: Sequence[Chosen], took: Mapping[str, float], jobs: int) -> list[Share]:
    """Give the heaviest file left to the job that has least to do; leave out idle jobs.

    `took` has the seconds of scenarios (`file:line`) in an earlier run.
    """
    shares = [Share(())] * min(jobs, len(chosen))
    weighed = [(weight(each, took), each) for each in chosen]
    for heavy, each in sorted(weighed, key=lambda pair: (-pair[0], pair[1].path)):
        least = min(range(len(shares)), key=lambda number: shares[number].weight)
        share = shares[least]
        shares[least] = Share((*share.chosen, each), share.weight + heavy)
    return shares


def weight(each: Chosen, took: Mapping[str, float]) -> float:
    """Return the seconds that a file should take; unknown scenarios take what others of it took."""
    usual = _mean([seconds for name, seconds in took.items() if _file(name) == each.path])
    rest = usual if usual is not None else _mean([*took.values()])

    def guess(name: str) -> float:
        return SLOW_S if name in each.slow else UNKNOWN_S if rest is None else rest

    return sum(took.get(name, guess(name)) for name in each.scenarios)


def _file(name: str) -> str:
    return name.rpartition(":")[0]


def _mean(seconds: Sequence[float]) -> float | None:
    return sum(seconds) / len(seconds) if seconds else None


def apart(chosen: Sequence[Chosen], folder: str) -> tuple[list[Chosen], list[Chosen]]:
    """Part the files of a folder from all others: (others, those of the folder)."""
    of_folder = [each for each in chosen if Path(each.path).parent.name == folder]
    return [each for each in chosen if each not in of_folder], of_folder
