"""Tenants' own subscriptions: their queues are the tenants', and the suite plays the tenants."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from support.crm.port import CrmPort, OwnSubscription
from support.judging.case import Evidence, OwnDeliveries
from support.judging.isolation import lacking
from support.observing.collector import EventCollector
from support.observing.deliveries import Tap, tap_of
from support.observing.journal import Entry, Journal
from support.observing.waiting import Waiter, WaitTimeout

AT_ONCE = 4
LOOK_S = 1.0  # where a target can wait for messages: an empty short poll proves nothing on AWS

TapOn = Callable[[str, str], Tap]


class OwnSubscriptions:
    """Open and close the own subscriptions of one scenario's tenants, and receive from them.

    `tap_on` makes a tap of a name on a queue's URL.
    """

    def __init__(
        self, crm: CrmPort, collector: EventCollector, tap_on: TapOn, journal: Journal
    ) -> None:
        self._crm = crm
        self._collector = collector
        self._tap_on = tap_on
        self._journal = journal
        self._waiter = Waiter()
        self._before: dict[str, frozenset[str]] = {}
        self.opened: dict[str, OwnSubscription] = {}

    def open(self, tenant_ids: Sequence[str], ready: Callable[[str], None]) -> None:
        """Give each tenant a subscription; `ready` returns once a tenant's rule is in force."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            subscribed = list(pool.map(self._subscribe, tenant_ids))
        for each in subscribed:
            self._collector.add(self._tap_on(tap_of(each.tenant_id), each.queue_url))
            self._before[each.tenant_id] = frozenset()
            self._journal.add(Entry.RULE, {"name": each.rule, "tenant_id": each.tenant_id})
            ready(each.tenant_id)
            # What is on its way already may come or not; what is committed from now on has to.
            known = self._crm.history(each.tenant_id)
            self._before[each.tenant_id] = frozenset(event["event_id"] for event in known)

    def level(self, evidence: Evidence, timeout: float) -> None:
        """Receive until a tenant's own subscription has all of its history, or time is up."""
        if evidence.tenant_id not in self._before:
            return

        def complete(_: float) -> bool:
            self._drain(tap_of(evidence.tenant_id))
            return not lacking(self.deliveries()[evidence.tenant_id], evidence.history)

        try:
            self._waiter.until(complete, bool, timeout)
        except WaitTimeout:
            return

    def deliveries(self) -> Mapping[str, OwnDeliveries]:
        """Return by tenant id what each own subscription has received."""
        return {
            tenant_id: OwnDeliveries(self._collector.deliveries_of(tap_of(tenant_id)), before)
            for tenant_id, before in self._before.items()
        }

    def close(self) -> None:
        """Take all subscriptions away, each even if another cannot be."""
        opened, self.opened = self.opened, {}
        tapped, self._before = self._before, {}
        for tenant_id in tapped:
            self._collector.remove(tap_of(tenant_id))
        with ExitStack() as each, ThreadPoolExecutor(AT_ONCE) as pool:
            for tenant_id in opened:
                each.callback(pool.submit(self._crm.unsubscribe, tenant_id).result)

    def _drain(self, tap: str) -> None:
        while self._collector.pump(tap, LOOK_S):
            pass

    def _subscribe(self, tenant_id: str) -> OwnSubscription:
        opened = self._crm.subscribe(tenant_id)
        self.opened[tenant_id] = opened
        return opened
