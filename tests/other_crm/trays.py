"""The consumer: it hands a reader what is in its queue, and removes what the reader has taken."""

import json
import logging
from threading import Event as Flag
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tests.other_crm.readers import Reader

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

IDLE_S = 0.1
AWAKE_LOOKS = 20
AWAKE_S = 0.01
log = logging.getLogger(__name__)


class Tray:
    """Hand a reader what is in its queue."""

    def __init__(self, sqs: "SQSClient", url: str, reader: Reader) -> None:
        self._sqs = sqs
        self._url = url
        self._reader = reader
        self._bell = Flag()

    def ring(self) -> None:
        """Say that something is on its way."""
        self._bell.set()

    def run(self, over: Flag) -> None:
        """Empty the tray until it is over, quickly for a while after each bell."""
        while not over.is_set():
            looks = AWAKE_LOOKS if self._bell.wait(IDLE_S) else 1
            self._bell.clear()
            try:
                self._empty(over, looks)
            except (BotoCoreError, ClientError) as error:
                log.warning("the tray of %s cannot be read: %s", self._reader.name, error)
                over.wait(IDLE_S)

    def _empty(self, over: Flag, looks: int) -> None:
        while looks and not over.is_set():
            looks = AWAKE_LOOKS if self._look() else looks - 1
            if looks and not self._bell.is_set():
                over.wait(AWAKE_S)

    def _look(self) -> bool:
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        messages = answer.get("Messages", [])
        for message in messages:
            if self._hand_over(message["Body"]):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        return bool(messages)

    def _hand_over(self, body: str) -> bool:
        try:
            self._reader.take(json.loads(body)["detail"])
        except (LookupError, TypeError, ValueError) as error:
            log.warning("%s cannot take this: %s", self._reader.name, error)
            return False
        return True
