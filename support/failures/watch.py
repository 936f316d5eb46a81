"""What can be seen of deliveries while something is wrong: nothing is repaired by looking."""

from collections.abc import Callable, Sequence

from support.errors import CrmTrouble, Inconclusive
from support.failures.receivers import receivers
from support.failures.steadily import require_steadily
from support.faults.routes import Breakage
from support.judging.case import Document
from support.judging.diagnosis import Loss, losses
from support.judging.expectations import Row
from support.judging.hops import Obstacle
from support.judging.rows import causes, event_row
from support.judging.tracing import missing, trace
from support.names import Tenant
from support.observer import expected_row
from support.observing.deliveries import Delivery
from support.parties import Party
from support.requiring import Claim
from support.survey import Survey
from support.targets.queues import agreed_attempts
from support.vocabulary import CellRow

# What a diagnosis has to name for a subscription that is broken like this.
SHOWN_BY = {
    Breakage.SWITCHED_OFF: Obstacle.DISABLED,
    Breakage.LEADS_NOWHERE: Obstacle.NO_TARGET,
    Breakage.TURNED_AWAY: Obstacle.DENIED,
    Breakage.DOOR_GONE: Obstacle.NO_QUEUE,
}
NO_EVENT = "no event"
AS_AGREED = "as agreed"

Look = Callable[[], list[Row]]


class Watch:
    """Observe what subscribers lost, keep for later, or have given up; raises AssertionError."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds
        self._first_looks: dict[str, int] = {}

    def lost(
        self, party: Party, tenant: str, breakage: Breakage, expected: Sequence[CellRow]
    ) -> None:
        """Require that exactly these events are lost on the way to a subscriber, for this reason.

        Whoever looks has to find the reason by himself, as for a loss that nobody had planned.
        """
        owner = self._deeds.tenant(tenant)
        what = f"{party} has lost of {tenant}, because {SHOWN_BY[breakage].value},"
        self._require(owner, what, expected, lambda: self._lost(owner, party, SHOWN_BY[breakage]))

    def had_none(self, party: Party) -> None:
        """Require that a subscriber has had nothing of all that the tenants have done so far."""
        for owner in self._deeds.tenants.values():
            try:
                concerned = self._concerning(owner, party)
                applied = {e.event_id for e in self._run.crm.applied(owner.tenant_id, party.name)}
            except CrmTrouble as trouble:
                raise Inconclusive(f"{trouble}\n{self._survey.where(owner)}") from trouble
            had = [event for event in concerned if event["event_id"] in applied]
            if had or not concerned:
                told = f"has had {len(had)} of {len(concerned)} events of {owner.name}"
                raise AssertionError(f"{party} {told}\n{self._survey.where(owner)}")

    def _concerning(self, owner: Tenant, party: Party) -> list[Document]:
        (subscriber,) = receivers(party, self._run.witness.subscribers)
        return [
            event
            for event in self._run.crm.history(owner.tenant_id)
            if self._survey.is_mentionable(event) and subscriber.listens_to(event)
        ]

    def kept(self, party: Party, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that a subscriber keeps exactly these events until an earlier one has come."""
        owner = self._deeds.tenant(tenant)
        what = f"{party} keeps of {tenant} until its turn"
        self._require(owner, what, expected, lambda: self._parked(owner, party))

    def given_up(self, party: Party, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that a subscriber's dead letters hold exactly these in a tenant's name."""
        owner = self._deeds.tenant(tenant)
        what = f"{party} has given up of {tenant}"
        self._require(owner, what, expected, lambda: self._dead(owner, party))

    def _lost(self, owner: Tenant, party: Party, reason: Obstacle) -> list[Row]:
        scene = self._run.losses.look(owner.tenant_id, self._deeds.accepted)
        if scene.history is None:
            raise CrmTrouble("; ".join(scene.unknown))
        cause = causes(scene.history)
        return [
            event_row(event, cause(event), owner.name_of)
            for event in missing(scene)
            if self._survey.is_mentionable(event)
            and any(_is_at(each, party, reason) for each in losses(trace(scene, event)))
        ]

    def _parked(self, owner: Tenant, party: Party) -> list[Row]:
        kept = {each.event_id for each in self._run.crm.parked(owner.tenant_id, party.name)}
        history = self._run.crm.history(owner.tenant_id)
        cause = causes(history)
        return [
            event_row(event, cause(event), owner.name_of)
            for event in history
            if event["event_id"] in kept
        ]

    def _dead(self, owner: Tenant, party: Party) -> list[Row]:
        letters = self._run.losses.scout.dead_letters().get(party.name, ())
        ours = [each for each in letters if each.detail.get("tenant_id") == owner.tenant_id]
        (subscriber,) = receivers(party, self._run.witness.subscribers)
        agreed = agreed_attempts(self._run.aws, subscriber.queue_url) if ours else 0
        return [
            {**_letter_row(each, owner), "attempts": self._attempts(each, agreed)} for each in ours
        ]

    def _attempts(self, letter: Delivery, agreed: int) -> str:
        """Say whether the subscriber has had a dead letter as often as agreed.

        Each look of ours is counted by the queue as well: the first one tells.
        """
        had = self._first_looks.setdefault(letter.message_id, letter.receive_count) - 1
        return AS_AGREED if had == agreed else f"{had} of {agreed}"

    def _require(self, owner: Tenant, what: str, expected: Sequence[CellRow], look: Look) -> None:
        claim = Claim(owner, what, [expected_row(owner, row) for row in expected])
        require_steadily(self._survey, claim, look, lambda: self._where_lost(owner))

    def _where_lost(self, owner: Tenant) -> list[str]:
        losses = self._run.losses
        return losses.tell_missing(losses.look(owner.tenant_id, self._deeds.accepted))


def _is_at(loss: Loss, party: Party, reason: Obstacle) -> bool:
    return loss.obstacle is reason and loss.hop.endswith(f" the subscriber {party.name}")


def _letter_row(letter: Delivery, owner: Tenant) -> Row:
    """Return what can be read of a dead letter."""
    detail: Document = letter.detail
    about = {"about": owner.name_of(detail["entity_id"])} if "entity_id" in detail else {}
    version = {"version": detail["version"]} if "version" in detail else {}
    return {"event": detail.get("event_type", NO_EVENT), **about, **version}
