"""The driver for a CRM that speaks the published HTTP contract."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from support.contract.entities import EntityType
from support.contract.events import first_flaw
from support.crm.port import (
    Answer,
    Applied,
    AuditEntry,
    Command,
    CommandRefused,
    OwnSubscription,
    Parked,
    PipelineTotal,
    Pretence,
    Receipt,
    SetAside,
    Subscriber,
    View,
)
from support.crm.readable import flaw_of_event, flaw_of_total
from support.errors import CrmTrouble, NoAnswer

CREATED, OK, NO_CONTENT, UNAUTHENTICATED, NOT_FOUND = 201, 200, 204, 401, 404
NOT_ALLOWED, NOT_IMPLEMENTED = 405, 501
REFUSALS = (400, UNAUTHENTICATED, 403, NOT_FOUND, 409, 422)
SHOWN = 200
TAMPERED = 8  # characters at a credential's end that a forgery changes
CALL_TIMEOUT_S = 10.0
TENANTS = "/tenants"
# The other side went away while it was asked, as a process does that dies.
BROKEN_OFF = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
Shape = TypeVar("Shape", bound=BaseModel)
log = logging.getLogger(__name__)


class NotSpoken(CrmTrouble):
    """Say that the CRM does not know a request of the published contract."""


class HttpCrm:
    """Drive a CRM at a base URL; `operator_token` opens tenants.

    Where credentials may expire during a run, `renewing` asks once more with a new one when one is
    refused. Reading and opening a tenant are tried once more where the connection breaks off. Every
    call raises CommandRefused for a refusal, NoAnswer where there is none, CrmTrouble for one that
    the contract does not know.
    """

    def __init__(self, base_url: str, operator_token: str, *, renewing: bool = False) -> None:
        self._renewing = renewing
        self._client = httpx.Client(base_url=base_url, timeout=CALL_TIMEOUT_S, trust_env=False)
        self._operator_token = operator_token
        self._credentials: dict[str, str] = {}
        self._shown: str | Pretence | None = None
        self.cannot: Mapping[str, str] = {}

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def open_tenant(self, tenant_id: str) -> None:
        """Get a credential for the tenant and keep it for later calls."""
        response = self._ask(
            "POST",
            TENANTS,
            json={"tenant_id": tenant_id},
            headers=_bearer(self._operator_token),
        )
        self._credentials[tenant_id] = _accepted(response)["credential"]

    def send(self, command: Command) -> Answer:
        """Send a command; raises CommandRefused."""
        response = self._ask_as(
            command.tenant_id,
            "POST",
            f"/tenants/{command.tenant_id}/commands/{command.command_type}",
            headers=_headers(command),
            json=_body(command),
        )
        told = f"as the receipt of {command.command_type} of {command.tenant_id}"
        receipt = _read_as(Receipt, _accepted(response), told)
        return Answer(receipt, repeated=response.status_code == OK)

    def history(self, tenant_id: str) -> Sequence[Mapping[str, Any]]:
        """Read all committed events of a tenant in commit order, strongly consistent."""
        rows = self._pages(tenant_id, "history", "events")
        return [_sound(row["event"], tenant_id) for row in rows]

    def view(self, tenant_id: str, entity_type: EntityType, entity_id: str) -> View | None:
        """Read an entity's view, or None where there is none."""
        try:
            found = _accepted(self._read(tenant_id, f"{entity_type}/{entity_id}"))
        except CommandRefused as refusal:
            if refusal.status == NOT_FOUND:
                return None
            raise
        return _read_as(View, found, f"as the view of {entity_id} of tenant {tenant_id}")

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Read a tenant's audit trail."""
        rows = self._pages(tenant_id, "audit-trail", "entries")
        return _read_all(AuditEntry, rows, f"in the audit trail of {tenant_id}")

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Read a tenant's pipeline totals, a row a currency."""
        totals = _accepted(self._read(tenant_id, "pipeline"))["totals"]
        rows = _read_all(PipelineTotal, totals, f"in the pipeline of {tenant_id}")
        for flaw in filter(None, map(flaw_of_total, rows)):
            raise CrmTrouble(f"the CRM shows in the pipeline of tenant {tenant_id} {flaw}")
        return rows

    def subscribers(self) -> Sequence[Subscriber]:
        """List the subscribers."""
        listed = _accepted(self._ask("GET", "/subscribers"))["subscribers"]
        return _read_all(Subscriber, listed, "in its list of subscribers")

    def applied(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Read which events of a tenant a subscriber has applied."""
        rows = self._pages(tenant_id, f"subscribers/{subscriber}/applied", "applied")
        return _read_all(Applied, rows, f"among what {subscriber} has applied of {tenant_id}")

    def parked(self, tenant_id: str, subscriber: str) -> Sequence[Parked]:
        """Read which events of a tenant wait at a subscriber, strongly consistent."""
        rows = self._pages(tenant_id, f"subscribers/{subscriber}/parked", "parked")
        return _read_all(Parked, rows, f"among what waits at {subscriber} of {tenant_id}")

    def set_aside(self, tenant_id: str) -> Sequence[SetAside]:
        """Read what could not be published of a tenant, in order of time."""
        rows = self._pages(tenant_id, "set-aside", "set_aside")
        return _read_all(SetAside, rows, f"in what is set aside of {tenant_id}")

    def subscribe(self, tenant_id: str) -> OwnSubscription:
        """Give the tenant a subscription of its own, which gets its later events."""
        made = _accepted(self._subscription("POST", tenant_id))
        return _read_as(OwnSubscription, made, f"as the own subscription of {tenant_id}")

    def unsubscribe(self, tenant_id: str) -> None:
        """Take the tenant's own subscription away, with what is in its queue."""
        response = self._subscription("DELETE", tenant_id)
        if response.status_code != NO_CONTENT:
            _accepted(response)

    def with_credential_of(self, whose: str | Pretence) -> "HttpCrm":
        """Return a driver over the same connections that shows this credential, or none."""
        other = copy(self)
        other._shown = whose  # noqa: SLF001 - a copy of our own
        return other

    def _subscription(self, method: str, tenant_id: str) -> httpx.Response:
        path = f"/tenants/{tenant_id}/subscription"
        return self._ask_as(tenant_id, method, path)

    def _authorization(self, tenant_id: str) -> dict[str, str]:
        match self._shown:
            case Pretence.NOTHING:
                return {}
            case Pretence.FORGERY:
                return _bearer(_forged(self._credentials[tenant_id]))
            case whose:
                return _bearer(self._credentials[whose or tenant_id])

    def _read(self, tenant_id: str, path: str, **params: str) -> httpx.Response:
        return self._ask_as(tenant_id, "GET", f"/tenants/{tenant_id}/{path}", params=params)

    def _ask_as(
        self,
        tenant_id: str,
        method: str,
        path: str,
        headers: httpx.Headers | None = None,
        **said: Any,
    ) -> httpx.Response:
        """Ask with a tenant's credential, with a new one if it is refused: it may be too old.

        What was refused so has had no effect, and can be asked again.
        """

        def ask() -> httpx.Response:
            known = httpx.Headers(headers, encoding="utf-8")
            known.update(self._authorization(tenant_id))
            return self._ask(method, path, headers=known, **said)

        response = ask()
        is_kept = not self._renewing or self._shown is not None
        if response.status_code != UNAUTHENTICATED or is_kept:
            return response
        try:
            self.open_tenant(tenant_id)
        except CommandRefused as refusal:
            raise CrmTrouble(
                f"the CRM does not take the credential of tenant {tenant_id} any more, and gives "
                f"no new one ({refusal}): give an operator token that lasts as long as the run"
            ) from refusal
        return ask()

    def _ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        try:
            return self._request(method, path, **said)
        except httpx.TransportError as error:
            raise NoAnswer(
                f"the CRM at {self._client.base_url} gave no answer to {method} {path}: "
                f"{type(error).__name__}: {error}"
            ) from error

    def _request(self, method: str, path: str, **said: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **said)
        except BROKEN_OFF as error:
            if not _may_be_asked_twice(method, path) or self._client.is_closed:
                raise
            log.warning("%s %s was broken off, and is asked once more: %s", method, path, error)
            return self._client.request(method, path, **said)

    def _pages(self, tenant_id: str, path: str, key: str) -> Iterator[dict[str, Any]]:
        after: dict[str, str] = {}
        while True:
            page = _accepted(self._read(tenant_id, path, **after))
            yield from page[key]
            if page["next"] is None:
                return
            following = {"after": str(page["next"])}
            if following == after:
                raise CrmTrouble(f"the CRM gives the same page of {path} again and again: {after}")
            after = following


def _may_be_asked_twice(method: str, path: str) -> bool:
    """Say whether it changes nothing, or the same again: of a command nobody knows if it was done.

    Who sends one once more has to mean it.
    """
    return method == "GET" or path == TENANTS


def _read_all(kind: type[Shape], rows: Iterable[object], where: str) -> list[Shape]:
    return [_read_as(kind, row, where) for row in rows]


def _read_as(kind: type[Shape], found: object, where: str) -> Shape:
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        which = found.get("event_id") or found.get("name") if isinstance(found, Mapping) else None
        about = f" (of {which})" if which else ""
        raise CrmTrouble(
            f"what the CRM shows {where}{about} cannot be read: {first_flaw(error)}"
        ) from error


def _sound(event: Any, tenant_id: str) -> Mapping[str, Any]:
    if flaw := flaw_of_event(event):
        raise CrmTrouble(f"the CRM has in the history of tenant {tenant_id} {flaw}")
    sound: Mapping[str, Any] = event
    return sound


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _forged(credential: str) -> str:
    """Change the end, where the signature of a signed credential is."""
    kept, end = credential[:-TAMPERED], credential[-TAMPERED:]
    return kept + "".join("1" if each == "0" else "0" for each in end)


def _headers(command: Command) -> httpx.Headers:
    """Leave out what is empty: a scenario may want to see that refused. An actor is UTF-8."""
    headers = {
        "Idempotency-Key": command.idempotency_key,
        "X-Correlation-Id": command.correlation_id,
        "X-Actor": command.actor,
    }
    return httpx.Headers({k: value for k, value in headers.items() if value}, encoding="utf-8")


def _body(command: Command) -> dict[str, Any]:
    body: dict[str, Any] = {"entity_id": command.entity_id, "data": command.data}
    if command.expected_version is not None:
        body["expected_version"] = command.expected_version
    return body


def _accepted(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        raise _trouble(response) from error
    if not isinstance(body, dict):
        raise _trouble(response)
    if response.status_code in REFUSALS and isinstance(body.get("code"), str):
        message = body.get("message", "no message")
        raise CommandRefused(response.status_code, body["code"], message)
    if response.status_code not in (OK, CREATED):
        raise _trouble(response)
    return body


def _trouble(response: httpx.Response) -> CrmTrouble:
    request = response.request
    unknown = response.status_code in (NOT_FOUND, NOT_ALLOWED, NOT_IMPLEMENTED)
    return (NotSpoken if unknown else CrmTrouble)(
        f"the CRM answered {request.method} {request.url.path} with status "
        f"{response.status_code}, which says neither yes nor no: {response.text[:SHOWN]}"
    )
