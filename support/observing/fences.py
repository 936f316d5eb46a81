"""Fences: changes of the suite's own that prove that what was sent before them has passed."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from support.crm.port import Accepted, Command, CommandRefused
from support.errors import ConfigurationError, CrmTrouble, Inconclusive
from support.names import FENCE_PREFIX
from support.observing.choreography import choreography
from support.observing.collector import EventCollectionTimeout, EventCollector, Question
from support.observing.journal import Entry, Journal
from support.observing.settling import Window
from support.observing.waiting import Backoff, Waiter, WaitTimeout

CANARY_PATIENCE_S = 1.0
UNHURRIED = Backoff(first=0.02, ceiling=0.05)

Send = Callable[[Command], Accepted]
SILENCE = (EventCollectionTimeout, CommandRefused, CrmTrouble)


@dataclass(frozen=True)
class Returned:
    """Hold the event of a fence that came back, and after how many seconds it did."""

    event_id: str
    seconds: float


class Fences:
    """Send fences through the whole path of a tenant, and know them again."""

    def __init__(
        self,
        send: Send,
        collector: EventCollector,
        settle_window: Callable[[], Window],
        journal: Journal,
    ) -> None:
        self._send = send
        self._collector = collector
        self._settle_window = settle_window
        self._journal = journal
        self._waiter = Waiter()
        self._unhurried = Waiter(UNHURRIED)
        self.clock = self._waiter.clock
        self.returned_at = 0.0
        self.sent: list[Accepted] = []

    def pass_through(self, tenant_id: str, timeout: float) -> Returned:
        """Send a fence and see it come back.

        Raises Inconclusive if it does not come back within `timeout` seconds.
        """
        try:
            return self._round_trip(tenant_id, timeout)
        except SILENCE as error:
            why = _why(error, timeout)
            raise Inconclusive(
                f"the fence of tenant {tenant_id} did not come back: {why}"
            ) from error

    def act_through(self, tenant_id: str, timeout: float) -> Returned:
        """Send a fence that makes the acting subscriber act, and see what it did come back.

        Raises Inconclusive if the event that it is to act on, or then its own, does not come back
        within `timeout` seconds.
        """
        try:
            return self._choreography(tenant_id, timeout)
        except SILENCE as error:
            which = f"the choreography fence of tenant {tenant_id}"
            why = _why(error, timeout)
            raise Inconclusive(f"{which} did not come back: {why}") from error

    def settle(self, since: float, at_least: float = 0.0) -> Window:
        """Receive until the settle window has passed since then, and once more at its end.

        `since` is a reading of `clock`. How long the window is, the run has learned from its own
        latencies; `at_least` seconds. Returns what was learned.
        """
        learned = self._settle_window()
        left = max(0.001, since + max(at_least, learned.seconds) - self.clock())
        try:
            self._unhurried.until(lambda _: self._collector.pump(wait=1), lambda _: False, left)
        except WaitTimeout:
            self._collector.drain()
        return learned

    def canary(self, tenant_id: str, timeout: float) -> None:
        """Send fences again and again until one comes back: then the taps are ready.

        Raises ConfigurationError if none did within `timeout` seconds, or the CRM refuses them.
        """

        def one_came_back(left: float) -> bool:
            try:
                self._round_trip(tenant_id, min(CANARY_PATIENCE_S, max(left, 0.01)))
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

    def _round_trip(self, tenant_id: str, timeout: float) -> Returned:
        began = self.clock()
        event_id = self._send_off(_fence(tenant_id))
        self._await(event_id, timeout)
        return self._returned(event_id, began)

    def _choreography(self, tenant_id: str, timeout: float) -> Returned:
        began = self.clock()
        fence = choreography(tenant_id)
        *_, trigger = [self._send_off(command) for command in fence.commands]
        self._await(trigger, timeout)
        effect = Question(fence.is_effect, "what a subscriber was to do about it")
        self._collector.collect(effect, 1, timeout)
        self._collector.take(fence.is_own)
        return self._returned(trigger, began)

    def _send_off(self, command: Command) -> str:
        accepted = self._send(command)
        self.sent.append(accepted)
        event_id = accepted.receipt.events[0].event_id
        mark = {"tenant_id": command.tenant_id, "event_id": event_id}
        self._journal.add(Entry.FENCE, mark)
        return event_id

    def _await(self, event_id: str, timeout: float) -> None:
        question = Question(lambda delivery: delivery.event_id == event_id, "its event")
        self._collector.collect(question, 1, timeout)

    def _returned(self, event_id: str, began: float) -> Returned:
        self.returned_at = self.clock()
        return Returned(event_id, self.returned_at - began)


def _why(error: Exception, timeout: float) -> str:
    if isinstance(error, EventCollectionTimeout):
        return f"{error.words} did not arrive within {timeout:g} s"
    return str(error)


def _fence(tenant_id: str) -> Command:
    name = FENCE_PREFIX + uuid4().hex[:12]
    return Command(
        tenant_id=tenant_id,
        command_type="CreateLead",
        entity_id=name,
        data={"last_name": "Fence", "company": "Acceptance suite"},
        idempotency_key=name,
        correlation_id=name,
        actor="acceptance-suite",
    )
