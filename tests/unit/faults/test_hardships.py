"""The rules of the fault proxy hit the tenant and the calls that they are meant for."""

import json

import pytest
from microburst.core.context import RequestContext
from microburst.rules import from_dict

from support.faults.hardships import Hardship, Moment, Rule, stopping_at, suffering
from support.parties import PUBLISHER, TRANSPORT, Party

TRAIL = Party("audit-trail")
SERVICES = {
    "PutEvents": "events",
    "PutItem": "dynamodb",
    "TransactWriteItems": "dynamodb",
    "DeleteMessageBatch": "sqs",
}


def hits(rule: Rule, operation: str, **body: object) -> bool:
    """Say whether a rule is about a call, as the proxy reads it."""
    call = RequestContext(
        service=SERVICES[operation], operation=operation, body=json.dumps(body).encode()
    )
    return bool(from_dict(rule).matches(call))


def published(tenant_id: str, event_id: str = "e-1") -> dict[str, object]:
    """Return what the publisher says of an event."""
    detail = json.dumps({"event_id": event_id, "tenant_id": tenant_id}, separators=(",", ":"))
    return {"Entries": [{"Detail": detail}]}


def kept(tenant_id: str, event_id: str = "e-1") -> dict[str, object]:
    """Return what a subscriber writes of an event."""
    key = {"pk": {"S": f"audit-trail#{tenant_id}#APPLIED"}}
    values = {":id": {"S": event_id}}
    return {"TransactItems": [{"Update": {"Key": key, "ExpressionAttributeValues": values}}]}


def committed(tenant_id: str) -> dict[str, object]:
    """Return what a command writes."""
    item = {"pk": {"S": f"TENANT#{tenant_id}#ACTIVITY#a"}, "sk": {"S": "EVENT#0000000002"}}
    return {"TransactItems": [{"Put": {"Item": item}}]}


@pytest.mark.parametrize("hardship", Hardship)
def test_the_transport_suffers_where_a_tenants_events_are_published(hardship: Hardship) -> None:
    """And a tenant whose id begins alike does not."""
    rule = suffering(TRANSPORT, hardship, "acme-1")
    assert hits(rule, "PutEvents", **published("acme-1"))
    assert not hits(rule, "PutEvents", **published("acme-12"))
    assert not hits(rule, "TransactWriteItems", **kept("acme-1"))


@pytest.mark.parametrize("hardship", Hardship)
def test_a_subscriber_suffers_where_it_keeps_what_it_does_for_a_tenant(hardship: Hardship) -> None:
    """And a tenant whose id begins alike does not."""
    rule = suffering(TRAIL, hardship, "acme-1")
    assert hits(rule, "TransactWriteItems", **kept("acme-1"))
    assert not hits(rule, "TransactWriteItems", **kept("acme-12"))
    assert not hits(rule, "PutEvents", **published("acme-1"))


@pytest.mark.parametrize("hardship", Hardship)
def test_a_subscriber_that_acts_suffers_where_it_issues_commands(hardship: Hardship) -> None:
    """What it has learnt it keeps: else it would not know what to do."""
    rule = suffering(Party("account-deactivation"), hardship, "acme-1")
    assert hits(rule, "TransactWriteItems", **committed("acme-1"))
    assert not hits(rule, "TransactWriteItems", **committed("acme-12"))
    assert not hits(rule, "TransactWriteItems", **kept("acme-1"))


def test_the_middle_of_a_batch_is_before_the_newest_event() -> None:
    """What came before it is done by then."""
    publishing = stopping_at(PUBLISHER, Moment.MID_BATCH, "e-2")
    keeping = stopping_at(TRAIL, Moment.MID_BATCH, "e-2")
    assert hits(publishing, "PutEvents", **published("acme", "e-2"))
    assert not hits(publishing, "PutEvents", **published("acme", "e-1"))
    assert hits(keeping, "TransactWriteItems", **kept("acme", "e-2"))
    assert not hits(keeping, "TransactWriteItems", **kept("acme", "e-1"))


def test_what_was_done_is_noted_in_the_checkpoint_or_by_deleting() -> None:
    """The one by the publisher, the other by a subscriber."""
    assert hits(stopping_at(PUBLISHER, Moment.BEFORE_NOTING, "e"), "PutItem", TableName="t")
    assert hits(stopping_at(TRAIL, Moment.BEFORE_NOTING, "e"), "DeleteMessageBatch", QueueUrl="q")
    assert not hits(stopping_at(PUBLISHER, Moment.BEFORE_NOTING, "e"), "PutEvents", Entries=[])
