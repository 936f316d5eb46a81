"""The World: what the sentences of one scenario can do, and what they can observe."""

from collections.abc import Callable, Sequence

from behave.runner import Context

from support.acting import BASED_ON, NOTHING_SAID, Actor
from support.acts import CREATING, Act
from support.answers import Answers
from support.contract.entities import EntityType
from support.crm.port import Command
from support.errors import ScenarioError
from support.faults.held import HeldDeliveries
from support.fixtures.builders import Builder
from support.flaws import Flaw, spoil
from support.judging.case import Evidence, Finding
from support.judging.history import audit
from support.names import Tenant
from support.observer import Observer
from support.observing.journal import Entry
from support.run import Run
from support.scenario import Deeds
from support.survey import State, Survey
from support.vocabulary import CellRow


class World:
    """Act in one scenario; `observer` and `answers` say whether what came of it is right."""

    def __init__(self, run: Run, scenario: str) -> None:
        self._run = run
        self._scenario = scenario
        self._deeds = Deeds()
        builder = Builder(run.settings.seed, scenario)
        self._actor = Actor(run.sender, builder, self._deeds)
        self._survey = Survey(run, self._deeds)
        self.observer = Observer(self._survey)
        self.answers = Answers(self._deeds)
        self._held = HeldDeliveries(run.aws, run.bus, run.witness.subscribers, run.journal)
        self.before_attempt: dict[str, State] = {}
        self.closed = False

    def open_tenant(self, name: str) -> None:
        """Open a fresh tenant under a name."""
        tenant_id = self._run.open_tenant(name.lower().replace(" ", "-"), self._scenario)
        self._deeds.tenants[name] = Tenant(name, tenant_id)

    def has(self, tenant: str, kind: EntityType, name: str, said: CellRow = NOTHING_SAID) -> None:
        """Let a tenant have an entity: its events are background, not expectation."""
        self.has_done(tenant, CREATING[kind], name, said)

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

    def hold_deliveries(self) -> None:
        """Keep everything that is published from now on away from the subscribers."""
        for owner in self._deeds.tenants.values():
            self._survey.level(owner)
        self._survey.forget()
        self._held.hold()

    def deliver_reversed(self, tenant: str) -> None:
        """Hand the subscribers what was held back, the newest first."""
        owner = self._deeds.tenant(tenant)
        published = self._run.witness.published(owner.tenant_id, self._run.settings.timeout)
        in_scope = self._survey.in_scope(owner)
        self._held.restore()
        self._survey.forget()
        self._held.deliver([each for each in reversed(published) if in_scope(each)])

    def tidy(self) -> None:
        """Undo what the scenario did to the transport, however it ended."""
        self._held.restore()

    def close(self) -> None:
        """Audit all that happened to the scenario's tenants; raises AssertionError."""
        tenants = self._deeds.tenants.values()
        if findings := self._audit([self._survey.settled(owner) for owner in tenants]):
            raise AssertionError("\n".join(str(finding) for finding in findings))
        if self._deeds.unjudged:
            raise ScenarioError(f"no sentence expected this: {self._deeds.unjudged[0]}")

    def post_mortem(self, patience: float) -> list[Finding]:
        """Audit a scenario that failed, waiting up to `patience` seconds for what is on its way."""
        tenants = [owner.tenant_id for owner in self._deeds.tenants.values()]
        return self._audit([self._run.witness.level(each, patience)[0] for each in tenants])

    def _audit(self, levelled: Sequence[Evidence]) -> list[Finding]:
        self.closed = True
        findings = audit(self._run.case(levelled, self._deeds.accepted))
        for evidence in levelled:
            self._run.close_books(evidence)
        self._run.journal.add(Entry.VERDICT, {"findings": [str(each) for each in findings]})
        return findings

    def _prepared(
        self, owner: Tenant, act: Act, name: str, said: CellRow = NOTHING_SAID
    ) -> Command:
        self._actor.introduce(owner, act, name)
        return self._actor.prepare(owner, act, name, said)

    def _attempt(self, tenant: str, command: Callable[[Tenant], Command]) -> None:
        owner = self._deeds.tenant(tenant)
        prepared = command(owner)
        self.before_attempt = {
            name: self._survey.state(each) for name, each in self._deeds.tenants.items()
        }
        self._actor.attempt(prepared)


def world_of(context: Context) -> World:
    """Return the World of the scenario that is running."""
    world: World = context.world
    return world
