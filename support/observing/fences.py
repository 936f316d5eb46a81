"""Fences: changes of the suite's own that prove that what was sent before them has passed."""

from collections.abc import Callable, Collection
from uuid import uuid4

from support.crm.port import Accepted, Command, CommandRefused
from support.errors import ConfigurationError, CrmTrouble, Inconclusive
from support.names import FENCE_PREFIX
from support.observing.collector import EventCollectionTimeout, EventCollector, Question
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.waiting import Backoff, Waiter, WaitTimeout

CANARY_PATIENCE_S = 1.0
# No fence by name: the run's first changes are audited like a tenant's own, views and all.
CANARY_PREFIX = "canary-"
UNHURRIED = Backoff(first=0.02, ceiling=0.05)

Send = Callable[[Command], Accepted]


class Fences:
    """Send fences through the whole path of a tenant, and know them again."""

    def __init__(
        self, send: Send, collector: EventCollector, latencies: Latencies, journal: Journal
    ) -> None:
        self._send = send
        self._collector = collector
        self._latencies = latencies
        self._journal = journal
        self._waiter = Waiter()
        self._unhurried = Waiter(UNHURRIED)
        self.clock = self._waiter.clock
        self.returned_at = 0.0
        self.sent: list[Accepted] = []

    def pass_through(self, tenant_id: str, timeout: float) -> None:
        """Send a fence and see it come back.

        Raises Inconclusive if it does not come back within `timeout` seconds.
        """
        try:
            self._returned([self._sent(tenant_id, FENCE_PREFIX)], timeout)
        except (EventCollectionTimeout, CommandRefused, CrmTrouble) as error:
            reason = f"the fence of tenant {tenant_id} did not come back: {error}"
            raise Inconclusive(reason) from error

    def settle(self, since: float, at_least: float = 0.0) -> None:
        """Receive until the settle window has passed since then, and once more at its end.

        `since` is a reading of `clock`. How long the window is, the run has learned from its own
        latencies; `at_least` seconds.
        """
        window = max(at_least, self._latencies.settle_window())
        left = max(0.001, since + window - self.clock())
        try:
            self._unhurried.until(lambda _: self._collector.pump(wait=1), lambda _: False, left)
        except WaitTimeout:
            self._collector.drain()

    def canary(self, tenant_id: str, timeout: float) -> None:
        """Send fences again and again until one comes back, any: then the taps are ready.

        Raises ConfigurationError if none did within `timeout` seconds, or the CRM refuses them.
        """
        sent: list[str] = []

        def one_came_back(left: float) -> bool:
            sent.append(self._sent(tenant_id, CANARY_PREFIX))
            try:
                self._returned(sent, min(CANARY_PATIENCE_S, max(left, 0.01)))
            except EventCollectionTimeout:
                return False
            return True

        try:
            self._waiter.until(one_came_back, bool, timeout)
        except CommandRefused as error:
            raise ConfigurationError(
                f"the CRM {error}: it must accept the suite's own leads before anything is tested"
            ) from error
        except WaitTimeout as error:
            raise ConfigurationError(
                f"no canary came back within {timeout:.0f} s: the CRM accepts commands, but its "
                "events do not reach the bus; look at its publisher"
            ) from error

    def _sent(self, tenant_id: str, prefix: str) -> str:
        """Send a fence and return the id of its event."""
        accepted = self._send(_fence(tenant_id, prefix))
        self.sent.append(accepted)
        event_id = accepted.receipt.events[0].event_id
        self._journal.add(Entry.FENCE, {"tenant_id": tenant_id, "event_id": event_id})
        return event_id

    def _returned(self, event_ids: Collection[str], timeout: float) -> None:
        """Wait until one of the fences has come back."""
        question = Question(lambda delivery: delivery.event_id in event_ids, "the fence")
        self._collector.collect(question, 1, timeout)
        self.returned_at = self.clock()


def _fence(tenant_id: str, prefix: str) -> Command:
    name = prefix + uuid4().hex[:12]
    return Command(
        tenant_id=tenant_id,
        command_type="CreateLead",
        entity_id=name,
        data={"last_name": "Fence", "company": "Acceptance suite"},
        idempotency_key=name,
        correlation_id=name,
        actor="acceptance-suite",
    )
