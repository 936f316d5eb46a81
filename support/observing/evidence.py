"""Reading, from the CRM's own read API, what its subscribers have of a tenant's history."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from support.contract.entities import EntityType
from support.crm.port import Applied, CrmPort, Subscriber
from support.judging.case import Evidence, Missing, behind, entity_of
from support.judging.records import record_of
from support.names import is_fence
from support.observing.collector import EventCollector
from support.observing.deliveries import Delivery
from support.observing.journal import Entry, Journal
from support.observing.sightings import Sightings
from support.observing.waiting import Waiter, WaitTimeout

AT_ONCE = 4


class Witness:
    """Gather evidence about tenants, and wait until everybody is level with the history.

    `clock` tells seconds since the epoch; `sightings` say when subscribers came to have events.
    """

    def __init__(
        self,
        crm: CrmPort,
        collector: EventCollector,
        journal: Journal,
        waiter: Waiter,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._crm = crm
        self._collector = collector
        self._journal = journal
        self._waiter = waiter
        self._clock = clock
        self.sightings = Sightings()
        self.subscribers: Sequence[Subscriber] = crm.subscribers()

    def level(self, tenant_id: str, timeout: float) -> tuple[Evidence, list[Missing]]:
        """Wait until bus and subscribers have all of the history, also what it grew meanwhile.

        Return the evidence, and what is still missing after `timeout`
        seconds (none: level). Once level, nothing that a subscriber does can add an event, if it
        commits what it does before it counts the event as applied.
        """
        # What has arrived tells whom to ask, until the history is read: after them, so last.
        evidence = Evidence(tenant_id, [dict(each.detail) for each in self.arrived(tenant_id)])

        def look(_: float) -> list[Missing]:
            nonlocal evidence
            evidence, missing = self._look(evidence)
            return missing

        try:
            missing = self._waiter.until(look, lambda found: not found, timeout)
        except WaitTimeout:
            # What the history has by now may be lost, and nobody has been asked about it yet.
            evidence = replace(evidence, history=self._crm.history(tenant_id))
            missing = look(0.0)
        return evidence, missing

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
        """Add what only a closing look asks for to level evidence, and keep all in the journal.

        That is the audit trail, the views, the pipeline, and what waits at the subscribers.
        """
        tenant_id = evidence.tenant_id
        unread = [each for each in self.subscribers if each.name not in evidence.applied]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            views = pool.map(lambda entity: self._crm.view(tenant_id, *entity), _entities(evidence))
            trail = pool.submit(self._crm.audit_trail, tenant_id)
            totals = pool.submit(self._crm.pipeline, tenant_id)
            waiting = {
                name: pool.submit(self._crm.parked, tenant_id, name) for name in self.parking
            }
        whole = replace(
            evidence,
            applied={**evidence.applied, **self._applied(tenant_id, unread)},
            audit_trail=trail.result(),
            views=[view for view in views if view is not None],
            pipeline=totals.result(),
            parked={name: found.result() for name, found in waiting.items()},
        )
        self._journal.add(Entry.BOOKS, record_of(whole))
        return whole

    @property
    def parking(self) -> Sequence[str]:
        """Return the subscribers that can be asked what waits there."""
        able = "needs-parked" not in self._crm.cannot
        return [each.name for each in self.subscribers] if able else []

    def second_look(self, closed: Sequence[Evidence]) -> list[Evidence]:
        """Read again what has become of each tenant since its books closed.

        That is what the subscribers have applied, the audit trail, the views and the pipeline.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._again, closed))

    def _again(self, closed: Evidence) -> Evidence:
        tenant_id = closed.tenant_id
        applied = {name: self._ask(tenant_id, name) for name in closed.applied}
        # Read after them, as in `_look`: what a subscriber has applied by now is in it.
        now = replace(closed, applied=applied, history=self._crm.history(tenant_id))
        views = [self._crm.view(tenant_id, *entity) for entity in _entities(now)]
        return replace(
            now,
            audit_trail=self._crm.audit_trail(tenant_id),
            views=[view for view in views if view is not None],
            pipeline=self._crm.pipeline(tenant_id),
        )

    def arrived(self, tenant_id: str) -> list[Delivery]:
        """Return what the bus tap has received of a tenant so far."""
        return [*self._collector.of_tenant(tenant_id)]

    def catch_up(self) -> int:
        """Receive what has come to the bus tap by now, and return how many messages that were."""
        return self._collector.catch_up()

    def unreadable(self, tenant_id: str) -> list[Delivery]:
        """Return what the bus tap has received in a tenant's name that holds no event."""
        return [
            each
            for each in self._collector.deliveries
            if each.event is None and each.detail.get("tenant_id") == tenant_id
        ]

    def about(self, tenants: Sequence[Evidence]) -> list[Delivery]:
        """Return what the bus tap has received in the tenants' names, and of their events."""
        ids = [evidence.tenant_id for evidence in tenants]
        own = [each for tenant_id in ids for each in self.arrived(tenant_id)]
        events = (event_id for evidence in tenants for event_id in evidence.committed)
        under_any_name = self._collector.of_events(events)
        return [*own, *(d for d in under_any_name if d.detail["tenant_id"] not in ids)]

    def _look(self, before: Evidence) -> tuple[Evidence, list[Missing]]:
        """Ask those who lacked something, then the history: what they did before is in it.

        Who had all of it needs no second question, unless the history has grown since; and
        while somebody lacks what the history had, it need not be read again.
        """
        tenant_id = before.tenant_id
        self._collector.drain()
        arrived = self.arrived(tenant_id)
        if missing := behind(before, arrived, ()):
            return before, missing
        lacking = [each for each in self.subscribers if behind(before, arrived, [each])]
        applied = {**before.applied, **self._applied(tenant_id, lacking)}
        asked = replace(before, applied=applied)
        # Until a look has read it, the history is only what has arrived: phantoms, too.
        if before.applied and (missing := behind(asked, arrived, lacking)):
            return asked, missing
        evidence = Evidence(tenant_id, self._crm.history(tenant_id), applied)
        return evidence, behind(evidence, self.arrived(tenant_id), self.subscribers)

    def _applied(
        self, tenant_id: str, subscribers: Sequence[Subscriber]
    ) -> dict[str, Sequence[Applied]]:
        names = [each.name for each in subscribers]
        if len(names) == 1:  # no thread is needed
            return {names[0]: self._ask(tenant_id, names[0])}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            read = pool.map(lambda name: self._ask(tenant_id, name), names)
        return dict(zip(names, read, strict=True))

    def _ask(self, tenant_id: str, subscriber: str) -> Sequence[Applied]:
        """Read what a subscriber has applied, and note what nobody has seen there before."""
        began = self._clock()
        applied = self._crm.applied(tenant_id, subscriber)
        ended = self._clock()
        shown = [each.event_id for each in applied]
        if new := self.sightings.look(tenant_id, subscriber, shown, began=began, ended=ended):
            fields = {
                "tenant_id": tenant_id,
                "subscriber": subscriber,
                "events": [each.event_id for each in new],
                "not_before": new[0].not_before,
                "by": ended,
            }
            self._journal.add(Entry.SIGHTING, fields)
        return applied


def _entities(evidence: Evidence) -> list[tuple[EntityType, str]]:
    """Return whatever a tenant's history is about, but for the suite's own fences."""
    about = (entity_of(event) for event in evidence.history if not is_fence(event))
    return [(EntityType(kind), entity_id) for kind, entity_id in dict.fromkeys(about)]
