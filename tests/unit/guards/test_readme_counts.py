"""What the README counts is counted anew: the scenarios, and those that are skipped."""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from behave.parser import parse_file

from support.crm.own import OFFERED
from support.guest import NOT_OURS
from support.targets.capabilities import EMBEDDED, LOCALSTACK

AT_AWS = {"needs-aws-answers"}
OF_OPERATORS = {*NOT_OURS, *OFFERED.values()}


def _scenarios() -> Mapping[str, list[set[str]]]:
    """Return the tags of each scenario, a row of an outline being one, by chapter."""
    chapters: dict[str, list[set[str]]] = {}
    for path in sorted(Path("features").rglob("*.feature")):
        found = chapters.setdefault(path.parent.name, [])
        found += [{*map(str, each.effective_tags)} for each in parse_file(path).walk_scenarios()]
    return chapters


def _readme() -> str:
    return " ".join(Path("README.md").read_text("utf-8").split())


def test_the_readme_counts_the_scenarios_of_each_chapter() -> None:
    """Who looks for one knows how many there are to read."""
    counts = Counter({chapter: len(found) for chapter, found in _scenarios().items()})
    in_order = ("guarantees", "entities", "workflows", "failures", "recovery", "operation")
    of_each = ", ".join(f"{counts[chapter]} {chapter}" for chapter in in_order)
    wanted = f"There are {counts.total()} scenarios (each row of an outline is one): {of_each}."
    assert wanted in _readme(), wanted


def test_the_readme_counts_what_is_skipped_where() -> None:
    """A green run proves what ran, and no more."""
    every = [tags for found in _scenarios().values() for tags in found]

    def having(needs: Collection[str]) -> int:
        return sum(not tags.isdisjoint(needs) for tags in every)

    guests, others = having(NOT_OURS), having(OF_OPERATORS)
    wanted = (
        f"{having(EMBEDDED.lacks)} on the embedded target; {having(LOCALSTACK.lacks)} on "
        f"LocalStack; on AWS {having(AT_AWS)}, because nothing can stand between a CRM and AWS "
        f"itself; at a deployed CRM {guests}, and {others - guests} more if its driver has none of "
        "the methods of `CrmOperator`."
    )
    assert wanted in _readme(), wanted
