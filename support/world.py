"""The World: what the sentences of one scenario can do, and what they can observe."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from behave.runner import Context

from support.acting import BASED_ON, NOTHING_SAID, Actor
from support.acts import CREATING, Act
from support.answers import Answers
from support.contract.entities import EntityType
from support.crm.port import Command
from support.errors import CrmTrouble, ScenarioError
from support.failures.endurance import Endurance
from support.failures.poison import Poison
from support.failures.shortfall import Shortfall
from support.failures.subscriptions import Subscriptions
from support.failures.transit import Transit
from support.failures.trouble import Trouble
from support.failures.watch import Watch
from support.faults.plane import ControlPlane, FaultError
from support.fixtures.builders import Builder
from support.flaws import Flaw, spoil
from support.isolation.intruding import Intruder
from support.isolation.own_observer import OwnObserver
from support.isolation.pattern_proof import PatternProof
from support.isolation.tenancy import Tenancy
from support.judging.case import Case, Evidence
from support.judging.standing import State
from support.judging.tracing import dead_letters, lost
from support.names import Tenant
from support.observer import Observer
from support.observing.own_subscriptions import OwnSubscriptions
from support.recovering import Recovering
from support.repairs import leave
from support.run import Run
from support.scenario import Deeds
from support.survey import Survey
from support.vocabulary import CellRow

ALL_TOLD = "every event of this scenario is accounted for"


class World:
    """Act in one scenario; `observer` and `answers` say whether what came of it is right."""

    def __init__(self, run: Run, scenario: str) -> None:
        self._run = run
        self._scenario = scenario
        self._deeds = Deeds()
        builder = Builder(run.settings.seed, scenario)
        self._actor = Actor(run.sender, builder, self._deeds)
        self._own = OwnSubscriptions(run.crm, run.collector, run.tap_on, run.journal)
        self._survey = Survey(run, self._deeds, self._repair, self._own.deliveries)
        self.plane = ControlPlane(run.journal, self._survey.forget)
        self.transit = Transit(self._survey, self.plane, scenario)
        self.poison = Poison(run, self._deeds, self.plane, self.transit)
        self.subscriptions = Subscriptions(self._survey, self.plane)
        self.watch = Watch(self._survey)
        self.trouble = Trouble(self._survey, self.plane)
        self.shortfall = Shortfall(self._survey, self.plane)
        self.endurance = Endurance(run, scenario, self._deeds, self.plane, self.trouble)
        self.observer = Observer(self._survey)
        self.own = OwnObserver(self._survey, self._own)
        self.tenancy = Tenancy(run, scenario, self._deeds, self._actor, self._own)
        self.patterns = PatternProof(run, self._deeds, self._own)
        self.intruder = Intruder(run, self._deeds, self._actor, self._remember)
        self.recovering = Recovering(run, self._deeds, self._survey, self._remember_whole)
        self.answers = Answers(self._deeds)
        self.before_attempt: dict[str, State] = {}
        self.closed = False

    def open_tenant(self, name: str) -> None:
        """Open a fresh tenant under a name."""
        tenant_id = self._run.open_tenant(name.lower().replace(" ", "-"), self._scenario)
        self._deeds.tenants[name] = Tenant(name, tenant_id)

    def has(self, tenant: str, kind: EntityType, name: str, said: CellRow = NOTHING_SAID) -> None:
        """Let a tenant have an entity: its events are background, not expectation."""
        self.has_done(tenant, CREATING[kind], name, said)

    def has_several(self, tenant: str, kind: EntityType, name: str, times: int) -> None:
        """Let a tenant have several entities of a kind, numbered from 1."""
        for number in range(1, times + 1):
            self.has(tenant, kind, f"{name} {number}")

    def has_done(self, tenant: str, act: Act, name: str, said: CellRow = NOTHING_SAID) -> None:
        """Let something have happened: its events are background, not expectation."""
        owner = self._deeds.tenant(tenant)
        command = self._actor.prepare(owner, act, name, said)
        self._deeds.background.add(command.correlation_id)
        self._actor.insist(owner, name, command)

    def does(
        self, tenant: str, act: Act, name: str, said: CellRow = NOTHING_SAID, actor: str = ""
    ) -> None:
        """Let a tenant do something that has to be accepted."""
        owner = self._deeds.tenant(tenant)
        self._actor.insist(owner, name, self._actor.prepare(owner, act, name, said, actor))

    def does_in_a_row(self, tenant: str, act: Act, name: str, times: int) -> None:
        """Let a tenant do the same kind of thing many times, one after the other."""
        for _ in range(times):
            self.does(tenant, act, name)

    def does_at_once(self, tenant: str, act: Act, name: str, said: Sequence[CellRow]) -> None:
        """Let several editors act at the same time, all from the version that they see now."""
        owner = self._deeds.tenant(tenant)
        seen = {BASED_ON: self._survey.version(owner, act.entity, name)}
        self._actor.at_once([self._actor.prepare(owner, act, name, {**r, **seen}) for r in said])

    def does_each_at_once(self, tenant: str, kind: EntityType, people: int) -> None:
        """Let several people each create an entity of a kind at the same time."""
        owner = self._deeds.tenant(tenant)
        names = [f"{kind} {number}" for number in range(1, people + 1)]
        self._actor.at_once([self._actor.prepare(owner, CREATING[kind], name) for name in names])

    def does_to_each_at_once(self, tenant: str, act: Act, said: Sequence[CellRow]) -> None:
        """Let one person a row act at the same time, each on the entity that the row is about."""
        owner = self._deeds.tenant(tenant)
        self._actor.at_once([self._actor.prepare_row(owner, act, row) for row in said])

    def sends_equal_commands(self, tenant: str, act: Act, name: str, times: int) -> None:
        """Send one and the same command several times at the same time."""
        owner = self._deeds.tenant(tenant)
        self._actor.at_once([self._actor.prepare(owner, act, name)] * times)

    def tries(self, tenant: str, act: Act, name: str, said: CellRow = NOTHING_SAID) -> None:
        """Let a tenant try something that may be refused, also to something that is not there."""
        self._attempt(tenant, lambda owner: self._prepared(owner, act, name, said))

    def tries_with_known_key(self, tenant: str, act: Act, name: str) -> None:
        """Let a tenant try something under the key of the command before."""
        self._attempt(tenant, lambda owner: self._actor.same_key(self._prepared(owner, act, name)))

    def tries_with_flaw(self, tenant: str, kind: EntityType, flaw: Flaw) -> None:
        """Let a tenant try to create something by a command that has a flaw."""
        act = CREATING[kind]
        self._attempt(
            tenant, lambda owner: spoil(self._prepared(owner, act, f"flawed {kind}"), flaw)
        )

    def repeats(self, tenant: str, said: CellRow = NOTHING_SAID) -> None:
        """Send the first command since the facts again, with other data if some is said."""
        self._attempt(tenant, lambda owner: self._actor.again(owner, said))

    def is_repaired(self) -> None:
        """Repair everything that is broken, and see everybody get level."""
        if not self.plane.broken:
            raise ScenarioError("nothing is broken, so nothing can be repaired")
        self._repair()

    def _repair(self) -> None:
        """Repair what is broken; then hand over what is held back, once the bus has all of it."""
        with self.trouble.recovering():
            self.plane.repair()
            self.transit.catch_up()

    def tidy(self) -> None:
        """Undo what the scenario did to the transport, however it ended."""
        with ExitStack() as each:
            each.callback(self._own.close)
            each.callback(leave, self._run, self.plane)

    def close(self) -> None:
        """Audit all that happened to the scenario's tenants; raises AssertionError."""
        settled = self._survey.settled_all(self._tenants, ALL_TOLD)
        if findings := self._audit(settled, self._run.settings.timeout):
            raise AssertionError("\n".join(findings))
        if self._deeds.unjudged:
            raise ScenarioError(f"no sentence expected this: {self._deeds.unjudged[0]}")

    def post_mortem(self, patience: float) -> list[str]:
        """Audit a scenario that failed, waiting up to `patience` seconds for what is on its way.

        Return the findings in words, and where it was lost what is.
        """
        self.plane.repair()
        self.transit.hand_over(patience)
        levelled = [self._level_by_then(owner, patience) for owner in self._tenants]
        return self._audit(levelled, patience)

    def _level_by_then(self, owner: Tenant, patience: float) -> Evidence:
        evidence, missing = self._run.witness.level(owner.tenant_id, patience)
        if not missing:
            return evidence
        return replace(evidence, dead_letters=dead_letters(self._run.losses.scout.dead_letters()))

    def told_after_failure(self, patience: float) -> str:
        """Say what a post-mortem finds, or why there can be none; the books are closed by then."""
        try:
            findings = self.post_mortem(patience)
        except (CrmTrouble, FaultError) as trouble:
            return f"No audit was possible: {trouble}"
        finally:
            if not self.closed:
                self.closed = True
                self._run.abandon([each.tenant_id for each in self._tenants])
        return "\n".join(findings) or "The audit found nothing amiss."

    def _audit(self, levelled: Sequence[Evidence], patience: float) -> list[str]:
        for each in levelled:
            self._own.level(each, patience)
        case = self._survey.case([self._run.witness.full(evidence) for evidence in levelled])
        findings = self._run.close_books(case, self._deeds.anomalies.__contains__)
        self.closed = True
        where = self._where_lost(case) if findings else []
        return [*(str(each) for each in findings), *where]

    def _where_lost(self, case: Case) -> list[str]:
        suspects = {each.tenant_id: lost(case, each) for each in case.evidence}
        lossy = {tenant_id: events for tenant_id, events in suspects.items() if events}
        return [
            line
            for tenant_id, events in lossy.items()
            for line in self._run.losses.among(len(lossy)).tell(
                tenant_id, events, self._deeds.accepted
            )
        ]

    @property
    def _tenants(self) -> Sequence[Tenant]:
        return [*self._deeds.tenants.values()]

    def _prepared(
        self, owner: Tenant, act: Act, name: str, said: CellRow = NOTHING_SAID
    ) -> Command:
        self._actor.introduce(owner, act, name)
        return self._actor.prepare(owner, act, name, said)

    def _attempt(self, tenant: str, command: Callable[[Tenant], Command]) -> None:
        owner = self._deeds.tenant(tenant)
        prepared = command(owner)
        self._remember()
        self._actor.attempt(prepared)

    def _remember_whole(self) -> None:
        """Remember what everything was like, unless something was lost: that is to be mended."""
        if not self.subscriptions.have_lost:
            self._remember()

    def _remember(self) -> None:
        self.before_attempt = {
            name: self._survey.state(each) for name, each in self._deeds.tenants.items()
        }


def world_of(context: Context) -> World:
    """Return the World of the scenario that is running."""
    world: World = context.world
    return world
