"""Each guard fires on a small tree that breaks its rule, and on no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.reporting import style, traceability
from support.reporting.findings import Finding
from support.reporting.prd import parse_requirements
from support.reporting.written import WrittenFeature, read_feature, read_features

REQUIREMENTS = parse_requirements("""
## 1 Guarantees
### 1.1 Delivery
- **1.1.1** Every change is published.
## 2 Entities
### 2.1 Account
- **2.1.1** The name is required.
- **2.1.2** *(planned)* The owner is required.
""")
KNOWN = ("prd-*", "smoke")
SOUND = """@prd-2.1
Feature: Accounts
  Everything hangs on them.

  @prd-1.1.1 @smoke
  Scenario: An account is published
    When Kim creates account "Acme"
    Then the audit trail has received exactly:
      | event          |
      | AccountCreated |

  @prd-2.1.1
  Scenario Outline: A name like <name> is refused
    When Kim creates account "<name>"
    Then it is refused as "invalid name"

    Examples:
      | name    |
      | (blank) |
# the last line
"""
LAST = "# the last line\n"

Guard = Callable[[tuple[WrittenFeature, ...]], tuple[Finding, ...]]
GUARDS: dict[str, Guard] = {
    "tags without clause": lambda f: traceability.tags_without_clause(REQUIREMENTS, f),
    "scenarios without clause": traceability.scenarios_without_clause,
    "clauses without scenario": lambda f: traceability.clauses_without_scenario(REQUIREMENTS, f),
    "planned with scenario": lambda f: traceability.planned_clauses_with_scenario(REQUIREMENTS, f),
    "wrong section": lambda f: traceability.features_in_wrong_section(REQUIREMENTS, f),
    "unknown tags": lambda f: traceability.unknown_tags(KNOWN, f),
    "event types": lambda f: traceability.event_types_without_scenario(["AccountCreated"], f),
    "duplicate names": style.duplicate_names,
    "nameless": style.nameless,
    "no steps": style.scenarios_without_steps,
    "stray lines": style.stray_lines,
    "rules": style.rules,
    "infrastructure": style.infrastructure_words,
}
MORE = """
  Scenario: More
    Given tenant Acme
"""
AGAIN = """
  @prd-2.1.1
  Scenario: An account is published
    Given tenant Acme
"""


def _tree(folder: Path, text: str, chapter: str = "entities") -> tuple[WrittenFeature, ...]:
    path = folder / chapter / "some.feature"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return read_features(folder)


def _fired(features: tuple[WrittenFeature, ...]) -> dict[str, list[str]]:
    found = {
        name: [finding.problem for finding in guard(features)] for name, guard in GUARDS.items()
    }
    return {name: problems for name, problems in found.items() if problems}


def test_no_guard_fires_on_a_sound_tree(tmp_path: Path) -> None:
    """The guards have no false alarms."""
    assert _fired(_tree(tmp_path, SOUND)) == {}


@pytest.mark.parametrize(
    ("guard", "old", "new", "problem"),
    [
        ("tags without clause", "@smoke", "@prd-9.9.9", "@prd-9.9.9 names no clause"),
        ("scenarios without clause", LAST, MORE, "the scenario names no clause"),
        ("clauses without scenario", "@prd-1.1.1", "@prd-2.1.1", "no scenario proves it"),
        (
            "planned with scenario",
            "@smoke",
            "@prd-2.1.2",
            "it is planned, yet a scenario proves it",
        ),
        ("wrong section", "@prd-2.1\n", "\n", "the feature has 0 requirement tags"),
        ("wrong section", "@prd-2.1\n", "@prd-2.1.1\n", "@prd-2.1.1 names no section"),
        ("unknown tags", "@smoke", "@smoky", "nobody knows @smoky"),
        ("unknown tags", "    Examples", "    @odd\n    Examples", "nobody knows @odd"),
        ("event types", "AccountCreated", "Opened", "no scenario names this event type"),
        ("nameless", "  Everything hangs on them.\n", "", "it has no prose"),
        ("nameless", " Accounts\n", "\n", "it has no title"),
        ("nameless", "An account is published", "", "it has no title"),
        ("no steps", "      | (blank) |\n", "", "the scenario runs no step"),
        ("no steps", LAST, "\n  @prd-2.1.1\n  Scenario: More\n", "the scenario runs no step"),
        ("stray lines", "When Kim", "Wen Kim", "'Wen Kim creates account \"Acme\"' is no step"),
        ("rules", LAST, "\n  Rule: Names\n", "it has Rule: Names"),
        ("infrastructure", "Everything", "A QUEUE", "'QUEUE' is a word of the machinery"),
        ("infrastructure", "| event  ", "| stream ", "'stream' is a word of the machinery"),
        ("infrastructure", "it is refused", "it waits", "'waits' is a word of the machinery"),
        ("infrastructure", "(blank)", " JSON  ", "'JSON' is a word of the machinery"),
    ],
)
def test_a_guard_fires_on_what_it_is_for_and_no_other_does(
    guard: str, old: str, new: str, problem: str, tmp_path: Path
) -> None:
    """One mistake makes one finding, so that a reader knows what to do."""
    assert old in SOUND
    assert _fired(_tree(tmp_path, SOUND.replace(old, new, 1))) == {guard: [problem]}


def test_a_feature_has_one_section_only(tmp_path: Path) -> None:
    """Two promises are two features."""
    text = SOUND.replace("@prd-2.1\n", "@prd-2.1 @prd-2.2\n", 1)
    problems = ["the feature has 2 requirement tags", "@prd-2.2 names no section"]
    assert _fired(_tree(tmp_path, text)) == {"wrong section": problems}


def test_both_places_of_a_double_name_are_found(tmp_path: Path) -> None:
    """The reader decides which of the two to rename."""
    text = SOUND + AGAIN
    problem = "'An account is published' is there 2 times"
    assert _fired(_tree(tmp_path, text)) == {"duplicate names": [problem, problem]}


def test_a_feature_in_the_folder_of_another_chapter_is_found(tmp_path: Path) -> None:
    """Folders and chapters go together."""
    problem = "@prd-2.1 is of another chapter than the folder workflows/"
    assert _fired(_tree(tmp_path, SOUND, "workflows")) == {"wrong section": [problem]}


def test_scenarios_inside_a_rule_are_seen_by_the_other_guards(tmp_path: Path) -> None:
    """What is in the wrong place is not invisible."""
    inside = SOUND + "\n  Rule: Names\n" + AGAIN
    assert _fired(_tree(tmp_path, inside)).keys() == {"rules", "duplicate names"}


def test_features_about_the_operation_may_speak_of_the_machinery(tmp_path: Path) -> None:
    """Chapter 6 is about queues and stacks."""
    text = SOUND.replace("Everything", "A queue")
    assert style.infrastructure_words(_tree(tmp_path, text, "operation")) == ()


@pytest.mark.parametrize("innocent", ["Waitrose", "a second call", "streaming", "apiary"])
def test_only_whole_words_count(innocent: str, tmp_path: Path) -> None:
    """A company may be called what it likes."""
    assert _fired(_tree(tmp_path, SOUND.replace("Everything", innocent))) == {}


def test_an_empty_feature_file_is_found(tmp_path: Path) -> None:
    """A file that behave passes over proves nothing."""
    assert {"wrong section", "nameless"} <= _fired(_tree(tmp_path, "")).keys()


def test_the_steps_of_a_background_are_read(tmp_path: Path) -> None:
    """What all scenarios share is linted like their own steps."""
    path = tmp_path / "some.feature"
    path.write_text("Feature: x\n  Background:\n    Given a queue\n", encoding="utf-8")
    (step,) = read_feature(path).background
    assert (step.keyword, step.sentence) == ("given", "a queue")


def test_the_tags_of_the_readme_are_the_first_column_of_its_table() -> None:
    """The table is for readers; the guard reads along."""
    readme = (
        "| tag | meaning |\n| --- | --- |\n| `@prd-*` | a `@x` |\n| `@smoke` | quick |\n`@no`\n"
    )
    assert traceability.tag_table(readme) == ("prd-*", "smoke")


def test_the_clauses_are_counted_in_a_sentence() -> None:
    """The README has this sentence, word for word."""
    sentence = "2 of the 3 clauses are proved; planned: 1."
    assert traceability.coverage_sentence(REQUIREMENTS) == sentence


def test_a_finding_says_where_what_and_what_to_do() -> None:
    """One line in a build log is enough."""
    finding = Finding("a.feature:3", "the scenario runs no step", "write its steps")
    assert str(finding) == "a.feature:3: the scenario runs no step: write its steps"
