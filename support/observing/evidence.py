"""Reading, from the CRM's own read API, what its subscribers have of a tenant's history."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from support.contract.entities import EntityType
from support.crm.port import Applied, CrmPort, Subscriber
from support.judging.case import Evidence, Missing, behind
from support.names import is_fence
from support.observing.collector import EventCollector
from support.observing.deliveries import Delivery
from support.observing.journal import Entry, Journal
from support.observing.waiting import Waiter, WaitTimeout

AT_ONCE = 4


class Witness:
    """Gather evidence about tenants, and wait until everybody is level with the history."""

    def __init__(
        self, crm: CrmPort, collector: EventCollector, journal: Journal, waiter: Waiter
    ) -> None:
        self._crm = crm
        self._collector = collector
        self._journal = journal
        self._waiter = waiter
        self.subscribers: Sequence[Subscriber] = crm.subscribers()

    def level(self, tenant_id: str, timeout: float) -> tuple[Evidence, list[Missing]]:
        """Wait until bus and subscribers have all of the history, also what it grew meanwhile.

        Return the evidence, and what is still missing after `timeout`
        seconds (none: level). Once level, nothing that a subscriber does can add an event.
        """
        try:
            return self._waiter.until(
                lambda _: self._look(tenant_id), lambda looked: not looked[1], timeout
            )
        except WaitTimeout as late:
            looked: tuple[Evidence, list[Missing]] = late.last
            return looked

    def published(self, tenant_id: str, timeout: float) -> list[Delivery]:
        """Wait until the bus has all of the history, whoever it is delivered to, and return it.

        Raises AssertionError naming what was not published after `timeout` seconds.
        """

        def missing(_: float) -> list[Missing]:
            self._collector.drain()
            history = Evidence(tenant_id, self._crm.history(tenant_id))
            return behind(history, self.arrived(tenant_id), ())

        try:
            self._waiter.until(missing, lambda found: not found, timeout)
        except WaitTimeout as late:
            raise AssertionError("\n".join(str(each) for each in late.last)) from None
        return self.arrived(tenant_id)

    def full(self, evidence: Evidence) -> Evidence:
        """Add audit trail, views and pipeline to level evidence, and keep all in the journal."""
        tenant_id = evidence.tenant_id
        entities = dict.fromkeys(
            (e["entity_type"], e["entity_id"]) for e in evidence.history if not is_fence(e)
        )
        unread = [each for each in self.subscribers if each.name not in evidence.applied]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            views = pool.map(
                lambda entity: self._crm.view(tenant_id, EntityType(entity[0]), entity[1]), entities
            )
            trail = pool.submit(self._crm.audit_trail, tenant_id)
            totals = pool.submit(self._crm.pipeline, tenant_id)
        whole = replace(
            evidence,
            applied={**evidence.applied, **self._applied(tenant_id, unread)},
            audit_trail=trail.result(),
            views=[view for view in views if view is not None],
            pipeline=totals.result(),
        )
        self._record(whole)
        return whole

    def second_look(self, closed: Sequence[Evidence]) -> list[Evidence]:
        """Read again what the subscribers of each tenant have applied since its books closed."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._again, closed))

    def _again(self, closed: Evidence) -> Evidence:
        listening = [name for name, rows in closed.applied.items() if rows]
        applied = {name: self._crm.applied(closed.tenant_id, name) for name in listening}
        # Read last, as in `_look`: what a subscriber has applied by now is in it.
        return replace(closed, applied=applied, history=self._crm.history(closed.tenant_id))

    def arrived(self, tenant_id: str) -> list[Delivery]:
        """Return what the bus tap has received of a tenant so far."""
        return [
            each
            for each in self._collector.deliveries
            if each.event is not None and each.event.tenant_id == tenant_id
        ]

    def about(self, tenants: Sequence[Evidence]) -> list[Delivery]:
        """Return what the bus tap has received in the tenants' names, and of their events."""
        ids = {evidence.tenant_id for evidence in tenants}
        events = {event_id for evidence in tenants for event_id in evidence.committed}
        return [
            each
            for each in self._collector.deliveries
            if each.event and (each.event.tenant_id in ids or each.event.event_id in events)
        ]

    def _look(self, tenant_id: str) -> tuple[Evidence, list[Missing]]:
        first = Evidence(tenant_id, self._crm.history(tenant_id))
        if behind(first, self.arrived(tenant_id), ()):
            self._collector.drain()
        if missing := behind(first, self.arrived(tenant_id), ()):
            return first, missing
        kinds = {event["entity_type"] for event in first.history}
        listening = [each for each in self.subscribers if kinds.intersection(each.entity_types)]
        applied = self._applied(tenant_id, listening)
        # The history is read again last: what a subscriber did before it was asked is in it.
        evidence = Evidence(tenant_id, self._crm.history(tenant_id), applied)
        return evidence, behind(evidence, self.arrived(tenant_id), self.subscribers)

    def _applied(
        self, tenant_id: str, subscribers: Sequence[Subscriber]
    ) -> dict[str, Sequence[Applied]]:
        names = [each.name for each in subscribers]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            read = pool.map(lambda name: self._crm.applied(tenant_id, name), names)
        return dict(zip(names, read, strict=True))

    def _record(self, evidence: Evidence) -> None:
        tenant = {"tenant_id": evidence.tenant_id}
        self._journal.add(Entry.HISTORY, {**tenant, "events": evidence.history})
        for subscriber, applied in evidence.applied.items():
            rows = [each.model_dump() for each in applied]
            self._journal.add(Entry.APPLIED, {**tenant, "subscriber": subscriber, "applied": rows})
        trail = [each.model_dump() for each in evidence.audit_trail]
        self._journal.add(Entry.AUDIT_TRAIL, {**tenant, "entries": trail})
        for view in evidence.views:
            self._journal.add(Entry.VIEW, view.model_dump())
        totals = [each.model_dump() for each in evidence.pipeline or ()]
        self._journal.add(Entry.PIPELINE, {**tenant, "totals": totals})
