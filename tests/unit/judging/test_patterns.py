"""Patterns of rules: what they let pass, and the leaf at which they refuse."""

from typing import Any

import pytest

from support.judging.patterns import MATCHES, Answer, Leaf, Verdict, match
from tests.support.pattern_cases import BOTH_LEVELS, EITHER, NESTED, examples, on_bus

REFUSES, UNKNOWN = Answer.REFUSES, Answer.UNKNOWN


@pytest.mark.parametrize(("pattern", "event", "accepted"), list(examples()))
def test_a_pattern_lets_pass_what_aws_documents(
    pattern: dict[str, Any], event: dict[str, Any], *, accepted: bool
) -> None:
    """Each operator with values on either side of it."""
    assert match(pattern, event).answer is (Answer.MATCHES if accepted else REFUSES)


def test_the_leaf_that_refuses_is_named() -> None:
    """Where it is, what it wants, what the event has; leaves that match are not."""
    pattern = {"source": ["crm"], "detail": {"x": ["lead", {"prefix": "acc"}], "y": [1]}}
    verdict = match(pattern, on_bus(x="contact", y=1))
    assert verdict == Verdict(REFUSES, (Leaf("detail.x", '"lead" or prefix "acc"', '"contact"'),))
    assert str(verdict) == 'detail.x should be "lead" or prefix "acc", and is "contact"'


def test_every_leaf_that_refuses_is_named() -> None:
    """Mending the first would not be enough."""
    verdict = match(NESTED, on_bus(x={"y": "b"}))
    assert str(verdict) == (
        'detail.x.y should be "a", and is "b"; detail.x.z should be "b", and is not there'
    )


def test_of_several_objects_the_nearest_is_told() -> None:
    """One that only one leaf refuses says more than one that two refuse."""
    verdict = match(NESTED, on_bus(x=[{"y": "c", "z": "d"}, {"y": "a", "z": "d"}]))
    assert str(verdict) == 'detail.x.z should be "b", and is "d"'


def test_alternatives_that_all_refuse_are_all_told() -> None:
    """Any of them could have let it pass."""
    assert match(EITHER, on_bus(x="b")).leaves == (
        Leaf("detail.x", '"a"', '"b"'),
        Leaf("detail.y", 'numeric [">", 0]', "not there"),
    )
    assert [leaf.path for leaf in match(BOTH_LEVELS, on_bus()).leaves] == [
        "detail.x",
        "detail-type",
    ]


def test_numbers_are_compared_as_they_are_written() -> None:
    """AWS documents that 300 and 300.0 are not equal, though emulators think so."""
    pattern = {"detail": {"x": [300]}}
    assert match(pattern, on_bus(x=300)) == MATCHES
    assert match(pattern, on_bus(x=300.0)).answer is REFUSES
    assert match({"detail": {"x": [{"anything-but": 300}]}}, on_bus(x=300.0)) == MATCHES


@pytest.mark.parametrize(
    ("entry", "spelled"),
    [
        ({"sounds-like": "lead"}, 'sounds-like "lead"'),
        ({"prefix": 5}, "5"),
        ({"prefix": {"suffix": "x"}}, 'suffix "x"'),
        ({"equals-ignore-case": None}, "null"),
        ({"wildcard": ["a*"]}, '["a*"]'),
        ({"numeric": [">"]}, 'numeric [">"]'),
        ({"numeric": ["~", 5]}, 'numeric ["~", 5]'),
        ({"numeric": [">", "5"]}, 'numeric [">", "5"]'),
        ({"numeric": []}, "numeric []"),
        ({"numeric": 5}, "numeric 5"),
        ({"exists": "yes"}, 'exists "yes"'),
        ({"cidr": "here"}, 'cidr "here"'),
        ({"anything-but": {"cidr": "10.0.0.0/8"}}, 'anything-but cidr "10.0.0.0/8"'),
        ({"prefix": "a", "suffix": "b"}, '{"prefix": "a", "suffix": "b"}'),
        ({}, "{}"),
    ],
)
@pytest.mark.parametrize("value", [{"x": "something"}, {}])
def test_what_is_not_documented_is_not_guessed(
    entry: dict[str, Any], spelled: str, value: dict[str, Any]
) -> None:
    """An operator that came later, or is written wrongly, is told as unknown."""
    verdict = match({"detail": {"x": [entry]}}, on_bus(**value))
    assert (verdict.answer, [leaf.wants for leaf in verdict.leaves]) == (UNKNOWN, [spelled])


def test_an_unknown_operator_does_not_hide_what_is_known() -> None:
    """Beside it something may match, or refuse for certain."""
    strange = {"sounds-like": "lead"}
    assert match({"detail": {"x": [strange, "lead"]}}, on_bus(x="lead")) == MATCHES
    refused = match({"source": ["other"], "detail": {"x": [strange]}}, on_bus(x="lead"))
    assert refused == Verdict(REFUSES, (Leaf("source", '"other"', '"crm"'),))
    either = {"detail": {"$or": [{"x": [strange]}, {"x": ["lead"]}]}}
    assert match(either, on_bus(x="lead")) == MATCHES
    assert match(either, on_bus(x="account")).answer is UNKNOWN


@pytest.mark.parametrize("pattern", [None, {}, [], "crm", {"source": "crm"}, {"source": []}])
def test_what_is_no_pattern_is_not_guessed(pattern: object) -> None:
    """AWS would not have taken it."""
    assert match(pattern, on_bus()).answer is UNKNOWN


def test_an_event_that_is_no_object_has_no_fields() -> None:
    """A broken message is refused, and breaks nothing."""
    assert str(match({"source": ["crm"]}, "text")) == 'source should be "crm", and is not there'
