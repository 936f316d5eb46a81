"""The description that a scenario has in the report, as Markdown: shown without a click."""

import shlex
from collections.abc import Iterator, Mapping

from behave.model import Scenario, Step
from behave.model_describe import ModelDescriptor

from support.reporting.naming import PlaceOf, places
from support.settings import REPEATED

INDENT = "  "


def description(scenario: Scenario, place_of: PlaceOf, settings: Mapping[str, str]) -> str:
    """Return a scenario's prose, what it proves, its tables, and the command that repeats it."""
    clauses = [f"- {place.story}" for place in places(scenario.tags, place_of)]
    parts = (
        f"**{scenario.feature.name}**",
        "\n".join([*scenario.feature.description, "", *scenario.description]).strip(),
        "Proves:\n\n" + "\n".join(clauses) if clauses else "",
        "As written:\n\n" + fenced(as_written(scenario)) if _has_details(scenario) else "",
        "Repeat it with:\n\n" + fenced(repeat_command(scenario, settings)),
    )
    return "\n\n".join(part for part in parts if part)


def repeat_command(scenario: Scenario, settings: Mapping[str, str]) -> str:
    """Return the one command that runs a scenario again with the same values."""
    known = [(name, settings[name]) for name in REPEATED if name in settings]
    told = [f"-D {name}={shlex.quote(value)}" for name, value in known]
    return " ".join(["python -m behave", f"{scenario.filename}:{scenario.line}", *told])


def as_written(scenario: Scenario) -> str:
    """Return the steps of a scenario with their tables and texts."""
    return "\n".join(line for step in scenario.all_steps for line in _step(step))


def fenced(text: str) -> str:
    """Return text as a block of code, whatever is in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _has_details(scenario: Scenario) -> bool:
    return any(step.table or step.text for step in scenario.all_steps)


def _step(step: Step) -> Iterator[str]:
    yield f"{step.keyword} {step.name}"
    if step.text:
        yield ModelDescriptor.describe_docstring(step.text, INDENT).rstrip()
    if step.table:
        yield ModelDescriptor.describe_table(step.table, INDENT).rstrip()
