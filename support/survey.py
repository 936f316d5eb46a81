"""Looking at the tenants of one scenario, with evidence that nothing is still on its way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from support.contract.entities import EntityType
from support.crm.port import PipelineTotal, View
from support.errors import Inconclusive
from support.judging.case import Document, Evidence, Missing
from support.names import EntityRef, Tenant, is_fence
from support.observing.deliveries import Delivery
from support.run import Run
from support.scenario import Deeds

State = tuple[Sequence[Document], Sequence[View], Sequence[PipelineTotal]]

SOON_S = 0.1


@dataclass(frozen=True)
class Settled:
    """Remember evidence, and after how many commands it was found."""

    after: int
    evidence: Evidence


class Survey:
    """See what is true of a scenario's tenants."""

    def __init__(self, run: Run, deeds: Deeds) -> None:
        self.run = run
        self.deeds = deeds
        self._settled: dict[str, Settled] = {}

    def level(self, tenant: Tenant) -> Evidence:
        """Wait until bus and subscribers have all of the history; raises AssertionError."""
        if known := self._known(tenant):
            return known
        evidence, missing = self.run.witness.level(tenant.tenant_id, self.run.settings.timeout)
        self._refuse(tenant, missing)
        return evidence

    def settled(self, tenant: Tenant) -> Evidence:
        """Return level evidence after which nothing more can come.

        A fence that was sent last has come back, everybody is level with a history that no
        subscriber can add to any more, and a settle window has passed. What was found holds until
        the next command. Raises AssertionError if something is lost, Inconclusive if only the
        fence is.
        """
        if known := self._known(tenant):
            return known
        try:
            self.run.fences.pass_through(tenant.tenant_id, self.run.settings.timeout)
        except Inconclusive:
            _, missing = self.run.witness.level(tenant.tenant_id, SOON_S)
            self._refuse(tenant, [each for each in missing if not is_fence(each.event)])
            raise
        evidence = self.level(tenant)
        fences = self.run.fences
        # What a subscriber set off while the fence was on its way has its own time to arrive.
        nothing_since = is_fence(evidence.history[-1]) if evidence.history else False
        fences.settle(fences.returned_at if nothing_since else fences.clock())
        self._settled[tenant.tenant_id] = Settled(len(self.deeds.tried), evidence)
        return evidence

    def forget(self) -> None:
        """Look anew: something other than a command has changed what is delivered."""
        self._settled.clear()

    def _known(self, tenant: Tenant) -> Evidence | None:
        known = self._settled.get(tenant.tenant_id)
        return known.evidence if known and known.after == len(self.deeds.tried) else None

    def _refuse(self, tenant: Tenant, missing: Sequence[Missing]) -> None:
        if missing:
            lost = "\n".join(f"lost: {each}" for each in missing)
            raise AssertionError(f"{lost}\n{self.where(tenant)}")

    def in_scope(self, tenant: Tenant) -> Callable[[Delivery], bool]:
        """Return what says whether a delivery belongs to what a scenario has to mention."""
        return lambda delivery: (
            delivery.event is not None
            and delivery.event.tenant_id == tenant.tenant_id
            and self.is_mentionable(delivery.detail)
        )

    def is_mentionable(self, event: Document) -> bool:
        """Say whether an event is neither a fence nor the background that was given."""
        return not is_fence(event) and event["correlation_id"] not in self.deeds.background

    def arrived(self, tenant: Tenant) -> list[Delivery]:
        """Return all that the bus tap has of a tenant, without the fences."""
        deliveries = self.run.witness.arrived(tenant.tenant_id)
        return [each for each in deliveries if not is_fence(each.detail)]

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
        """Say which tenant and run a message is about, and how long was waited at most.

        A refusal that no sentence has expected is told before: it may explain what is missing.
        """
        settings = self.run.settings
        refused = [
            f"note: {command.command_type} of {command.entity_id} was {outcome}\n"
            for command, outcome in self.deeds.tried
            if command.tenant_id == tenant.tenant_id and self.deeds.is_unjudged(outcome)
        ]
        return (
            f"{''.join(refused)}"
            f"tenant {tenant.tenant_id}, run {settings.run_id}, seed {settings.seed}; "
            f"waited up to {settings.timeout:g} s, delivery objective {settings.objective:g} s"
        )


def as_document(model: Any) -> dict[str, Any]:
    """Return a model of the read API as the JSON it came from."""
    document: dict[str, Any] = model.model_dump(mode="json")
    return document
