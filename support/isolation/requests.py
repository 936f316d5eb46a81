"""What can be asked of a tenant, beside commands, in words."""

from enum import StrEnum


class Request(StrEnum):
    """Name what somebody may want of a tenant."""

    HISTORY = "read the history"
    VIEWS = "read the views"
    AUDIT_TRAIL = "read the audit trail"
    PIPELINE = "read the pipeline"
    APPLIED = "read what the subscribers applied"
    SUBSCRIBE = "subscribe to the events"
    UNSUBSCRIBE = "cancel the subscription"
