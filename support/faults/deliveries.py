"""Delivering straight into a subscriber's queue: again, in another order, or what is no event."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from support.crm.port import Subscriber
from support.faults.plane import FaultError
from support.observing.deliveries import Delivery
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws
from support.targets.queues import depths

BATCH = 10
LOOK_S = 5  # a dead letter that was looked at and could not be put back is away that long
PATIENCE_S = 10.0
LOOKING = Backoff(first=0.01, ceiling=0.05)
UNKNOWN_VERSION = 99


class Spoiling(StrEnum):
    """Say how an event is spoilt on its way, in the words of a sentence."""

    UNKNOWN_SCHEMA = "in a form that nobody knows yet"
    EMPTY = "with nothing in it"
    HALF = "torn off in the middle"


@dataclass(frozen=True)
class Inboxes:
    """Reach the queues of the subscribers; nobody's message but the suite's own is destroyed."""

    aws: Aws

    def deliver(self, subscriber: Subscriber, bodies: Sequence[str]) -> None:
        """Put messages into a subscriber's queue, in this order."""
        for start in range(0, len(bodies), BATCH):
            answer = self.aws.sqs.send_message_batch(
                QueueUrl=subscriber.queue_url,
                Entries=[
                    {"Id": str(number), "MessageBody": body}
                    for number, body in enumerate(bodies[start : start + BATCH])
                ],
            )
            if refused := answer.get("Failed"):
                raise FaultError(f"the queue of {subscriber.name} did not take {refused}")

    def put_dead(self, subscriber: Subscriber, body: str) -> None:
        """Put a message among a subscriber's dead letters, as whoever mends one there does."""
        self.aws.sqs.send_message(QueueUrl=subscriber.dead_letter_queue_url, MessageBody=body)

    def taken(self, subscriber: Subscriber) -> None:
        """Wait until a subscriber has taken all that is in its queue, or given it up.

        Raises FaultError if it does not.
        """

        def waiting(_: float) -> int:
            return depths(self.aws, [subscriber])[subscriber.name].waiting

        try:
            Waiter(LOOKING).until(waiting, lambda count: count == 0, PATIENCE_S)
        except WaitTimeout as late:
            raise FaultError(
                f"{subscriber.name} has left {late.last} message(s) in its queue for "
                f"{late.elapsed:.0f} s: is it running?"
            ) from late

    def drop_dead(self, subscriber: Subscriber, bodies: Sequence[str]) -> None:
        """Remove the suite's own messages from a subscriber's dead letters; others stay.

        Raises FaultError if one of them is not there and may come yet. What the subscriber has
        taken instead of giving it up is nowhere any more, and nothing to repair.
        """
        left = [*bodies]
        try:
            Waiter(LOOKING).until(lambda _: self._drop(subscriber, left), bool, PATIENCE_S)
        except WaitTimeout as late:
            if depths(self.aws, [subscriber])[subscriber.name].waiting == 0:
                return
            raise FaultError(
                f"{len(left)} message(s) that were to spoil are not among the dead letters of "
                f"{subscriber.name}"
            ) from late

    def _drop(self, subscriber: Subscriber, left: list[str]) -> bool:
        """Drop what is there of `left`, and say whether that was all of it."""
        url = subscriber.dead_letter_queue_url
        answer = self.aws.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=BATCH, VisibilityTimeout=LOOK_S, WaitTimeSeconds=0
        )
        others = []
        for message in answer.get("Messages", []):
            if message["Body"] in left:
                self.aws.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                left.remove(message["Body"])
            else:
                others.append(message["ReceiptHandle"])
        for handle in others:
            self.aws.sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0
            )
        return not left


def spoilt(delivery: Delivery, spoiling: Spoiling) -> str:
    """Return the body of a delivery with its event spoilt; its tenant can still be read."""
    envelope = json.loads(delivery.body)
    return json.dumps({**envelope, "detail": SPOIL[spoiling](deepcopy(envelope["detail"]))})


def no_event(tenant_id: str) -> str:
    """Return the body of a message of the bus that holds no event, in a tenant's name."""
    detail = {"tenant_id": tenant_id, "says": "nothing that anybody understands"}
    return json.dumps({"source": "crm", "detail-type": "Gibberish", "detail": detail})


def _half(detail: dict[str, Any]) -> dict[str, Any]:
    kept = [*detail.items()][: len(detail) // 2]
    return {**dict(kept), "tenant_id": detail["tenant_id"]}


SPOIL: dict[Spoiling, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Spoiling.UNKNOWN_SCHEMA: lambda detail: {**detail, "schema_version": UNKNOWN_VERSION},
    Spoiling.EMPTY: lambda detail: {**detail, "payload": {}},
    Spoiling.HALF: _half,
}
