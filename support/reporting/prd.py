"""The requirements as they are written in features/PRD.md, and the clauses that tags name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PRD = Path("features/PRD.md")

_CHAPTER = re.compile(r"^## (?P<title>(?P<number>\d+) .+)$")
_SECTION = re.compile(r"^### (?P<title>(?P<number>\d+\.\d+) .+)$")
_CLAUSE = re.compile(
    r"^- \*\*(?P<number>\d+\.\d+\.\d+)\*\* (?P<planned>\*\(planned\)\* )?(?P<words>[^\s*].*)$"
)
_LIKE_A_CLAUSE = re.compile(r"^\s*[-*] \*\*\d")


class MalformedRequirementsError(ValueError):
    """Say which line of the PRD breaks its form, and how."""


@dataclass(frozen=True)
class Clause:
    """Hold one promise: its number, its words, and where it stands."""

    number: str
    words: str
    chapter: str
    section: str
    planned: bool

    @property
    def tag(self) -> str:
        """Give the tag, without @, of a scenario that proves the clause."""
        return f"prd-{self.number}"


@dataclass(frozen=True)
class Requirements:
    """Hold the whole PRD: titles of chapters and sections by number, clauses by tag."""

    chapters: Mapping[str, str]
    sections: Mapping[str, str]
    clauses: Mapping[str, Clause]

    @property
    def planned(self) -> tuple[Clause, ...]:
        """Give the clauses that no scenario proves yet."""
        return tuple(clause for clause in self.clauses.values() if clause.planned)

    @property
    def section_tags(self) -> frozenset[str]:
        """Give the tags, without @, that a feature can have for its section."""
        return frozenset(f"prd-{number}" for number in self.sections)

    def titles(self, tag: str) -> tuple[str, str, str]:
        """Say chapter, section and clause ("2.1.3 words") of a tag; KeyError if there is none."""
        clause = self.clauses[tag]
        return clause.chapter, clause.section, f"{clause.number} {clause.words}"


def load_requirements(path: Path = PRD) -> Requirements:
    """Read the PRD from its file."""
    return parse_requirements(path.read_text(encoding="utf-8"))


def parse_requirements(text: str) -> Requirements:
    """Read the PRD from its text; raise MalformedRequirementsError where a line breaks its form."""
    lines = text.splitlines()
    chapters, sections = _titles(_CHAPTER, lines), _titles(_SECTION, lines)
    clauses: dict[str, Clause] = {}
    for clause in _clauses(lines, chapters, sections):
        if clause.tag in clauses:
            raise MalformedRequirementsError(f"clause {clause.number} is there twice: renumber one")
        clauses[clause.tag] = clause
    return Requirements(chapters, sections, clauses)


def _titles(pattern: re.Pattern[str], lines: list[str]) -> dict[str, str]:
    matches = (pattern.match(line) for line in lines)
    return {match["number"]: match["title"] for match in matches if match}


def _clauses(
    lines: list[str], chapters: Mapping[str, str], sections: Mapping[str, str]
) -> Iterator[Clause]:
    section = ""
    for line in lines:
        if heading := _SECTION.match(line):
            section = heading["number"]
        if _LIKE_A_CLAUSE.match(line):
            yield _clause(line, section, chapters, sections)


def _clause(
    line: str, section: str, chapters: Mapping[str, str], sections: Mapping[str, str]
) -> Clause:
    match = _CLAUSE.match(line)
    if match is None:
        raise MalformedRequirementsError(f"{line!r} must read: - **1.2.3** [*(planned)* ]words")
    number = match["number"]
    if number.rpartition(".")[0] != section:
        raise MalformedRequirementsError(f"clause {number} stands in section {section or '(none)'}")
    chapter = chapters[section.partition(".")[0]]
    return Clause(number, match["words"], chapter, sections[section], bool(match["planned"]))
