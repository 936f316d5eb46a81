"""The PRD itself: its form, its numbers, and that it forgets nothing of the contract."""

import re
from itertools import groupby

import pytest

from support.contract.catalogue import Catalogue
from support.reporting.prd import (
    PRD,
    Clause,
    MalformedRequirementsError,
    load_requirements,
    parse_requirements,
)

REQUIREMENTS = load_requirements()
MACHINERY = r"\b(?:AWS|SQS|DynamoDB|EventBridge|Lambda|ARN|queues?|streams?|shards?|stacks?|bus)\b"
SMALL = """
## 2 Entities
### 2.1 Account
- **2.1.1** The name is required.
- **2.1.2** *(planned)* The owner is required.
"""


def test_a_clause_knows_its_words_and_where_it_stands() -> None:
    """The report groups scenarios by chapter, section and clause."""
    read = parse_requirements(SMALL)
    name = Clause("2.1.1", "The name is required.", "2 Entities", "2.1 Account", planned=False)
    owner = Clause("2.1.2", "The owner is required.", "2 Entities", "2.1 Account", planned=True)
    assert read.clauses == {"prd-2.1.1": name, "prd-2.1.2": owner}
    assert read.planned == (owner,)
    assert read.section_tags == {"prd-2.1"}
    assert read.titles("prd-2.1.1") == ("2 Entities", "2.1 Account", "2.1.1 The name is required.")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("- **2.1.1** Again.", "clause 2.1.1 is there twice"),
        ("- **2.2.1** Elsewhere.", "clause 2.2.1 stands in section 2.1"),
        ("- **2.1** Too short.", "must read"),
        ("- **2.1.3**", "must read"),
        ("- **2.1.3** *(later)*", "must read"),
    ],
)
def test_a_clause_out_of_form_is_refused(line: str, words: str) -> None:
    """A clause that is not understood would be proved by nobody, and missed by nobody."""
    with pytest.raises(MalformedRequirementsError, match=re.escape(words)):
        parse_requirements(SMALL + line)


def test_a_clause_before_the_first_section_is_refused() -> None:
    """Every clause belongs to a section."""
    with pytest.raises(MalformedRequirementsError, match="stands in section \\(none\\)"):
        parse_requirements("- **1.1.1** Lost.")


def test_the_prd_has_its_six_chapters_and_their_sections() -> None:
    """The numbers that tags use are those of the agreed document."""
    sections: dict[str, int] = {
        chapter: len(list(numbers))
        for chapter, numbers in groupby(REQUIREMENTS.sections, lambda n: n.partition(".")[0])
    }
    assert sections == {"1": 9, "2": 7, "3": 6, "4": 11, "5": 4, "6": 3}
    assert [*REQUIREMENTS.chapters] == [*sections]


def test_the_clauses_of_a_section_are_in_order() -> None:
    """Numbers never change; a gap is a clause that was dropped."""
    numbers = [_key(clause.number) for clause in REQUIREMENTS.clauses.values()]
    assert numbers == sorted(numbers)


def test_what_is_planned_belongs_to_what_is_still_to_come() -> None:
    """Chapters 1 to 3 are proved."""
    sections = {clause.section.split()[0] for clause in REQUIREMENTS.planned}
    assert all(number > "4" for number in sections)


@pytest.mark.parametrize("event_type", Catalogue().event_types())
def test_every_event_type_has_a_clause_of_its_own(event_type: str) -> None:
    """Chapter 2 says of each event when it is published and what it carries."""
    publishing = re.compile(rf"\bpublish(?:es)? {event_type}\b")
    clauses = [c for tag, c in REQUIREMENTS.clauses.items() if tag.startswith("prd-2.")]
    assert len([clause for clause in clauses if publishing.search(clause.words)]) == 1


def test_the_prd_speaks_of_no_machinery_before_its_last_chapter() -> None:
    """Product owners read it; only the operation of the suite is about machinery."""
    before = PRD.read_text(encoding="utf-8").partition("\n## 6 ")[0]
    assert re.findall(MACHINERY, before, re.IGNORECASE) == []


def _key(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))
