"""The guard over the defects: each can be told, planted, and held against clauses that exist."""

from collections import Counter
from pathlib import Path

import pytest

from support.reporting.prd import load_requirements
from tests.defects.defect import Defect
from tests.defects.registry import CODE, DEFECTS, WIRE

REQUIREMENTS = load_requirements()
FEWEST = 40
FAST = range(5, 9)


def test_each_defect_has_a_name_of_its_own() -> None:
    """Of two with one name only the last could be run."""
    counted = Counter(defect.name for defect in (*CODE, *WIRE))
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_names_clauses_that_scenarios_prove(defect: Defect) -> None:
    """No scenario of a planned clause could go red."""
    clauses = [REQUIREMENTS.clauses.get(f"prd-{number}") for number in defect.clauses]
    assert clauses
    assert [clause for clause in clauses if clause is None or clause.planned] == []


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_says_what_is_wrong_and_what_must_be_said(defect: Defect) -> None:
    """Its sentence is read in a table, by people."""
    assert defect.wrong.endswith(".")
    assert "\n" not in defect.wrong
    assert all(word.strip() for word in defect.says)
    assert defect.says


def test_the_defects_are_many_and_the_fast_ones_few() -> None:
    """All are for whoever changes the suite, the fast ones for every push."""
    assert len(DEFECTS) >= FEWEST
    assert len([defect for defect in DEFECTS.values() if defect.fast]) in FAST


def test_the_readme_counts_the_defects() -> None:
    """Its numbers are the true ones."""
    readme = " ".join(Path("README.md").read_text("utf-8").split())
    assert f"{len(DEFECTS)} of them, {len(CODE)} in the reference CRM (" in readme
    assert f") and {len(WIRE)} between it and AWS" in readme


def test_defects_are_in_the_code_and_on_the_wire() -> None:
    """A proxy cannot decide wrongly, and a patch cannot lose an answer."""
    ways = Counter(defect.way for defect in DEFECTS.values())
    assert ways.keys() == {"code", "wire"}
    assert min(ways.values()) >= FEWEST // 2
