"""Recovering: a tenant's events published again, what a subscriber shows built anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from support.crm.port import CrmOperator, CrmPort, Subscriber
from support.errors import ScenarioError
from support.observing.collector import EventCollector
from support.observing.deliveries import Delivery
from support.observing.evidence import Witness
from support.observing.journal import Entry, Journal
from support.observing.questions import Question


class Projection(StrEnum):
    """Name what a subscriber shows, in words."""

    VIEWS = "views"
    AUDIT_TRAIL = "audit trail"
    PIPELINE = "pipeline"

    def among(self, subscribers: Sequence[Subscriber]) -> Subscriber:
        """Return the subscriber that shows it; raises ScenarioError if none has its name."""
        for each in subscribers:
            if each.name == SHOWN_BY[self]:
                return each
        raise ScenarioError(f"no subscriber of this CRM is called {SHOWN_BY[self]}")


# As the contract names them.
SHOWN_BY = {
    Projection.VIEWS: "entity-views",
    Projection.AUDIT_TRAIL: "audit-trail",
    Projection.PIPELINE: "sales-pipeline",
}


@dataclass(frozen=True)
class Recovery:
    """Let the operator of a CRM recover a tenant, and see to it that it was done.

    `timeout` is how many seconds the events have to come.
    """

    operator: CrmOperator
    crm: CrmPort
    witness: Witness
    collector: EventCollector
    journal: Journal
    timeout: float

    def replay(self, tenant_id: str) -> None:
        """Publish all events of a tenant again, and see all of them come.

        Raises ScenarioError if there are none.
        """
        published = self.witness.published(tenant_id, self.timeout)
        if not published:
            raise ScenarioError(f"nothing has happened at {tenant_id} that could be replayed")
        self.journal.add(Entry.FAULT, {"replayed": tenant_id})
        self.operator.replay(tenant_id)
        self._come_again(tenant_id, published)

    def _come_again(self, tenant_id: str, published: Sequence[Delivery]) -> None:
        before = {each.envelope_id for each in published}
        seen: dict[str | None, str] = {}

        def is_first_again(delivery: Delivery) -> bool:
            return (
                delivery.event is not None
                and delivery.event.tenant_id == tenant_id
                and delivery.envelope_id not in before
                and seen.setdefault(delivery.event_id, delivery.message_id) == delivery.message_id
            )

        again = Question(is_first_again, f"event of tenant {tenant_id} published again")
        self.collector.collect(again, len({each.event_id for each in published}), self.timeout)

    def rebuild(self, subscriber: Subscriber, tenant_id: str) -> None:
        """Build anew what a subscriber has made of a tenant.

        Raises AssertionError if that took fewer events than are stored, or more.
        """
        self.journal.add(Entry.FAULT, {"rebuilt": subscriber.name, "tenant_id": tenant_id})
        done = self.operator.rebuild(subscriber.name, tenant_id)
        heard = [event for event in self.crm.history(tenant_id) if subscriber.listens_to(event)]
        if done != len(heard) or not heard:
            raise AssertionError(
                f"{subscriber.name} was rebuilt from {done} events, and listens to {len(heard)} "
                f"of the history of tenant {tenant_id}"
            )
