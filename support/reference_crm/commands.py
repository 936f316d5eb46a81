"""The command handler: from a request to committed events and a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from uuid import uuid4

from pydantic import BaseModel
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from support.reference_crm.aws import is_transient
from support.reference_crm.domain import (
    COMMANDS,
    CommandSpec,
    EntityRef,
    EntityType,
    Refused,
    State,
    Surroundings,
    decide,
    evolve,
    needs,
    parse,
)
from support.reference_crm.envelope import (
    Event,
    Receipt,
    receipt_of,
)
from support.reference_crm.event_store import Appending, EventStore, StoredReceipt
from support.reference_crm.events import envelopes
from support.reference_crm.request import Request
from support.reference_crm.transaction import Guard, Raced

MAX_ATTEMPTS = 12
MAX_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """Hold the receipt, and whether it is that of an earlier request with the same key."""

    receipt: Receipt
    repeated: bool


@dataclass(frozen=True)
class Loaded:
    """Hold an entity as it was read."""

    state: State | None
    version: int


class CommandHandler:
    """Decide commands on what the event store holds, and append what was decided.

    It tries as often as `attempts` says; whoever has others waiting behind it comes back instead.
    """

    def __init__(self, store: EventStore, attempts: int = MAX_ATTEMPTS) -> None:
        self._store = store
        self._attempts = attempts

    def handle(self, request: Request) -> Answer:
        """Return the receipt of the command, or raise Refused.

        The idempotency key is looked up only when a command is refused or meets itself in the
        store: a repeated command cannot get further, and the first one need not pay for it.
        """
        command = self._parse(request)
        handling_id = str(uuid4())
        try:
            receipt = _retrying(self._attempts)(self._try, request, command, handling_id)
            return Answer(receipt, repeated=False)
        except Refused as refused:
            return self._first_answer(request, handling_id, refused)
        except RetryError as error:
            return self._first_answer(request, handling_id, _given_up(error))

    def _parse(self, request: Request) -> BaseModel:
        try:
            return parse(request.command_type, request.data)
        except Refused as refused:
            if self._store.answer(request.tenant_id, request.idempotency_key):
                raise _key_reused() from refused
            raise

    def _first_answer(self, request: Request, handling_id: str, refused: Refused) -> Answer:
        stored = self._store.answer(request.tenant_id, request.idempotency_key)
        if stored is None:
            raise refused
        if stored.fingerprint != request.fingerprint:
            raise _key_reused() from refused
        return Answer(stored.receipt, repeated=stored.handling_id != handling_id)

    def _try(self, request: Request, command: BaseModel, handling_id: str) -> Receipt:
        spec = COMMANDS[request.command_type]
        entity = EntityRef(spec.entity_type, _entity_id(request, spec))
        loaded = self._load(request.tenant_id, entity)
        _check_existence(request, spec, entity, loaded)
        seen = self._look_around(request.tenant_id, command, loaded)
        decision = decide(command, entity, loaded.state, seen.surroundings)
        events = envelopes(request, decision, {**seen.versions, entity: loaded.version})
        receipt = receipt_of(events)
        answer = StoredReceipt(
            fingerprint=request.fingerprint, handling_id=handling_id, receipt=receipt
        )
        self._append(
            Appending(
                request.tenant_id,
                events,
                request.idempotency_key,
                answer,
                seen.versions,
                seen.surroundings.registers,
                decision.registers,
            )
        )
        return receipt

    def _append(self, appending: Appending) -> None:
        try:
            self._store.append(appending)
        except Raced as raced:
            if Guard.KEY in raced.broken:
                raise _in_flight() from raced
            raise

    def _load(self, tenant_id: str, entity: EntityRef) -> Loaded:
        events = list(self._store.entity_events(tenant_id, entity))
        return Loaded(reduce(_evolve, events, None), len(events))

    def _look_around(self, tenant_id: str, command: BaseModel, loaded: Loaded) -> "Seen":
        needed = needs(command, loaded.state)
        others = {other: self._load(tenant_id, other) for other in needed.entities}
        registers = {name: self._store.register(tenant_id, name) for name in needed.registers}
        states = {other: found.state for other, found in others.items()}
        versions = {other: found.version for other, found in others.items()}
        return Seen(Surroundings(states, registers, new_entity_id), versions)


@dataclass(frozen=True)
class Seen:
    """Hold what a decision saw besides its own entity, and in which versions."""

    surroundings: Surroundings
    versions: Mapping[EntityRef, int]


def new_entity_id(entity_type: EntityType) -> str:
    """Return an id that no entity has."""
    return f"{entity_type}-{uuid4().hex[:12]}"


def _retrying(attempts: int) -> Retrying:
    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, Raced) or is_transient(error)),
        wait=wait_random_exponential(multiplier=0.02, max=1.0),
        stop=stop_after_attempt(attempts) | stop_after_delay(MAX_SECONDS),
    )


def _given_up(error: RetryError) -> Refused:
    last = error.last_attempt.exception()
    if isinstance(last, Raced) and Guard.KEY in last.conflicting:
        return _in_flight()
    return Refused("busy", "The event store did not take the command in time; try it again.")


def _in_flight() -> Refused:
    return Refused("in_flight", "A command with this idempotency key is being handled right now.")


def _key_reused() -> Refused:
    return Refused(
        "idempotency_key_reused", "This idempotency key was used for another command already."
    )


def _entity_id(request: Request, spec: CommandSpec) -> str:
    if request.entity_id is not None:
        return request.entity_id
    if spec.creates:
        return new_entity_id(spec.entity_type)
    raise Refused("invalid_entity_id", f"{spec.name} needs the id of the {spec.entity_type}.")


def _check_existence(
    request: Request, spec: CommandSpec, entity: EntityRef, loaded: Loaded
) -> None:
    named = f"the {entity.entity_type} {entity.entity_id}"
    if loaded.state is None and not spec.creates:
        raise Refused("unknown_entity", f"There is no {named.removeprefix('the ')}.")
    if request.expected_version not in (None, loaded.version):
        raise Refused(
            "version_conflict",
            f"The command expects version {request.expected_version} of {named},"
            f" which is at version {loaded.version}.",
        )
    if loaded.state is not None and spec.creates:
        raise Refused("already_exists", f"There is {named} already.")


def _evolve(state: State | None, event: Event) -> State:
    return evolve(event.entity_type, state, event.event_type, event.payload)
