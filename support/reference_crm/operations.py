"""What somebody who operates the CRM can ask for: redrive, replay, rebuild."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event as Flag

from support.reference_crm.archive import Archive
from support.reference_crm.aws import AWS_TROUBLE
from support.reference_crm.inbox import Applier
from support.reference_crm.leases import Taken
from support.reference_crm.ledger import Ledger
from support.reference_crm.patience import GaveUp, Patience
from support.reference_crm.rebuild import Projections, apply_history
from support.reference_crm.redrive import DeadLetters, redrive_set_aside
from support.reference_crm.replay import replay, replay_tenant
from support.reference_crm.roles import Role, Surroundings, dispatch, leases, subscriber
from support.reference_crm.set_aside import SetAside
from support.reference_crm.stream import Checkpoints, Stream, Trimmed
from support.reference_crm.subscriptions import SUBSCRIPTIONS, Subscriber

GIVE_UP_SECONDS = 30.0
REBUILDABLE = (Role.AUDIT_TRAIL, Role.ENTITY_VIEWS, Role.SALES_PIPELINE)


class OperationError(Exception):
    """Say in one sentence why an operation was not carried out."""


FAILURES = (OperationError, GaveUp, Taken, *AWS_TROUBLE)


class Kind(StrEnum):
    """Name the operations."""

    REDRIVE = "redrive"
    REPLAY = "replay"
    REBUILD = "rebuild"


@dataclass(frozen=True)
class Operation:
    """Hold what is asked for, of one tenant or of all; a replay is of no role."""

    kind: Kind
    role: Role | None
    tenant: str | None

    def check(self) -> None:
        """Raise OperationError for what nobody can carry out."""
        if self.kind == Kind.REDRIVE and self.role == Role.API:
            raise OperationError("Nothing is given up by the api; name another role to redrive.")
        if self.kind == Kind.REBUILD and self.role not in REBUILDABLE:
            names = ", ".join(REBUILDABLE)
            raise OperationError(
                f"{self.role} has nothing that can be built anew without issuing commands;"
                f" name one of {names}."
            )


@dataclass(frozen=True)
class Progress:
    """Hold whom to tell how many events are to be looked at, and how many were so far."""

    total: Callable[[int], None] = field(default=lambda _: None)
    done: Callable[[int], None] = field(default=lambda _: None)


class Operator:
    """Carry operations out, in a process that has clients of its own."""

    def __init__(self, around: Surroundings, stop: Flag, progress: Progress) -> None:
        self._around = around
        self._aws, self._stack = around.aws, around.stack
        self._patience = Patience(stop, GIVE_UP_SECONDS)
        self._progress = progress
        self._archive = Archive(self._aws.dynamodb_for_reading(), self._stack.event_table)

    def carry_out(self, operation: Operation) -> int:
        """Return how many events or messages it was done to; raise one of FAILURES."""
        operation.check()
        match operation.kind:
            case Kind.REPLAY:
                return self._replay(operation.tenant)
            case Kind.REBUILD:
                return self._rebuild(Subscriber(str(operation.role)), operation.tenant)
            case Kind.REDRIVE if operation.role == Role.PUBLISHER:
                return self._redrive_set_aside(operation.tenant)
            case Kind.REDRIVE:
                return self._redrive_dead_letters(str(operation.role), operation.tenant)

    def _replay(self, tenant: str | None) -> int:
        self._tell_total(tenant)
        sending = dispatch(self._aws, self._stack, self._patience)
        if tenant is not None:
            return replay_tenant(self._archive, tenant, sending, self._progress.done)
        stream = Stream(self._aws.streams(), self._stack.event_stream_arn, {})
        try:
            return replay(self._archive, stream, self._checkpoints(), sending, self._progress.done)
        except Trimmed as error:
            raise OperationError(
                f"The stream lost records of the shard {error} while it was read;"
                " start the replay again."
            ) from error

    def _rebuild(self, name: Subscriber, tenant: str | None) -> int:
        dynamodb, table = self._aws.dynamodb(), self._stack.projection_table
        (subscription,) = (each for each in SUBSCRIPTIONS if each.subscriber == name)
        applier = Applier(Ledger(dynamodb, table, name), subscriber(name, self._around))
        with leases(self._around, name).rebuilding():
            self._tell_total(tenant)
            Projections(dynamodb, table, name, self._patience).clear(tenant)
            return apply_history(
                self._archive.history(tenant),
                applier,
                subscription.entity_types,
                self._patience,
                self._progress.done,
            )

    def _redrive_set_aside(self, tenant: str | None) -> int:
        aside = SetAside(self._aws.dynamodb_for_reading(), self._stack.checkpoint_table)
        sending = dispatch(self._aws, self._stack, self._patience)
        return redrive_set_aside(aside, self._archive, sending, tenant, self._progress.done)

    def _redrive_dead_letters(self, name: str, tenant: str | None) -> int:
        dead, queue = self._stack.dead_letter_queue_url(name), self._stack.queue_url(name)
        wait = self._aws.settings.thorough_poll_seconds
        letters = DeadLetters(self._aws.sqs(), dead, queue, wait, self._patience)
        return letters.redrive(tenant, self._progress.done)

    def _checkpoints(self) -> Checkpoints:
        dynamodb, stack = self._aws.dynamodb_for_reading(), self._stack
        return Checkpoints(dynamodb, stack.checkpoint_table, stack.event_stream_arn)

    def _tell_total(self, tenant: str | None) -> None:
        self._progress.total(self._archive.length(tenant))
