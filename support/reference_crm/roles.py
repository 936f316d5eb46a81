"""The roles of the CRM: what each forked process does."""

import logging
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event as Flag
from typing import TYPE_CHECKING
from uuid import uuid4

import uvicorn

from support.reference_crm.api import Api
from support.reference_crm.aws import AWS_TROUBLE, Aws
from support.reference_crm.bus import Bus
from support.reference_crm.commands import CommandHandler
from support.reference_crm.credentials import Gatekeeper
from support.reference_crm.dispatch import Dispatch
from support.reference_crm.event_store import EventStore
from support.reference_crm.in_hand import InHand, visibility_of
from support.reference_crm.inbox import Inbox
from support.reference_crm.leases import LeasedApplier, Leases
from support.reference_crm.ledger import Ledger
from support.reference_crm.own_subscriptions import OwnSubscriptions
from support.reference_crm.pace import Pace
from support.reference_crm.patience import Patience
from support.reference_crm.publisher import Publisher
from support.reference_crm.reading import Reading
from support.reference_crm.set_aside import SetAside
from support.reference_crm.settings import Secrets, Stack
from support.reference_crm.stream import Checkpoints, Stream, Trimmed
from support.reference_crm.subscribers import subscriber as subscribers
from support.reference_crm.subscribers.account_deactivation import AccountDeactivation
from support.reference_crm.subscribers.audit_trail import AuditTrail
from support.reference_crm.subscribers.entity_views import EntityViews
from support.reference_crm.subscribers.sales_pipeline import SalesPipeline
from support.reference_crm.subscriptions import Subscriber

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# A few, because people who work at the same tenant often win the race for the end of its log. What
# needs more is tried again in its turn: all other tenants' events wait meanwhile.
ACTING_ATTEMPTS = 4

log = logging.getLogger(__name__)


class Role(StrEnum):
    """Name the processes of the CRM."""

    API = "api"
    PUBLISHER = "publisher"
    AUDIT_TRAIL = Subscriber.AUDIT_TRAIL
    ENTITY_VIEWS = Subscriber.ENTITY_VIEWS
    SALES_PIPELINE = Subscriber.SALES_PIPELINE
    ACCOUNT_DEACTIVATION = Subscriber.ACCOUNT_DEACTIVATION


class RoleError(Exception):
    """Say in one sentence why a role cannot go on."""


@dataclass(frozen=True)
class Surroundings:
    """Hold what every role is given: made before the fork, used after it."""

    aws: Aws
    stack: Stack
    secrets: Secrets
    listener: socket.socket
    holder: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Life:
    """Hold how a role tells that it is ready, and how it is told to end."""

    stop: Flag
    ready: Callable[[], None]


def run(role: Role, around: Surroundings, life: Life) -> None:
    """Do the work of a role until it is told to end."""
    if role == Role.API:
        _run_api(around, life)
    elif role == Role.PUBLISHER:
        _run_publisher(around, life)
    else:
        _run_subscriber(Subscriber(role), around, life)


class _Server(uvicorn.Server):
    """Tell when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so."""
        await super().startup(sockets)
        self._ready()


def _run_api(around: Surroundings, life: Life) -> None:
    dynamodb = around.aws.dynamodb_for_reading()
    reading = Reading(dynamodb, around.stack, EventStore(dynamodb, around.stack.event_table))
    handler = CommandHandler(EventStore(around.aws.dynamodb(), around.stack.event_table))
    own = _own_subscriptions(around.aws, around.stack)
    api = Api(Gatekeeper(around.secrets), handler, reading, own, around.stack)
    config = uvicorn.Config(
        api.app(),
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=60,
    )
    _Server(config, life.ready).run(sockets=[around.listener])


def _own_subscriptions(aws: Aws, stack: Stack) -> OwnSubscriptions:
    visibility = aws.settings.visibility_seconds
    return OwnSubscriptions(aws.events(), aws.sqs(), stack.name, stack.bus, visibility, stack.tags)


def _run_publisher(around: Surroundings, life: Life) -> None:
    patience = Patience(life.stop)
    stack, aws = around.stack, around.aws
    life.ready()
    checkpoints = Checkpoints(aws.dynamodb(), stack.checkpoint_table, stack.event_stream_arn)
    reached: dict[str, str] = {}
    patience.keep_trying(
        "reading the checkpoints", lambda: reached.update(checkpoints.all()), *AWS_TROUBLE
    )
    stream = Stream(aws.streams(), stack.event_stream_arn, reached)
    sending = dispatch(aws, stack, patience)
    publisher = Publisher(stream, checkpoints, sending, patience, aws.settings.idle_poll_seconds)
    try:
        publisher.run()
    except Trimmed as error:
        raise RoleError(
            f"the publisher stopped: the stream no longer has all records of the shard {error};"
            " publish the stored events again with `replay`, then start it again."
        ) from error


def dispatch(aws: Aws, stack: Stack, patience: Patience) -> Dispatch:
    """Return the way from the event store to the bus."""
    bus = Bus(aws.events(), stack.bus, patience)
    return Dispatch(bus, SetAside(aws.dynamodb(), stack.checkpoint_table), patience)


def _run_subscriber(name: Subscriber, around: Surroundings, life: Life) -> None:
    patience = Patience(life.stop)
    ledger = Ledger(around.aws.dynamodb(), around.stack.projection_table, name)
    queue_url = around.stack.queue_url(name)
    pace = Pace(around.aws.settings.short_poll_seconds)
    sqs = around.aws.sqs()
    life.ready()
    in_hand = _in_hand(sqs, queue_url, patience)
    with ExitStack() as work:
        applier = LeasedApplier(ledger, subscriber(name, around), leases(around, name), work)
        Inbox(sqs, queue_url, applier, patience, pace, in_hand).run()


def _in_hand(sqs: "SQSClient", queue_url: str, patience: Patience) -> InHand:
    found: list[int] = []
    patience.keep_trying(
        "reading the visibility", lambda: found.append(visibility_of(sqs, queue_url)), *AWS_TROUBLE
    )
    return InHand(sqs, queue_url, found[0])


def leases(around: Surroundings, name: Subscriber) -> Leases:
    """Return who works on the projections of a subscriber."""
    return Leases(around.aws.dynamodb(), around.stack.checkpoint_table, name, around.holder)


def subscriber(name: Subscriber, around: Surroundings) -> subscribers.Subscriber:
    """Return what a subscriber does with an event."""
    dynamodb, table = around.aws.dynamodb(), around.stack.projection_table
    match name:
        case Subscriber.AUDIT_TRAIL:
            return AuditTrail(table)
        case Subscriber.ENTITY_VIEWS:
            return EntityViews(dynamodb, table)
        case Subscriber.SALES_PIPELINE:
            return SalesPipeline(dynamodb, table)
        case Subscriber.ACCOUNT_DEACTIVATION:
            store = EventStore(dynamodb, around.stack.event_table)
            handler = CommandHandler(store, ACTING_ATTEMPTS)
            return AccountDeactivation(dynamodb, table, store, handler)
