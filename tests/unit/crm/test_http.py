"""The HTTP driver says what the published contract says, and reads all that it answers."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from support.contract.entities import EntityType
from support.crm.http import HttpCrm
from support.crm.port import (
    Answer,
    Applied,
    AuditEntry,
    Command,
    CommandRefused,
    CurrencyFigures,
    OwnSubscription,
    Parked,
    PipelineTotal,
    Pretence,
    Receipt,
    ReceiptEvent,
    SetAside,
    Subscriber,
    View,
)
from support.errors import CrmTrouble, NoAnswer
from support.targets.processes import free_port
from tests.support.samples import an_event, numbered

COMMAND = Command(
    tenant_id="acme",
    command_type="CreateAccount",
    entity_id="a-1",
    data={"name": "Zoë 🎉"},
    idempotency_key="k-1",
    correlation_id="c-1",
    actor="kim",
)
IDENTITY = {"entity_type": "account", "entity_id": "a-1", "version": 1}
RECEIPT = {
    **IDENTITY,
    "events": [{**IDENTITY, "event_id": numbered(1), "event_type": "AccountCreated"}],
}
READ = Receipt(
    entity_type=EntityType.ACCOUNT,
    entity_id="a-1",
    version=1,
    events=(
        ReceiptEvent(
            event_id=numbered(1),
            event_type="AccountCreated",
            entity_type=EntityType.ACCOUNT,
            entity_id="a-1",
            version=1,
        ),
    ),
)


class Server:
    """Answer as a test says, and keep what was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[httpx.Response] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Give the next answer; whoever opens a tenant gets a credential."""
        self.requests.append(request)
        if request.url.path == "/tenants":
            tenant = json.loads(request.content)["tenant_id"]
            return httpx.Response(201, json={"credential": f"key of {tenant}"})
        return self.answers.pop(0)

    @property
    def last(self) -> httpx.Request:
        """Return the newest request."""
        return self.requests[-1]


@pytest.fixture
def server() -> Server:
    """Return a server without answers."""
    return Server()


@pytest.fixture
def crm(server: Server) -> HttpCrm:
    """Drive the server, with the tenant acme open."""
    driver = HttpCrm("http://crm.test", "operator-token")
    driver._client = httpx.Client(base_url="http://crm.test", transport=httpx.MockTransport(server))
    driver.open_tenant("acme")
    return driver


def _answer(server: Server, body: Any, status: int = 200) -> None:
    server.answers.append(httpx.Response(status, json=body))


def test_a_tenant_is_opened_by_the_operator(crm: HttpCrm, server: Server) -> None:
    """Each tenant has a credential of its own from then on."""
    assert server.last.headers["Authorization"] == "Bearer operator-token"
    _answer(server, {"totals": []})
    crm.pipeline("acme")
    assert server.last.headers["Authorization"] == "Bearer key of acme"


def test_a_command_is_sent_as_the_contract_says(crm: HttpCrm, server: Server) -> None:
    """Path, headers and body; the version only where one is expected."""
    _answer(server, RECEIPT, 201)
    assert crm.send(COMMAND) == Answer(READ, repeated=False)
    asked = server.last
    assert (asked.method, asked.url.path) == ("POST", "/tenants/acme/commands/CreateAccount")
    sent = {name: asked.headers.get(name) for name in ("Idempotency-Key", "X-Actor")}
    assert sent == {"Idempotency-Key": "k-1", "X-Actor": "kim"}
    assert asked.headers["X-Correlation-Id"] == "c-1"
    assert json.loads(asked.content) == {"entity_id": "a-1", "data": {"name": "Zoë 🎉"}}


def test_an_expected_version_goes_with_the_command(crm: HttpCrm, server: Server) -> None:
    """Nothing is expected of a command that says nothing, not even zero."""
    _answer(server, RECEIPT, 201)
    crm.send(Command("acme", "UpdateAccount", "a-1", {}, "k", "c", "kim", expected_version=0))
    assert json.loads(server.last.content)["expected_version"] == 0


def test_what_a_command_leaves_out_is_not_sent(crm: HttpCrm, server: Server) -> None:
    """A scenario may want to see that refused."""
    _answer(server, RECEIPT, 201)
    crm.send(Command("acme", "CreateAccount", "a-1", {}, "", "", ""))
    absent = {"idempotency-key", "x-correlation-id", "x-actor"}
    assert absent.isdisjoint(server.last.headers)


def test_a_known_key_gets_the_first_answer_again(crm: HttpCrm, server: Server) -> None:
    """The status tells the first time from the second."""
    _answer(server, RECEIPT, 200)
    assert crm.send(COMMAND) == Answer(READ, repeated=True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_refusal_says_which_and_why(crm: HttpCrm, server: Server, status: int) -> None:
    """Status, code and sentence as they came."""
    _answer(server, {"code": "invalid_name", "message": "It needs a name."}, status)
    with pytest.raises(CommandRefused) as refused:
        crm.send(COMMAND)
    said = (refused.value.status, refused.value.code, refused.value.message)
    assert said == (status, "invalid_name", "It needs a name.")
    assert str(refused.value) == f"refused as invalid_name ({status}): It needs a name."


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, json={"message": "No."}),
        httpx.Response(404, text="<html>Not here"),
        httpx.Response(422, json=["code"]),
        httpx.Response(500, json={"code": "internal_error", "message": "The CRM failed."}),
        httpx.Response(503, json={"code": "busy", "message": "Try again."}),
        httpx.Response(502, text="<html>Bad gateway"),
        httpx.Response(201, text="fine"),
        httpx.Response(201, json="fine"),
        httpx.Response(202, json=RECEIPT),
    ],
    ids=lambda answer: f"{answer.status_code} {answer.text[:12]}",
)
def test_what_is_neither_yes_nor_no_is_trouble(
    crm: HttpCrm, server: Server, answer: httpx.Response
) -> None:
    """A CRM that fails has refused nothing, and a proxy is no CRM."""
    server.answers.append(answer)
    with pytest.raises(CrmTrouble) as trouble:
        crm.send(COMMAND)
    assert not isinstance(trouble.value, NoAnswer)
    assert str(trouble.value) == (
        "the CRM answered POST /tenants/acme/commands/CreateAccount with status "
        f"{answer.status_code}, which says neither yes nor no: {answer.text[:200]}"
    )


def test_a_web_server_that_knows_no_views_is_trouble(crm: HttpCrm, server: Server) -> None:
    """That there is no view has to be said by a CRM."""
    server.answers.append(httpx.Response(404, text="<html>Not here"))
    with pytest.raises(CrmTrouble, match="with status 404"):
        crm.view("acme", EntityType.ACCOUNT, "a-1")


def test_a_crm_that_gives_no_answer_is_trouble() -> None:
    """In a sentence that says who was asked for what."""
    url = f"http://127.0.0.1:{free_port()}"
    with closing(HttpCrm(url, "token")) as nobody, pytest.raises(NoAnswer) as trouble:
        nobody.open_tenant("acme")
    assert str(trouble.value).startswith(
        f"the CRM at {url} gave no answer to POST /tenants: ConnectError: "
    )


class Dying:
    """Break off so many requests, then answer as a server does."""

    def __init__(self, server: Server, deaths: int) -> None:
        self._server = server
        self._left = deaths

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, or be gone."""
        answer = self._server(request)
        self._left -= 1
        if self._left >= 0:
            raise httpx.RemoteProtocolError("Server disconnected.")
        return answer


def _dying(server: Server, crm: HttpCrm, deaths: int) -> None:
    transport = httpx.MockTransport(Dying(server, deaths))
    crm._client = httpx.Client(base_url="http://crm.test", transport=transport)


def test_reading_that_is_broken_off_is_tried_once_more(crm: HttpCrm, server: Server) -> None:
    """The process that was asked may have died, and there is another one."""
    _dying(server, crm, 1)
    for _ in range(2):
        _answer(server, {"totals": []})
    assert crm.pipeline("acme") == []


def test_a_tenant_whose_opening_is_broken_off_is_opened_once_more(
    crm: HttpCrm, server: Server
) -> None:
    """Who opens it twice gets a credential twice, which changes nothing."""
    _dying(server, crm, 1)
    crm.open_tenant("bravo")
    assert [each.url.path for each in server.requests] == ["/tenants", "/tenants", "/tenants"]


def test_reading_that_is_broken_off_again_is_trouble(crm: HttpCrm, server: Server) -> None:
    """Once may be chance."""
    _dying(server, crm, 2)
    for _ in range(2):
        _answer(server, {"totals": []})
    with pytest.raises(CrmTrouble, match=r"gave no answer to GET .*: Server disconnected\.$"):
        crm.pipeline("acme")


def test_a_command_that_is_broken_off_is_not_sent_again(crm: HttpCrm, server: Server) -> None:
    """Nobody knows whether it was carried out; whoever sends it again has to know that."""
    before = len(server.requests)
    _dying(server, crm, 1)
    _answer(server, RECEIPT, 201)
    with pytest.raises(NoAnswer, match="gave no answer to POST"):
        crm.send(COMMAND)
    assert len(server.requests) == before + 1


def test_a_receipt_that_is_none_is_not_taken_for_one(crm: HttpCrm, server: Server) -> None:
    """A CRM that answers otherwise breaks the contract."""
    _answer(server, {**RECEIPT, "colour": "red"}, 201)
    with pytest.raises(CrmTrouble) as trouble:
        crm.send(COMMAND)
    assert str(trouble.value) == (
        "what the CRM shows as the receipt of CreateAccount of acme cannot be read: "
        "colour: Extra inputs are not permitted"
    )


def test_a_history_is_read_page_after_page(crm: HttpCrm, server: Server) -> None:
    """Nothing of a long history is left behind, also after an empty page."""
    events = [an_event(number) for number in range(3)]
    rows = [{"position": number, "event": event} for number, event in enumerate(events)]
    _answer(server, {"events": rows[:2], "next": 2})
    _answer(server, {"events": [], "next": "3"})
    _answer(server, {"events": rows[2:], "next": None})
    assert crm.history("acme") == events
    asked = [str(request.url) for request in server.requests[1:]]
    base = "http://crm.test/tenants/acme/history"
    assert asked == [base, f"{base}?after=2", f"{base}?after=3"]


def test_an_event_that_cannot_be_read_is_told(crm: HttpCrm, server: Server) -> None:
    """Else whoever judges it would stumble over it."""
    event = an_event(payload=None, entity_id="a-1")
    _answer(server, {"events": [{"position": 1, "event": event}], "next": None})
    with pytest.raises(CrmTrouble) as trouble:
        crm.history("acme")
    assert str(trouble.value) == (
        "the CRM has in the history of tenant acme an event whose payload is None, and has to be "
        "an object ('AccountCreated' of 'a-1')"
    )


def test_an_entry_that_cannot_be_read_is_told(crm: HttpCrm, server: Server) -> None:
    """With what it is about; a version as text is no version."""
    event = an_event()
    row = {**event, "version": "1"}
    del row["schema_version"]
    _answer(server, {"entries": [row], "next": None})
    with pytest.raises(CrmTrouble) as trouble:
        crm.audit_trail("acme")
    assert str(trouble.value) == (
        f"what the CRM shows in the audit trail of acme (of {event['event_id']}) cannot be read: "
        "version: Input should be a valid integer, not '1'"
    )


def test_of_a_row_that_is_long_or_no_row_the_beginning_is_told(
    crm: HttpCrm, server: Server
) -> None:
    """Nobody reads the rest."""
    _answer(server, {"entries": ["x" * 90], "next": None})
    with pytest.raises(CrmTrouble, match=r"acme cannot be read: all of it: .*, not 'x{59}\.\.\.$"):
        crm.audit_trail("acme")


def test_an_amount_that_cannot_be_read_is_told(crm: HttpCrm, server: Server) -> None:
    """The pipeline says in which currency and column."""
    _answer(server, {"totals": [{**TOTAL, "won": {"count": 1, "amount": "many"}}]})
    with pytest.raises(CrmTrouble, match="a total in EUR whose won amount is 'many', and has to"):
        crm.pipeline("acme")


VIEW = {
    "tenant_id": "acme",
    **IDENTITY,
    "last_event_id": numbered(1),
    "data": {"name": "Globex"},
}
ENTRY = {key: value for key, value in an_event().items() if key != "schema_version"}
APPLIED = {**IDENTITY, "event_id": numbered(1), "times": 1}
WAITING = {**IDENTITY, "event_id": numbered(1), "event_type": "AccountUpdated"}
ASIDE = {**WAITING, "reason": "It is not of its schema.", "set_aside_at": "2026-03-31T09:30:00Z"}
UNREADABLE = {**ASIDE, **dict.fromkeys(WAITING)}
FIGURES = {"count": 1, "amount": "10.00"}
TOTAL = {"currency": "EUR", "open": FIGURES, "won": FIGURES, "lost": FIGURES}
READER = {
    "name": "views",
    "entity_types": ["account"],
    "queue_url": "q",
    "dead_letter_queue_url": "d",
}
FIGURES_READ = CurrencyFigures(count=1, amount="10.00")
Reading = Callable[[HttpCrm], Any]


@pytest.mark.parametrize(
    ("read", "path", "body", "expected"),
    [
        (
            lambda crm: crm.view("acme", EntityType.ACCOUNT, "a-1"),
            "/tenants/acme/account/a-1",
            VIEW,
            View.model_validate(VIEW),
        ),
        (
            lambda crm: crm.audit_trail("acme"),
            "/tenants/acme/audit-trail",
            {"entries": [ENTRY], "next": None},
            [AuditEntry.model_validate(ENTRY)],
        ),
        (
            lambda crm: crm.applied("acme", "views"),
            "/tenants/acme/subscribers/views/applied",
            {"applied": [APPLIED], "next": None},
            [Applied.model_validate(APPLIED)],
        ),
        (
            lambda crm: crm.parked("acme", "views"),
            "/tenants/acme/subscribers/views/parked",
            {"parked": [WAITING], "next": None},
            [Parked.model_validate(WAITING)],
        ),
        (
            lambda crm: crm.set_aside("acme"),
            "/tenants/acme/set-aside",
            {"set_aside": [ASIDE, UNREADABLE], "next": None},
            [SetAside.model_validate(ASIDE), SetAside.model_validate(UNREADABLE)],
        ),
        (
            lambda crm: crm.pipeline("acme"),
            "/tenants/acme/pipeline",
            {"totals": [TOTAL]},
            [PipelineTotal(currency="EUR", open=FIGURES_READ, won=FIGURES_READ, lost=FIGURES_READ)],
        ),
        (
            lambda crm: crm.subscribers(),
            "/subscribers",
            {"subscribers": [READER]},
            [
                Subscriber(
                    name="views",
                    entity_types=(EntityType.ACCOUNT,),
                    queue_url="q",
                    dead_letter_queue_url="d",
                )
            ],
        ),
    ],
)
def test_what_subscribers_made_of_the_events_is_read(
    crm: HttpCrm, server: Server, read: Reading, path: str, body: Any, expected: Any
) -> None:
    """Whole values, from the published paths."""
    _answer(server, body)
    assert read(crm) == expected
    assert (server.last.method, server.last.url.path) == ("GET", path)


def test_an_entity_that_nobody_knows_has_no_view(crm: HttpCrm, server: Server) -> None:
    """Not found is an answer, forbidden is not."""
    _answer(server, {"code": "unknown_entity", "message": "No."}, 404)
    assert crm.view("acme", EntityType.ACCOUNT, "a-1") is None
    _answer(server, {"code": "wrong_tenant", "message": "No."}, 403)
    with pytest.raises(CommandRefused, match="refused as wrong_tenant"):
        crm.view("acme", EntityType.ACCOUNT, "a-1")


def test_a_tenant_that_was_not_opened_has_no_credential(crm: HttpCrm) -> None:
    """The suite never borrows another tenant's."""
    with pytest.raises(KeyError, match="bravo"):
        crm.history("bravo")


OWN = {"tenant_id": "acme", "rule": "own-acme", "queue_url": "q"}
WRONG = {"code": "wrong_tenant", "message": "No."}


def test_an_own_subscription_comes_and_goes(crm: HttpCrm, server: Server) -> None:
    """By the tenant's own credential; the answer to the end of it has no body."""
    _answer(server, OWN, 201)
    assert crm.subscribe("acme") == OwnSubscription(**OWN)
    server.answers.append(httpx.Response(204))
    crm.unsubscribe("acme")
    asked = [(each.method, each.url.path) for each in server.requests[-2:]]
    path = "/tenants/acme/subscription"
    assert asked == [("POST", path), ("DELETE", path)]
    assert server.last.headers["Authorization"] == "Bearer key of acme"
    _answer(server, WRONG, 403)
    with pytest.raises(CommandRefused, match="wrong_tenant"):
        crm.unsubscribe("acme")


@pytest.mark.parametrize(
    ("whose", "shown"),
    [
        ("bravo", "Bearer key of bravo"),
        (Pretence.NOTHING, None),
        (Pretence.FORGERY, "Bearer key00000000"),
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda crm: crm.send(COMMAND),
        lambda crm: crm.history("acme"),
        lambda crm: crm.subscribe("acme"),
        lambda crm: crm.unsubscribe("acme"),
    ],
)
def test_every_request_can_be_made_with_another_credential(
    crm: HttpCrm, server: Server, ask: Reading, whose: str | Pretence, shown: str | None
) -> None:
    """It is about the same tenant, and the driver itself goes on as before."""
    crm.open_tenant("bravo")
    _answer(server, WRONG, 403)
    with pytest.raises(CommandRefused, match="wrong_tenant"):
        ask(crm.with_credential_of(whose))
    assert server.last.url.path.startswith("/tenants/acme/")
    assert server.last.headers.get("Authorization") == shown
    _answer(server, {"totals": []})
    crm.pipeline("acme")
    assert server.last.headers["Authorization"] == "Bearer key of acme"


def test_it_gives_its_connections_back(crm: HttpCrm) -> None:
    """A closed driver asks nothing more."""
    crm.close()
    with pytest.raises(RuntimeError, match="closed"):
        crm.subscribers()


TOO_OLD = {"code": "invalid_credential", "message": "Too old."}


@pytest.fixture
def renewing(crm: HttpCrm) -> HttpCrm:
    """Drive a CRM whose credentials expire."""
    crm._renewing = True
    return crm


def test_a_credential_that_expired_is_renewed(renewing: HttpCrm, server: Server) -> None:
    """What was refused for it is asked again, word for word."""
    _answer(server, TOO_OLD, 401)
    _answer(server, RECEIPT, 201)
    assert renewing.send(COMMAND) == Answer(READ, repeated=False)
    first, opened, again = server.requests[-3:]
    assert opened.url.path == "/tenants"
    asked = [(each.url.path, each.content, sorted(each.headers.items())) for each in (first, again)]
    assert asked[0] == asked[1]


def test_it_is_renewed_once_for_a_request(renewing: HttpCrm, server: Server) -> None:
    """A CRM that refuses every credential is not asked for ever."""
    _answer(server, TOO_OLD, 401)
    _answer(server, TOO_OLD, 401)
    with pytest.raises(CommandRefused, match="invalid_credential"):
        renewing.history("acme")
    assert [each.url.path for each in server.requests].count("/tenants") == 2


def test_a_false_credential_is_not_replaced(renewing: HttpCrm, server: Server) -> None:
    """That it is refused is what a scenario wants to see."""
    _answer(server, TOO_OLD, 401)
    with pytest.raises(CommandRefused, match="invalid_credential"):
        renewing.with_credential_of(Pretence.FORGERY).history("acme")
    assert server.last.url.path == "/tenants/acme/history"


def test_an_operator_who_is_out_as_well_is_told(renewing: HttpCrm) -> None:
    """With what to do about it."""
    transport = httpx.MockTransport(lambda _: httpx.Response(401, json=TOO_OLD))
    renewing._client = httpx.Client(base_url="http://crm.test", transport=transport)
    with pytest.raises(CrmTrouble) as trouble:
        renewing.history("acme")
    assert str(trouble.value) == (
        "the CRM does not take the credential of tenant acme any more, and gives no new one "
        "(refused as invalid_credential (401): Too old.): give an operator token that lasts as "
        "long as the run"
    )


def test_a_page_that_comes_again_and_again_is_trouble(crm: HttpCrm, server: Server) -> None:
    """Reading it would never end."""
    for _ in range(3):
        _answer(server, {"events": [], "next": "same"})
    with pytest.raises(CrmTrouble, match="the same page of history again and again"):
        crm.history("acme")
