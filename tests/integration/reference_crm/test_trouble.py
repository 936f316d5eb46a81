"""A publisher in trouble: what the bus refuses, slow calls, a stream that has lost something."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.stack import StackDeployer
from tests.defects.wire.proxy import Call, Plan, Proxy, serving
from tests.integration.reference_crm.crm_process import Crm, Tenant, eventually

SHARD = "shardId-00000000000000000000-yesterday"
ACCOUNT = {"name": "Acme", "owner": "bob"}


@pytest.fixture
def tenant(crm: Crm) -> Tenant:
    """Open a tenant that nobody has used."""
    return crm.tenant(f"t-{uuid4().hex[:8]}")


@dataclass
class Trouble:
    """Make each call slow, and refuse the entries of some events."""

    pauses: tuple[float, float] = (0.0, 0.0)
    refused: set[tuple[str, int]] = field(default_factory=set)
    chance: Random = field(default_factory=lambda: Random(1))  # noqa: S311

    def plan(self, call: Call) -> Plan | None:
        """Return what becomes of a call."""
        pause = self.chance.uniform(*self.pauses)
        if call.operation == "PutEvents" and self.refused:
            return self._partly(call, pause)
        return Plan(call.body, pause=pause)

    def _partly(self, call: Call, pause: float) -> Plan:
        entries = call.body["Entries"]
        bad = [self._is_refused(json.loads(entry["Detail"])) for entry in entries]
        taken = [entry for entry, is_bad in zip(entries, bad, strict=True) if not is_bad]

        def answer(told: dict[str, Any] | None) -> dict[str, Any]:
            results = iter((told or {"Entries": []})["Entries"])
            no = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
            made = [no if is_bad else next(results) for is_bad in bad]
            return {"FailedEntryCount": sum(bad), "Entries": made}

        return Plan({**call.body, "Entries": taken} if taken else None, answer, pause)

    def _is_refused(self, detail: Any) -> bool:
        return (detail["entity_id"], detail["version"]) in self.refused


@pytest.fixture
def trouble(crm: Crm, endpoint: str) -> Iterator[Trouble]:
    """Let trouble stand between the publisher and AWS."""
    made = Trouble()
    with ExitStack() as stack:
        url = stack.enter_context(serving(Proxy(endpoint, made)))
        crm.do("stop", "publisher")
        assert crm.do("start", "publisher", endpoint=url)["endpoint"] == url
        yield made
        crm.do("stop", "publisher")
        crm.do("start", "publisher")


def test_an_event_that_the_bus_refuses_for_good_is_redriven(
    crm: Crm, tenant: Tenant, trouble: Trouble
) -> None:
    """Later versions wait at the subscribers until it has come after all."""
    trouble.refused = {("a", 2)}
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    for name in ("B", "C"):
        tenant.accepted("UpdateAccount", {"name": name}, "a")
    tenant.accepted("CreateAccount", ACCOUNT, "b")
    tenant.view("account", "b", 1)
    (aside,) = eventually(lambda: tenant.get("/set-aside")["set_aside"])
    assert aside["event_id"] == tenant.get("/history")["events"][1]["event"]["event_id"]
    assert (aside["entity_id"], aside["version"]) == ("a", 2)
    assert aside["reason"] == "The bus refused it: MalformedDetail (Detail is malformed)."
    assert tenant.view("account", "a", 1)["data"]["name"] == "Acme"
    assert crm.do("redrive", "publisher", tenant=tenant.id) == {"role": "publisher", "done": 1}
    assert tenant.view("account", "a", 3)["data"]["name"] == "C"
    assert tenant.get("/set-aside")["set_aside"] == []


def test_a_publisher_whose_calls_are_slow_loses_nothing_when_it_is_killed(
    crm: Crm, tenant: Tenant, trouble: Trouble
) -> None:
    """Nor when it is stopped in the middle."""
    trouble.pauses = (0.05, 0.2)
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    for index in range(40):
        tenant.accepted("UpdateAccount", {"name": f"n{index}"}, "a")
    endpoint = crm.do("status", "publisher")["endpoint"]
    for order in ("kill", "stop"):
        seen = len(tenant.applied("entity-views", "a"))
        eventually(lambda seen=seen: len(tenant.applied("entity-views", "a")) > seen)  # type: ignore[misc]
        crm.do(order, "publisher")
        crm.do("start", "publisher", endpoint=endpoint)
    trouble.pauses = (0.0, 0.0)
    tenant.settled("entity-views", "a", list(range(1, 42)))
    tenant.settled("audit-trail", "a", list(range(1, 42)))


def test_a_publisher_that_cannot_go_on_stays_down_until_a_replay(
    environment: Mapping[str, str], aws: Aws, capfd: pytest.CaptureFixture[str]
) -> None:
    """It says so once; commands are accepted meanwhile, and nothing is lost."""
    crm = Crm(environment, "--stack", f"s-{uuid4().hex[:8]}", "--delete-stack")
    tenant, stack = crm.tenant("acme"), StackDeployer(aws, crm.ready["stack"]).describe()
    crm.do("stop", "publisher")
    tenant.accepted("CreateAccount", ACCOUNT, "a")
    lost = {"pk": {"S": stack.event_stream_arn}, "sk": {"S": SHARD}}
    item: Any = {**lost, "reached": {"S": "000000000000000000005"}}
    aws.dynamodb().put_item(TableName=stack.checkpoint_table, Item=item)
    crm.do("start", "publisher")
    eventually(lambda: crm.do("status", "publisher")["state"] == "stopped")
    tenant.accepted("UpdateAccount", {"name": "B"}, "a")
    assert crm.do("replay") == {"role": None, "done": 2}
    tenant.settled("entity-views", "a", [1, 2])
    crm.do("start", "publisher")
    tenant.accepted("UpdateAccount", {"name": "C"}, "a")
    tenant.settled("entity-views", "a", [1, 2, 3])
    assert crm.hang_up() == 0
    said = capfd.readouterr().err
    assert said.count("the stream no longer has all records of the shard " + SHARD) == 1
    assert said.count("the role publisher ended by itself, and stays down until it is") == 1
