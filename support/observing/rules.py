"""The rules of a bus and where they deliver, read to the last page."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import RuleTypeDef, TargetOutputTypeDef


def rules_of(events: "EventBridgeClient", bus: str) -> "list[RuleTypeDef]":
    """Return every rule of a bus."""
    pages = events.get_paginator("list_rules").paginate(EventBusName=bus)
    return [rule for page in pages for rule in page["Rules"]]


def targets_of(events: "EventBridgeClient", bus: str, rule: str) -> "list[TargetOutputTypeDef]":
    """Return every target of a rule."""
    pages = events.get_paginator("list_targets_by_rule").paginate(Rule=rule, EventBusName=bus)
    return [target for page in pages for target in page["Targets"]]
