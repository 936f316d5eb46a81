"""Giving what was given up another chance: what was set aside, and dead letters."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from support.reference_crm.archive import Archive
from support.reference_crm.aws import AWS_TROUBLE
from support.reference_crm.dispatch import WINDOW, Dispatch
from support.reference_crm.patience import Patience
from support.reference_crm.set_aside import SetAside

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef, ReceiveMessageResultTypeDef

BATCH = 10
HIDDEN_SECONDS = 60
# What a dead letter keeps of the message that it was.
MOVED_BY = "redrive"


def redrive_set_aside(
    aside: SetAside,
    archive: Archive,
    dispatch: Dispatch,
    tenant_id: str | None,
    progress: Callable[[int], None],
) -> int:
    """Publish what was set aside, as it is stored now; return how many the bus took.

    What was deleted from the event table meanwhile is off the list: there is nothing to publish.
    """
    listed = aside.all() if tenant_id is None else aside.of_tenant(tenant_id)
    done = 0
    for start in range(0, len(listed), WINDOW):
        window = [(each, archive.at(each.place)) for each in listed[start : start + WINDOW]]
        for each, stored in window:
            if stored is None:
                aside.remove(each.place)
        done += dispatch.send([stored for _, stored in window if stored is not None])
        progress(done)
    return done


class _Detail(BaseModel):
    model_config = ConfigDict(extra="ignore")

    tenant_id: str


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")

    detail: _Detail


class DeadLetters:
    """Move the dead letters of one subscriber back to its queue: receive, send, delete.

    Not by StartMessageMoveTask, which the emulators lack and which knows no tenants.
    """

    def __init__(
        self, sqs: "SQSClient", dead_url: str, queue_url: str, wait_seconds: int, patience: Patience
    ) -> None:
        self._sqs = sqs
        self._dead_url = dead_url
        self._queue_url = queue_url
        self._wait_seconds = wait_seconds
        self._patience = patience

    def redrive(self, tenant_id: str | None, progress: Callable[[int], None]) -> int:
        """Return how many were moved; all others can be seen again afterwards.

        Each is moved once: what the subscriber gives up again meanwhile stays.
        """
        mark = uuid4().hex
        held: dict[str, str] = {}
        done = 0
        try:
            while messages := self._received():
                if all(message["MessageId"] in held for message in messages):
                    break
                for message in messages:
                    is_meant = tenant_id is None or tenant_id == _tenant(message)
                    if is_meant and mark != _moved_by(message):
                        self._move(message, mark)
                        done += 1
                    else:
                        held[message["MessageId"]] = message["ReceiptHandle"]
                progress(done)
        finally:
            for handle in held.values():
                self._show(handle)
        return done

    def _received(self) -> "list[MessageTypeDef]":
        answers: list[ReceiveMessageResultTypeDef] = []
        self._keep_trying("receiving", lambda: answers.append(self._receive()))
        return answers[0].get("Messages", [])

    def _receive(self) -> "ReceiveMessageResultTypeDef":
        return self._sqs.receive_message(
            QueueUrl=self._dead_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=self._wait_seconds,
            VisibilityTimeout=HIDDEN_SECONDS,
            MessageAttributeNames=[MOVED_BY],
        )

    def _move(self, message: "MessageTypeDef", mark: str) -> None:
        # Sent before it is deleted: who dies between the two leaves a repetition, not a loss.
        handle = message["ReceiptHandle"]
        self._keep_trying("sending", lambda: self._send(message["Body"], mark))
        self._keep_trying(
            "deleting",
            lambda: self._sqs.delete_message(QueueUrl=self._dead_url, ReceiptHandle=handle),
        )

    def _send(self, body: str, mark: str) -> None:
        self._sqs.send_message(
            QueueUrl=self._queue_url,
            MessageBody=body,
            MessageAttributes={MOVED_BY: {"DataType": "String", "StringValue": mark}},
        )

    def _show(self, handle: str) -> None:
        self._keep_trying(
            "giving back",
            lambda: self._sqs.change_message_visibility(
                QueueUrl=self._dead_url, ReceiptHandle=handle, VisibilityTimeout=0
            ),
        )

    def _keep_trying(self, what: str, call: Callable[[], object]) -> None:
        self._patience.keep_trying(what, call, *AWS_TROUBLE)


def _moved_by(message: "MessageTypeDef") -> str | None:
    found = message.get("MessageAttributes", {})
    return found[MOVED_BY].get("StringValue") if MOVED_BY in found else None


def _tenant(message: "MessageTypeDef") -> str | None:
    try:
        return _Body.model_validate_json(message["Body"]).detail.tenant_id
    except ValidationError:
        return None
