"""What a scenario is called in the report: its title, its identity, its place in the PRD."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from behave.model import Feature, Scenario, ScenarioOutlineBuilder

from support.reporting.prd import Requirements, load_requirements

REQUIREMENT = "prd-"
NO_REQUIREMENT = "Without a requirement"


@dataclass(frozen=True)
class Place:
    """Say where a requirement stands: its chapter, its section, its own number and words."""

    epic: str
    feature: str
    story: str


PlaceOf: TypeAlias = Callable[[str], Place | None]
LabelPair: TypeAlias = tuple[str, str]


def place_in_prd(path: Path) -> PlaceOf:
    """Return what finds the place of a requirement tag; without a document it finds nothing."""
    requirements = load_requirements(path) if path.exists() else Requirements({}, {}, {})
    return partial(_place, requirements)


def _place(requirements: Requirements, tag: str) -> Place | None:
    number = tag.removeprefix(REQUIREMENT)
    if tag in requirements.clauses:
        return Place(*requirements.titles(tag))
    if number in requirements.sections:
        section = requirements.sections[number]
        return Place(requirements.chapters[number.partition(".")[0]], section, section)
    return None


def title(scenario: Scenario) -> str:
    """Return a scenario's name; that of an outline's row says which row in words, not `@1.1`."""
    row = row_of(scenario)
    if not row:
        return str(scenario.name or scenario.keyword)
    template = str(scenario.parent.name)
    rendered = str(ScenarioOutlineBuilder.render_template(template, row))
    return f"{rendered} ({', '.join(row.values())})" if rendered == template else rendered


def row_of(scenario: Scenario) -> dict[str, str]:
    """Return the headings and cells of an outline's row; empty for any other scenario."""
    row = scenario._row  # noqa: SLF001 - behave has no other door to it
    return {} if row is None else dict(zip(row.headings, row.cells, strict=True))


def identity(scenario: Scenario) -> tuple[str, ...]:
    """Return what tells a scenario from all others; its line does not, because lines move."""
    cells = (f"{heading}={cell}" for heading, cell in row_of(scenario).items())
    return (scenario.filename, title(scenario), *cells)


def labels(
    scenario: Scenario, place_of: PlaceOf, settings: Mapping[str, str]
) -> Iterator[LabelPair]:
    """Yield a scenario's chapter and section, its clauses, its other tags, and its seed."""
    clauses = places(scenario.tags, place_of)
    yield from home(scenario.feature, clauses, place_of)
    yield from (("story", clause.story) for clause in clauses)
    others = dict.fromkeys([*scenario.feature.tags, *scenario.tags])
    yield from (("tag", shown(tag)) for tag in others if not tag.startswith(REQUIREMENT))
    if "seed" in settings:
        yield "seed", settings["seed"]


def home(feature: Feature, clauses: Sequence[Place], place_of: PlaceOf) -> Iterator[LabelPair]:
    """Yield one chapter and one section: with more of them the report's tree would cross them."""
    place = next(iter([*places(feature.tags, place_of), *clauses]), None)
    yield "epic", place.epic if place else NO_REQUIREMENT
    yield "feature", place.feature if place else str(feature.name)


def shown(tag: str) -> str:
    """Return a tag as words: it cannot hold spaces, so that `_` stands for one."""
    return tag.replace("_", " ")


def places(tags: Iterable[str], place_of: PlaceOf) -> list[Place]:
    """Return the places of those tags that name a requirement."""
    return [place for tag in tags if (place := place_of(tag))]
