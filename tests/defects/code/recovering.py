"""Defects of what is done to recover: replays and rebuilds."""

from collections.abc import Callable
from typing import Any

from support.reference_crm import operations
from support.reference_crm.envelope import Event
from support.reference_crm.inbox import Applier
from support.reference_crm.subscribers.audit_trail import AuditTrail
from tests.defects.code.planting import code_defect, fired, instead
from tests.defects.defect import Sort


def rebuild_leaves_out_moves() -> None:
    """A rebuild leaves out that a contact has moved."""

    def make(real: Callable[..., int]) -> Callable[..., int]:
        def apply_history(history: Any, *others: Any) -> int:
            found = [*history]
            kept = [each for each in found if each.said("event_type") != "ContactMovedToAccount"]
            if kept != found:
                fired()
            return real(kept, *others)

        return apply_history

    instead(operations, "apply_history", make)


def old_news_is_put_on_record_again() -> None:
    """The audit trail writes down once more what comes again."""
    seen: set[str] = set()

    def make(real: Callable[..., None]) -> Callable[..., None]:
        def take(self: Applier, event: Event, send_back: Any) -> None:
            real(self, event, send_back)
            if isinstance(self._subscriber, AuditTrail) and event.event_id in seen:
                fired()
                (write,) = self._subscriber.effects(event)
                item: Any = write["Put"]["Item"]
                again = {**item, "sk": {"S": f"{item['sk']['S']}#again"}}
                table = write["Put"]["TableName"]
                self._ledger._dynamodb.put_item(TableName=table, Item=again)
            seen.add(event.event_id)

        return take

    instead(Applier, "take", make)


RECOVERING_DEFECTS = (
    code_defect(
        rebuild_leaves_out_moves,
        Sort.DROPS,
        ("5.2.1",),
        ("entity-views was rebuilt from 3 events, and listens to 4",),
    ),
    code_defect(
        old_news_is_put_on_record_again,
        Sort.DOUBLES,
        ("5.3.1",),
        ("the audit of Acme finds, besides events that were published again, ", "'duplicate'"),
    ),
)
