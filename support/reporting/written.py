"""Features as they are written: read with behave's own parser, never run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from behave.model import Feature, Scenario, ScenarioOutline, Step, Table
from behave.parser import parse_feature

FEATURES = Path("features")


@dataclass(frozen=True)
class WrittenStep:
    """Hold a step: its keyword (given, when, then), its sentence, its table's and text's words."""

    keyword: str
    sentence: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class WrittenScenario:
    """Hold a scenario, or an outline as one scenario that has the steps of all its rows."""

    place: str
    name: str
    tags: frozenset[str]
    description: tuple[str, ...]
    steps: tuple[WrittenStep, ...]
    examples: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Give every text that a reader of the scenario sees, except tags."""
        return (self.name, *self.description, *_words(self.steps), *self.examples)


@dataclass(frozen=True)
class WrittenFeature:
    """Hold a feature file."""

    path: Path
    name: str
    tags: frozenset[str]
    description: tuple[str, ...]
    background: tuple[WrittenStep, ...]
    scenarios: tuple[WrittenScenario, ...]
    rules: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Give every text that a reader sees above the scenarios, except tags."""
        return (self.name, *self.description, *self.rules, *_words(self.background))


def read_features(folder: Path = FEATURES) -> tuple[WrittenFeature, ...]:
    """Read every feature file below a folder, in the order of their paths."""
    paths = sorted(folder.rglob("*.feature"))
    return tuple(read_feature(path) for path in paths)


def read_feature(path: Path) -> WrittenFeature:
    """Read one feature file; behave's ParserError tells what is wrong with its form."""
    feature: Feature = parse_feature(path.read_text(encoding="utf-8"), filename=str(path))
    if feature is None:
        return WrittenFeature(path, "", frozenset(), (), (), (), ())
    return WrittenFeature(
        path=path,
        name=feature.name,
        tags=_tags(feature),
        description=tuple(feature.description),
        background=_steps(feature.background.steps if feature.background else ()),
        scenarios=tuple(_scenario(path, scenario) for scenario in _all_scenarios(feature)),
        rules=tuple(rule.name for rule in feature.rules),
    )


def _all_scenarios(feature: Feature) -> Iterator[Scenario]:
    yield from feature.scenarios
    for rule in feature.rules:
        yield from rule.scenarios


def _scenario(path: Path, scenario: Scenario) -> WrittenScenario:
    is_outline = isinstance(scenario, ScenarioOutline)
    runs = scenario.scenarios if is_outline else (scenario,)
    examples = scenario.examples if is_outline else ()
    return WrittenScenario(
        place=f"{path}:{scenario.line}",
        name=scenario.name,
        tags=_tags(scenario, *examples),
        description=tuple(scenario.description),
        steps=_steps(step for run in runs for step in run.steps),
        examples=tuple(word for e in examples for word in (e.name, *_cells(e.table))),
    )


def _tags(*tagged: Any) -> frozenset[str]:
    return frozenset(str(tag) for statement in tagged for tag in statement.tags)


def _steps(steps: Iterable[Step]) -> tuple[WrittenStep, ...]:
    return tuple(
        WrittenStep(step.step_type, step.name, (*_cells(step.table), str(step.text or "")))
        for step in steps
    )


def _cells(table: Table | None) -> Iterator[str]:
    if table is not None:
        yield from table.headings
        yield from (cell for row in table.rows for cell in row.cells)


def _words(steps: Iterable[WrittenStep]) -> Iterator[str]:
    return (word for step in steps for word in (step.sentence, *step.details))
