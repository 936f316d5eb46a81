"""What a report says of an error: a broken promise, trouble with the environment, or no verdict."""

import os
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from behave.model import Feature, Scenario, Step

from support.errors import Inconclusive

FRAMES_SHOWN = 6
INSTALLED = "site-packages"


class Status(StrEnum):
    """Name a result in Allure's words; failed is a broken promise, broken is anything else."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """Say how something ended, in words for a product owner, and where for an engineer."""

    status: Status
    message: str | None = None
    trace: str | None = None


INTERRUPTED = Outcome(Status.BROKEN, "The run was interrupted before this had ended.")


def outcome_of(error: BaseException) -> Outcome:
    """Return what a report says of an error that ended a step, a hook or a cleanup."""
    if isinstance(error, Inconclusive):
        return Outcome(Status.BROKEN, _text(error))
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, AssertionError):
        return Outcome(Status.FAILED, _text(error) or _silent_check(error))
    return Outcome(Status.BROKEN, _named(error), "\n".join(_story(error)))


def step_outcome(step: Step) -> Outcome:
    """Return how a step ended."""
    if step.exception is not None:
        return outcome_of(step.exception)
    if step.status.name == "undefined":
        return Outcome(Status.BROKEN, f"No step is defined for: {step.keyword} {step.name}")
    return _unexplained(step.status.name)


def scenario_outcome(scenario: Scenario, cleanup_errors: Sequence[BaseException]) -> Outcome:
    """Return how a scenario ended, its hooks and cleanups included."""
    steps = list(scenario.all_steps)
    raised = [*(step.exception for step in steps), scenario.exception, *cleanup_errors]
    if errors := [error for error in raised if error is not None]:
        return worst_of(errors)
    broken = (outcome for outcome in map(step_outcome, steps) if outcome.status is Status.BROKEN)
    if first := next(broken, None):
        return first
    if scenario.status.name == "skipped":
        return Outcome(Status.SKIPPED, scenario.skip_reason)
    if scenario.status.name in ("untested", "hook_error"):
        return INTERRUPTED
    return _unexplained(scenario.status.name)


def feature_outcome(feature: Feature, cleanup_errors: Sequence[BaseException]) -> Outcome | None:
    """Return how a feature's own hooks and cleanups failed, or None if they did not."""
    errors = [error for error in [feature.exception, *cleanup_errors] if error is not None]
    if errors:
        return worst_of(errors)
    return _unexplained(feature.status.name) if feature.hook_failed else None


def _unexplained(ending: str) -> Outcome:
    """Return an outcome for behave's word for it, where no error says more."""
    known = {"passed": Status.PASSED, "skipped": Status.SKIPPED, "untested": Status.SKIPPED}
    if ending in known:
        return Outcome(known[ending])
    return Outcome(Status.BROKEN, f"It ended with: {ending.replace('_', ' ')}.")


def worst_of(errors: Sequence[BaseException]) -> Outcome:
    """Return one outcome for all errors of a scenario; a broken promise outweighs the rest."""
    outcomes = [outcome_of(error) for error in errors]
    failed = any(outcome.status is Status.FAILED for outcome in outcomes)
    return Outcome(
        Status.FAILED if failed else Status.BROKEN,
        _joined(outcome.message for outcome in outcomes),
        _joined(outcome.trace for outcome in outcomes),
    )


def _joined(texts: Iterable[str | None]) -> str | None:
    return "\n\n".join(dict.fromkeys(text for text in texts if text)) or None


def _text(error: BaseException) -> str:
    notes = getattr(error, "__notes__", ())
    return "\n".join([str(error), *notes]).strip()


def _named(error: BaseException) -> str:
    """Return an error's text, after its class if that is not ours: `'x'` alone says little."""
    if type(error).__module__.startswith("support."):
        return _text(error) or type(error).__name__
    return f"{type(error).__name__}: {_text(error)}".removesuffix(": ")


def _silent_check(error: AssertionError) -> str:
    return "\n".join(["A check failed and gave no reason.", *_frames(error, last=1)])


def _story(error: BaseException) -> Iterator[str]:
    """Yield the places that an error passed through, then those of the errors that caused it."""
    yield from _frames(error, last=FRAMES_SHOWN)
    if error.__cause__ is not None:
        yield f"caused by {_named(error.__cause__)}"
        yield from _story(error.__cause__)


def _frames(error: BaseException, *, last: int) -> list[str]:
    """Return the last places in the project, and the one in a library where it happened."""
    frames = [(Path(f.filename).absolute(), f) for f in traceback.extract_tb(error.__traceback__)]
    ours = [(path, frame) for path, frame in frames if _is_ours(path)][-last:]
    shown = ours + [frame for frame in frames[-1:] if frame not in ours]
    return [f"{_near(path)}:{frame.lineno}: {frame.line}" for path, frame in shown]


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(Path.cwd()) and INSTALLED not in path.parts


def _near(path: Path) -> str:
    """Return a path without what only one machine knows."""
    if _is_ours(path):
        return str(path.relative_to(Path.cwd()))
    return str(path).rpartition(f"{INSTALLED}{os.sep}")[2].rpartition("/lib/")[2]
