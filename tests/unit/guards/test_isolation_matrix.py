"""The guard over the matrix of isolation: what is new gets a cell, or the build fails."""

from pathlib import Path

import pytest

from support.contract.catalogue import Catalogue
from support.reporting.isolation_matrix import event_types_without_cell, rules_without_cell
from support.reporting.written import WrittenFeature, read_features
from tests.unit.guards.asserting import assert_none

TEMPLATE = Path("support/reference_crm/template.yaml")
FEATURE = """@prd-1.4
Feature: Isolation
  Why.

  Scenario Outline: <event> comes to its tenant alone
    Then every own subscription has received exactly:
      | event   |
      | <event> |

    Examples:
      | event       |
      | LeadCreated |

  Scenario: Patterns
    Then every subscription lets through exactly what is meant for it:
      | subscriber  | entities |
      | audit trail | all      |

  Scenario: Something else
    Then the subscribers of Acme have received exactly:
      | event          | subscriber     |
      | AccountCreated | sales pipeline |
"""
RULE = """  SomeRule:
    Type: AWS::Events::Rule
    Properties:
      Name: !Sub "${AWS::StackName}-audit-trail"
"""


@pytest.fixture
def written(tmp_path: Path) -> tuple[WrittenFeature, ...]:
    """Write a matrix of one row each."""
    (tmp_path / "some.feature").write_text(FEATURE, encoding="utf-8")
    return read_features(tmp_path)


def test_every_event_type_of_the_contract_has_a_row() -> None:
    """A new event type is shown to reach its own tenant alone before it is published."""
    assert_none(event_types_without_cell(Catalogue().event_types(), read_features()))


def test_every_rule_of_the_template_has_a_row() -> None:
    """A new rule is declared by somebody who says what it is for."""
    assert_none(rules_without_cell(TEMPLATE.read_text("utf-8"), read_features()))


def test_an_event_type_without_a_row_is_found(written: tuple[WrittenFeature, ...]) -> None:
    """To be named in another sentence does not count."""
    assert event_types_without_cell(["LeadCreated"], written) == ()
    (finding,) = event_types_without_cell(["LeadCreated", "AccountCreated"], written)
    assert (finding.place, finding.problem) == (
        "AccountCreated",
        "isolation has no row for this event type",
    )


def test_a_rule_without_a_row_is_found(written: tuple[WrittenFeature, ...]) -> None:
    """Known by the name that the template gives it."""
    assert rules_without_cell(RULE, written) == ()
    (finding,) = rules_without_cell(RULE + RULE.replace("audit-trail", "sales-pipeline"), written)
    assert (finding.place, finding.problem) == (
        "sales-pipeline",
        "isolation has no row for this rule",
    )


def test_a_rule_that_cannot_be_looked_up_is_found(written: tuple[WrittenFeature, ...]) -> None:
    """A rule without a name would slip through."""
    (finding,) = rules_without_cell("    Type: AWS::Events::Rule\n", written)
    assert finding.problem == "1 rule(s) have no name"
