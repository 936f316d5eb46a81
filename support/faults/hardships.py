"""What AWS's answers can be like, and the rules of the fault proxy that make them so."""

from enum import StrEnum
from typing import Any

from support.parties import PUBLISHER, TRANSPORT, Party

Rule = dict[str, Any]

SLOW_MS = 300
UNANSWERED_MS = 60_000
LOST_ANSWER = {"abort_bytes": 0}


class Hardship(StrEnum):
    """Name what a party suffers from, for one tenant."""

    THROTTLED = "is throttled"
    UNAVAILABLE = "is unavailable"
    SLOW = "is slow"
    CUT_OFF = "is cut off again and again"
    ANSWERS_LOST = "does what it is asked and its answers get lost"


class Moment(StrEnum):
    """Name a moment in the work of a process."""

    MID_BATCH = "in the middle of a batch"
    BEFORE_NOTING = "before it can note what it has done"


class Refusal(StrEnum):
    """Say how long something is refused."""

    FOR_NOW = "for now"
    FOR_GOOD = "for good"


# How EventBridge refuses a single entry.
CODES = {Refusal.FOR_NOW: "ThrottlingException", Refusal.FOR_GOOD: "MalformedDetail"}


def suffering(party: Party, hardship: Hardship, tenant_id: str) -> Rule:
    """Return the rule that lets a party suffer from something wherever a tenant is concerned.

    The transport suffers where it is told of events, a subscriber where it keeps what it does.
    """
    if party in (TRANSPORT, PUBLISHER):
        return {**_publishing(tenant_id), **_effect(hardship, "ThrottlingException")}
    return {**_keeping(tenant_id), **_effect(hardship, "ProvisionedThroughputExceededException")}


def _publishing(tenant_id: str) -> Rule:
    named = f'contains(Detail, \'"tenant_id":"{tenant_id}"\')'
    return {
        "service": "events",
        "operation": "PutEvents",
        "body": f"length(Entries[?{named}]) > `0`",
    }


def _keeping(tenant_id: str) -> Rule:
    named = f"contains(to_string(@), '#{tenant_id}#')"
    return {
        "service": "dynamodb",
        "operation": "TransactWriteItems",
        "body": f"length(TransactItems[?{named}]) > `0`",
    }


def _effect(hardship: Hardship, throttled: str) -> Rule:
    match hardship:
        case Hardship.THROTTLED:
            return {"error": {"code": throttled, "status": 400}}
        case Hardship.UNAVAILABLE:
            return {"error": {"code": "ServiceUnavailable", "status": 503}}
        case Hardship.SLOW:
            return {"latency": SLOW_MS}
        case Hardship.CUT_OFF:
            return {"reset": True}
        case Hardship.ANSWERS_LOST:
            return {"response": LOST_ANSWER}


def stopping_at(party: Party, moment: Moment) -> list[Rule]:
    """Return the rules that keep a process from going on after a moment: the last one holds it.

    In the middle of a batch it has done a part of it, and has not noted that.
    """
    publishes = party == PUBLISHER
    step = _call("events", "PutEvents") if publishes else _call("dynamodb", "TransactWriteItems")
    if moment is Moment.MID_BATCH:
        return [{**step, "times": 1, "latency": 1}, _held(step)]
    if publishes:
        return [_held(_call("dynamodb", "PutItem"))]
    return [_held(_call("sqs", "DeleteMessageBatch"))]


def _call(service: str, operation: str) -> Rule:
    return {"service": service, "operation": operation}


def _held(call: Rule) -> Rule:
    return {**call, "timeout_ms": UNANSWERED_MS}
