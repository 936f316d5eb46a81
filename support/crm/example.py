"""A driver to copy: for an imagined CRM that speaks JSON over HTTP, and has its own words."""

import os
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import httpx

from support.contract.entities import EntityType
from support.crm.port import (
    Answer,
    Applied,
    AuditEntry,
    Command,
    CommandRefused,
    PipelineTotal,
    Pretence,
    Receipt,
    Subscriber,
    View,
)
from support.errors import CrmTrouble, NoAnswer

EXPIRED = "token_expired"


class ExampleCrm:
    """Drive the CRM at MY_CRM_URL; MY_CRM_OPERATOR is allowed to open tenants."""

    cannot: Mapping[str, str] = {"needs-own-subscriptions": "tenants have none at our CRM"}

    def __init__(self) -> None:
        self._http = httpx.Client(base_url=os.environ["MY_CRM_URL"], timeout=10.0)
        self._operator = os.environ["MY_CRM_OPERATOR"]
        self._tokens: dict[str, str] = {}
        self._shown: str | Pretence | None = None

    def open_tenant(self, tenant_id: str) -> None:
        """Open a tenant, or sign in again: the token is a new one."""
        opened = self._ask(self._operator, "tenants.open", {"id": tenant_id})
        self._tokens[tenant_id] = opened["token"]

    def send(self, command: Command) -> Answer:
        """Send a command: every value as it is, also one that the CRM has to refuse."""
        done = self._ask_as(
            command.tenant_id,
            "commands.send",
            {
                "type": command.command_type,
                "id": command.entity_id,
                "data": command.data,
                "key": command.idempotency_key,
                "correlation": command.correlation_id,
                "user": command.actor,
                "if_version": command.expected_version,
            },
        )
        return Answer(Receipt.model_validate(done["receipt"]), repeated=done["known_key"])

    def history(self, tenant_id: str) -> Sequence[Mapping[str, Any]]:
        """Read the events, page by page."""
        events: list[Mapping[str, Any]] = []
        while page := self._ask_as(tenant_id, "events.read", {"skip": len(events)}):
            events += page
        return events

    def view(self, tenant_id: str, entity_type: EntityType, entity_id: str) -> View | None:
        """Read a view; its ids are the CRM's, or a leak could not be seen."""
        found = self._ask_as(tenant_id, "views.read", {"type": entity_type, "id": entity_id})
        return View.model_validate(found) if found else None

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Read the audit trail."""
        rows = self._ask_as(tenant_id, "audit.read")
        return [AuditEntry.model_validate(row) for row in rows]

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Read the totals."""
        rows = self._ask_as(tenant_id, "pipeline.read")
        return [PipelineTotal.model_validate(row) for row in rows]

    def subscribers(self) -> Sequence[Subscriber]:
        """Name the subscribers; their queues by logical ids of the stack."""
        every, accounts = tuple(EntityType), (EntityType.ACCOUNT,)
        return [
            Subscriber(name="read-model", entity_types=every, queue_url="ReadModelQueue"),
            Subscriber(name="audit", entity_types=every, queue_url="AuditQueue"),
            Subscriber(name="tidying", entity_types=accounts, queue_url="TidyingQueue"),
        ]

    def applied(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Read what a subscriber has applied."""
        rows = self._ask_as(tenant_id, "applied.read", {"subscriber": subscriber})
        return [Applied.model_validate(row) for row in rows]

    def with_credential_of(self, whose: str | Pretence) -> "ExampleCrm":
        """Return a driver that shows another's token, or none, whatever it asks for."""
        other = copy(self)
        other._shown = whose  # noqa: SLF001 - a copy of our own
        return other

    def _ask_as(self, tenant_id: str, what: str, said: Mapping[str, Any] | None = None) -> Any:
        """Ask with a tenant's token, with a new one if it has expired meanwhile."""
        asked = {"tenant": tenant_id, **(said or {})}
        try:
            return self._ask(self._token(tenant_id), what, asked)
        except CommandRefused as refusal:
            if refusal.code != EXPIRED or self._shown is not None:
                raise
        self.open_tenant(tenant_id)
        return self._ask(self._token(tenant_id), what, asked)

    def _token(self, tenant_id: str) -> str:
        if isinstance(self._shown, Pretence):
            return "" if self._shown is Pretence.NOTHING else "nobody-issued-this"
        return self._tokens[self._shown or tenant_id]

    def _ask(self, token: str, what: str, said: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = self._http.post(f"/api/{what}", json=said, headers=headers)
            told = answer.raise_for_status().json()
        except httpx.TransportError as error:
            raise NoAnswer(f"our CRM gave no answer to {what}: {error}") from error
        except (httpx.HTTPStatusError, ValueError) as error:
            raise CrmTrouble(f"our CRM gave nonsense for an answer to {what}: {error}") from error
        if "refused" in told:
            raise CommandRefused.of(told["refused"], told["because"])
        return told["result"]
