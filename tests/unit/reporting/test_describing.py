"""The description that a scenario has in the report."""

from behave.model import Scenario
from behave.parser import parse_feature

from support.reporting.describing import description, fenced, repeat_command

FEATURE = "Feature: Leads\n  Scenario: A lead is announced\n    Then all is well\n"


def scenario() -> Scenario:
    """Return a scenario as behave reads it."""
    return parse_feature(FEATURE, filename="features/leads.feature").scenarios[0]


def test_the_command_repeats_values_and_target() -> None:
    """It can be pasted into a shell, and no secret is in it."""
    settings = {"seed": "4711", "target": "http://host:1/?a&b", "operator_token": "secret"}
    assert repeat_command(scenario(), settings) == (
        "python -m behave features/leads.feature:2 -D seed=4711 -D target='http://host:1/?a&b'"
    )


def test_a_scenario_without_tables_is_not_written_twice() -> None:
    """Its steps are shown below, with how they ended."""
    assert description(scenario(), lambda _tag: None, {}) == (
        "**Leads**\n\nRepeat it with:\n\n```\npython -m behave features/leads.feature:2\n```"
    )


def test_a_block_of_code_holds_whatever_is_in_it() -> None:
    """A text with a fence of its own does not end it."""
    assert fenced("```json\n{}\n```") == "````\n```json\n{}\n```\n````"
