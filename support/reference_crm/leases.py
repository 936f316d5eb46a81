"""Who works on a subscriber's projections: its roles, or one who builds them anew.

Each says so first and looks for the other afterwards: of two that come at the same time at least
one sees the other and steps back. Who is killed is believed to live until the term is over. Who
cannot renew what it said cannot write projections either: both are in DynamoDB.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from support.reference_crm.aws import AWS_TROUBLE, error_code
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier
from support.reference_crm.items import NewItem, key, number, text
from support.reference_crm.ledger import Ledger
from support.reference_crm.subscribers.subscriber import NotYet, Subscriber

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TERM_SECONDS = 15
RENEW_SECONDS = 4
JOIN_SECONDS = 0.5
ROLE = "ROLE#"
REBUILD = "REBUILD"


class Taken(Exception):
    """Say in one sentence who works on the projections already."""


class Leases:
    """Keep who works on the projections of one subscriber, for one supervisor or command."""

    def __init__(
        self,
        dynamodb: "DynamoDBClient",
        table: str,
        subscriber: str,
        holder: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._subscriber = subscriber
        self._holder = holder
        self._clock = clock

    @contextmanager
    def working(self) -> Iterator[None]:
        """Say that a role works, for as long as it does; raise Taken while somebody rebuilds."""
        self._say(ROLE + self._holder)
        try:
            if REBUILD in self._said():
                raise Taken(f"The projections of {self._subscriber} are being built anew.")
            with self._renewing(ROLE + self._holder):
                yield
        finally:
            self._unsay(ROLE + self._holder)

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Keep everybody else away; raise Taken if a role works, or somebody else rebuilds.

        The role of the same holder does not count: the supervisor has stopped it.
        """
        self._say_alone()
        try:
            if self._said() - {REBUILD, ROLE + self._holder}:
                raise Taken(
                    f"The role {self._subscriber} runs, or was killed less than {TERM_SECONDS}"
                    " seconds ago; stop it, or try again then."
                )
            with self._renewing(REBUILD):
                yield
        finally:
            self._unsay(REBUILD)

    def _say_alone(self) -> None:
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=self._item(REBUILD),
                ConditionExpression="attribute_not_exists(pk) OR valid_until < :now",
                ExpressionAttributeValues={":now": number(self._now())},
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            said = f"The projections of {self._subscriber} are being built anew already."
            raise Taken(said) from error

    def _say(self, what: str) -> None:
        self._dynamodb.put_item(TableName=self._table, Item=self._item(what))

    def _unsay(self, what: str) -> None:
        try:
            where = key(f"LEASES#{self._subscriber}", what)
            self._dynamodb.delete_item(TableName=self._table, Key=where)
        except AWS_TROUBLE:
            # It ends by itself, and must not hide why we are here.
            return

    def _said(self) -> set[str]:
        """Return what is said and still holds."""
        found = self._dynamodb.query(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": text(f"LEASES#{self._subscriber}")},
        )["Items"]
        return {item["sk"]["S"] for item in found if int(item["valid_until"]["N"]) >= self._now()}

    def _item(self, what: str) -> NewItem:
        valid_until = number(self._now() + TERM_SECONDS)
        return {**key(f"LEASES#{self._subscriber}", what), "valid_until": valid_until}

    def _now(self) -> int:
        return int(self._clock())

    @contextmanager
    def _renewing(self, what: str) -> Iterator[None]:
        over = Flag()
        thread = Thread(target=self._renew, args=(what, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(JOIN_SECONDS)

    def _renew(self, what: str, over: Flag) -> None:
        while not over.wait(RENEW_SECONDS):
            try:
                self._say(what)
            except AWS_TROUBLE:
                continue


class LeasedApplier(Applier):
    """Say that a role works when it first does, and not before it has anything to do.

    On LocalStack a stream that nothing was written to yet counts as trimmed once another table
    is written to, and the publisher would stop before the first event of all.
    """

    def __init__(
        self, ledger: Ledger, subscriber: Subscriber, leases: Leases, work: ExitStack
    ) -> None:
        super().__init__(ledger, subscriber)
        self._leases = leases
        self._work = work
        self._has_said = False

    def take(self, event: Event, send_back: Callable[[Event], None]) -> None:
        """Apply or park the event; raise NotYet while somebody builds the projections anew."""
        if not self._has_said:
            try:
                self._work.enter_context(self._leases.working())
            except Taken as error:
                raise NotYet(str(error)) from error
            self._has_said = True
        super().take(event, send_back)
