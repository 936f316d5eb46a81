"""Looking at the tenants of one scenario: what is true of them, and what has to be mentioned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from support.absence import Absence
from support.contract.entities import EntityType
from support.crm.port import View
from support.errors import CrmTrouble
from support.judging.books import Seen
from support.judging.case import Case, Document, Evidence, OwnDeliveries
from support.judging.standing import State
from support.judging.timeliness import Journey, journeys
from support.judging.values import show
from support.levels import Levels
from support.names import EntityRef, Tenant, is_fence
from support.observing.deliveries import Delivery
from support.observing.journal import Entry
from support.run import Run
from support.scenario import Deeds


class Survey:
    """See what is true of a scenario's tenants.

    `repair` undoes what the scenario did to the transport: before that, absence proves nothing.
    `own` tells what tenants' own subscriptions have received, by tenant id.
    """

    def __init__(
        self,
        run: Run,
        deeds: Deeds,
        repair: Callable[[], None],
        own: Callable[[], Mapping[str, OwnDeliveries]],
    ) -> None:
        self.run = run
        self.deeds = deeds
        self._own = own
        self._levels = Levels(run, deeds)
        self._absence = Absence(run, deeds, self._levels, repair)

    def level(self, tenant: Tenant) -> Evidence:
        """Wait until bus and subscribers have all of the history.

        Raises AssertionError if something is lost, Inconclusive if only a fence is on its way to
        the bus, or if the CRM does not answer.
        """
        return self._absence.known(tenant) or self._levels.level(tenant)

    def see_published(self) -> None:
        """See the bus have everything, and be done with it, whoever gets it.

        Where it keeps no order, a subscriber's turn may come after the tap's. Raises AssertionError
        naming what was not published.
        """
        for owner in self.deeds.tenants.values():
            self.run.witness.published(owner.tenant_id, self.run.settings.timeout)
        self.run.fences.settle(self.run.fences.clock())

    def settled(self, tenant: Tenant, asked: str = "") -> Evidence:
        """Return level evidence after which nothing more can come; raises as `settled_all`."""
        return self.settled_all([tenant], asked)[0]

    def settled_all(self, tenants: Sequence[Tenant], asked: str = "") -> list[Evidence]:
        """Return such evidence for each tenant; their fences travel at the same time.

        Raises AssertionError if something is lost, Inconclusive if only a fence is: then nobody
        can tell whether `asked`.
        """
        return self._absence.settled_all(tenants, asked)

    def send_ahead(self, tenant: Tenant) -> None:
        """Send the fence that `settled` is going to wait for: all that is to be judged was sent."""
        self._absence.send_ahead(tenant)

    def forget(self) -> None:
        """Look anew: something other than a command has changed what is delivered."""
        self._absence.forget()

    def case(self, evidence: Sequence[Evidence]) -> Case:
        """Put together what an audit of these tenants judges.

        Where the suite itself has held events up, how long they take is not judged.
        """
        witness = self.run.witness
        tenants = [each.tenant_id for each in evidence]
        faults = [line for line in self.run.journal.lines if line["entry"] == Entry.FAULT]
        seen = Seen(
            deliveries=witness.about(evidence),
            accepted=[*self.deeds.accepted, *self.run.fences.sent],
            sightings=[each for tenant in tenants for each in witness.sightings.of(tenant)],
            own=self._own(),
            held_up=bool(faults),
            given_back=any("given back" in line for line in faults),
        )
        return self.run.books.case(evidence, seen)

    def journeys(self, tenant: Tenant) -> list[Journey]:
        """Return how long each event took that a scenario has to mention, once all is settled."""
        evidence = self.settled(tenant)
        mentionable = [event for event in evidence.history if self.is_mentionable(event)]
        return journeys(self.case([evidence]), replace(evidence, history=mentionable))

    def in_scope(self, tenant: Tenant) -> Callable[[Delivery], bool]:
        """Return what says whether a delivery belongs to what a scenario has to mention."""
        return lambda delivery: (
            delivery.event is not None
            and delivery.event.tenant_id == tenant.tenant_id
            and self.is_mentionable(delivery.detail)
        )

    def out_of_scope(self, tenant: Tenant) -> Callable[[Delivery], Sequence[str]]:
        """Return what says how a delivery differs from what a scenario has to mention."""

        def differences(delivery: Delivery) -> list[str]:
            if delivery.event is None:
                return []
            found = delivery.event.tenant_id
            ours = found == tenant.tenant_id
            wanted = f"tenant_id: expected {show(tenant.tenant_id)}, found {show(found)}"
            return [
                *([] if ours else [wanted]),
                *(["it is a fence, the suite's own"] if is_fence(delivery.detail) else []),
                *(["it belongs to what was given"] if self._is_background(delivery.detail) else []),
            ]

        return differences

    def is_mentionable(self, event: Document) -> bool:
        """Say whether an event is neither a fence nor the background that was given."""
        return not is_fence(event) and not self._is_background(event)

    def _is_background(self, event: Document) -> bool:
        return event["correlation_id"] in self.deeds.background

    def arrived(self, tenant: Tenant) -> list[Delivery]:
        """Return all that the bus tap has of a tenant, without the fences."""
        deliveries = self.run.witness.arrived(tenant.tenant_id)
        return [each for each in deliveries if not is_fence(each.detail)]

    def history(self, tenant: Tenant) -> Sequence[Document]:
        """Return the history as it is now; none where the CRM does not answer any more."""
        try:
            return self.run.crm.history(tenant.tenant_id)
        except CrmTrouble:
            return ()

    def view(self, tenant: Tenant, entity: EntityRef) -> View | None:
        """Read the view of an entity."""
        return self.run.crm.view(tenant.tenant_id, entity.entity_type, entity.entity_id)

    def state(self, tenant: Tenant) -> State:
        """Return the history without fences, the view of each named entity, and the pipeline."""
        history = [event for event in self.level(tenant).history if not is_fence(event)]
        views = [self.view(tenant, entity) for entity in tenant.entities.values()]
        totals = self.run.crm.pipeline(tenant.tenant_id)
        return history, [view for view in views if view], totals

    def version(self, tenant: Tenant, entity_type: EntityType, name: str) -> int:
        """Return the version that an editor sees of an entity now."""
        self.level(tenant)
        view = self.view(tenant, tenant.entity(name, entity_type))
        if view is None:
            raise AssertionError(f"there is no view of {name!r} to edit\n{self.where(tenant)}")
        return view.version

    def where(self, tenant: Tenant) -> str:
        """Say which tenant and run a message is about, and how long was waited at most."""
        return self._levels.where(tenant)


def as_document(model: Any) -> dict[str, Any]:
    """Return a model of the read API as the JSON it came from."""
    document: dict[str, Any] = model.model_dump(mode="json")
    return document
