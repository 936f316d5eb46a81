"""The inbox of a subscriber: receives, applies in order and once, parks what is early."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from pydantic import ValidationError

from support.reference_crm.aws import error_code
from support.reference_crm.domain import HistoryError
from support.reference_crm.envelope import Event
from support.reference_crm.in_hand import InHand
from support.reference_crm.ledger import Ledger, Standing
from support.reference_crm.messages import (
    Envelope,
    NoEventError,
    Received,
    attempts_of,
    in_order,
    read,
)
from support.reference_crm.pace import LONG_POLL_SECONDS, Pace
from support.reference_crm.patience import Patience, Stopping
from support.reference_crm.subscribers.subscriber import Never, NotYet, Subscriber
from support.reference_crm.transaction import Raced, cancellation_reasons

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef

BATCH = 10
MOST_IN_HAND = 100
LOOK_SECONDS = 0.1
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


class Unfit(Exception):
    """Say why an event can never be applied as it is."""


class Trouble(Exception):
    """Say why an event cannot be applied just now."""


@dataclass(frozen=True)
class Troubled:
    """Hold what is tried again at a time of the inbox's clock."""

    due_at: float
    received: Received


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
    """Receive the messages of one subscriber and delete them once their effect is durable.

    What can never be applied is given back, and so uses up its attempts. What cannot be applied
    just now stays in hand, which is no attempt, and is tried again after a growing pause; whatever
    else there is flows on, and later versions of the same entity are parked. With `MOST_IN_HAND`
    events in trouble at once it is everybody's: no more are received until one of them is done.
    """

    def __init__(
        self,
        sqs: "SQSClient",
        queue_url: str,
        applier: Applier,
        patience: Patience,
        pace: Pace,
        in_hand: InHand,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._applier = applier
        self._patience = patience
        self._pace = pace
        self._in_hand = in_hand
        self._clock = clock
        self._troubled: list[Troubled] = []

    def run(self) -> None:
        """Work until told to end; what is in hand then is delivered again."""
        with self._in_hand.kept():
            while not self._patience.over:
                try:
                    found = self.work()
                except Stopping:
                    return
                self._patience.rest(self._rest_after(found=found))

    def work(self) -> bool:
        """Receive one batch, apply it and what is due of the rest; say whether there was any."""
        messages: list[MessageTypeDef] = []
        if len(self._troubled) < MOST_IN_HAND:
            self._patience.keep_trying(
                "receiving", lambda: messages.extend(self._receive()), ClientError, BotoCoreError
            )
            self._in_hand.take([message["ReceiptHandle"] for message in messages])
        turn = [*self._read_all(messages), *self._due()]
        done: list[str] = []
        try:
            for received in in_order(turn):
                if self._patience.over:
                    break
                self._take(received, done)
        finally:
            self._delete(done)
        return bool(messages or turn)

    def _receive(self) -> "list[MessageTypeDef]":
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=0 if self._due_in < LONG_POLL_SECONDS else self._pace.wait_seconds,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return answer.get("Messages", [])

    def _read_all(self, messages: "list[MessageTypeDef]") -> Iterator[Received]:
        for message in messages:
            try:
                yield read(message)
            except NoEventError as error:
                what = f"message {message.get('MessageId')}, which holds no event,"
                self._refuse(message["ReceiptHandle"], attempts_of(message), what, error)

    def _due(self) -> list[Received]:
        now = self._clock()
        due = [each.received for each in self._troubled if each.due_at <= now]
        self._troubled = [each for each in self._troubled if each.due_at > now]
        return due

    @property
    def _due_in(self) -> float:
        """Return how many seconds it is until something in trouble is tried again."""
        first = min((each.due_at for each in self._troubled), default=math.inf)
        return max(0.0, first - self._clock())

    def _rest_after(self, *, found: bool) -> float:
        rest = self._pace.rest_after(found=found)
        return rest if not self._troubled else min(self._due_in, LOOK_SECONDS)

    def _take(self, received: Received, done: list[str]) -> None:
        what = _named(received.event)
        try:
            self._apply(received.event)
        except Trouble as trouble:
            self._put_off(received, what, trouble)
        except Unfit as error:
            self._refuse(received.handle, received.attempts, what, error)
        else:
            done.append(received.handle)

    def _put_off(self, received: Received, what: str, trouble: Trouble) -> None:
        tries = received.tries + 1
        self._patience.say(what, tries, trouble)
        due_at = self._clock() + self._patience.pause_after(tries)
        self._troubled.append(Troubled(due_at, replace(received, tries=tries)))

    def _refuse(self, handle: str, attempts: int, what: str, error: Exception) -> None:
        if attempts == 1:
            log.warning("%s is left for the dead letters: %s", what, error)
        self._in_hand.give_back(handle, attempts)

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
        for start in range(0, len(done), BATCH):
            self._delete_some(done[start : start + BATCH])

    def _delete_some(self, done: list[str]) -> None:
        entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
            {"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(done)
        ]
        self._patience.keep_trying(
            "deleting",
            lambda: self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries),
            ClientError,
            BotoCoreError,
        )
        self._in_hand.drop(done)


def _is_refused_for_good(error: ClientError) -> bool:
    reasons = {reason.get("Code") for reason in cancellation_reasons(error)}
    return not UNFIT_CODES.isdisjoint({error_code(error), *reasons})


def _entity(event: Event) -> tuple[str, str, str]:
    return event.tenant_id, event.entity_type, event.entity_id


def _named(event: Event) -> str:
    return (
        f"{event.event_type} {event.event_id} ({event.tenant_id}, {event.entity_type}"
        f" {event.entity_id}, version {event.version})"
    )
