"""Holding a driver of the user's own to what the port says, so that its slips are told as such."""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from support.contract.entities import EntityType
from support.contract.events import first_flaw
from support.crm.port import (
    Answer,
    Applied,
    AuditEntry,
    Command,
    CommandRefused,
    CrmPort,
    OwnSubscription,
    Parked,
    PipelineTotal,
    Pretence,
    SetAside,
    Subscriber,
    View,
)
from support.crm.readable import flaw_of_event, flaw_of_total, kind_of
from support.errors import CrmTrouble

T = TypeVar("T")
UNAUTHENTICATED = 401


class CheckedCrm:
    """Ask a driver, and check what it returns; what it has beyond the port is passed on.

    Whatever a driver raises comes out as CommandRefused, if it is that, or as CrmTrouble, which
    says which method failed, and where. `pretends` says that it shows another's credential.
    """

    def __init__(
        self, driver: CrmPort, name: str, cannot: Mapping[str, str], *, pretends: bool = False
    ) -> None:
        self.driver = driver
        self.cannot = cannot
        self._name = name
        self._pretends = pretends

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self.driver, name)
        return partial(self._call, name, found) if callable(found) else found

    def close(self) -> None:
        """Let the driver give back what it holds, if it has something to say to that."""
        if callable(close := getattr(self.driver, "close", None)):
            self._call("close", close)

    def open_tenant(self, tenant_id: str) -> None:
        """Open a tenant."""
        self._call("open_tenant", self.driver.open_tenant, tenant_id)

    @property
    def closes_tenants(self) -> bool:
        """Return whether the driver can take tenants away."""
        return callable(getattr(self.driver, "close_tenant", None))

    def close_tenant(self, tenant_id: str) -> None:
        """Take a tenant away with its data, where `closes_tenants`."""
        driver: Any = self.driver  # it has more than the port says
        self._call("close_tenant", driver.close_tenant, tenant_id)

    def send(self, command: Command) -> Answer:
        """Send a command."""
        answer = self._as(command.tenant_id, "send", self.driver.send, command)
        return self._one(Answer, "send", answer)

    def history(self, tenant_id: str) -> Sequence[Mapping[str, Any]]:
        """Read the history."""
        read = self._read("history", self.driver.history, tenant_id)
        return [dict(self._sound(each)) for each in self._listed("history", read)]

    def view(self, tenant_id: str, entity_type: EntityType, entity_id: str) -> View | None:
        """Read a view."""
        found = self._read("view", self.driver.view, tenant_id, entity_type, entity_id)
        return None if found is None else self._one(View, "view", found)

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Read the audit trail."""
        read = self._read("audit_trail", self.driver.audit_trail, tenant_id)
        return self._all(AuditEntry, "audit_trail", read)

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Read the pipeline."""
        read = self._read("pipeline", self.driver.pipeline, tenant_id)
        totals = self._all(PipelineTotal, "pipeline", read)
        for flaw in filter(None, map(flaw_of_total, totals)):
            raise self._slip("pipeline", flaw)
        return totals

    def subscribers(self) -> Sequence[Subscriber]:
        """List the subscribers."""
        read = self._call("subscribers", self.driver.subscribers)
        return self._all(Subscriber, "subscribers", read)

    def applied(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Read what a subscriber has applied."""
        read = self._read("applied", self.driver.applied, tenant_id, subscriber)
        return self._all(Applied, "applied", read)

    def parked(self, tenant_id: str, subscriber: str) -> Sequence[Parked]:
        """Read what waits at a subscriber."""
        read = self._read("parked", self.driver.parked, tenant_id, subscriber)
        return self._all(Parked, "parked", read)

    def set_aside(self, tenant_id: str) -> Sequence[SetAside]:
        """Read what could not be published."""
        read = self._read("set_aside", self.driver.set_aside, tenant_id)
        return self._all(SetAside, "set_aside", read)

    def subscribe(self, tenant_id: str) -> OwnSubscription:
        """Open a subscription of the tenant's own."""
        made = self._call("subscribe", self.driver.subscribe, tenant_id)
        return self._one(OwnSubscription, "subscribe", made)

    def unsubscribe(self, tenant_id: str) -> None:
        """Take it away."""
        self._call("unsubscribe", self.driver.unsubscribe, tenant_id)

    def with_credential_of(self, whose: str | Pretence) -> "CheckedCrm":
        """Return a driver that shows another's credential, or none."""
        other = self._call("with_credential_of", self.driver.with_credential_of, whose)
        return CheckedCrm(other, self._name, self.cannot, pretends=True)

    def _sound(self, found: Any) -> Mapping[str, Any]:
        if flaw := flaw_of_event(found):
            raise self._slip("history", flaw)
        event: Mapping[str, Any] = found
        return event

    def _read(self, method: str, call: Any, tenant_id: str, *others: object) -> Any:
        return self._as(tenant_id, method, call, tenant_id, *others)

    def _as(self, tenant_id: str, method: str, call: Any, *arguments: object) -> Any:
        """Ask in a tenant's name: that its own credential is refused is no answer to that."""
        try:
            return self._call(method, call, *arguments)
        except CommandRefused as refusal:
            if refusal.status != UNAUTHENTICATED or self._pretends:
                raise
            raise CrmTrouble(
                f"{method} of the driver {self._name} was {refusal}: if the credential of tenant "
                f"{tenant_id} has expired, let the driver get a new one and ask again"
            ) from refusal

    def _call(self, method: str, call: Any, *arguments: object) -> Any:
        try:
            return call(*arguments)
        except (CommandRefused, CrmTrouble):
            raise
        except Exception as error:  # whatever a user's driver may raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            flaw = f"{type(error).__name__}: {error}"
            if isinstance(error, ValidationError):
                flaw = f"what it made is no {error.title}: {first_flaw(error)}"
            raise CrmTrouble(
                f"{method} of the driver {self._name} failed: {flaw} "
                f"({where.filename}:{where.lineno})"
            ) from error

    def _all(self, kind: type[T], method: str, found: object) -> list[T]:
        return [self._one(kind, method, each) for each in self._listed(method, found)]

    def _listed(self, method: str, found: object) -> list[object]:
        if not isinstance(found, Iterable):
            raise self._slip(method, f"{kind_of(found)} and not a list")
        listed: list[object] = self._call(method, list, found)  # a generator fails only here
        return listed

    def _one(self, kind: type[T], method: str, found: object) -> T:
        if not isinstance(found, kind):
            raise self._slip(method, f"{kind_of(found)} where {kind.__name__} was due")
        return found

    def _slip(self, method: str, what: str) -> CrmTrouble:
        return CrmTrouble(
            f"{method} of the driver {self._name} returned {what}: see support/crm/port.py"
        )
