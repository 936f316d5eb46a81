"""What happens to deliveries between the bus and the subscribers of one scenario's tenants."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from support.crm.port import Subscriber
from support.errors import ScenarioError
from support.failures.receivers import receivers
from support.faults.again import publish_again
from support.faults.deliveries import Inboxes
from support.faults.held import HeldDeliveries
from support.faults.plane import ControlPlane
from support.faults.sequel import OUT_OF_ORDER, Sequel, arranged
from support.names import Tenant
from support.observing.deliveries import Delivery
from support.observing.questions import Question
from support.parties import Party
from support.survey import Survey


@dataclass(frozen=True)
class Hold:
    """Remember from whom deliveries are held back, and which events had come before."""

    told: str
    subscribers: Sequence[Subscriber]
    known: frozenset[str | None]


class Transit:
    """Hold deliveries back, let them arrive, deliver and publish once more."""

    def __init__(self, survey: Survey, plane: ControlPlane, scenario: str) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds
        self._plane = plane
        self._rng = random.Random(f"{self._run.settings.seed} {scenario}")  # noqa: S311 - repeats
        self._hold: Hold | None = None
        self.inboxes = Inboxes(self._run.aws)

    def hold(self, whom: Party) -> None:
        """Keep everything that is published from now on away from one subscriber, or from all."""
        if self._hold is not None:
            raise ScenarioError(
                f"{self._hold.told} already: say so once, and for all that is meant"
            )
        subscribers = receivers(whom, self._run.witness.subscribers)
        for owner in self._tenants:
            self._survey.level(owner)
        arrived = (each for owner in self._tenants for each in self._arrived(owner))
        told = f"deliveries to {whom} are held back"
        self._hold = Hold(told, subscribers, frozenset(each.event_id for each in arrived))
        held = HeldDeliveries(self._run.aws, self._run.bus, subscribers)
        self._plane.break_until_repaired(told, held.hold, held.restore)

    def arrives(self, tenant: str, sequel: Sequel) -> None:
        """Let what was held back from a tenant arrive, and what was from others, in order."""
        owner = self._deeds.tenant(tenant)
        hold, owed = self.let_go()
        for name, deliveries in owed.items():
            if name == owner.name:
                deliver = self._deliver_singly if sequel in OUT_OF_ORDER else self.deliver
                deliver(hold.subscribers, self._turned(deliveries, sequel))
            else:
                self.deliver(hold.subscribers, deliveries)

    def deliver_again(self, tenant: str, whom: Party) -> None:
        """Deliver all that a tenant has published since the facts once more, and see it taken."""
        subscribers = receivers(whom, self._run.witness.subscribers)
        once = self._published(tenant)
        told = f"all that {tenant} has published is delivered once more to {whom}"
        self._plane.do(told, lambda: self.deliver(subscribers, once))
        for each in subscribers:
            self.inboxes.taken(each)

    def publish_again(self, tenant: str, sequel: Sequel = Sequel.IN_ORDER) -> None:
        """Let everything since the facts be published once more, and see it come."""
        run, once = self._run, self._turned(self._published(tenant), sequel)
        envelopes: list[str] = []
        self._plane.do(
            f"all that {tenant} has published is published once more {sequel}",
            lambda: envelopes.extend(publish_again(run.aws, run.bus, once)),
            events=[each.event_id for each in once],
        )
        again = Question(lambda each: each.envelope_id in envelopes, "event published once more")
        run.collector.collect(again, len(envelopes), run.settings.timeout)

    def let_go(self) -> tuple[Hold, dict[str, list[Delivery]]]:
        """End the holding back, and return what has not been delivered for it, by tenant's name.

        Raises ScenarioError if nothing is held back.
        """
        if self._hold is None:
            raise ScenarioError("nothing is held back that could arrive")
        self._survey.see_published()
        hold, self._hold = self._hold, None
        self._plane.repair_only(hold.told)
        return hold, self._owed(hold)

    def catch_up(self) -> None:
        """Let all that is still held back arrive, once the bus has everything.

        Raises AssertionError naming what was not published.
        """
        if self._hold is not None:
            self._survey.see_published()
            self._hand_over(self._hold)

    def hand_over(self, patience: float) -> None:
        """Let all arrive that is held back; harmless if nothing is.

        What is on its way to the bus has `patience` seconds: who owes it cannot tell it from lost.
        """
        if self._hold is not None:
            for owner in self._tenants:
                with suppress(AssertionError):  # the audit tells it
                    self._run.witness.published(owner.tenant_id, patience)
            self._hand_over(self._hold)

    def _hand_over(self, hold: Hold) -> None:
        self._hold = None
        for deliveries in self._owed(hold).values():
            self.deliver(hold.subscribers, deliveries)

    def deliver(self, subscribers: Sequence[Subscriber], deliveries: Sequence[Delivery]) -> None:
        """Hand each subscriber those of the deliveries that it listens to, in this order."""
        self._survey.forget()
        for subscriber in subscribers:
            bodies = [each.body for each in deliveries if subscriber.listens_to(each.detail)]
            self.inboxes.deliver(subscriber, bodies)

    def _deliver_singly(
        self, subscribers: Sequence[Subscriber], deliveries: Sequence[Delivery]
    ) -> None:
        """Hand over one after the other: who gets several at once may put them in order itself."""
        for each in deliveries:
            self.deliver(subscribers, [each])
            for subscriber in subscribers:
                self.inboxes.taken(subscriber)

    def _owed(self, hold: Hold) -> dict[str, list[Delivery]]:
        """Return what came on the bus after deliveries were held back."""
        return {
            owner.name: [each for each in self._arrived(owner) if each.event_id not in hold.known]
            for owner in self._tenants
        }

    def _published(self, tenant: str) -> list[Delivery]:
        """Return everything that a tenant has published since the facts, each event once."""
        owner = self._deeds.tenant(tenant)
        in_scope = self._survey.in_scope(owner)
        published = self._run.witness.published(owner.tenant_id, self._run.settings.timeout)
        once = {each.event_id: each for each in published if in_scope(each)}
        if not once:
            raise ScenarioError(f"nothing has happened at {tenant} that could come once more")
        return [*once.values()]

    def _turned(self, deliveries: Sequence[Delivery], sequel: Sequel) -> Sequence[Delivery]:
        return arranged(deliveries, sequel, self._rng)

    def _arrived(self, owner: Tenant) -> list[Delivery]:
        return self._run.witness.arrived(owner.tenant_id)

    @property
    def _tenants(self) -> Sequence[Tenant]:
        return [*self._deeds.tenants.values()]
