"""What AWS's answers can be like, and the rules of the fault proxy that make them so."""

from enum import StrEnum
from typing import Any

from support.parties import PUBLISHER, TRANSPORT, Party

Rule = dict[str, Any]

# The subscriber that issues commands.
ACTING = Party("account-deactivation")
SLOW_MS = 300
UNANSWERED_MS = 60_000


class Hardship(StrEnum):
    """Name what a party suffers from, for one tenant."""

    THROTTLED = "is throttled"
    UNAVAILABLE = "is unavailable"
    SLOW = "is slow"
    CUT_OFF = "is cut off again and again"
    ANSWERS_LOST = "hears only every other answer"


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

    The transport suffers where it is told of events, a subscriber where it keeps what it does, or
    issues commands if it acts.
    """
    if party in (TRANSPORT, PUBLISHER):
        return {**_publishing(tenant_id), **_effect(hardship, "ThrottlingException")}
    # It acts only on what it can keep: throttled in both, it would never come to issue a command.
    named = f"TENANT#{tenant_id}#" if party == ACTING else f"#{tenant_id}#"
    return {**_keeping(named), **_effect(hardship, "ProvisionedThroughputExceededException")}


def _publishing(tenant_id: str) -> Rule:
    named = f'contains(Detail, \'"tenant_id":"{tenant_id}"\')'
    return {
        "service": "events",
        "operation": "PutEvents",
        "body": f"length(Entries[?{named}]) > `0`",
    }


def _keeping(named: str) -> Rule:
    return {
        "service": "dynamodb",
        "operation": "TransactWriteItems",
        "body": f"length(TransactItems[?contains(to_string(@), '{named}')]) > `0`",
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
            return {"response": {"abort_bytes": 0}, "sequence": [1, 1]}


def stopping_at(party: Party, moment: Moment, newest: str) -> Rule:
    """Return the rule that keeps a process from going on after a moment.

    In the middle of a batch it has done a part of it, has not noted that, and is about to do what
    is left: the event whose id is `newest`.
    """
    publishes = party == PUBLISHER
    if moment is Moment.MID_BATCH:
        call = (
            _call("events", "PutEvents") if publishes else _call("dynamodb", "TransactWriteItems")
        )
        return _held({**call, "body": f"contains(to_string(@), '{newest}')"})
    note = _call("dynamodb", "PutItem") if publishes else _call("sqs", "DeleteMessageBatch")
    return _held(note)


def _call(service: str, operation: str) -> Rule:
    return {"service": service, "operation": operation}


def _held(call: Rule) -> Rule:
    return {**call, "timeout_ms": UNANSWERED_MS}
