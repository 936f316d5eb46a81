"""The fault proxy answers as AWS would, changes what it is told to, and tells what it did."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.errors import ConfigurationError
from support.faults.hardships import Hardship, suffering
from support.faults.proxy_process import FaultProxy
from support.parties import TRANSPORT
from support.targets.aws import Aws

TABLE = "spoilt-events"


@pytest.fixture(scope="module")
def proxy(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    """Return a proxy before the emulator."""
    told: list[str] = []
    log = tmp_path_factory.mktemp("proxy") / "proxy.log"
    started = FaultProxy(aws.endpoint_url, log, lambda child, url: told.append(f"{child} {url}"))
    yield started
    assert len(told) == 1
    started.stop()


@pytest.fixture(scope="module")
def behind(proxy: FaultProxy) -> Aws:
    """Return the clients of somebody who calls AWS through the proxy."""
    return Aws(proxy.url, "us-east-1")


def event(entity_id: str, event_id: str, tenant_id: str = "acme") -> str:
    """Return an event as JSON."""
    told = {"event_id": event_id, "tenant_id": tenant_id, "entity_id": entity_id, "payload": {}}
    return json.dumps(told, separators=(",", ":"))


def put(aws: Aws, *events: str) -> Mapping[str, Any]:
    """Put events on the bus."""
    return aws.events.put_events(
        Entries=[{"Source": "crm", "DetailType": "x", "Detail": each} for each in events]
    )


def test_a_rule_answers_one_tenants_calls_as_the_service_would(
    proxy: FaultProxy, behind: Aws
) -> None:
    """In its own wire format, and until it is taken away."""
    rule = proxy.add(suffering(TRANSPORT, Hardship.THROTTLED, "acme"))
    with pytest.raises(ClientError) as refused:
        put(behind, event("a", "1"))
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert put(behind, event("a", "1", "acme-2"))["FailedEntryCount"] == 0
    assert [each["operation"] for each in proxy.fired(rule["id"])] == ["PutEvents"]
    proxy.remove(rule)
    assert put(behind, event("a", "1"))["FailedEntryCount"] == 0


def test_one_event_of_a_batch_is_refused_and_the_others_are_taken(
    proxy: FaultProxy, behind: Aws
) -> None:
    """The first that is seen of its entity, whenever it comes; a later one is taken."""
    refusing = {"do": "refuse", "tenant_id": "acme", "entity_id": "a", "code": "MalformedDetail"}
    tampering = proxy.tamper(refusing)
    answer = put(behind, event("b", "1"), event("a", "2"), event("c", "3"))
    again = put(behind, event("a", "2"))
    later = put(behind, event("a", "4"))
    fired = proxy.fired(tampering["id"])
    assert proxy.leave(tampering) == []
    codes = [each.get("ErrorCode") for each in answer["Entries"]]
    assert (codes, answer["FailedEntryCount"]) == ([None, "MalformedDetail", None], 1)
    assert all(each["EventId"] for each in (answer["Entries"][0], answer["Entries"][2]))
    assert (again["FailedEntryCount"], later["FailedEntryCount"]) == (1, 0)
    assert [each["action"] for each in fired] == ["MalformedDetail", "MalformedDetail"]
    assert put(behind, event("a", "2"))["FailedEntryCount"] == 0


@pytest.fixture(scope="module")
def table(aws: Aws) -> str:
    """Return a table."""
    aws.dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return TABLE


def _all(aws: Aws, table: str) -> Sequence[Mapping[str, Any]]:
    return aws.dynamodb.scan(TableName=table)["Items"]


def test_what_is_stored_of_an_event_is_spoilt_once_and_its_true_form_kept(
    proxy: FaultProxy, behind: Aws, aws: Aws, table: str
) -> None:
    """All its copies, and no other event."""
    true = {"pk": {"S": "1"}, "event": {"S": event("a", "1")}}
    other = {"pk": {"S": "2"}, "event": {"S": event("a", "2")}}
    tampering = proxy.tamper({"do": "spoil", "tenant_id": "acme", "entity_id": "a"})
    for item in (true, other):
        behind.dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": item}}]
        )
    stored = {each["pk"]["S"]: each for each in _all(aws, table)}
    assert json.loads(stored["1"]["event"]["S"])["payload"] == {"smudge": "unreadable"}
    assert stored["2"] == other
    assert proxy.leave(tampering) == [{"TableName": table, "Item": true}]


def test_what_is_stored_of_an_event_is_told_in_its_older_form(
    proxy: FaultProxy, behind: Aws, aws: Aws, table: str
) -> None:
    """All its copies; what never had one is stored as it is, and nothing is said to have struck."""
    money = {"amount": "9.00", "currency": "EUR"}
    payload = {"amount": money, "previous_amount": money}
    told = {"event_type": "OpportunityAmountChanged", "schema_version": 2, "payload": payload}
    newest = {
        "c": json.dumps({**json.loads(event("c", "21")), **told}),
        "d": json.dumps({**json.loads(event("d", "22")), **told, "event_type": "OpportunityWon"}),
    }
    tamperings = [
        proxy.tamper({"do": "age", "tenant_id": "acme", "entity_id": each}) for each in newest
    ]
    for entity, body in newest.items():
        copies = [{"pk": {"S": f"{entity}{n}"}, "event": {"S": body}} for n in (1, 2)]
        behind.dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": each}} for each in copies]
        )
    stored = {each["pk"]["S"]: each["event"]["S"] for each in _all(aws, table)}
    fired = [len(proxy.fired(each["id"])) for each in tamperings]
    for each in tamperings:
        proxy.leave(each)
    older = {"amount": "9.00", "previous_amount": "9.00", "currency": "EUR"}
    aged = {**json.loads(newest["c"]), "schema_version": 1, "payload": older}
    assert [json.loads(stored[each]) for each in ("c1", "c2")] == [aged, aged]
    assert (stored["d1"], stored["d2"], fired) == (newest["d"], newest["d"], [1, 0])


def test_what_was_not_stored_is_not_spoilt(
    proxy: FaultProxy, behind: Aws, aws: Aws, table: str
) -> None:
    """The CRM decides anew, under another event id: that is the one."""
    tampering = proxy.tamper({"do": "spoil", "tenant_id": "acme", "entity_id": "b"})

    def store(event_id: str, condition: str) -> Mapping[str, Any]:
        item = {"pk": {"S": event_id}, "event": {"S": event("b", event_id)}}
        put = {"TableName": table, "Item": item, "ConditionExpression": condition}
        behind.dynamodb.transact_write_items(TransactItems=[{"Put": put}])  # type: ignore[typeddict-item]
        return item

    with pytest.raises(ClientError):
        store("11", "attribute_exists(pk)")
    assert proxy.fired(tampering["id"]) == []
    true = store("12", "attribute_not_exists(pk)")
    found = aws.dynamodb.get_item(TableName=table, Key={"pk": {"S": "12"}})["Item"]
    assert json.loads(found["event"]["S"])["payload"] == {"smudge": "unreadable"}
    assert proxy.leave(tampering) == [{"TableName": table, "Item": true}]


def test_it_cannot_stand_before_aws_itself(tmp_path: Path) -> None:
    """Which has no single address; and one that was never needed is never started."""
    proxy = FaultProxy(None, tmp_path / "proxy.log")
    proxy.stop()
    assert not proxy.is_possible
    with pytest.raises(ConfigurationError, match="nothing can stand between the CRM and AWS"):
        _ = proxy.url
    assert [*tmp_path.iterdir()] == []
