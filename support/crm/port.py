"""What the suite asks of any CRM under test. Implement `CrmPort` to put your own in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, Self

from pydantic import BaseModel, ConfigDict, StrictInt

from support.contract.entities import EntityType


@dataclass(frozen=True)
class Command:
    """Name one change that a tenant asks for; `data` as the CRM's published commands say.

    An empty key, correlation or actor is not sent at all.
    """

    tenant_id: str
    command_type: str
    entity_id: str
    data: Mapping[str, Any]
    idempotency_key: str
    correlation_id: str
    actor: str
    expected_version: int | None = None


class ReceiptEvent(BaseModel):
    """Name one event that an accepted command made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_id: str
    event_type: str
    entity_type: EntityType
    entity_id: str
    version: StrictInt


class Receipt(BaseModel):
    """Say what an accepted command changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity_type: EntityType
    entity_id: str
    version: StrictInt
    events: tuple[ReceiptEvent, ...]


@dataclass(frozen=True)
class Answer:
    """Hold a receipt and whether it was given before (the key was known)."""

    receipt: Receipt
    repeated: bool


@dataclass(frozen=True)
class Accepted:
    """Pair an accepted command with its receipt.

    Times are seconds since the epoch by the suite's clock: when it was sent, when it was answered.
    """

    command: Command
    receipt: Receipt
    repeated: bool = False
    sent_at: float = 0.0
    answered_at: float = 0.0


class View(BaseModel):
    """Show an entity as its subscriber built it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant_id: str
    entity_type: EntityType
    entity_id: str
    version: StrictInt
    last_event_id: str
    data: dict[str, Any]


class AuditEntry(BaseModel):
    """Show one line of the audit trail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_id: str
    event_type: str
    tenant_id: str
    entity_type: EntityType
    entity_id: str
    version: StrictInt
    occurred_at: str
    actor: str
    correlation_id: str
    causation_id: str | None
    payload: dict[str, Any]


class Applied(BaseModel):
    """Say that a subscriber has had the effect of an event, and how many times."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_id: str
    entity_type: EntityType
    entity_id: str
    version: StrictInt
    times: StrictInt


class Parked(BaseModel):
    """Name an event that waits at a subscriber for an earlier version of its entity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_id: str
    event_type: str
    entity_type: EntityType
    entity_id: str
    version: StrictInt


class SetAside(BaseModel):
    """Name what could not be published, as far as it can be read, with the reason in a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_id: str | None
    event_type: str | None
    entity_type: EntityType | None
    entity_id: str | None
    version: StrictInt | None
    reason: str
    set_aside_at: str


class Subscriber(BaseModel):
    """Name a subscriber, the events it listens to, and its queues.

    It listens to all events about its kinds of entities or, if `event_types` names any, to these.
    A deployed CRM's queue can be named by its logical id in the stack, its name, its ARN or its
    URL; the dead-letter queue is found by the queue's redrive policy if it is left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    entity_types: tuple[EntityType, ...]
    queue_url: str
    dead_letter_queue_url: str = ""
    event_types: tuple[str, ...] = ()

    def listens_to(self, event: Mapping[str, Any]) -> bool:
        """Say whether it is to be told of an event."""
        kind, event_type = event["entity_type"], event["event_type"]
        return kind in self.entity_types and event_type in (self.event_types or (event_type,))


class CurrencyFigures(BaseModel):
    """Count and sum the opportunities of one kind; `amount` is a decimal as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: StrictInt
    amount: str


class PipelineTotal(BaseModel):
    """Show the pipeline in one currency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str
    open: CurrencyFigures
    won: CurrencyFigures
    lost: CurrencyFigures


class OwnSubscription(BaseModel):
    """Name the rule and the queue that bring a tenant its own events; the queue is the tenant's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant_id: str
    rule: str
    queue_url: str


class Pretence(Enum):
    """Name what can be shown in place of a credential that somebody was given."""

    NOTHING = "without a credential"
    FORGERY = "with a credential that nobody issued"


# The published contract's statuses; every other refusal is 422.
UNPROCESSABLE = 422
STATUS_BY_CODE = {
    "invalid_credential": 401,
    "wrong_tenant": 403,
    "unknown_entity": 404,
    "unknown_command": 404,
    "version_conflict": 409,
    "in_flight": 409,
    "already_exists": 409,
}


def status_of(code: str) -> int:
    """Return the status that the published contract has for a refusal's code."""
    return STATUS_BY_CODE.get(code, UNPROCESSABLE)


class CommandRefused(Exception):
    """Carry the answer to a command, or another request, that was not accepted.

    `code` is the refusal's name in the PRD with underscores ("account_inactive"), `message` a
    sentence of the CRM's own.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"refused as {code} ({status}): {message}")
        self.status = status
        self.code = code
        self.message = message

    @classmethod
    def of(cls, code: str, message: str) -> Self:
        """Return the refusal with its status, for a driver whose CRM has none."""
        return cls(status_of(code), code, message)


class CrmOperator(Protocol):
    """Operate a CRM under test: what whoever runs it can do about its processes and its events.

    A driver may offer any of these methods beside those of `CrmPort`; the scenarios that need one
    that is not there are skipped. Each returns when it is done, and raises CrmTrouble if it is not.
    """

    @property
    def roles(self) -> Sequence[str]:
        """Name the processes that can be stopped."""

    def replay(self, tenant_id: str) -> int:
        """Publish all stored events of a tenant again, in order; return how many."""

    def rebuild(self, subscriber: str, tenant_id: str) -> int:
        """Build anew what a subscriber has made of a tenant's stored events; return how many."""

    def redrive(self, source: str, tenant_id: str) -> int:
        """Give a tenant's events that a role gave up another chance; return how many."""

    def kill(self, role: str) -> None:
        """End a process without a warning; harmless if it does not run."""

    def stop(self, role: str) -> None:
        """Let a process end what it does, and end; harmless if it does not run."""

    def start(self, role: str, endpoint: str | None = None) -> None:
        """Start a process that was ended, calling AWS at an endpoint of its own.

        Harmless if it runs so already.
        """

    def runs(self, role: str) -> bool:
        """Say whether a process runs."""


class CrmBasics(Protocol):
    """Drive and read a CRM under test: what the suite cannot do without.

    Each request is made with the credential of the tenant it is about; a driver renews one that
    expires. Calls come from several threads at the same time. `cannot` names what the CRM cannot
    do, by the tag of the scenarios that need it, with the reason: they are skipped with it. A
    refusal raises CommandRefused; an answer that is neither yes nor no, CrmTrouble; no answer,
    NoAnswer, which is CrmTrouble of the one kind after which a command may be sent again.
    """

    cannot: Mapping[str, str]

    def open_tenant(self, tenant_id: str) -> None:
        """Make sure that there is a tenant of this id, and keep its credential for later calls.

        Called once for each tenant of each scenario, before anything else about it. Raises
        CommandRefused as invalid_tenant_id, or as invalid_credential if the operator is refused.
        """

    def send(self, command: Command) -> Answer:
        """Send a command, and return what it changed once that is committed.

        The receipt names every event of the command, its own entity's first, in commit order; the
        same key again gives the first receipt, and `repeated`. Raises CommandRefused.
        """

    def history(self, tenant_id: str) -> Sequence[Mapping[str, Any]]:
        """Read all committed events of a tenant in commit order, strongly consistent.

        Each has exactly the twelve keys of the published envelope, and the values that are on the
        bus, told in the newest schema version of its type, as the audit trail tells them. What a
        subscriber's own commands made is among them; a tenant without events has none.
        """

    def view(self, tenant_id: str, entity_type: EntityType, entity_id: str) -> View | None:
        """Read an entity's view as a subscriber built it, or None where there is none.

        `data` has the fields of its creating event with their newest values, `status` (of an
        opportunity: `stage`), the `products` of an opportunity, and of an address `primary`.
        """

    def audit_trail(self, tenant_id: str) -> Sequence[AuditEntry]:
        """Read a tenant's audit trail, in order of time: an entry for each event."""

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Read a tenant's pipeline totals, a row for each currency that any opportunity had."""

    def subscribers(self) -> Sequence[Subscriber]:
        """List the subscribers, with every kind of entity that each is to be told about."""

    def applied(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Read which events of a tenant have had their effect at a subscriber, and how many times.

        An event is in it as soon as its effect can be read, and never before what the subscriber
        commanded because of it is committed.
        """


class CrmPort(CrmBasics, Protocol):
    """Drive and read a CRM under test, with what not every CRM can do.

    A driver of the user's own may leave these out: what needs them is skipped.
    """

    def parked(self, tenant_id: str, subscriber: str) -> Sequence[Parked]:
        """Read which events of a tenant wait at a subscriber, strongly consistent."""

    def set_aside(self, tenant_id: str) -> Sequence[SetAside]:
        """Read what could not be published of a tenant, in order of time."""

    def subscribe(self, tenant_id: str) -> OwnSubscription:
        """Give the tenant a subscription of its own, which gets its later events."""

    def unsubscribe(self, tenant_id: str) -> None:
        """Take the tenant's own subscription away, with what is in its queue."""

    def with_credential_of(self, whose: str | Pretence) -> "CrmPort":
        """Return a driver that makes every request with this tenant's credential, or with none.

        Whatever tenant the request is about. A read that is refused raises CommandRefused, too.
        """
