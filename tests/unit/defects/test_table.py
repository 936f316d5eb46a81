"""The table of the defects."""

import json
from pathlib import Path

from tests.defects.table import markdown, write
from tests.defects.verdict import Outcome, Verdict
from tests.unit.defects.test_verdict import DEFECT

CAUGHT = Outcome(DEFECT, Verdict.CAUGHT, ("One", "Two", "Three", "Four"), "lost: a | b", 2.04)
MISSED = Outcome(DEFECT, Verdict.UNCAUGHT, (), "", 1.0)


def test_the_table_has_a_line_for_each_defect() -> None:
    """An uncaught one stands out."""
    by = "One; Two; Three; and 1 more"
    assert markdown([CAUGHT, MISSED]).splitlines() == [
        "# Defects",
        "",
        "1 of 2 defects were caught, with a message that says what happened.",
        "",
        "| defect | what is wrong | sort | caught by | what the message said |",
        "| --- | --- | --- | --- | --- |",
        f"| bus-loses-it | It is lost. | wire, drops | {by} | lost: a \\| b |",
        "| bus-loses-it | It is lost. | wire, drops | **uncaught** |  |",
    ]


def test_programs_get_everything(tmp_path: Path) -> None:
    """Nothing is shortened for them."""
    write([CAUGHT], tmp_path)
    assert json.loads((tmp_path / "defects.json").read_text("utf-8")) == [
        {
            "defect": "bus-loses-it",
            "wrong": "It is lost.",
            "way": "wire",
            "sort": "drops",
            "clauses": ["1.1.1"],
            "verdict": "caught",
            "caught_by": ["One", "Two", "Three", "Four"],
            "said": "lost: a | b",
            "seconds": 2.0,
        }
    ]
    assert (tmp_path / "defects.md").read_text("utf-8") == markdown([CAUGHT])
