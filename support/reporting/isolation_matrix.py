"""The matrix of isolation: every event type and every rule has a cell, or the build fails."""

import re
from collections.abc import Iterable

from support.reporting.findings import Finding, Findings
from support.reporting.traceability import Features, scenarios

# The sentences whose tables are the cells.
AT_EVERY_DOOR = "every own subscription has received exactly:"
EVERY_PATTERN = "every subscription lets through exactly what is meant for it:"

_RULE = re.compile(
    r'Type: AWS::Events::Rule\n\s+Properties:\n\s+Name: !Sub "\$\{AWS::StackName\}-([\w-]+)"'
)
_RULES = re.compile(r"Type: AWS::Events::Rule\b")


def event_types_without_cell(event_types: Iterable[str], features: Features) -> Findings:
    """Find event types that no scenario holds against several tenants' own subscriptions."""
    cells = _cells(features, AT_EVERY_DOOR)
    return tuple(
        Finding(event_type, "isolation has no row for this event type", "add one to the outline")
        for event_type in event_types
        if event_type not in cells
    )


def rules_without_cell(template: str, features: Features) -> Findings:
    """Find rules of a CloudFormation template whose pattern no scenario declares and proves."""
    cells = _cells(features, EVERY_PATTERN)
    named = _RULE.findall(template)
    nameless = len(_RULES.findall(template)) - len(named)
    return (
        *(
            Finding(rule, "isolation has no row for this rule", "say in a row what it is for")
            for rule in named
            if rule.replace("-", " ") not in cells
        ),
        *([Finding("template", f"{nameless} rule(s) have no name", "name them")] * bool(nameless)),
    )


def _cells(features: Features, sentence: str) -> frozenset[str]:
    steps = (step for scenario in scenarios(features) for step in scenario.steps)
    return frozenset(cell for step in steps if step.sentence == sentence for cell in step.details)
