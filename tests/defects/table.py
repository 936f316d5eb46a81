"""The table of the defects, for people and for programs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.defects.verdict import Outcome, Verdict

SHOWN_SCENARIOS = 3
SHOWN_CHARACTERS = 200
HEADINGS = ("defect", "what is wrong", "sort", "caught by", "what the message said")


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Return the table in Markdown, a line a defect, with a sentence before it."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(_row(each) for each in outcomes)]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(["# Defects", "", summary(outcomes), "", *lines, ""])


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return in one sentence how many defects were caught."""
    caught = sum(each.verdict is Verdict.CAUGHT for each in outcomes)
    return (
        f"{caught} of {len(outcomes)} defects were caught, with a message that says what happened."
    )


def write(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write the table into a folder, as defects.md and defects.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "defects.md").write_text(markdown(outcomes), encoding="utf-8")
    text = json.dumps([_document(each) for each in outcomes], ensure_ascii=False, indent=2)
    (folder / "defects.json").write_text(text + "\n", encoding="utf-8")


def line(outcome: Outcome) -> str:
    """Return what became of one defect, for the console."""
    return f"{outcome.verdict}: {_shortened(outcome.said) or 'nothing was said'}"


def _row(outcome: Outcome) -> tuple[str, ...]:
    defect = outcome.defect
    caught = [_shortened(name) for name in outcome.caught_by[:SHOWN_SCENARIOS]]
    if more := len(outcome.caught_by) - SHOWN_SCENARIOS:
        caught += [f"and {more} more"] if more > 0 else []
    by = "; ".join(caught) if outcome.verdict is Verdict.CAUGHT else f"**{outcome.verdict}**"
    return defect.name, defect.wrong, f"{defect.way}, {defect.sort}", by, _shortened(outcome.said)


def _document(outcome: Outcome) -> Mapping[str, Any]:
    defect = outcome.defect
    return {
        "defect": defect.name,
        "wrong": defect.wrong,
        "way": defect.way,
        "sort": defect.sort,
        "clauses": defect.clauses,
        "verdict": outcome.verdict,
        "caught_by": outcome.caught_by,
        "said": outcome.said,
        "seconds": round(outcome.seconds, 1),
    }


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_CHARACTERS else f"{flat[:SHOWN_CHARACTERS]}..."
