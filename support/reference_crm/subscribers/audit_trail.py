"""The audit trail: who did what, when, to which entity and version."""

from collections.abc import Sequence

from support.reference_crm.envelope import Event
from support.reference_crm.items import Write, key, text

NAME = "audit-trail"


class AuditTrail:
    """Write an entry for each event, in the order of time, entity and version."""

    def __init__(self, table: str) -> None:
        self._table = table

    def effects(self, event: Event) -> Sequence[Write]:
        """Return the entry of the event."""
        entry = event.model_dump_json(exclude={"schema_version"})
        place = (
            f"{event.occurred_at}#{event.entity_type}#{event.entity_id}"
            f"#{event.version:010d}#{event.event_id}"
        )
        where = key(trail_key(event.tenant_id), place)
        return [{"Put": {"TableName": self._table, "Item": {**where, "entry": text(entry)}}}]


def trail_key(tenant_id: str) -> str:
    """Return the partition of a tenant's entries."""
    return f"{NAME}#{tenant_id}#TRAIL"
