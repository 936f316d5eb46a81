"""Telling where events were lost: the evidence is gathered only once something is missing."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace

from support.crm.port import Accepted
from support.judging.case import Document, title
from support.judging.diagnosis import known
from support.judging.tracing import Scene, fruitless, missing, tell, trace
from support.observing.choreography import TRIGGER
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.hops import HopScout
from support.observing.questions import describe

FEW = 3
NOTHING_LOST = (
    "nothing was lost on the way: every committed event is on the bus and at its subscribers, "
    "so what is missing was never committed"
)


@dataclass(frozen=True)
class Losses:
    """Say of the events of one tenant where they were lost, within the time of one look."""

    scout: HopScout
    witness: Witness
    fences: Fences

    def among(self, tenants: int) -> "Losses":
        """Return what shares the time of one look among several tenants."""
        return replace(self, scout=replace(self.scout, seconds=self.scout.seconds / tenants))

    def look(self, tenant_id: str, accepted: Sequence[Accepted]) -> Scene:
        """Return what can be seen of a tenant now."""
        return self._look(tenant_id, accepted, missing)

    def tell_missing(self, scene: Scene) -> list[str]:
        """Say where everything was lost that is missing, and if nothing is, that it is so."""
        told = tell(scene, missing(scene))
        return told or [NOTHING_LOST, *fruitless(scene, TRIGGER)[:FEW]]

    def tell(
        self, tenant_id: str, events: Sequence[Document], accepted: Sequence[Accepted]
    ) -> list[str]:
        """Say where these events of a tenant were lost."""
        return tell(self._look(tenant_id, accepted, lambda _: events), events) if events else []

    def tell_fence(self, tenant_id: str) -> list[str]:
        """Say what is known of the fence that went through a tenant's path last."""
        sent = [each for each in self.fences.sent if each.command.tenant_id == tenant_id]
        if not sent:
            return ["No fence was accepted by the CRM."]
        event = sent[-1].receipt.events[0].model_dump(mode="json")
        scene = self._look(tenant_id, (), lambda _: [event])
        return [
            f"What is known of the newest fence that the CRM accepted, {title(event)}:",
            *(f"  {line}" for line in known(trace(scene, event))),
            *(f"  not known: {each}" for each in scene.unknown),
        ]

    def tell_dead_letters(self, tenants: Container[str]) -> Mapping[str, list[str]]:
        """Describe each subscriber's dead letters of these tenants, and nobody else's."""
        return {
            name: [
                f"  among its dead letters: {describe(each)}"
                for each in letters
                if each.detail.get("tenant_id") in tenants
            ]
            for name, letters in self.scout.dead_letters().items()
        }

    def _look(
        self,
        tenant_id: str,
        accepted: Sequence[Accepted],
        suspects: Callable[[Scene], Sequence[Document]],
    ) -> Scene:
        ours = [*accepted, *self.fences.sent]
        return self.scout.look(tenant_id, self.witness, ours, suspects)
