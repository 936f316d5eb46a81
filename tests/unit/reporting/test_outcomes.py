"""What a report says of an error."""

import json
from pathlib import Path

import pytest

from support.errors import ConfigurationError, Inconclusive
from support.reporting.outcomes import Outcome, Status, outcome_of, worst_of


class FailuresError(ExceptionGroup[AssertionError], AssertionError):
    """Stand for several broken promises, told in words of its own."""

    def __str__(self) -> str:
        return "2 of 3 events are missing"


def raised(error: BaseException) -> BaseException:
    """Return an error with the traceback that raising gives it."""
    try:
        raise error
    except type(error):
        return error


def test_a_broken_promise_is_told_in_its_own_words_only() -> None:
    """Failed, the whole text, and no traceback."""
    error = raised(AssertionError("expected one event\n  nothing arrived"))
    assert outcome_of(error) == Outcome(Status.FAILED, "expected one event\n  nothing arrived")


def test_several_broken_promises_are_told_as_one() -> None:
    """A group that is an AssertionError says what it has to say itself."""
    error = FailuresError("ignored", [AssertionError("a"), AssertionError("b")])
    assert outcome_of(error) == Outcome(Status.FAILED, "2 of 3 events are missing")


def test_a_silent_check_is_at_least_shown() -> None:
    """An assert without a reason says where it stands."""
    message = outcome_of(raised(AssertionError())).message or ""
    said, place = message.splitlines()
    assert said == "A check failed and gave no reason."
    assert place.startswith("tests/unit/reporting/test_outcomes.py:")


def test_no_verdict_is_neither_a_failure_nor_a_traceback() -> None:
    """Broken, and the first word says why."""
    assert outcome_of(raised(Inconclusive("the fence did not come back"))) == Outcome(
        Status.BROKEN, "INCONCLUSIVE: the fence did not come back"
    )


def test_our_own_errors_are_sentences() -> None:
    """They need no class name in front of them."""
    assert outcome_of(ConfigurationError("unknown target 'x'")).message == "unknown target 'x'"


def test_a_foreign_error_has_its_class_in_front() -> None:
    """`'queue'` alone says nothing."""
    assert outcome_of(KeyError("queue")).message == "KeyError: 'queue'"
    assert outcome_of(TimeoutError()).message == "TimeoutError"


def test_an_interrupt_is_no_error_of_anybody() -> None:
    """It says so in words."""
    said = "The run was interrupted before this had ended."
    assert outcome_of(KeyboardInterrupt()) == Outcome(Status.BROKEN, said)


def test_notes_belong_to_the_message() -> None:
    """What was added on the way is shown."""
    error = AssertionError("expected one event")
    error.add_note("tenant acme, run a1b2c3")
    assert outcome_of(error).message == "expected one event\ntenant acme, run a1b2c3"


def test_a_trace_shows_our_places_and_the_last_one_in_a_library() -> None:
    """Library code between them is left out, and so is what only one machine knows."""
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads("{")
    trace = (outcome_of(caught.value).trace or "").splitlines()
    assert [line.partition(":")[0] for line in trace] == [
        "tests/unit/reporting/test_outcomes.py",
        str(Path(json.decoder.__file__)).rpartition("/lib/")[2],
    ]


def test_a_trace_is_short() -> None:
    """The last places are enough."""

    def dive(depth: int) -> None:
        if depth == 0:
            raise OSError("no answer")
        dive(depth - 1)

    with pytest.raises(OSError, match="no answer") as caught:
        dive(20)
    assert (outcome_of(caught.value).trace or "").count("\n") < 6


def test_a_broken_promise_outweighs_trouble() -> None:
    """Whichever came first; every message is kept, once."""
    errors = [OSError("no answer"), AssertionError("lost"), AssertionError("lost")]
    assert worst_of(errors) == Outcome(Status.FAILED, "OSError: no answer\n\nlost")


def test_trouble_alone_stays_trouble() -> None:
    """Nothing was promised and broken."""
    assert worst_of([OSError("no answer"), Inconclusive("no fence")]).status is Status.BROKEN
