"""A subscriber that acts: the commands that it issues hold nobody else up for long."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from support.reference_crm.roles import ACTING_ATTEMPTS, subscriber
from support.reference_crm.subscribers.subscriber import NotYet
from support.reference_crm.subscriptions import Subscriber
from tests.unit.reference_crm.runtime_fakes import event, failure

TASK = {
    "kind": "task",
    "subject": "s",
    "regarding_type": "account",
    "regarding_id": "a",
    "due_at": "2026-03-31T10:00:00Z",
    "notes": None,
}
SCHEDULED = event("t", event_type="ActivityScheduled", entity_type="activity", payload=TASK)
DEACTIVATED = {
    "event_id": {"S": "d"},
    "correlation_id": {"S": "c"},
    "position": {"N": "2"},
}


class ThrottledTable:
    """Know a task that was scheduled before its account was deactivated, and take no write."""

    # What a transaction is cancelled with, which this one never is.
    exceptions = SimpleNamespace(TransactionCanceledException=KeyError)

    def __init__(self) -> None:
        self.writes = 0

    def get_item(self, *, Key: Any, **_asked: Any) -> Any:  # noqa: N803
        """Return the deactivation, or the place of the task in the history; nothing is answered."""
        if Key["sk"]["S"] == "ANSWER":
            return {}
        is_event = Key["sk"]["S"].startswith("EVENT#")
        return {"Item": {"position": {"N": "1"}} if is_event else DEACTIVATED}

    def get_paginator(self, _name: str) -> Any:
        """Return all of the task's events."""
        page = {"Items": [{"event": {"S": json.dumps(SCHEDULED.model_dump(mode="json"))}}]}
        return SimpleNamespace(paginate=lambda **_asked: [page])

    def query(self, **_asked: Any) -> Any:
        """Return the end of the tenant's history."""
        return {"Items": [{"position": {"N": "2"}}]}

    def transact_write_items(self, **_said: Any) -> None:
        """Take nothing."""
        self.writes += 1
        raise failure("ProvisionedThroughputExceededException")


def test_a_command_that_is_not_taken_is_tried_again_in_its_turn() -> None:
    """Not at once, a dozen times: the events of other tenants wait meanwhile."""
    table = ThrottledTable()
    around: Any = SimpleNamespace(
        aws=SimpleNamespace(dynamodb=lambda: table),
        stack=SimpleNamespace(event_table="events", projection_table="projections"),
    )
    with pytest.raises(NotYet, match="did not take the command in time"):
        subscriber(Subscriber.ACCOUNT_DEACTIVATION, around).effects(SCHEDULED)
    assert table.writes == ACTING_ATTEMPTS == 4
