"""What counts as caught: a broken promise, told in the words that it takes."""

from dataclasses import replace

import pytest

from tests.defects.defect import Sort, WireDefect
from tests.defects.verdict import BROKEN, END, FAILED, Outcome, Shown, Verdict, judged
from tests.defects.wire.editing import in_entry, lost
from tests.defects.wire.picking import Pick, of
from tests.defects.wire.tampering import Sent

DEFECT = WireDefect(
    "bus-loses-it",
    "It is lost.",
    Sort.DROPS,
    ("1.1.1",),
    ("lost: ", "It was lost", "the bus"),
    tampering=lambda: Sent(in_entry(Pick(of("It")), lost)),
)
TOLD = "Expected: it.\n  lost: It was lost before the bus\nwaited up to 3 s"
GREEN = Shown("Another scenario", "passed", "")
TELLING = Shown("A scenario", FAILED, TOLD)
SILENT = Shown("A scenario", FAILED, "Expected: it.\n  lost: That was lost")
TROUBLE = Shown("A scenario", BROKEN, TOLD)
AT_END = Shown(END, FAILED, TOLD)
LINE = "lost: It was lost before the bus"


@pytest.mark.parametrize(
    ("fired", "shown", "verdict"),
    [
        (1, [GREEN, TELLING], Verdict.CAUGHT),
        (1, [GREEN], Verdict.UNCAUGHT),
        (1, [GREEN, SILENT], Verdict.SPEECHLESS),
        (1, [TROUBLE], Verdict.SPEECHLESS),
        (1, [AT_END], Verdict.SPEECHLESS),
        (0, [TELLING], Verdict.UNFIRED),
        (0, [GREEN], Verdict.UNFIRED),
        (1, [], Verdict.UNCAUGHT),
    ],
)
def test_a_defect_is_caught_by_a_broken_promise_that_is_told(
    fired: int, shown: list[Shown], verdict: Verdict
) -> None:
    """Trouble with the environment, or other words, are not enough; nor is luck."""
    assert judged(DEFECT, fired, shown, 1.0).verdict is verdict


def test_some_defects_show_at_the_end_of_the_run_only() -> None:
    """They say so themselves."""
    assert judged(replace(DEFECT, at_end=True), 1, [AT_END], 1.0).verdict is Verdict.CAUGHT


def test_an_outcome_names_who_caught_it_and_the_line_that_tells() -> None:
    """Only those who said it, each once."""
    shown = [GREEN, TELLING, TELLING, replace(SILENT, name="A silent one")]
    assert judged(DEFECT, 1, shown, 1.5) == Outcome(
        DEFECT, Verdict.CAUGHT, ("A scenario",), LINE, 1.5
    )


def test_an_outcome_without_the_words_shows_what_was_said_instead() -> None:
    """Whoever mends the message has to see it."""
    outcome = judged(DEFECT, 1, [SILENT], 1.0)
    assert (outcome.caught_by, outcome.said) == (("A scenario",), "lost: That was lost")
