"""The whole path: commands in, views out, whatever happens to the processes between."""

import json
from typing import Any
from uuid import uuid4

import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.envelope import EventReceipt
from support.reference_crm.settings import Stack
from tests.integration.reference_crm.crm_process import Crm, Tenant, eventually
from tests.unit.reference_crm.runtime_fakes import event

ACCOUNT = {"name": "Acme", "owner": "bob"}


@pytest.fixture
def tenant(crm: Crm) -> Tenant:
    """Open a tenant that nobody has used."""
    return crm.tenant(f"t-{uuid4().hex[:8]}")


def deliver(aws: Aws, url: str, detail: Any) -> None:
    """Put a message into a queue."""
    body = detail if isinstance(detail, str) else json.dumps({"id": "x", "detail": detail})
    aws.sqs().send_message(QueueUrl=url, MessageBody=body)


def bodies(aws: Aws, url: str) -> list[str]:
    """Receive what waits in a queue."""
    answer = aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_every_subscriber_gets_what_it_subscribed_to(tenant: Tenant) -> None:
    """View, audit entry and applied list agree with the receipt."""
    receipt = tenant.accepted(
        "CreateAccount", {"name": ' Ünïcode \U0001f600 "q" ', "owner": "b"}, "a"
    )
    view = tenant.view("account", "a", 1)
    assert view["last_event_id"] == receipt["events"][0]["event_id"]
    assert view["data"]["name"] == 'Ünïcode \U0001f600 "q"'
    entries = eventually(lambda: tenant.get("/audit-trail")["entries"])
    committed = tenant.get("/history")["events"][0]["event"]
    assert entries == [{key: committed[key] for key in committed if key != "schema_version"}]
    for name in ("audit-trail", "entity-views", "account-deactivation"):
        tenant.settled(name, "a", [1])
    assert tenant.applied("sales-pipeline", "a") == []


def test_totals_follow_the_opportunities(tenant: Tenant) -> None:
    """Exactly, for each currency."""
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    for name, amount, currency in (("o1", "0.1", "EUR"), ("o2", "0.2", "EUR"), ("o3", "5", "JPY")):
        money = {"amount": amount, "currency": currency}
        data = {"account_id": "a", "name": "O", "amount": money, "close_date": "2026-03-31"}
        tenant.accepted("CreateOpportunity", data, name)
    change = {"amount": {"amount": "999999999999999.0001", "currency": "EUR"}}
    tenant.accepted("ChangeOpportunityAmount", change, "o1")
    tenant.accepted("WinOpportunity", {}, "o1")
    tenant.accepted("LoseOpportunity", {"reason": "r"}, "o3")
    none = {"count": 0, "amount": "0.00"}
    expected = [
        {
            "currency": "EUR",
            "open": {"count": 1, "amount": "0.20"},
            "won": {"count": 1, "amount": "999999999999999.0001"},
            "lost": none,
        },
        {"currency": "JPY", "open": none, "won": none, "lost": {"count": 1, "amount": "5.00"}},
    ]
    eventually(lambda: tenant.get("/pipeline")["totals"] == expected)


def test_a_deactivated_account_keeps_nothing_open(tenant: Tenant) -> None:
    """The subscriber's commands name the deactivation as their cause."""
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    task = {
        "kind": "task",
        "subject": "s",
        "regarding_type": "account",
        "regarding_id": "a",
        "due_at": "2026-03-31T10:00:00Z",
    }
    for name in ("done", "open"):
        tenant.accepted("ScheduleActivity", task, name)
    money = {"amount": "1", "currency": "EUR"}
    deal = {"account_id": "a", "name": "O", "amount": money, "close_date": "2026-03-31"}
    tenant.accepted("CreateOpportunity", deal, "o")
    tenant.accepted("CompleteActivity", {}, "done")
    deactivated = tenant.accepted("DeactivateAccount", {"reason": "r"}, "a")
    assert tenant.view("activity", "open", 2)["data"]["status"] == "cancelled"
    assert tenant.view("opportunity", "o", 2)["data"]["stage"] == "lost"
    assert tenant.view("activity", "done", 2)["data"]["status"] == "completed"
    caused = [one["event"] for one in tenant.get("/history", after=6)["events"]]
    cause = deactivated["events"][0]["event_id"]
    assert {(one["actor"], one["causation_id"]) for one in caused} == {
        ("account-deactivation", cause)
    }
    tenant.accepted("ReactivateAccount", {}, "a")
    tenant.accepted("ScheduleActivity", task, "later")
    tenant.settled("account-deactivation", "later", [1])
    assert len(tenant.get("/history")["events"]) == 10


def test_a_killed_publisher_goes_on_where_it_was(crm: Crm, tenant: Tenant) -> None:
    """What was committed meanwhile is late, not lost, and nothing has effect twice."""
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    tenant.view("account", "a", 1)
    stopped = {"role": "publisher", "state": "stopped", "pid": None, "endpoint": None}
    assert crm.do("kill", "publisher") == stopped
    for index in range(15):
        tenant.accepted("UpdateAccount", {"name": f"n{index}"}, "a")
    assert crm.do("start", "publisher")["state"] == "running"
    assert tenant.view("account", "a", 16)["data"]["name"] == "n14"
    assert tenant.applied("entity-views", "a") == [(version, 1) for version in range(1, 17)]


def test_a_killed_subscriber_catches_up(crm: Crm, tenant: Tenant) -> None:
    """A backlog is applied in order, each event once."""
    crm.do("kill", "entity-views")
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    for index in range(20):
        tenant.accepted("UpdateAccount", {"name": f"n{index}"}, "a")
    crm.do("start", "entity-views")
    tenant.view("account", "a", 21)
    assert tenant.applied("entity-views", "a") == [(version, 1) for version in range(1, 22)]


def test_versions_behind_a_gap_wait_and_follow(
    crm: Crm, tenant: Tenant, aws: Aws, stack: Stack
) -> None:
    """Also over the end of the process that parked them; a duplicate changes nothing."""
    url = stack.queue_url("audit-trail")
    made = [event("g", version, tenant_id=tenant.id).model_dump() for version in (1, 2, 3)]
    deliver(aws, url, made[2])
    deliver(aws, url, made[1])
    eventually(lambda: not bodies_waiting(aws, url))
    crm.do("stop", "audit-trail")
    crm.do("start", "audit-trail")
    assert tenant.applied("audit-trail", "g") == []
    assert tenant.get("/subscribers/audit-trail/parked")["parked"] == [
        {name: one[name] for name in EventReceipt.model_fields} for one in made[1:]
    ]
    deliver(aws, url, made[0])
    tenant.settled("audit-trail", "g", [1, 2, 3])
    assert tenant.get("/subscribers/audit-trail/parked") == {"parked": [], "next": None}
    for one in made:
        deliver(aws, url, one)
    eventually(lambda: not bodies_waiting(aws, url))
    assert tenant.applied("audit-trail", "g") == [(1, 1), (2, 1), (3, 1)]
    assert len(tenant.get("/audit-trail")["entries"]) == 3


def bodies_waiting(aws: Aws, url: str) -> int:
    """Return how many messages a queue has, in hand or not."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(value) for value in found.values())


def test_poison_ends_among_the_dead_letters(tenant: Tenant, aws: Aws, stack: Stack) -> None:
    """After the agreed attempts; the others flow on meanwhile."""
    url = stack.queue_url("entity-views")
    unfit = event("p", tenant_id=tenant.id, payload={}).model_dump()
    deliver(aws, url, unfit)
    deliver(aws, url, "no event at all")
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    tenant.view("account", "a", 1)
    dead = stack.dead_letter_queue_url("entity-views")
    found = eventually(lambda: waiting if len(waiting := bodies(aws, dead)) == 2 else None)
    assert "no event at all" in found


def test_a_tenants_own_subscription_gets_only_its_events(crm: Crm, aws: Aws) -> None:
    """A tenant id that begins alike is another tenant, with a subscription of its own."""
    acme, near = crm.tenant("vip"), crm.tenant("vip-2")
    urls = [subscribed(crm, tenant) for tenant in (acme, near)]
    for tenant, entity in ((near, "near"), (acme, "mine")):
        tenant.accepted("CreateAccount", ACCOUNT, entity)
        tenant.view("account", entity, 1)
    found = [eventually(lambda url=url: bodies(aws, url)) for url in urls]  # type: ignore[misc]
    ids = [[json.loads(body)["detail"]["entity_id"] for body in each] for each in found]
    assert ids == [["mine"], ["near"]]


def test_an_own_subscription_comes_and_goes_as_often_as_one_likes(crm: Crm, aws: Aws) -> None:
    """To ask again changes nothing, and neither does it to cancel what is not there."""
    tenant = crm.tenant(f"t.{'x' * 90}")
    urls = [subscribed(crm, tenant) for _ in range(2)]
    assert urls[0] == urls[1]
    path = f"/tenants/{tenant.id}/subscription"
    gone = [crm.http.delete(path, headers=tenant.headers).status_code for _ in range(2)]
    assert gone == [204, 204]
    own = "shared-own-"
    assert aws.sqs().list_queues(QueueNamePrefix=own).get("QueueUrls", []).count(urls[0]) == 0
    rules = aws.events().list_rules(EventBusName="shared-bus", NamePrefix=own)["Rules"]
    assert urls[0].rsplit("/", 1)[-1] not in [rule["Name"] for rule in rules]


def subscribed(crm: Crm, tenant: Tenant) -> str:
    """Give a tenant a subscription of its own; return its queue."""
    answer = crm.http.post(f"/tenants/{tenant.id}/subscription", headers=tenant.headers)
    assert (answer.status_code, answer.json()["tenant_id"]) == (201, tenant.id)
    return str(answer.json()["queue_url"])
