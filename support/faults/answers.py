"""Answers of AWS as nobody wishes them: given by the fault proxy, to one role of the CRM."""

from collections import Counter
from collections.abc import Callable

from support.faults.hardships import CODES, Hardship, Moment, Refusal, stopping_at, suffering
from support.faults.plane import ControlPlane, FaultError
from support.faults.processes import Processes
from support.faults.proxy_process import FaultProxy, Rule
from support.names import EntityRef
from support.observing.journal import Entry, Journal
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.parties import PUBLISHER, TRANSPORT, Party
from support.targets.aws import Aws

LOOKING = Backoff(first=0.005, ceiling=0.02)
API = "api"


class AwsAnswers:
    """Lead roles of a CRM to the fault proxy, and tell that what to answer.

    `patience` is how many seconds a moment is waited for.
    """

    def __init__(
        self,
        proxy: FaultProxy,
        processes: Processes,
        plane: ControlPlane,
        aws: Aws,
        journal: Journal,
        patience: float,
    ) -> None:
        self._proxy = proxy
        self._processes = processes
        self._plane = plane
        self._aws = aws
        self._journal = journal
        self._patience = patience
        self._waiter = Waiter(LOOKING)
        self._spoilt: list[Rule] = []

    def suffer(self, party: Party, hardship: Hardship, tenant_id: str) -> None:
        """Let a party suffer from something wherever a tenant is concerned."""
        self._lead(role_of(party))
        told = f"{party} {hardship}"
        rule = suffering(party, hardship, tenant_id)
        self._begin(told, lambda: self._proxy.add(rule), self._proxy.remove)

    def refuse(self, refusal: Refusal, tenant_id: str, entity: EntityRef) -> None:
        """Let the transport refuse the next event of an entity; it takes the rest of a batch."""
        self._lead(PUBLISHER.name)
        told = f"the transport refuses an event {refusal}"
        how = {"do": "refuse", "code": CODES[refusal]}
        self._tamper(told, how, tenant_id, entity, self._proxy.leave)

    def spoil(self, tenant_id: str, entity: EntityRef) -> None:
        """Let the next event of an entity be stored with what its schema does not know.

        The repair writes the true one over it.
        """
        self._lead(API)
        told = "an event is stored in breach of its schema"
        self._tamper(told, {"do": "spoil"}, tenant_id, entity, self._write_true)

    def age(self, tenant_id: str, entity: EntityRef) -> None:
        """Let the next event of an entity be stored in its older form: it stays so for good.

        One that has none is stored as it is, and the fault never strikes.
        """
        self._lead(API)
        told = "an event is stored in its older form"
        self._tamper(told, {"do": "age"}, tenant_id, entity, self._proxy.leave)

    def kill_at(self, party: Party, moment: Moment, newest: str) -> None:
        """Start a process that is down, and kill it at a moment; raises FaultError if none comes.

        `newest` is the id of the last event that it has to deal with. When it is started again, it
        calls AWS where the others do.
        """
        role = role_of(party)
        if self._processes.runs(role):
            raise FaultError(f"{party} runs already: let it be stopped before the others act")
        self._processes.lead_to(role, self._proxy.url)
        rule = self._proxy.add(stopping_at(party, moment, newest))
        try:
            self._processes.start(role)
            self._await(party, moment, rule["id"])
            self._processes.kill(role, moment)
        finally:
            self._tell(f"{party} at a moment", rule["id"])
            self._proxy.remove(rule)
        self._processes.lead_back(role)

    def _await(self, party: Party, moment: Moment, number: int) -> None:
        try:
            self._waiter.until(lambda _: bool(self._proxy.fired(number)), bool, self._patience)
        except WaitTimeout as late:
            raise FaultError(
                f"{party} never came to be {moment}: give it more to do before it is started"
            ) from late

    def _lead(self, role: str) -> None:
        if role not in self._processes.led:
            self._processes.lead_to(role, self._proxy.url)

    def _tamper(
        self, told: str, how: Rule, tenant_id: str, entity: EntityRef, end: Callable[[Rule], object]
    ) -> None:
        about = {"tenant_id": tenant_id, "entity_id": entity.entity_id}
        self._begin(told, lambda: self._proxy.tamper({**how, **about}), end)

    def _write_true(self, tampering: Rule) -> None:
        # The proxy says it once: what cannot be written now is written when it is tried again.
        self._spoilt += self._proxy.leave(tampering)
        while self._spoilt:
            true = self._spoilt[0]
            self._aws.dynamodb.put_item(TableName=true["TableName"], Item=true["Item"])
            self._spoilt.pop(0)

    def _begin(self, told: str, begin: Callable[[], Rule], end: Callable[[Rule], object]) -> None:
        held: list[Rule] = []

        def undo() -> None:
            while held:
                self._tell(told, held[0]["id"])
                end(held[0])
                held.pop()

        self._plane.break_until_repaired(
            told,
            lambda: held.append(begin()),
            undo,
            struck=lambda: any(self._proxy.fired(each["id"]) for each in held),
        )

    def _tell(self, told: str, number: int) -> None:
        """Put into the journal what calls a fault has hit, how many of each, and when."""
        fired = self._proxy.fired(number)
        calls = Counter(f"{each['operation']}: {each['action']}" for each in fired)
        times = [each["ts"] for each in fired]
        span = {"first": min(times), "last": max(times)} if times else {}
        self._journal.add(Entry.FAULT, {"of": told, "fired": calls, **span})


def role_of(party: Party) -> str:
    """Return the process that deals with a party: what the transport is told, the publisher says.

    A process is what can be killed, so the transport is none.
    """
    return PUBLISHER.name if party == TRANSPORT else party.name
