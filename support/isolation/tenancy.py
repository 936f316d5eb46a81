"""Tenants beside each other: nearly the same ids, equal entity ids, all doing the same."""

from support.acting import NOTHING_SAID, Actor
from support.acts import Act
from support.isolation.likeness import Likeness, near_miss
from support.isolation.preparations import preparations
from support.names import Tenant
from support.observing.deliveries import tap_of
from support.observing.own_subscriptions import OwnSubscriptions
from support.run import READY_PATIENCE_S, Run
from support.scenario import Deeds
from support.vocabulary import CellRow


class Tenancy:
    """Open neighbours and subscriptions, and let all tenants of a scenario act alike."""

    def __init__(
        self, run: Run, scenario: str, deeds: Deeds, actor: Actor, own: OwnSubscriptions
    ) -> None:
        self._run = run
        self._scenario = scenario
        self._deeds = deeds
        self._actor = actor
        self._own = own

    def open_neighbour(self, name: str, of: str, likeness: Likeness | None = None) -> None:
        """Open a fresh tenant that uses another's entity ids, under an id that may be like its."""
        other = self._deeds.tenant(of)
        if likeness is None:
            tenant_id = self._run.open_tenant(name.lower().replace(" ", "-"), self._scenario)
        else:
            tenant_id = near_miss(other.tenant_id, likeness)
            self._run.open_tenant_called(tenant_id, self._scenario)
        self._deeds.tenants[name] = Tenant(name, tenant_id, ids=other.ids)

    def subscribe_all(self) -> None:
        """Give each tenant a subscription of its own; it is there as soon as this returns."""
        tenant_ids = [owner.tenant_id for owner in self._deeds.tenants.values()]
        self._own.open(tenant_ids, self._ready)

    def get_ready(self, act: Act, name: str) -> None:
        """Let everything happen, at each tenant, that an act on an entity needs: background."""
        for before, each, said in preparations(act, name):
            self._all_do(before, each, said, is_background=True)

    def all_do(self, act: Act, name: str) -> None:
        """Let each tenant do the same, at the same time; it has to be accepted."""
        self._all_do(act, name, NOTHING_SAID, is_background=False)

    def _all_do(self, act: Act, name: str, said: CellRow, *, is_background: bool) -> None:
        owners = list(self._deeds.tenants.values())
        commands = [self._actor.prepare(owner, act, name, said) for owner in owners]
        if is_background:
            self._deeds.background.update(command.correlation_id for command in commands)
        self._actor.insist_at_once(owners, name, commands)

    def _ready(self, tenant_id: str) -> None:
        # An emulator's rule is in force once it is there; on AWS that may take a while.
        if self._run.aws.endpoint_url is None:
            self._run.fences.canary(tenant_id, READY_PATIENCE_S, tap_of(tenant_id))
