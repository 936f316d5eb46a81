"""What can be observed of tenants' own subscriptions: nobody but its tenant has an event."""

from collections.abc import Sequence

from support.errors import ScenarioError
from support.judging.case import Evidence
from support.judging.expectations import Ending
from support.judging.isolation import door
from support.names import Tenant
from support.observer import Observer, expected_row
from support.observing.deliveries import tap_of
from support.observing.own_subscriptions import OwnSubscriptions
from support.survey import Survey
from support.vocabulary import CellRow


class OwnObserver(Observer):
    """Observe the own subscriptions of one scenario's tenants."""

    def __init__(self, survey: Survey, own: OwnSubscriptions) -> None:
        super().__init__(survey)
        self._own = own

    def each_received(self, expected: Sequence[CellRow]) -> None:
        """Require that each tenant's own subscription got these of its own events, and no other."""
        for owner, evidence in self._subscribed():
            self._received(owner, expected, evidence)

    def only_one_received(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that one tenant's own subscription got these, and all the others' nothing."""
        self._deeds.tenant(tenant)
        for owner, evidence in self._subscribed():
            self._received(owner, expected if owner.name == tenant else [], evidence)

    def _subscribed(self) -> list[tuple[Tenant, Evidence]]:
        """Return who has one, once all is settled and each has had the time to get everything."""
        owners = [t for t in self._deeds.tenants.values() if t.tenant_id in self._own.opened]
        if not owners:
            raise ScenarioError(
                'no tenant subscribed: say "every tenant has a subscription of its own" first'
            )
        settled = list(zip(owners, self._survey.settled_all(owners), strict=True))
        for _, evidence in settled:
            self._own.level(evidence, self._run.settings.timeout)
        return settled

    def _received(self, owner: Tenant, expected: Sequence[CellRow], evidence: Evidence) -> None:
        if found := list(door(self._own.deliveries()[owner.tenant_id], evidence)):
            told = "\n".join(str(finding) for finding in found)
            raise AssertionError(f"{told}\n{self._survey.where(owner)}")
        in_scope, tap = self._survey.in_scope(owner), tap_of(owner.tenant_id)
        arrived = self._run.collector.take(in_scope, tap)
        actual = self._rows(owner, arrived, evidence.history)
        rows = [expected_row(owner, row) for row in expected]
        what = f"the own subscription of {owner.name} has received"
        self._require(owner, what, rows, actual, Ending.EXACTLY)
