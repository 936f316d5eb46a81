"""What can befall the delivery of events: each act goes through the control plane."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.contract.entities import EntityType
from support.errors import ScenarioError
from support.failures.striking import require_struck
from support.faults.answers import AwsAnswers
from support.faults.checkpoint import Checkpoint
from support.faults.hardships import Hardship, Moment, Refusal
from support.faults.plane import ControlPlane
from support.faults.processes import Processes
from support.names import Tenant
from support.observing.journal import Entry
from support.parties import PUBLISHER, TRANSPORT, Party
from support.reporting.recoveries import Recovery
from support.survey import Survey


class Trouble:
    """Break what delivers the events of a scenario's tenants, and see how long recovery takes."""

    def __init__(self, survey: Survey, plane: ControlPlane) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds
        self._plane = plane
        run = survey.run
        self._processes = Processes(run.operator, plane)
        self._checkpoint = Checkpoint(run.aws, run.settings.stack_name, run.journal)
        patience = run.settings.timeout
        self._aws = AwsAnswers(run.proxy, self._processes, plane, run.aws, run.journal, patience)

    def stops(self, party: Party) -> None:
        """Let a process of the CRM end softly, once everybody has what happened before."""
        self._calm()
        self._processes.stop(_role(party))

    def starts(self, party: Party) -> None:
        """Start a process of the CRM that was stopped or killed."""
        self._processes.start(_role(party))

    def dies(self, party: Party) -> None:
        """Kill a process of the CRM, whatever it is doing."""
        self._processes.kill(_role(party))

    def dies_at(self, party: Party, moment: Moment) -> None:
        """Start a process that was stopped, and kill it at a moment of its work.

        A subscriber has everything in its queue by then: that is the work which is meant.
        """
        if party.is_subscriber:
            self._survey.see_published()
        self._aws.kill_at(_of_process(party), moment, self._newest())

    def forgets(self) -> None:
        """Let the publisher forget how far it came: it begins anew when it is started."""
        if self._processes.runs(PUBLISHER.name):
            raise ScenarioError("stop the publisher first: it would note it again at once")
        self._plane.do("the publisher has forgotten how far it came", self._checkpoint.lose)

    def befalls(self, party: Party, hardship: Hardship, tenant: str) -> None:
        """Let a party suffer from something wherever a tenant is concerned."""
        self._calm()
        self.befalls_at_once(party, hardship, tenant)

    def befalls_at_once(self, party: Party, hardship: Hardship, tenant: str) -> None:
        """Let it suffer now, whatever is on its way."""
        self._aws.suffer(party, hardship, self._deeds.tenant(tenant).tenant_id)

    def refuses(self, refusal: Refusal, tenant: str, kind: EntityType, name: str) -> None:
        """Let the transport refuse what happens next to an entity."""
        self._calm()
        owner = self._deeds.tenant(tenant)
        if refusal is Refusal.FOR_GOOD:
            self._is_set_aside(owner)
        self._aws.refuse(refusal, owner.tenant_id, owner.entity(name, kind))

    def spoils(self, tenant: str, kind: EntityType, name: str) -> None:
        """Let what happens next to an entity be stored in breach of its schema."""
        self._calm()
        owner = self._deeds.tenant(tenant)
        self._is_set_aside(owner)
        self._aws.spoil(owner.tenant_id, owner.entity(name, kind))

    def ages(self, tenant: str, kind: EntityType, name: str) -> None:
        """Let what happens next to an entity be stored in its older form, as it was in its time."""
        self._calm()
        owner = self._deeds.tenant(tenant)
        self._aws.age(owner.tenant_id, owner.entity(name, kind))

    def _is_set_aside(self, owner: Tenant) -> None:
        """Remember that the repair has to give back what is going to be set aside.

        That comes last: once nothing refuses it any more.
        """

        def give_back() -> None:
            self._run.operator.redrive(PUBLISHER.name, owner.tenant_id)
            self._run.journal.add(Entry.FAULT, {"given back": owner.tenant_id})

        self._plane.break_until_repaired(
            "what is set aside stays there", lambda: None, give_back, prepares=True
        )

    @contextmanager
    def recovering(self) -> Iterator[None]:
        """See everybody get level after the repair that is done here; note how long it takes.

        Raises AssertionError if something is lost, Inconclusive if a fault is to be repaired that
        has not struck.
        """
        require_struck(self._plane, self._run.settings.timeout)
        told, clock = self._plane.troubles, self._run.fences.clock
        began = clock()
        yield
        if not told:
            return
        self._level()
        recovery = Recovery(", ".join(told), clock() - began)
        self._run.recoveries.append(recovery)
        line = {"repaired": told, "level after": round(recovery.seconds, 3)}
        self._run.journal.add(Entry.FAULT, line)

    def _newest(self) -> str:
        """Return the id of the last event that the scenario has made so far."""
        made = [event for each in self._deeds.accepted for event in each.receipt.events]
        if not made:
            raise ScenarioError("nothing has happened yet that a process could be killed over")
        return made[-1].event_id

    def _calm(self) -> None:
        """See everybody have what was given: it is not to be hit."""
        if not self._plane.broken:
            self._level()

    def _level(self) -> None:
        for owner in self._deeds.tenants.values():
            self._survey.level(owner)


def _role(party: Party) -> str:
    return _of_process(party).name


def _of_process(party: Party) -> Party:
    if party == TRANSPORT:
        raise ScenarioError(f"{party} is no process; name the publisher or a subscriber")
    return party
