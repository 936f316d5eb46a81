"""The inbox of a subscriber: receives, applies in order and once, parks what is early."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from support.reference_crm.aws import error_code
from support.reference_crm.domain import EVENT_TYPES, EntityType, HistoryError
from support.reference_crm.envelope import Event
from support.reference_crm.ledger import Ledger, Standing
from support.reference_crm.pace import Pace
from support.reference_crm.patience import Patience, Stopping
from support.reference_crm.subscribers.subscriber import Never, NotYet, Subscriber
from support.reference_crm.transaction import Raced, cancellation_reasons

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef

BATCH = 10
REMEMBERED_ENTITIES = 10_000
# What an event can be refused with for good; everything else is trouble that passes.
UNFIT = (
    ValidationError,
    HistoryError,
    Never,
    ParamValidationError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
)
UNFIT_CODES = frozenset({"ValidationException", "ValidationError"})

log = logging.getLogger(__name__)


class Envelope(BaseModel):
    """Hold what a message of the bus carries."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    detail: Event


class Unfit(Exception):
    """Say why an event can never be applied as it is."""


class Trouble(Exception):
    """Say why an event cannot be applied just now."""


@dataclass(frozen=True)
class Received:
    """Hold a message and the event in it."""

    handle: str
    event: Event


class Applier:
    """Apply the events of each entity in order, each once."""

    def __init__(self, ledger: Ledger, subscriber: Subscriber) -> None:
        self._ledger = ledger
        self._subscriber = subscriber
        self._standings: dict[tuple[str, str, str], Standing] = {}

    def take(self, event: Event, send_back: Callable[[Event], None]) -> None:
        """Apply or park the event, then the parked ones whose turn it is.

        A parked event that turns out unfit goes back to the queue: it has its attempts, and a
        place among the dead letters.
        """
        standing = self._settle(event, self._known(event))
        while standing.next_is_parked:
            parked = self._ledger.parked(event, standing.version + 1)
            try:
                standing = self._settle(parked, standing)
            except Unfit as error:
                log.warning("%s goes back to the queue: %s", _named(parked), error)
                send_back(parked)
                self._ledger.unpark(parked)
                standing = Standing(standing.version, standing.parked - {parked.version})
        self._remember(event, standing)

    def _settle(self, event: Event, standing: Standing) -> Standing:
        try:
            return self._apply_or_park(event, standing)
        except UNFIT as error:
            raise Unfit(f"{type(error).__name__}: {error}") from error
        except ClientError as error:
            if _is_refused_for_good(error):
                raise Unfit(str(error)) from error
            raise

    def _apply_or_park(self, event: Event, standing: Standing) -> Standing:
        while not standing.is_settled(event.version):
            if standing.is_due(event.version):
                effects = self._subscriber.effects(event)
                standing = self._ledger.apply(event, standing, effects)
            else:
                standing = self._ledger.park(event, standing)
        return standing

    def _known(self, event: Event) -> Standing:
        """Return what is known of the entity; the ledger corrects what is not true any more."""
        return self._standings.get(_entity(event), Standing())

    def _remember(self, event: Event, standing: Standing) -> None:
        if len(self._standings) >= REMEMBERED_ENTITIES:
            self._standings.clear()
        self._standings[_entity(event)] = standing


class Inbox:
    """Receive the messages of one subscriber and delete them once their effect is durable."""

    def __init__(
        self,
        sqs: "SQSClient",
        queue_url: str,
        applier: Applier,
        patience: Patience,
        pace: Pace,
    ) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._applier = applier
        self._patience = patience
        self._pace = pace

    def run(self) -> None:
        """Work until told to end; what is in hand then is delivered again."""
        while not self._patience.over:
            try:
                found = self.work()
            except Stopping:
                return
            self._patience.rest(self._pace.rest_after(found=found))

    def work(self) -> bool:
        """Receive one batch, apply it, delete what is done; say whether there was anything."""
        messages: list[MessageTypeDef] = []
        self._patience.keep_trying(
            "receiving", lambda: messages.extend(self._receive()), ClientError, BotoCoreError
        )
        done: list[str] = []
        try:
            for received in in_order(messages):
                if self._patience.over:
                    break
                self._take(received, done)
        finally:
            self._delete(done)
        return bool(messages)

    def _receive(self) -> "list[MessageTypeDef]":
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=self._pace.wait_seconds,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return answer.get("Messages", [])

    def _take(self, received: Received, done: list[str]) -> None:
        what = _named(received.event)
        try:
            self._patience.keep_trying(what, lambda: self._apply(received.event), Trouble)
        except Unfit as error:
            log.warning("%s is left for the dead letters: %s", what, error)
            return
        done.append(received.handle)

    def _apply(self, event: Event) -> None:
        try:
            self._applier.take(event, self._send_back)
        except (Raced, NotYet, ClientError, BotoCoreError) as error:
            raise Trouble(str(error)) from error
        except UNFIT as error:
            # What was parked cannot be read: no reason to end, and with it every other entity.
            raise Unfit(f"{type(error).__name__}: {error}") from error

    def _send_back(self, event: Event) -> None:
        body = Envelope(detail=event).model_dump_json()
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body)

    def _delete(self, done: list[str]) -> None:
        if not done:
            return
        entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
            {"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(done)
        ]
        self._patience.keep_trying(
            "deleting",
            lambda: self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries),
            ClientError,
            BotoCoreError,
        )


def in_order(messages: "list[MessageTypeDef]") -> list[Received]:
    """Return the messages that hold an event, the lower versions first; log the others."""
    read = [received for message in messages if (received := _read(message)) is not None]
    return sorted(read, key=lambda received: received.event.version)


def _read(message: "MessageTypeDef") -> Received | None:
    try:
        event = Envelope.model_validate_json(message["Body"]).detail
        _check_type(event)
    except ValidationError as error:
        first = error.errors()[0]
        _log_malformed(message, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except HistoryError as error:
        _log_malformed(message, str(error))
    else:
        return Received(message["ReceiptHandle"], event)
    return None


def _is_refused_for_good(error: ClientError) -> bool:
    reasons = {reason.get("Code") for reason in cancellation_reasons(error)}
    return not UNFIT_CODES.isdisjoint({error_code(error), *reasons})


def _check_type(event: Event) -> None:
    entity_type: EntityType | None = EVENT_TYPES.get(event.event_type)
    if entity_type != event.entity_type:
        raise HistoryError(f"{event.event_type} is no event of {event.entity_type}")


def _log_malformed(message: "MessageTypeDef", reason: str) -> None:
    if message.get("Attributes", {}).get("ApproximateReceiveCount", "1") == "1":
        log.warning("message %s holds no event: %s", message.get("MessageId"), reason)


def _entity(event: Event) -> tuple[str, str, str]:
    return event.tenant_id, event.entity_type, event.entity_id


def _named(event: Event) -> str:
    return (
        f"{event.event_type} {event.event_id} ({event.tenant_id}, {event.entity_type}"
        f" {event.entity_id}, version {event.version})"
    )
