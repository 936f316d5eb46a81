"""Who runs what: a list of feature files of which each job draws the next when it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from support.room import room_for

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
class Urn:
    """Hold what is still to be run, as one empty file for each feature file.

    To draw is to rename, which only one job can do. `folder` holds a folder of each job, by its
    number; what a job has drawn stays in there.
    """

    folder: Path

    def fill(self, chosen: Sequence[Chosen], jobs: Sequence[int]) -> None:
        """Put in all that is to be run by these jobs. Raises ConfigurationError without room."""
        with room_for(self.folder):
            for folder in (self._left, *map(self._of, jobs)):
                folder.mkdir(parents=True, exist_ok=True)
            for each in chosen:
                (self._left / quote(each.path, safe="")).touch()

    def draw(self, path: str, job: int) -> bool:
        """Take a feature file for a job; return whether nobody had taken it."""
        name = quote(path, safe="")
        try:
            (self._left / name).rename(self._of(job) / name)
        except FileNotFoundError:
            return False
        return True

    def drawn(self, job: int) -> frozenset[str]:
        """Return the paths of what a job has drawn."""
        return frozenset(unquote(each.name) for each in self._of(job).glob("*"))

    @property
    def _left(self) -> Path:
        return self.folder / "left"

    def _of(self, job: int) -> Path:
        return self.folder / str(job) / "drawn"


def heaviest_first(chosen: Sequence[Chosen], took: Mapping[str, float]) -> list[Chosen]:
    """Order files so that whoever draws the last ones is done soon after the others.

    `took` has the seconds of scenarios (`file:line`) in an earlier run.
    """
    return sorted(chosen, key=lambda each: (-weight(each, took), each.path))


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
