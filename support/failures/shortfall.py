"""What somebody lacks while a fault lasts: said exactly, and looked at twice."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from support.crm.port import SetAside
from support.failures.receivers import receivers
from support.failures.steadily import require_steadily
from support.failures.striking import require_struck
from support.faults.plane import ControlPlane
from support.judging.case import Document
from support.judging.expectations import Row
from support.judging.rows import causes, event_row, set_aside_row
from support.names import Tenant
from support.observer import expected_row
from support.parties import Party
from support.requiring import Claim
from support.survey import Survey
from support.vocabulary import CellRow

Hearing = Callable[[Document], bool]
NAMED = itemgetter("event_type", "entity_id", "version")


class Shortfall:
    """Observe what does not get through; nothing is repaired by looking."""

    def __init__(self, survey: Survey, plane: ControlPlane) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds
        self._plane = plane

    def lacks(self, party: Party, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that a party lacks exactly these events now, and still does a moment later.

        Everything else has to come; a fault that lasts has to have struck before. Raises
        Inconclusive for one that has not.
        """
        owner = self._deeds.tenant(tenant)
        hears = self._hearing(party)
        self._struck()
        claim = self._claim(owner, f"{party} still lacks of {tenant}", expected)
        require_steadily(self._survey, claim, lambda: self._lacking(party, owner, hears))

    def set_aside(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that just these events are set aside, each with its own id and a reason."""
        owner = self._deeds.tenant(tenant)
        self._struck()
        claim = self._claim(owner, f"what is set aside of {tenant} is", expected)
        require_steadily(self._survey, claim, lambda: self._set_aside(owner))
        self._require_ids_and_reasons(owner)

    def _claim(self, owner: Tenant, what: str, expected: Sequence[CellRow]) -> Claim:
        return Claim(owner, what, [expected_row(owner, row) for row in expected])

    def _set_aside(self, owner: Tenant) -> list[Row]:
        found = self._run.crm.set_aside(owner.tenant_id)
        return [set_aside_row(each, owner.name_of) for each in found]

    def _require_ids_and_reasons(self, owner: Tenant) -> None:
        history = self._run.crm.history(owner.tenant_id)
        ids = {NAMED(event): event["event_id"] for event in history}
        for each in self._run.crm.set_aside(owner.tenant_id):
            if flaw := _flaw(each, ids):
                about = owner.name_of(each.entity_id or "nobody knows what")
                raise AssertionError(
                    f"{owner.name} has set {each.event_type} of {about!r} aside {flaw}\n"
                    f"{self._survey.where(owner)}"
                )

    def _hearing(self, party: Party) -> Hearing:
        """Return what says of which events a party is to be told; raises ScenarioError."""
        if not party.is_subscriber:
            return lambda _: True
        (subscriber,) = receivers(party, self._run.witness.subscribers)
        return subscriber.listens_to

    def _struck(self) -> None:
        require_struck(self._plane, self._run.settings.timeout)

    def _lacking(self, party: Party, owner: Tenant, hears: Hearing) -> list[Row]:
        """Return as rows what the history has, and the party has not."""
        # Before the history: what somebody has is in it then.
        has = self._known_to(party, owner)
        history = self._run.crm.history(owner.tenant_id)
        cause = causes(history)
        return [
            event_row(event, cause(event), owner.name_of)
            for event in history
            if event["event_id"] not in has and self._survey.is_mentionable(event) and hears(event)
        ]

    def _known_to(self, party: Party, owner: Tenant) -> set[str | None]:
        if party.is_subscriber:
            applied = self._run.crm.applied(owner.tenant_id, party.name)
            return {each.event_id for each in applied}
        self._run.collector.drain()
        return {each.event_id for each in self._run.witness.arrived(owner.tenant_id)}


def _flaw(aside: SetAside, ids: Mapping[tuple[str, ...], str]) -> str | None:
    """Say what is wrong with how something is set aside, as far as it can be read."""
    if not aside.reason.strip():
        return "without a reason"
    own = ids.get(NAMED(vars(aside)))
    if own and aside.event_id and aside.event_id != own:
        return f"under the event_id {aside.event_id}, and it is {own}"
    return None
