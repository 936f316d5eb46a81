"""What became of a run with a defect: caught with a message that says what happened, or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.defects.defect import Defect

FAILED = "failed"
BROKEN = "broken"
END = "The audit at the end of the run"


class Verdict(StrEnum):
    """Name how a run with a defect ended."""

    CAUGHT = "caught"
    UNCAUGHT = "uncaught"
    SPEECHLESS = "caught, and the message does not say what happened"
    UNFIRED = "never struck"


@dataclass(frozen=True)
class Shown:
    """Hold what the suite reports of one scenario, or of the run as a whole.

    `told` is its message, with the audit that follows a failure.
    """

    name: str
    status: str
    told: str

    @property
    def is_red(self) -> bool:
        """Return whether it is anything but passed or skipped."""
        return self.status in (FAILED, BROKEN)

    def says(self, words: Sequence[str]) -> bool:
        """Say whether a promise was broken and all the words are told."""
        return self.status == FAILED and all(word in self.told for word in words)


@dataclass(frozen=True)
class Outcome:
    """Hold how the run with a defect ended, in which scenarios, and the first telling line."""

    defect: Defect
    verdict: Verdict
    caught_by: tuple[str, ...]
    said: str
    seconds: float


def judged(defect: Defect, fired: int, shown: Sequence[Shown], seconds: float) -> Outcome:
    """Judge a run by what the suite reports of it."""
    red = [each for each in shown if each.is_red]
    telling = [each for each in red if each.says(defect.says) and _counts(each, defect)]
    caught = tuple(dict.fromkeys(each.name for each in telling or red))
    return Outcome(
        defect, _verdict(fired, red, telling), caught, _line(defect, telling or red), seconds
    )


def _counts(shown: Shown, defect: Defect) -> bool:
    return defect.at_end or shown.name != END


def _verdict(fired: int, red: Sequence[Shown], telling: Sequence[Shown]) -> Verdict:
    if not fired:
        return Verdict.UNFIRED
    if telling:
        return Verdict.CAUGHT
    return Verdict.SPEECHLESS if red else Verdict.UNCAUGHT


def _line(defect: Defect, red: Sequence[Shown]) -> str:
    """Return the line that has most of the words, rather the later ones, the first of such."""
    lines = [line.strip() for each in red for line in each.told.splitlines() if line.strip()]

    def telling(line: str) -> tuple[int, int]:
        found = [place for place, word in enumerate(defect.says) if word in line]
        return len(found), max(found, default=-1)

    return max(lines, key=telling, default="")
