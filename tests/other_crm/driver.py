"""The driver for the second CRM: what the suite asks, in that CRM's words."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from support.contract.entities import EntityType
from support.crm.port import (
    Answer,
    Applied,
    AuditEntry,
    Command,
    CommandRefused,
    CurrencyFigures,
    PipelineTotal,
    Receipt,
    Subscriber,
    View,
)
from support.errors import NoAnswer

CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
ENDED = "session_over"
PATIENCE_S = 30.0


class OtherDriver:
    """Drive the second CRM at OTHER_CRM_URL, as the operator whose key is OTHER_CRM_KEY."""

    cannot: Mapping[str, str] = {
        "needs-credentials": "a session is its tenant's: no request can name another's",
    }

    def __init__(self) -> None:
        url = os.environ["OTHER_CRM_URL"]
        self._client = httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False)
        self._operator = os.environ["OTHER_CRM_KEY"]
        self._sessions: dict[str, str] = {}

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def open_tenant(self, tenant_id: str) -> None:
        """Sign in: who is not known is then."""
        said = self._ask({"op": "sign in", "operator": self._operator, "house": tenant_id})
        self._sessions[tenant_id] = said["session"]

    def send(self, command: Command) -> Answer:
        """Give an order."""
        order = {
            "op": "do",
            "verb": CAPITAL.sub("_", command.command_type).lower(),
            "thing": command.entity_id,
            "with": command.data,
            "once": command.idempotency_key,
            "thread": command.correlation_id,
            "who": command.actor,
            "as_of": command.expected_version,
        }
        told = self._in_session(command.tenant_id, order)
        first = told["receipt"][0]
        own = {name: first[name] for name in ("entity_type", "entity_id", "version")}
        receipt = Receipt.model_validate({**own, "events": told["receipt"]})
        return Answer(receipt, repeated=told["before"])

    def history(self, tenant_id: str) -> Sequence[Mapping[str, Any]]:
        """Read the whole book."""
        return [event for page in self._book(tenant_id) for event in page["events"]]

    def view(self, tenant_id: str, entity_type: EntityType, entity_id: str) -> View | None:
        """Look into the mirror."""
        shown = self._in_session(
            tenant_id, {"op": "look", "kind": str(entity_type), "thing": entity_id}
        )
        if shown is None:
            return None
        return View(
            tenant_id=shown["house"],
            entity_type=entity_type,
            entity_id=entity_id,
            version=shown["version"],
            last_event_id=shown["last"],
            data=shown["state"],
        )

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Read what the scribe wrote."""
        lines = self._in_session(tenant_id, {"op": "trail"})
        return [AuditEntry.model_validate(line) for line in lines]

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Read the sums."""
        sums = self._in_session(tenant_id, {"op": "sums"})
        return [
            PipelineTotal(
                currency=currency,
                **{c: CurrencyFigures(count=int(n), amount=a) for c, (n, a) in row.items()},
            )
            for currency, row in sums.items()
        ]

    def subscribers(self) -> Sequence[Subscriber]:
        """Ask who reads the bus, and from which tray."""
        return [
            Subscriber(
                name=each["name"],
                entity_types=each["kinds"],
                event_types=each["only"],
                queue_url=each["tray"],
            )
            for each in self._ask({"op": "readers"})
        ]

    def applied(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Read what a reader has ticked off."""
        marks = self._in_session(tenant_id, {"op": "marks", "reader": subscriber})
        return [Applied.model_validate(mark) for mark in marks]

    def _book(self, tenant_id: str) -> Iterator[Mapping[str, Any]]:
        after = 0
        while page := self._in_session(tenant_id, {"op": "book", "after": after}):
            yield from page
            after = page[-1]["number"]

    def _in_session(self, tenant_id: str, asked: Mapping[str, Any]) -> Any:
        """Ask in a tenant's session, in a new one if it has ended meanwhile."""
        try:
            return self._ask({**asked, "session": self._sessions[tenant_id]})
        except CommandRefused as refused:
            if refused.code != ENDED:
                raise
        self.open_tenant(tenant_id)
        return self._ask({**asked, "session": self._sessions[tenant_id]})

    def _ask(self, asked: Mapping[str, Any]) -> Any:
        try:
            response = self._client.post("/rpc", json=asked)
            told = response.raise_for_status().json()
        except httpx.HTTPError as error:
            raise NoAnswer(f"the second CRM gave no answer: {error}") from error
        if no := told.get("no"):
            raise CommandRefused.of(no["why"].replace(" ", "_"), no["say"])
        return told["yes"]
