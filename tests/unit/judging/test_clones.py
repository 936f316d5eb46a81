"""What patterns let through: what is meant for them, once, and nothing else."""

import pytest

from support.judging.case import Document
from support.judging.clones import Purpose, Rule, let_through, undeclared
from tests.support.samples import an_event

ACME, NEAR = an_event(1), an_event(2, tenant_id="acme-2")
MANY = [an_event(number, tenant_id=f"t-{number}") for number in range(3, 9)]
FOR_ACME = Purpose("the own subscription of acme", lambda event: event["tenant_id"] == "acme")
SAID = "the rule own of the own subscription of acme"


def test_a_pattern_that_does_what_it_is_for_is_no_finding() -> None:
    """All that is meant for it, and no more."""
    assert list(let_through("own", FOR_ACME, [ACME, NEAR], [ACME])) == []


@pytest.mark.parametrize(
    ("passed", "finding"),
    [
        (
            [ACME, NEAR],
            "lets through what is not meant for it: AccountCreated of tenant acme-2",
        ),
        ([], "keeps back what is meant for it: AccountCreated of tenant acme"),
        ([ACME, ACME], "lets through more than once: AccountCreated of tenant acme"),
        (
            [ACME, *MANY],
            "lets through what is not meant for it: AccountCreated of tenant t-3, AccountCreated "
            "of tenant t-4, AccountCreated of tenant t-5, AccountCreated of tenant t-6, "
            "and 2 more",
        ),
    ],
)
def test_a_pattern_that_does_not_is_told(passed: list[Document], finding: str) -> None:
    """With the first few events that show it."""
    found = list(let_through("own", FOR_ACME, [ACME, NEAR, *MANY], passed))
    assert found == [f"{SAID} {finding}"]


def test_all_rules_are_declared() -> None:
    """Each by the queue that it delivers to."""
    assert list(undeclared([Rule("own", "{}", ("q",))], {"q": FOR_ACME})) == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule("spy", "{}", ("q", "x", "y")), "the rule spy delivers to x, y, and nobody declared"),
        (Rule("idle", "{}", ()), "the rule idle delivers nowhere, and nobody declared"),
    ],
)
def test_a_rule_that_nobody_declared_is_told(rule: Rule, sentence: str) -> None:
    """Also one that has a declared queue beside."""
    served = Rule("own", "{}", ("q",))
    assert list(undeclared([served, rule], {"q": FOR_ACME})) == [f"{sentence} what it is for"]


def test_a_purpose_that_no_rule_serves_is_told() -> None:
    """A row of the table that is true of nothing proves nothing."""
    assert list(undeclared([], {"q": FOR_ACME})) == [
        "the own subscription of acme was declared, and no rule delivers to q"
    ]
