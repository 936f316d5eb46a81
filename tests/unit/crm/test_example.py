"""The driver to copy works, and is what the guide shows."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.acts import PROMISED
from support.contract.entities import EntityType
from support.crm.example import ExampleCrm
from support.crm.needs import NEEDS
from support.crm.own import own_driver
from support.crm.port import (
    Answer,
    Applied,
    Command,
    CommandRefused,
    CrmBasics,
    PipelineTotal,
    Pretence,
    Receipt,
    Subscriber,
    View,
)
from support.errors import CrmTrouble, NoAnswer
from support.judging.walking import IMPLIED
from support.reference_crm.domain import COMMANDS

GUIDE = Path("support/crm/GUIDE.md")
COMMAND = Command("acme", "CreateLead", "l-1", {"last_name": "Ada"}, "k", "c", "kim")
EVENT = {"event_id": "e", "event_type": "LeadCreated", "entity_type": "lead"} | {
    "entity_id": "l-1",
    "version": 1,
}
RECEIPT = {"entity_type": "lead", "entity_id": "l-1", "version": 1, "events": [EVENT]}
VIEW = {"tenant_id": "acme", "entity_type": "lead", "entity_id": "l-1", "version": 1} | {
    "last_event_id": "e",
    "data": {"last_name": "Ada"},
}
ENTRY = {name: EVENT.get(name, "x") for name in ("event_id", "event_type", "tenant_id")} | {
    "entity_type": "lead",
    "entity_id": "l-1",
    "version": 1,
    "occurred_at": "now",
    "actor": "kim",
    "correlation_id": "c",
    "causation_id": None,
    "payload": {},
}
NONE = {"count": 0, "amount": "0"}
TOTAL = {"currency": "EUR", "open": {"count": 1, "amount": "10.00"}, "won": NONE, "lost": NONE}
MARK = {"event_id": "e", "entity_type": "lead", "entity_id": "l-1", "version": 1, "times": 1}
RESULTS: Mapping[str, Any] = {
    "commands.send": {"receipt": RECEIPT, "known_key": False},
    "views.read": VIEW,
    "audit.read": [ENTRY],
    "pipeline.read": [TOTAL],
    "applied.read": [MARK],
}


class ImaginedCrm:
    """Answer as the CRM that the example drives; a token is good for `lasts` requests."""

    def __init__(self, lasts: int = 100) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self._lasts = lasts
        self._left: dict[str, int] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        what, said = request.url.path.removeprefix("/api/"), json.loads(request.content)
        token = request.headers.get("Authorization")
        self.asked.append((what, token))
        return httpx.Response(200, json=self._told(what, token, said))

    def _told(self, what: str, token: str | None, said: Mapping[str, Any]) -> dict[str, Any]:
        if what == "tenants.open":
            fresh = f"{said['id']}-{len(self._left)}"
            self._left[f"Bearer {fresh}"] = self._lasts
            return {"result": {"token": fresh}}
        if token not in self._left:
            return {"refused": "invalid_credential", "because": "Who is that?"}
        if not token.startswith(f"Bearer {said['tenant']}-"):
            return {"refused": "wrong_tenant", "because": "That is somebody else."}
        if not self._left[token]:
            return {"refused": "token_expired", "because": "Too old."}
        self._left[token] -= 1
        if what == "events.read":
            return {"result": [EVENT, EVENT, EVENT][said["skip"] :][:2]}
        return {"result": RESULTS[what]}


def _driver(monkeypatch: pytest.MonkeyPatch, crm: Any) -> ExampleCrm:
    monkeypatch.setenv("MY_CRM_URL", "http://my-crm.test")
    monkeypatch.setenv("MY_CRM_OPERATOR", "operator")
    driver = ExampleCrm()
    transport = httpx.MockTransport(crm)
    driver._http = httpx.Client(base_url="http://my-crm.test", transport=transport)
    return driver


def test_it_asks_and_answers_as_the_port_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every method once."""
    driver: CrmBasics = _driver(monkeypatch, ImaginedCrm())
    driver.open_tenant("acme")
    assert driver.send(COMMAND) == Answer(Receipt.model_validate(RECEIPT), repeated=False)
    assert driver.history("acme") == [EVENT, EVENT, EVENT]
    assert driver.view("acme", EntityType.LEAD, "l-1") == View.model_validate(VIEW)
    assert [each.model_dump(mode="json") for each in driver.audit_trail("acme")] == [ENTRY]
    assert driver.pipeline("acme") == [PipelineTotal.model_validate(TOTAL)]
    assert driver.applied("acme", "audit") == [Applied.model_validate(MARK)]
    assert driver.subscribers()[1] == Subscriber(
        name="audit", entity_types=tuple(EntityType), queue_url="AuditQueue"
    )


def test_a_token_that_expired_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of whatever is going on."""
    crm = ImaginedCrm(lasts=1)
    driver = _driver(monkeypatch, crm)
    driver.open_tenant("acme")
    assert driver.history("acme") == [EVENT, EVENT, EVENT]
    assert [what for what, _ in crm.asked].count("tenants.open") == 3


@pytest.mark.parametrize(
    ("whose", "shown", "refusal"),
    [
        ("bravo", "Bearer bravo-1", "wrong_tenant"),
        (Pretence.NOTHING, None, "invalid_credential"),
        (Pretence.FORGERY, "Bearer nobody-issued-this", "invalid_credential"),
    ],
)
def test_a_false_credential_is_shown_and_refused(
    monkeypatch: pytest.MonkeyPatch, whose: str | Pretence, shown: str | None, refusal: str
) -> None:
    """That is what the features about isolation ask for."""
    crm = ImaginedCrm()
    driver = _driver(monkeypatch, crm)
    driver.open_tenant("acme")
    driver.open_tenant("bravo")
    with pytest.raises(CommandRefused) as refused:
        driver.with_credential_of(whose).pipeline("acme")
    assert (refused.value.code, crm.asked[-1]) == (refusal, ("pipeline.read", shown))


def test_nonsense_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no refusal."""
    driver = _driver(monkeypatch, lambda _: httpx.Response(502, text="<html>"))
    with pytest.raises(
        CrmTrouble, match=r"^our CRM gave nonsense for an answer to tenants\.open: "
    ):
        driver.open_tenant("acme")


def test_no_answer_is_trouble_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command may be sent again then, and only then."""

    def broken_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("connection reset", request=request)

    driver = _driver(monkeypatch, broken_off)
    with pytest.raises(NoAnswer, match=r"^our CRM gave no answer to tenants\.open: "):
        driver.open_tenant("acme")


def test_it_can_be_named_to_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it leaves out."""
    _driver(monkeypatch, ImaginedCrm())
    assert dict(own_driver("support.crm.example:ExampleCrm").cannot) == {
        "needs-own-subscriptions": "tenants have none at our CRM",
        "needs-parked": "the driver has no parked",
        "needs-set-aside": "the driver has no set_aside",
    }


def test_the_guide_shows_it() -> None:
    """Word for word, but for its docstring and imports."""
    text = Path("support/crm/example.py").read_text("utf-8")
    shown = text[text.index("class ExampleCrm") :]
    assert f"```python\n{shown}```\n" in GUIDE.read_text("utf-8")


def test_the_guide_lists_every_need() -> None:
    """And none that no scenario has."""
    rows = _rows("| need |")
    assert {row[0].strip("`") for row in rows} == set(NEEDS)


def test_the_guide_lists_every_command() -> None:
    """With its fields, as the published commands have them, and its events."""
    told = {row[0].strip("`"): tuple(row[1:3]) for row in _rows("| command |")}
    assert told == {name: (_fields(name), ", ".join(events)) for name, events in PROMISED.items()}


def test_the_guide_lists_what_views_show() -> None:
    """Besides what their events told."""
    told = {tuple(row) for row in _rows("| after |")}
    shown = {
        (event, name, json.dumps(value).strip('"'))
        for event, implied in IMPLIED.items()
        for name, value in implied.items()
    }
    assert told == shown


def _fields(command: str) -> str:
    fields = COMMANDS[command].model.model_fields
    partial = command.startswith(("Update", "Correct"))
    told = (f"{n}{'' if f.is_required() or partial else '?'}" for n, f in fields.items())
    return ", ".join(told) or "none"


def _rows(head: str) -> list[list[str]]:
    """Return the cells of the guide's table that begins so."""
    lines = GUIDE.read_text("utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(head)) + 2
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows
