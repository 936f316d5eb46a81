"""Who proves what: the PRD's clauses, the features' tags, and where the two part.

Each guard is pure and answers with findings; no finding means that all is well.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from support.reporting.findings import Finding, Findings
from support.reporting.prd import Requirements
from support.reporting.written import WrittenFeature, WrittenScenario

README = Path("README.md")
CHAPTERS = {
    "guarantees": "1",
    "entities": "2",
    "workflows": "3",
    "failures": "4",
    "recovery": "5",
    "operation": "6",
}

_TAG_ROW = re.compile(r"^\|\s*`@(?P<tag>[^`\s]+)`")

Features = Sequence[WrittenFeature]


def tags_without_clause(requirements: Requirements, features: Features) -> Findings:
    """Find scenarios that claim to prove a clause that the PRD does not have."""
    return tuple(
        Finding(scenario.place, f"@{tag} names no clause", "correct the tag, or write the clause")
        for scenario in scenarios(features)
        for tag in _requirement_tags(scenario.tags)
        if tag not in requirements.clauses
    )


def scenarios_without_clause(features: Features) -> Findings:
    """Find scenarios that prove nothing that was promised."""
    return tuple(
        Finding(scenario.place, "the scenario names no clause", "tag it with what it proves")
        for scenario in scenarios(features)
        if not _requirement_tags(scenario.tags)
    )


def clauses_without_scenario(requirements: Requirements, features: Features) -> Findings:
    """Find promises that no scenario proves, those that are only planned aside."""
    proved = _proved(features)
    return tuple(
        Finding(f"PRD {clause.number}", "no scenario proves it", f"write one that does @{tag}")
        for tag, clause in requirements.clauses.items()
        if not clause.planned and tag not in proved
    )


def planned_clauses_with_scenario(requirements: Requirements, features: Features) -> Findings:
    """Find clauses that are still called planned although a scenario proves them."""
    proved = _proved(features)
    return tuple(
        Finding(f"PRD {clause.number}", "it is planned, yet a scenario proves it", "unmark it")
        for clause in requirements.planned
        if clause.tag in proved
    )


def features_in_wrong_section(requirements: Requirements, features: Features) -> Findings:
    """Find features without exactly one section, and those in another chapter's folder."""
    return tuple(
        Finding(str(feature.path), problem, "give it the tag of its one section")
        for feature in features
        for problem in _section_problems(requirements, feature)
    )


def _section_problems(requirements: Requirements, feature: WrittenFeature) -> Iterator[str]:
    tags = _requirement_tags(feature.tags)
    if len(tags) != 1:
        yield f"the feature has {len(tags)} requirement tags"
    for tag in tags:
        if tag not in requirements.section_tags:
            yield f"@{tag} names no section"
        elif tag.partition("-")[2].partition(".")[0] != CHAPTERS.get(feature.path.parent.name):
            yield f"@{tag} is of another chapter than the folder {feature.path.parent.name}/"


def unknown_tags(known: Collection[str], features: Features) -> Findings:
    """Find tags that the README's table does not explain."""
    return tuple(
        Finding(place, f"nobody knows @{tag}", "correct it, or explain it in the README's table")
        for place, tags in _all_tags(features)
        for tag in sorted(tags)
        if not any(fnmatchcase(tag, pattern) for pattern in known)
    )


def tag_table(readme: str) -> tuple[str, ...]:
    """Read the tags, without @, of the README's table: rows that begin "| `@tag`"."""
    rows = (_TAG_ROW.match(line) for line in readme.splitlines())
    return tuple(row["tag"] for row in rows if row)


def coverage_sentence(requirements: Requirements) -> str:
    """Count the clauses, in the words that the README uses."""
    planned, clauses = len(requirements.planned), len(requirements.clauses)
    return f"{clauses - planned} of the {clauses} clauses are proved; planned: {planned}."


def event_types_without_scenario(event_types: Iterable[str], features: Features) -> Findings:
    """Find event types that no step or table of any scenario names."""
    named = {
        word
        for scenario in scenarios(features)
        for text in scenario.words
        for word in re.findall(r"\w+", text)
    }
    return tuple(
        Finding(event_type, "no scenario names this event type", "write one that expects it")
        for event_type in event_types
        if event_type not in named
    )


def scenarios(features: Features) -> Iterator[WrittenScenario]:
    """Give all scenarios, an outline once, in the order of files and lines."""
    return (scenario for feature in features for scenario in feature.scenarios)


def _all_tags(features: Features) -> Iterator[tuple[str, frozenset[str]]]:
    for feature in features:
        yield str(feature.path), feature.tags
        yield from ((scenario.place, scenario.tags) for scenario in feature.scenarios)


def _requirement_tags(tags: Iterable[str]) -> list[str]:
    return sorted(tag for tag in tags if tag.startswith("prd-"))


def _proved(features: Features) -> frozenset[str]:
    return frozenset(tag for scenario in scenarios(features) for tag in scenario.tags)
