"""Fences: changes of the suite's own that prove that what was sent before them has passed."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

from support.crm.port import Accepted, Command, CommandRefused
from support.errors import ConfigurationError, CrmTrouble, Inconclusive
from support.names import FENCE_PREFIX
from support.observing.choreography import Choreography, choreography
from support.observing.collector import BUS, EventCollector
from support.observing.deliveries import Delivery
from support.observing.journal import Entry, Journal
from support.observing.questions import EventCollectionTimeout, Question
from support.observing.settling import Window
from support.observing.waiting import Backoff, Waiter, WaitTimeout

CANARY_PATIENCE_S = 1.0
# No fence by name: the run's first changes are audited like a tenant's own, views and all.
CANARY_PREFIX = "canary-"
LOOKS_ON = 4  # each as long as a message stays away that nobody got
UNHURRIED = Backoff(first=0.02, ceiling=0.05)

Send = Callable[[Command], Accepted]


@dataclass(frozen=True)
class Sent:
    """Hold a fence that is on its way; `acting` is set where it is to make a subscriber act."""

    tenant_id: str
    event_id: str
    at: float
    acting: Choreography | None = None

    def __str__(self) -> str:
        return f"the {'choreography ' if self.acting else ''}fence of tenant {self.tenant_id}"


@dataclass(frozen=True)
class Returned:
    """Hold a fence that came back, and within how many seconds it did."""

    sent: Sent
    seconds: float


class Fences:
    """Send fences through the whole path of a tenant, and know them again.

    `sure_look` is how many seconds a look has to last for its finding nothing to be believed.
    """

    def __init__(
        self,
        send: Send,
        collector: EventCollector,
        settle_window: Callable[[], Window],
        journal: Journal,
        sure_look: float = 0.0,
    ) -> None:
        self._send = send
        self._collector = collector
        self._settle_window = settle_window
        self._journal = journal
        self._sure_look = sure_look
        self._waiter = Waiter()
        self._unhurried = Waiter(UNHURRIED)
        self.clock = self._waiter.clock
        self.returned_at = 0.0
        self.sent: list[Accepted] = []

    def send(self, tenant_id: str) -> Sent:
        """Send a fence; raises Inconclusive if it is not accepted."""
        return self._send_off(tenant_id, [_fence(tenant_id, FENCE_PREFIX)])

    def send_acting(self, tenant_id: str) -> Sent:
        """Send a fence that makes a subscriber act; raises Inconclusive if it is not accepted."""
        fence = choreography(tenant_id)
        return self._send_off(tenant_id, fence.commands, fence)

    def wait(self, sent: Sent, timeout: float, waited: float = 0.0) -> Returned:
        """See a fence come back, and what it made a subscriber do.

        Raises Inconclusive if its event, or then the subscriber's, has not come within `timeout`
        seconds, and tells how long that was with those that somebody `waited` for it before.
        """
        try:
            return self._collect(sent, timeout)
        except EventCollectionTimeout as late:
            why = f"{late.words} did not arrive within {timeout + round(waited):g} s"
            raise Inconclusive(f"{sent} did not come back: {why}") from late

    def pass_through(self, tenant_id: str, timeout: float) -> Returned:
        """Send a fence and see it come back; raises Inconclusive."""
        return self.wait(self.send(tenant_id), timeout)

    def settle(self, since: float, at_least: float = 0.0) -> Window:
        """Receive until the settle window has passed since then, and once more at its end.

        `since` is a reading of `clock`. How long the window is, the run has learned from its own
        latencies; `at_least` seconds. No look is shorter than a sure one, the last one neither,
        which may begin so much before the end. Returns what was learned.

        Where a look got no answer, it goes on until what that took would have come again; raises
        Inconclusive if that does not end.
        """
        learned = self._settle_window()
        self._look_on(since + max(at_least, learned.seconds))
        for _ in range(LOOKS_ON):
            if self._collector.sure_at() <= self.clock():
                return learned
            self._look_on(self._collector.sure_at())
        raise Inconclusive(
            "looking at the bus got no answer again and again: what came there nobody can tell"
        )

    def canary(self, tenant_id: str, timeout: float, tap: str = BUS) -> None:
        """Send fences again and again until one comes back, any, to a tap: then that is ready.

        Raises ConfigurationError if none did within `timeout` seconds, if the CRM refuses them, or
        as soon as something has come in the tenant's name instead that is no event.
        """
        sent: list[str] = []
        prefix = CANARY_PREFIX if tap == BUS else FENCE_PREFIX
        before = len(self._collector.deliveries_of(tap))

        def instead() -> list[Delivery]:
            came = self._collector.deliveries_of(tap)[before:]
            return [each for each in came if each.detail.get("tenant_id") == tenant_id]

        def one_came_back(left: float) -> bool:
            sent.append(self._accepted(_fence(tenant_id, prefix)))
            try:
                self._returned(sent, min(CANARY_PATIENCE_S, max(left, 0.01)), tap)
            except EventCollectionTimeout:
                _require_events(instead())
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
                f"no canary came back within {timeout:.0f} s: the CRM accepts commands, but "
                f"{_missed(instead())}"
            ) from error

    def _look_on(self, end: float) -> None:
        """Receive until then, and once more."""
        if (left := end - self._sure_look - self.clock()) > 0:
            with suppress(WaitTimeout):
                self._unhurried.until(self._look, lambda _: False, left)
        self._collector.drain(wait=self._sure_look)

    def _look(self, remaining: float) -> int:
        return self._collector.pump(wait=max(self._sure_look, remaining))

    def _send_off(
        self, tenant_id: str, commands: Sequence[Command], acting: Choreography | None = None
    ) -> Sent:
        sent = Sent(tenant_id, "", self.clock(), acting)
        try:
            *_, last = [self._accepted(command) for command in commands]
        except (CommandRefused, CrmTrouble) as error:
            raise Inconclusive(f"{sent} did not come back: {error}") from error
        return replace(sent, event_id=last)

    def _accepted(self, command: Command) -> str:
        accepted = self._send(command)
        self.sent.append(accepted)
        event_id = accepted.receipt.events[0].event_id
        mark = {"tenant_id": command.tenant_id, "event_id": event_id}
        self._journal.add(Entry.FENCE, mark)
        return event_id

    def _collect(self, sent: Sent, timeout: float) -> Returned:
        own = Question(lambda delivery: delivery.event_id == sent.event_id, "its event")
        self._collector.collect(own, 1, timeout)
        if sent.acting:
            effect = Question(sent.acting.is_effect, "what a subscriber was to do about it")
            self._collector.collect(effect, 1, timeout)
            self._collector.take(sent.acting.is_own)
        self.returned_at = self.clock()
        return Returned(sent, self.returned_at - sent.at)

    def _returned(self, event_ids: Collection[str], timeout: float, tap: str) -> None:
        """Wait until one of the canaries has come back."""
        question = Question(lambda delivery: delivery.event_id in event_ids, "the canary")
        self._collector.collect(question, 1, timeout, tap)
        self.returned_at = self.clock()


def _require_events(came: Sequence[Delivery]) -> None:
    """Raise ConfigurationError if something came that is no event: no later one will be."""
    if problem := next((each.problem for each in came if each.event is None), None):
        raise ConfigurationError(
            f"no canary came back: what arrived in its name is {problem}; let the CRM publish each "
            "event as the schemas in support/contract/schemas have it"
        )


def _missed(came: Sequence[Delivery]) -> str:
    """Say what was missed of a canary, by what came in its name instead."""
    if not came:
        return "no event in the canary's name reaches the bus; look at its publisher"
    return (
        f"what arrived in the canary's name has the event_id {came[0].event_id}, which no receipt "
        "names; let the driver's receipts name the events by the ids that they have on the bus"
    )


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
