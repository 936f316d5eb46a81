"""What the HTTP API answers, above all to what it refuses."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from support.reference_crm.domain import COMMANDS
from tests.integration.reference_crm.crm_process import OPERATOR, Crm, Tenant, bearer

ACCOUNT = {"name": "Acme", "owner": "bob"}


@pytest.fixture
def tenant(crm: Crm) -> Tenant:
    """Open a tenant that nobody has used."""
    return crm.tenant(f"t-{uuid4().hex[:8]}")


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal, which has a sentence too."""
    body = answer.json()
    assert set(body) == {"code", "message"}
    assert body["message"].endswith(".")
    return answer.status_code, body["code"]


def post(crm: Crm, path: str, body: str, **headers: str) -> tuple[int, str]:
    """Send any body with any headers; return the refusal."""
    return refusal(crm.http.post(path, content=body.encode(), headers=headers))


def test_a_repeated_request_gets_200_and_the_first_receipt(tenant: Tenant) -> None:
    """The first one got 201."""
    answers = [tenant.ask("CreateAccount", ACCOUNT, key="same") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("command", "data", "entity_id", "extra", "expected"),
    [
        ("CreateAccount", {"owner": "b"}, None, {}, (422, "invalid_name")),
        ("CreateAccount", {**ACCOUNT, "x": 1}, None, {}, (422, "unknown_field")),
        ("CreateAccount", ACCOUNT, "-a", {}, (422, "invalid_entity_id")),
        ("CreateAccount", ACCOUNT, "a/b", {}, (422, "invalid_entity_id")),
        ("CreateAccount", ACCOUNT, "a\n", {}, (422, "invalid_entity_id")),
        ("CreateAccount", ACCOUNT, None, {"x": 1}, (422, "unknown_field")),
        ("CreateAccount", ACCOUNT, 7, {}, (422, "invalid_entity_id")),
        ("CreateAccount", ACCOUNT, "a", {"expected_version": 3}, (409, "version_conflict")),
        (
            "CreateAccount",
            ACCOUNT,
            "a",
            {"expected_version": "1"},
            (422, "invalid_expected_version"),
        ),
        ("CreateAccount", ACCOUNT, None, {"tenant_id": "other"}, (403, "wrong_tenant")),
        ("CreateAccount", {**ACCOUNT, "tenant_id": "other"}, None, {}, (403, "wrong_tenant")),
        ("CreateAccount", [], None, {}, (422, "invalid_body")),
        ("WinOpportunity", {}, "nobody", {}, (404, "unknown_entity")),
        ("Frobnicate", {}, "a", {}, (404, "unknown_command")),
    ],
)
def test_a_refusal_has_a_code_and_a_sentence(
    tenant: Tenant,
    command: str,
    data: Any,
    entity_id: Any,
    extra: dict[str, Any],
    expected: tuple[int, str],
) -> None:
    """And leaves no trace in the history."""
    assert refusal(tenant.ask(command, data, entity_id, **extra)) == expected
    assert tenant.get("/history") == {"events": [], "next": None}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"text"',
        '{"data": 1}',
        "{}",
        '{"data": {"name": NaN}}',
        '{"data": {"name": "\\ud800"}}',
    ],
)
def test_a_body_that_is_no_command_is_refused(crm: Crm, tenant: Tenant, body: str) -> None:
    """Whatever it is."""
    path = f"/tenants/{tenant.id}/commands/CreateAccount"
    assert post(crm, path, body, **tenant.headers) == (422, "invalid_body")


def test_headers_are_needed(crm: Crm, tenant: Tenant) -> None:
    """Who acts, and which request it is; the correlation id is made up if there is none."""
    path = f"/tenants/{tenant.id}/commands/CreateAccount"
    body = '{"data": {"name": "A", "owner": "b"}}'
    key = {"Idempotency-Key": "k"}
    assert post(crm, path, body, **tenant.headers) == (422, "idempotency_key_missing")
    assert post(crm, path, body, **tenant.headers, **key) == (422, "actor_missing")
    long = {"X-Actor": "x" * 256}
    assert post(crm, path, body, **tenant.headers, **key, **long) == (422, "invalid_actor")
    named = {**tenant.headers, **key, "X-Actor": "Zoë", "X-Correlation-Id": "c-7"}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    assert crm.http.post(path, content=body, headers=raw).status_code == 201
    made = tenant.get("/history")["events"][0]["event"]
    assert (made["actor"], made["correlation_id"]) == ("Zoë", "c-7")


@pytest.mark.parametrize(
    ("tenant_id", "expected"),
    [("a b", 422), ("", 422), (7, 422), ("x" * 101, 422), ("acme", 201), ("ACME", 201)],
)
def test_only_the_operator_opens_tenants(crm: Crm, tenant_id: Any, expected: int) -> None:
    """With an id of the right form."""
    body = {"tenant_id": tenant_id}
    assert refusal(crm.http.post("/tenants", json=body)) == (401, "invalid_credential")
    wrong = crm.http.post("/tenants", json=body, headers=bearer("guess"))
    assert refusal(wrong) == (401, "invalid_credential")
    right = crm.http.post("/tenants", json=body, headers=bearer(OPERATOR))
    assert right.status_code == expected


@pytest.mark.parametrize(
    "path",
    [
        "/subscription",
        "/history",
        "/audit-trail",
        "/pipeline",
        "/account/a",
        "/set-aside",
        "/subscribers/audit-trail/applied",
        "/subscribers/audit-trail/parked",
        "/commands/CreateAccount",
        "/commands/Frobnicate",
    ],
)
def test_nothing_is_open_to_another_tenant(crm: Crm, path: str) -> None:
    """Near misses of an id are other tenants; a forged credential is none."""
    method = "POST" if path.startswith(("/commands", "/subscription")) else "GET"
    acme, near = crm.tenant("acme"), crm.tenant("acme-2")

    def ask(headers: Any) -> tuple[int, str]:
        return refusal(crm.http.request(method, "/tenants/acme" + path, headers=headers))

    assert ask(near.headers) == (403, "wrong_tenant")
    assert ask(crm.tenant("ACME").headers) == (403, "wrong_tenant")
    signature = near.headers["Authorization"].rpartition(".")[2]
    assert ask(bearer(f"acme.{signature}")) == (401, "invalid_credential")
    assert ask([(b"Authorization", "Bearer é.é".encode())]) == (401, "invalid_credential")
    assert ask({}) == (401, "invalid_credential")
    assert ask({"Authorization": acme.headers["Authorization"] + "0"})[0] == 401


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/account/nobody", (404, "unknown_entity")),
        ("/unicorn/a", (404, "unknown_entity")),
        ("/subscribers/nobody/applied", (404, "unknown_subscriber")),
        ("/subscribers/nobody/parked", (404, "unknown_subscriber")),
        ("/history?after=-1", (422, "invalid_after")),
        ("/history?limit=0", (422, "invalid_limit")),
        ("/audit-trail?after=%C3%A9", (422, "invalid_after")),
        ("/audit-trail?after=", (422, "invalid_after")),
        (f"/audit-trail?after={'A' * 2000}", (422, "invalid_after")),
        ("/nowhere", (404, "not_found")),
    ],
)
def test_what_cannot_be_read_is_refused(
    crm: Crm, tenant: Tenant, path: str, expected: tuple[int, str]
) -> None:
    """With a code and a sentence, too."""
    answer = crm.http.get(f"/tenants/{tenant.id}{path}", headers=tenant.headers)
    assert refusal(answer) == expected


def test_long_answers_come_in_parts(tenant: Tenant) -> None:
    """The parts are the whole, whatever their size."""
    for index in range(5):
        tenant.accepted("CreateAccount", ACCOUNT, f"a{index}")
        tenant.view("account", f"a{index}", 1)
    for path, rows in (
        ("/history", "events"),
        ("/audit-trail", "entries"),
        ("/subscribers/entity-views/applied", "applied"),
    ):
        whole = tenant.get(path)
        assert whole["next"] is None
        assert in_parts(tenant, path, rows) == whole[rows]


def in_parts(tenant: Tenant, path: str, rows: str) -> list[Any]:
    """Read two rows at a time."""
    answer = tenant.get(path, limit=2)
    found = list(answer[rows])
    while answer["next"] is not None:
        answer = tenant.get(path, limit=2, after=answer["next"])
        found += answer[rows]
    return found


def test_subscribers_are_told(crm: Crm) -> None:
    """With their entities and queues."""
    told = crm.http.get("/subscribers").json()["subscribers"]
    assert {one["name"]: len(one["entity_types"]) for one in told} == {
        "audit-trail": 7,
        "entity-views": 7,
        "sales-pipeline": 1,
        "account-deactivation": 3,
    }
    for one in told:
        assert one["queue_url"].endswith(f"shared-{one['name']}")
        assert one["dead_letter_queue_url"].endswith(f"shared-{one['name']}-dead-letters")


def test_the_contract_has_a_route_for_each_command(crm: Crm) -> None:
    """With the model of its data, and no reference that leads nowhere."""
    document = crm.http.get("/openapi.json")
    paths = document.json()["paths"]
    for name in COMMANDS:
        operation = paths[f"/tenants/{{tenant_id}}/commands/{name}"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        assert schema["properties"]["data"]["$ref"] == f"#/components/schemas/{name}"
    assert set(paths["/tenants/{tenant_id}/subscription"]) == {"post", "delete"}
    known = set(document.json()["components"]["schemas"])
    used = {part.split('"')[0] for part in document.text.split("#/components/schemas/")[1:]}
    assert used <= known
