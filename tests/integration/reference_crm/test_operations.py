"""Redrive, replay and rebuild, by the control line and by the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.settings import Stack
from support.reference_crm.stored import Place
from tests.integration.reference_crm.crm_process import ROOT, Crm, Tenant, eventually
from tests.unit.reference_crm.runtime_fakes import event

ACCOUNT = {"name": "Acme", "owner": "bob"}
MONEY = {"amount": "12.50", "currency": "EUR"}
POISON = 40
DEAL = {"account_id": "a", "name": "O", "amount": MONEY, "close_date": "2026-03-31"}


@pytest.fixture
def tenant(crm: Crm) -> Tenant:
    """Open a tenant that nobody has used."""
    return crm.tenant(f"t-{uuid4().hex[:8]}")


@pytest.fixture
def other(crm: Crm) -> Tenant:
    """Open another one."""
    return crm.tenant(f"t-{uuid4().hex[:8]}")


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a subcommand on the shared stack to its end."""
    return subprocess.run(
        [sys.executable, "-m", "support.reference_crm", *arguments, "--stack", "shared"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def store(aws: Aws, stack: Stack, place: Place, body: str) -> None:
    """Put something into the event table, as somebody does who does not know the schema."""
    item: Any = {"pk": {"S": place.pk}, "sk": {"S": place.sk}, "event": {"S": body}}
    aws.dynamodb().put_item(TableName=stack.event_table, Item=item)


def messages(aws: Aws, url: str) -> list[Any]:
    """Receive and delete what waits in a queue; return the events."""
    sqs, found = aws.sqs(), []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in received:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"])["detail"])
    return found


def test_a_broken_record_is_set_aside_repaired_and_redriven(
    crm: Crm, tenant: Tenant, other: Tenant, aws: Aws, stack: Stack
) -> None:
    """Its tenant reads why; the others flow on; what is redriven is what is stored then."""
    whole = event("a", tenant_id=tenant.id)
    store(aws, stack, Place.of(whole), '{"event_id": "x"}')
    later = event("a", 2, tenant_id=tenant.id)
    store(aws, stack, Place.of(later), later.to_json())
    other.accepted("CreateAccount", ACCOUNT, "b")
    other.view("account", "b", 1)
    (aside,) = eventually(lambda: tenant.get("/set-aside")["set_aside"])
    assert aside.pop("set_aside_at") > "2026"
    assert aside == {
        "event_id": "x",
        "event_type": None,
        "entity_type": "account",
        "entity_id": "a",
        "version": 1,
        "reason": "The record is no event: event_type: Field required.",
    }
    assert other.get("/set-aside") == {"set_aside": [], "next": None}
    assert crm.do("redrive", "publisher", tenant=tenant.id) == {"role": "publisher", "done": 0}
    store(aws, stack, Place.of(whole), whole.to_json())
    assert crm.do("redrive", "publisher", tenant=other.id) == {"role": "publisher", "done": 0}
    assert crm.do("redrive", "publisher", tenant=tenant.id) == {"role": "publisher", "done": 1}
    tenant.settled("entity-views", "a", [1, 2])
    assert tenant.get("/set-aside")["set_aside"] == []


def test_long_lists_of_what_was_set_aside_come_in_parts(
    tenant: Tenant, aws: Aws, stack: Stack
) -> None:
    """In order of time, whatever the order of the keys."""
    for entity_id in ("c", "a", "b"):
        store(aws, stack, Place.of(event(entity_id, tenant_id=tenant.id)), "{}")
    eventually(lambda: len(tenant.get("/set-aside")["set_aside"]) == 3)
    first = tenant.get("/set-aside", limit=2)
    second = tenant.get("/set-aside", limit=2, after=first["next"])
    parts = [[each["entity_id"] for each in part["set_aside"]] for part in (first, second)]
    assert (parts, second["next"]) == ([["c", "a"], ["b"]], None)


def depth(aws: Aws, url: str) -> int:
    """Count what is in a queue, in somebody's hands or not."""
    found = aws.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    held = found["ApproximateNumberOfMessagesNotVisible"]
    return int(found["ApproximateNumberOfMessages"]) + int(held)


@pytest.fixture
def dead_letters(tenant: Tenant, other: Tenant, aws: Aws, stack: Stack) -> Iterator[str]:
    """Have an event of each of two tenants among the dead letters."""
    url = stack.dead_letter_queue_url("entity-views")
    messages(aws, url)
    for each in (tenant, other):
        detail = event("d", tenant_id=each.id).model_dump()
        body = json.dumps({"id": "x", "detail": detail})
        aws.sqs().send_message(QueueUrl=url, MessageBody=body)
    yield url
    messages(aws, url)


def test_dead_letters_of_one_tenant_are_given_back(
    crm: Crm, tenant: Tenant, other: Tenant, aws: Aws, dead_letters: str
) -> None:
    """And those of the others can be seen again at once."""
    done = {"role": "entity-views", "done": 1}
    assert crm.do("redrive", "entity-views", tenant=tenant.id) == done
    tenant.view("account", "d", 1)
    assert other.applied("entity-views", "d") == []
    (left,) = messages(aws, dead_letters)
    assert left["tenant_id"] == other.id


def test_dead_letters_of_all_are_given_back_by_the_command_line(
    environment: Mapping[str, str], tenant: Tenant, other: Tenant, aws: Aws, dead_letters: str
) -> None:
    """Each has its effect then."""
    ended = run(environment, "redrive", "--from", "entity-views")
    assert json.loads(ended.stdout) == {"role": "entity-views", "done": 2}
    for each in (tenant, other):
        each.view("account", "d", 1)
    assert messages(aws, dead_letters) == []


def test_dead_letters_that_are_still_poison_are_given_back_once(
    crm: Crm, aws: Aws, stack: Stack, dead_letters: str
) -> None:
    """However soon the subscriber gives them up again: they stay then, and the redrive ends."""
    messages(aws, dead_letters)
    for _ in range(POISON):
        poison = json.dumps({"id": "x", "detail": {"tenant_id": "t"}})
        aws.sqs().send_message(QueueUrl=dead_letters, MessageBody=poison)
    done = {"role": "entity-views", "done": POISON}
    assert crm.do("redrive", "entity-views") == done
    eventually(lambda: depth(aws, dead_letters) == POISON)
    assert depth(aws, stack.queue_url("entity-views")) == 0


def test_a_tenants_history_is_replayed_in_the_order_of_its_commits(
    crm: Crm, tenant: Tenant, other: Tenant, aws: Aws, environment: Mapping[str, str]
) -> None:
    """With the event ids that it had, to no other effect, and nobody else's."""
    other.accepted("CreateAccount", ACCOUNT, "b")
    path = f"/tenants/{tenant.id}/subscription"
    url = crm.http.post(path, headers=tenant.headers).json()["queue_url"]
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    tenant.accepted("CreateOpportunity", DEAL, "o")
    tenant.accepted("UpdateAccount", {"name": "B"}, "a")
    tenant.settled("entity-views", "a", [1, 2])
    history = [each["event"] for each in tenant.get("/history")["events"]]
    eventually(lambda: history == messages(aws, url))
    assert crm.do("replay", tenant=tenant.id) == {"role": None, "done": 3}
    found: list[Any] = []
    eventually(lambda: found.extend(messages(aws, url)) or len(found) == 3)  # type: ignore[func-returns-value]
    assert sorted(found, key=history.index) == history
    ended = run(environment, "replay", "--tenant", tenant.id)
    assert json.loads(ended.stdout) == {"replayed": 3}
    assert tenant.applied("entity-views", "a") == [(1, 1), (2, 1)]


def spoil(aws: Aws, stack: Stack, subscriber: str, tenant: Tenant) -> None:
    """Delete some of what a subscriber keeps of a tenant, as an accident does."""
    dynamodb = aws.dynamodb()
    found = dynamodb.scan(TableName=stack.projection_table)["Items"]
    shown = ("VIEW", "EUR")
    for item in found:
        if item["pk"]["S"].startswith(f"{subscriber}#{tenant.id}") and item["sk"]["S"] in shown:
            where = {name: item[name] for name in ("pk", "sk")}
            dynamodb.delete_item(TableName=stack.projection_table, Key=where)


def shown(tenant: Tenant) -> list[Any]:
    """Return what the subscribers show of a tenant with an account and an opportunity."""
    paths = ("/account/a", "/opportunity/o", "/pipeline", "/audit-trail")
    return [tenant.get(path) for path in paths]


def filled(tenant: Tenant) -> list[Any]:
    """Let a tenant have an account and an opportunity; return what is shown of it."""
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    tenant.accepted("CreateOpportunity", DEAL, "o")
    tenant.accepted("UpdateAccount", {"name": "B"}, "a")
    for name in ("entity-views", "audit-trail"):
        tenant.settled(name, "a", [1, 2])
        tenant.settled(name, "o", [1])
    tenant.settled("sales-pipeline", "o", [1])
    return shown(tenant)


@pytest.mark.parametrize(
    ("role", "done"), [("entity-views", 3), ("sales-pipeline", 1), ("audit-trail", 3)]
)
def test_a_tenants_projections_are_built_anew(
    crm: Crm, tenant: Tenant, other: Tenant, aws: Aws, stack: Stack, role: str, done: int
) -> None:
    """They are what they were; another tenant's are left alone; the role runs as before."""
    before, beside = filled(tenant), filled(other)
    spoil(aws, stack, role, tenant)
    pid = crm.do("status", role)["pid"]
    assert crm.do("rebuild", role, tenant=tenant.id) == {"role": role, "done": done}
    assert shown(tenant) == before
    assert shown(other) == beside
    assert crm.do("status", role)["pid"] not in (None, pid)
    tenant.accepted("WinOpportunity", {}, "o")
    tenant.settled(role, "o", [1, 2])


def test_all_projections_of_a_subscriber_are_built_anew(
    crm: Crm, tenant: Tenant, other: Tenant, aws: Aws, stack: Stack
) -> None:
    """A role that was down stays down."""
    before = [filled(each) for each in (tenant, other)]
    crm.do("stop", "sales-pipeline")
    for each in (tenant, other):
        spoil(aws, stack, "sales-pipeline", each)
    assert crm.do("rebuild", "sales-pipeline")["done"] >= 2
    assert crm.do("status", "sales-pipeline")["state"] == "stopped"
    crm.do("start", "sales-pipeline")
    assert [shown(each) for each in (tenant, other)] == before


def test_projections_in_use_are_not_built_anew_by_the_command_line(
    crm: Crm, tenant: Tenant, environment: Mapping[str, str]
) -> None:
    """It would take them away under the role that works on them.

    A role that has had nothing to do yet waits until they are built.
    """
    before = filled(tenant)
    arguments = ("rebuild", "--subscriber", "sales-pipeline", "--tenant", tenant.id)
    said = "The role sales-pipeline runs, or was killed less than 15 seconds ago; stop it"
    eventually(lambda: said in run(environment, *arguments).stderr)
    crm.do("stop", "sales-pipeline")
    ended = run(environment, *arguments)
    assert json.loads(ended.stdout) == {"role": "sales-pipeline", "done": 1}
    assert shown(tenant) == before
    crm.do("start", "sales-pipeline")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"do": "rebuild", "role": "account-deactivation"}, "without issuing commands"),
        ({"do": "rebuild"}, "needs a role"),
        ({"do": "redrive", "role": "api"}, "Nothing is given up by the api"),
        ({"do": "replay", "role": "publisher"}, "leave the role out"),
        ({"do": "replay", "tenant": "a#b"}, "An order is"),
        ({"do": "replay", "endpoint": "http://127.0.0.1:1"}, "An order is"),
    ],
)
def test_what_cannot_be_operated_is_said_in_a_sentence(
    crm: Crm, order: dict[str, str], said: str
) -> None:
    """And nothing is stopped for it."""
    assert said in crm.say(json.dumps(order))["error"]
    assert crm.do("status", "account-deactivation")["state"] == "running"


def test_a_publisher_without_checkpoints_publishes_everything_again(
    crm: Crm, tenant: Tenant, aws: Aws, stack: Stack
) -> None:
    """From the oldest record on: nothing is lost, and nothing has effect twice."""
    filled(tenant)
    crm.do("stop", "publisher")
    tenant.accepted("UpdateAccount", {"name": "C"}, "a")
    dynamodb, table = aws.dynamodb(), stack.checkpoint_table
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"] == stack.event_stream_arn:
            dynamodb.delete_item(TableName=table, Key={n: item[n] for n in ("pk", "sk")})
    crm.do("start", "publisher")
    tenant.settled("entity-views", "a", [1, 2, 3])
    tenant.accepted("UpdateAccount", {"name": "D"}, "a")
    tenant.settled("audit-trail", "a", [1, 2, 3, 4])
    assert tenant.view("account", "a", 4)["data"]["name"] == "D"


def test_commands_are_accepted_while_the_publisher_is_down(crm: Crm, tenant: Tenant) -> None:
    """And published when it is back."""
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    crm.do("kill", "publisher")
    for index in range(15):
        tenant.accepted("UpdateAccount", {"name": f"n{index}"}, "a")
    assert len(tenant.get("/history")["events"]) == 16
    crm.do("start", "publisher")
    tenant.view("account", "a", 16)
