"""The guards over sentences and steps fire where they should."""

import re
from pathlib import Path

import pytest

from support.reporting.definitions import (
    Argument,
    Definition,
    Sentence,
    overlapping_definitions,
    recombined,
    sentences,
    steps_out_of_form,
    unused_definitions,
)
from support.reporting.written import read_features

SOUND = '''
@given("{tenant} is a tenant")
def is_a_tenant(context: Context, tenant: str) -> None:
    """Open a fresh tenant."""
    world_of(context).open_tenant(tenant)
'''


def _definition(keyword: str, pattern: str) -> Definition:
    """Make a definition whose placeholders are the named groups of a regular expression."""

    def read(text: str) -> tuple[Argument, ...] | None:
        match = re.fullmatch(pattern, text)
        if match is None:
            return None
        return tuple(Argument(kind, *match.span(kind), match[kind]) for kind in match.groupdict())

    return Definition(f"steps/{keyword}.py:1", keyword, pattern, read)


TENANT = _definition("given", r"(?P<tenant>\w+) is a tenant")
MADE = _definition("when", r"(?P<tenant>\w+) (?P<act>makes a lead|makes a lead and a deal)")
MADE_ALSO = _definition("when", r"(?P<tenant>\w+) makes a lead and a deal")
SPOKEN = (
    Sentence("a.feature:3", "given", "Acme is a tenant"),
    Sentence("a.feature:3", "when", "Acme makes a lead"),
)


def test_every_sentence_of_a_feature_is_given_once(tmp_path: Path) -> None:
    """Rows of an outline speak too, and so does a background."""
    (tmp_path / "a.feature").write_text(
        "Feature: x\n  Background:\n    Given Acme is a tenant\n"
        "  Scenario Outline: y\n    Given <who> is a tenant\n    And <who> is a tenant\n"
        "    Examples:\n      | who   |\n      | Acme  |\n      | Other |\n",
        encoding="utf-8",
    )
    found = [(sentence.keyword, sentence.text) for sentence in sentences(read_features(tmp_path))]
    assert found == [("given", "Acme is a tenant"), ("given", "Other is a tenant")]


def test_a_definition_that_nobody_uses_is_found() -> None:
    """The vocabulary stays closed; the keyword counts."""
    (finding,) = unused_definitions((TENANT, MADE), SPOKEN[:1])
    assert finding.problem == f"nobody says {MADE.pattern!r}"
    assert unused_definitions((TENANT, MADE), SPOKEN) == ()


def test_a_sentence_with_two_meanings_is_found() -> None:
    """Behave would take the first in the alphabet of files, silently."""
    both = Sentence("a.feature:9", "when", "Acme makes a lead and a deal")
    (finding,) = overlapping_definitions((TENANT, MADE, MADE_ALSO), (*SPOKEN, both))
    assert finding.place == "a.feature:9"
    assert overlapping_definitions((TENANT, MADE, MADE_ALSO), SPOKEN) == ()


def test_a_sentence_that_somebody_could_say_is_checked_too() -> None:
    """Two definitions overlap before the first feature trips over it."""
    elsewhere = _definition("then", r"it (?P<act>\w.*)")
    spoken = (*SPOKEN, Sentence("a.feature:5", "then", "it makes a lead and a deal"))
    possible = recombined((MADE, MADE_ALSO, elsewhere), spoken)
    (finding,) = overlapping_definitions((MADE, MADE_ALSO, elsewhere), possible)
    assert "'Acme makes a lead and a deal'" in finding.problem


def test_a_step_that_is_one_call_is_in_form() -> None:
    """The guard has no false alarms."""
    assert steps_out_of_form(SOUND, "steps/given_facts.py") == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('    """Open a fresh tenant."""\n', "", "is_a_tenant has no docstring"),
        ("@given", "@when", "is_a_tenant is a when in a file of given"),
        ("@given", "import boto3\n\n@given", "it uses boto3"),
        ("@given", "from time import sleep\n\n@given", "it uses time"),
        ("    world_of", "    clock.sleep(1)\n    world_of", "it uses sleep"),
        ("    world_of", "    for _ in tenant: world_of", "it uses for"),
        ("    world_of", "    while tenant: world_of", "it uses while"),
        ("    world_of", "    if tenant: world_of", "it uses if"),
        ("    world_of", "    yield world_of", "it uses yield"),
        ("    world_of", "    x = 1\n" * 5 + "    world_of", "is_a_tenant has more than 5 lines"),
        (
            "    world_of(context).open_tenant(tenant)",
            "    try: pass\n    except KeyError: pass",
            "it uses try",
        ),
    ],
)
def test_a_step_that_does_more_than_one_call_is_found(old: str, new: str, problem: str) -> None:
    """Loops, decisions and clouds belong behind the World."""
    assert old in SOUND
    (finding,) = steps_out_of_form(SOUND.replace(old, new), "steps/given_facts.py")
    assert finding.problem == problem
