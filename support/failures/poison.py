"""Poison: what a subscriber cannot take, put among what it takes, until everything is repaired."""

from collections.abc import Sequence
from functools import partial

from support.crm.port import Subscriber
from support.errors import ScenarioError
from support.failures.receivers import receivers
from support.failures.transit import Transit
from support.faults.deliveries import Spoiling, no_event, spoilt
from support.faults.plane import ControlPlane
from support.names import Tenant
from support.observing.deliveries import Delivery
from support.parties import Party
from support.run import Run
from support.scenario import Deeds


class Poison:
    """Let single events of what was held back come late or spoilt, or what is no event at all.

    The repair takes what is spoilt from the dead letters, and has what is sound redriven.
    """

    def __init__(self, run: Run, deeds: Deeds, plane: ControlPlane, transit: Transit) -> None:
        self._run = run
        self._deeds = deeds
        self._plane = plane
        self._transit = transit

    def all_but(self, tenant: str, version: int, name: str) -> None:
        """Let what was held back arrive, but for one version of an entity: it stays away."""
        subscribers, single, others = self._picked(tenant, version, name)
        self._plane.break_until_repaired(
            "one version has not come",
            lambda: self._transit.deliver(subscribers, others),
            lambda: self._transit.deliver(subscribers, [single]),
            missing=f"version {version} of {name}",
        )

    def all_with_spoilt(self, tenant: str, version: int, name: str, spoiling: Spoiling) -> None:
        """Let what was held back arrive, one version of an entity spoilt until the repair."""
        owner = self._deeds.tenant(tenant)
        subscribers, single, others = self._picked(tenant, version, name)
        listening = [each for each in subscribers if each.listens_to(single.detail)]
        self._plane.break_until_repaired(
            f"a version has come {spoiling}",
            lambda: None,
            lambda: self._redrive(owner, listening, single),
            spoilt=f"version {version} of {name}",
        )
        self._give("what is spoilt is among the others", listening, spoilt(single, spoiling))
        self._transit.deliver(subscribers, others)

    def _redrive(self, owner: Tenant, listening: Sequence[Subscriber], single: Delivery) -> None:
        """Put the true event in the place of the dead letter, and let the CRM try that again."""
        for each in listening:
            self._transit.inboxes.put_dead(each, single.body)
            self._run.operator.redrive(each.name, owner.tenant_id)

    def no_event(self, whom: Party, tenant: str) -> None:
        """Give a subscriber a message in a tenant's name that holds no event."""
        owner = self._deeds.tenant(tenant)
        subscribers = receivers(whom, self._run.witness.subscribers)
        self._give("what is no event is among the others", subscribers, no_event(owner.tenant_id))

    def _give(self, told: str, subscribers: Sequence[Subscriber], body: str) -> None:
        """Give each the poison; the repair takes it away again."""
        inboxes = self._transit.inboxes
        for each in subscribers:
            self._plane.break_until_repaired(
                told,
                partial(inboxes.deliver, each, [body]),
                partial(inboxes.drop_dead, each, [body]),
                subscriber=each.name,
            )

    def _picked(
        self, tenant: str, version: int, name: str
    ) -> tuple[Sequence[Subscriber], Delivery, list[Delivery]]:
        """End the holding back; return for whom, the one delivery that is meant, and the others.

        Raises ScenarioError if the one was not held back.
        """
        owner = self._deeds.tenant(tenant)
        hold, owed = self._transit.let_go()
        found = [each for deliveries in owed.values() for each in deliveries]
        single = next((each for each in found if _is(owner, each, version, name)), None)
        if single is None:
            raise ScenarioError(f"version {version} of {name!r} is not among what was held back")
        return (
            hold.subscribers,
            single,
            [each for each in found if each.event_id != single.event_id],
        )


def _is(owner: Tenant, delivery: Delivery, version: int, name: str) -> bool:
    about = owner.entity(name).entity_id
    return (delivery.detail["entity_id"], delivery.detail["version"]) == (about, version)
