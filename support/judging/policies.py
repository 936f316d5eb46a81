"""Whether the policy of a queue denies the bus to send, as far as it says so without conditions."""

import json
from collections.abc import Mapping
from typing import Any

BUS_SERVICE = "events.amazonaws.com"
SENDING = ("sqs:sendmessage", "sqs:*", "*")


def denies_the_bus(policy: str) -> bool:
    """Say whether a statement of a policy, as JSON text, denies the bus to send messages.

    A statement with a condition is not judged; what is no policy denies nobody.
    """
    try:
        document: Any = json.loads(policy or "{}")
    except ValueError:
        return False
    statements = _listed(document.get("Statement", ())) if isinstance(document, dict) else []
    return any(isinstance(each, dict) and _denies(each) for each in statements)


def _denies(statement: Mapping[str, Any]) -> bool:
    return (
        statement.get("Effect") == "Deny"
        and "Condition" not in statement
        and any(str(each).lower() in SENDING for each in _listed(statement.get("Action", ())))
        and _is_meant(statement.get("Principal"))
    )


def _is_meant(principal: Any) -> bool:
    if not isinstance(principal, dict):
        return bool(principal == "*")
    services = _listed(principal.get("Service", ()))
    return BUS_SERVICE in services or "*" in _listed(principal.get("AWS", ()))


def _listed(value: Any) -> list[Any]:
    return [*value] if isinstance(value, list | tuple) else [value]
