"""The guards over the real steps: every sentence has one meaning, and every step is one call."""

import runpy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from behave.cucumber_expression import StepMatcher4CucumberExpressions
from behave.runner_util import load_step_modules
from behave.step_registry import registry

from support.reporting.definitions import (
    KEYWORDS,
    Argument,
    Definition,
    Sentence,
    overlapping_definitions,
    recombined,
    sentences,
    steps_out_of_form,
    unused_definitions,
)
from support.reporting.written import read_features
from tests.unit.guards.asserting import assert_none

STEPS = Path("steps")
ENVIRONMENT = Path("environment.py")
STEP_FILES = sorted(STEPS.glob("*.py"))


@dataclass(frozen=True)
class Vocabulary:
    """Hold what can be said, and what is said."""

    definitions: tuple[Definition, ...]
    spoken: tuple[Sentence, ...]


@pytest.fixture(scope="module")
def vocabulary() -> Iterator[Vocabulary]:
    """Load environment and steps as behave does, read the features, and forget it all again."""
    _forget()
    environment = runpy.run_path(str(ENVIRONMENT), run_name="environment")
    load_step_modules([str(STEPS)])
    definitions = tuple(_definition(step) for steps in registry.steps.values() for step in steps)
    closing = Sentence(str(ENVIRONMENT), "then", environment["CLOSING_SENTENCE"])
    yield Vocabulary(definitions, (*sentences(read_features()), closing))
    _forget()


def _forget() -> None:
    registry.clear()
    StepMatcher4CucumberExpressions.TYPE_REGISTRY.clear()


def _definition(step: Any) -> Definition:
    def read(text: str) -> tuple[Argument, ...] | None:
        found = step.cucumber_expression.match(text)
        return None if found is None else tuple(_argument(argument) for argument in found)

    return Definition(str(step.location), step.step_type, step.pattern, read)


def _argument(argument: Any) -> Argument:
    group = argument.group
    return Argument(argument.parameter_type.name, group.start, group.end, group.value)


def test_every_sentence_has_a_step() -> None:
    """A dry run of behave finds no undefined step."""
    dry = [sys.executable, "-m", "behave", "--dry-run", "--format", "null", "--no-color"]
    run = subprocess.run(dry, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_step_loads(vocabulary: Vocabulary) -> None:
    """A definition that behave cannot read is only printed, never reported."""
    assert vocabulary.definitions
    assert registry.error_handler.bad_step_definitions == []


def test_every_step_is_a_fact_an_act_or_an_observation(vocabulary: Vocabulary) -> None:
    """A step for any keyword would blur the three."""
    assert {definition.keyword for definition in vocabulary.definitions} == set(KEYWORDS)


def test_every_step_is_used(vocabulary: Vocabulary) -> None:
    """The vocabulary is closed: what nobody says goes."""
    assert_none(unused_definitions(vocabulary.definitions, vocabulary.spoken))


def test_every_sentence_has_one_meaning(vocabulary: Vocabulary) -> None:
    """Of two definitions that fit, behave takes the first and says nothing."""
    assert_none(overlapping_definitions(vocabulary.definitions, vocabulary.spoken))


def test_every_sentence_that_could_be_said_has_one_meaning(vocabulary: Vocabulary) -> None:
    """Patterns do not overlap for any of the words that the features use."""
    possible = recombined(vocabulary.definitions, vocabulary.spoken)
    assert_none(overlapping_definitions(vocabulary.definitions, possible))


@pytest.mark.parametrize("file", STEP_FILES, ids=str)
def test_every_step_is_one_call(file: Path) -> None:
    """No loop, no decision, no cloud; a docstring for the catalogue of sentences."""
    assert_none(steps_out_of_form(file.read_text(encoding="utf-8"), str(file)))
