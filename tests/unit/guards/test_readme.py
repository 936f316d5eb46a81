"""The guards over what the README lists: every sentence that can be said, every need, no other."""

import re
from pathlib import Path

from pydantic.fields import FieldInfo

from support.acts import ACTS
from support.crm.port import Pretence
from support.faults.deliveries import Spoiling
from support.faults.hardships import Hardship, Moment, Refusal
from support.faults.recovery import Projection
from support.faults.routes import Breakage
from support.faults.sequel import Sequel
from support.flaws import Flaw
from support.isolation.likeness import Likeness
from support.isolation.requests import Request
from support.operation.endings import Ending
from support.settings import Settings
from support.targets.capabilities import markdown
from support.vocabulary import COLUMNS, SPECIAL

DEFINITION = re.compile(r'^@(given|when|then)\("(.+)"\)$', re.MULTILINE)
NEED = re.compile(r"\| `@needs-\w")
LISTED = re.compile(r"^\| (Given|When|Then) `(.+?)` \| \S", re.MULTILINE)


def test_the_readme_lists_every_sentence() -> None:
    """A product owner can look up what can be said, without reading code."""
    defined = [
        (keyword, pattern)
        for file in Path("steps").glob("*.py")
        for keyword, pattern in DEFINITION.findall(file.read_text("utf-8"))
    ]
    listed = LISTED.findall(Path("README.md").read_text("utf-8"))
    assert sorted((keyword.lower(), pattern) for keyword, pattern in listed) == sorted(defined)


def test_the_readme_lists_every_word() -> None:
    """A newcomer writes a scenario with nothing but the README."""
    readme = Path("README.md").read_text("utf-8")
    headings = [f"`{heading}`" for heading in COLUMNS]
    verbs = [act.phrase(act.present) for act in ACTS]
    said = (Flaw, Likeness, Request, Ending, Pretence, Sequel, Spoiling, Breakage, Projection)
    suffered = (Hardship, Moment, Refusal)
    quoted = [f'"{each.value}"' for words in (*said, *suffered) for each in words]
    words = (*headings, *verbs, *quoted, *SPECIAL)
    assert [word for word in words if word and word not in " ".join(readme.split())] == []


def test_the_readme_lists_every_setting() -> None:
    """With what holds where nobody says anything."""
    rows = [
        f"| `{name}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    assert "\n".join(rows) in Path("README.md").read_text("utf-8"), rows


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "made up"
    value = {None: "none", False: "no"}.get(field.default, field.default)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_readme_says_what_the_local_targets_can_carry() -> None:
    """The table is generated; nobody mends it by hand."""
    rows = [line for line in Path("README.md").read_text("utf-8").splitlines() if NEED.match(line)]
    advice = "put into the README what `python -m support capabilities` prints"
    assert rows == [row for row in markdown().splitlines() if NEED.match(row)], advice
    assert markdown() in Path("README.md").read_text("utf-8"), advice
