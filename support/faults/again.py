"""Publishing events once more, as a CRM does that sends a batch again."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from support.faults.plane import FaultError
from support.observing.deliveries import Delivery
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

BATCH = 10


def publish_again(aws: Aws, bus: str, deliveries: Sequence[Delivery]) -> list[str]:
    """Put events on the bus once more; return the ids under which the bus sends them now.

    Raises FaultError if the bus does not take them all.
    """
    entries: list[PutEventsRequestEntryTypeDef] = [
        {
            "EventBusName": bus,
            "Source": each.source,
            "DetailType": each.detail_type,
            "Detail": json.dumps(each.detail, ensure_ascii=False),
        }
        for each in deliveries
    ]
    envelopes: list[str] = []
    for start in range(0, len(entries), BATCH):
        answer = aws.events.put_events(Entries=entries[start : start + BATCH])
        if answer["FailedEntryCount"]:
            raise FaultError(f"the bus did not take what was to come again: {answer['Entries']}")
        envelopes += [each["EventId"] for each in answer["Entries"]]
    return envelopes
