"""Building a subscriber's projections anew: from the event store, by the code that works live."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from support.reference_crm.aws import AWS_TROUBLE
from support.reference_crm.domain import EntityType
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier, Unfit
from support.reference_crm.items import NewItem, key, text
from support.reference_crm.patience import Patience
from support.reference_crm.stored import Broken, StoredEvent
from support.reference_crm.subscribers.subscriber import NotYet
from support.reference_crm.transaction import Raced

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BATCH = 25

log = logging.getLogger(__name__)


class Projections:
    """Delete what one subscriber keeps: what it shows, its cursors, what is parked and applied."""

    def __init__(
        self, dynamodb: "DynamoDBClient", table: str, subscriber: str, patience: Patience
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._subscriber = subscriber
        self._patience = patience

    def clear(self, tenant_id: str | None) -> None:
        """Delete what it keeps of a tenant, or of all; once done, nothing of it is left."""
        prefix = f"{self._subscriber}#" + (f"{tenant_id}#" if tenant_id else "")
        keys = list(self._keys(prefix))
        for start in range(0, len(keys), BATCH):
            self._delete(keys[start : start + BATCH])

    def _keys(self, prefix: str) -> Iterator[NewItem]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :prefix)",
            ProjectionExpression="pk, sk",
            ExpressionAttributeValues={":prefix": text(prefix)},
        )
        for page in pages:
            yield from (key(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"])

    def _delete(self, keys: list[NewItem]) -> None:
        left: Any = {self._table: [{"DeleteRequest": {"Key": each}} for each in keys]}

        def delete() -> None:
            nonlocal left
            left = self._dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]
            if left:
                raise NotYet("some were left")

        self._patience.keep_trying("deleting", delete, NotYet, *AWS_TROUBLE)


def apply_history(
    history: Iterable[StoredEvent],
    applier: Applier,
    entity_types: tuple[EntityType, ...],
    patience: Patience,
    progress: Callable[[int], None],
) -> int:
    """Apply what is committed, in that order; return how many events the subscriber has applied.

    What it cannot apply is left out, as it is live, where it is among the dead letters.
    """
    done = 0
    for looked_at, stored in enumerate(history, start=1):
        try:
            event = stored.event()
            if event.entity_type in entity_types:
                _apply(event, applier, patience)
                done += 1
        except (Broken, Unfit) as error:
            log.warning("%s %s is left out: %s", stored.place.pk, stored.place.sk, error)
        progress(looked_at)
    return done


def _apply(event: Event, applier: Applier, patience: Patience) -> None:
    patience.keep_trying(
        "applying", lambda: applier.take(event, _send_back), Raced, NotYet, *AWS_TROUBLE
    )


def _send_back(event: Event) -> None:
    # In the order of commits nothing is parked whose turn is still to come.
    raise Unfit(f"version {event.version} of {event.entity_id} was parked")
