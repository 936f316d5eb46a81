"""What somebody lacks while a fault lasts: said exactly, and looked at twice."""

from collections.abc import Callable, Sequence

from support.errors import CrmTrouble, Inconclusive, ScenarioError
from support.faults.plane import ControlPlane
from support.judging.case import Document
from support.judging.expectations import Ending, Judgement, Row, judge
from support.judging.rows import causes, event_row, set_aside_row
from support.names import Tenant
from support.observer import expected_row
from support.observing.journal import Entry
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.parties import Party
from support.survey import Survey
from support.vocabulary import CellRow

LOOKING = Backoff(first=0.01, ceiling=0.05)
# Whoever still lacks it after this is not just about to get it.
STILL_S = 0.2
EXACTLY = Ending.EXACTLY

Looking = Callable[[float], Judgement]


class Shortfall:
    """Observe what does not get through; nothing is repaired by looking."""

    def __init__(self, survey: Survey, plane: ControlPlane) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds
        self._plane = plane
        self._waiter = Waiter(LOOKING)

    def lacks(self, party: Party, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that a party lacks exactly these events now, and still does a moment later.

        Everything else has to come; a fault that lasts has to have struck before. Raises
        Inconclusive for one that has not.
        """
        owner = self._deeds.tenant(tenant)
        self._check(party)
        rows = [expected_row(owner, row) for row in expected]
        self._struck()
        try:
            judgement = self._look_twice(party, owner, rows)
        except CrmTrouble as trouble:
            raise Inconclusive(f"{trouble}\n{self._survey.where(owner)}") from trouble
        self._require(owner, f"{party} still lacks of {tenant}", rows, judgement)

    def set_aside(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that just these events of a tenant are set aside, each with a reason."""
        owner = self._deeds.tenant(tenant)
        rows = [expected_row(owner, row) for row in expected]

        def look(_: float) -> Judgement:
            found = self._run.crm.set_aside(owner.tenant_id)
            return judge(rows, [set_aside_row(each, owner.name_of) for each in found], EXACTLY)

        self._struck()
        try:
            judgement = self._until(look)
        except CrmTrouble as trouble:
            raise Inconclusive(f"{trouble}\n{self._survey.where(owner)}") from trouble
        self._require(owner, f"what is set aside of {tenant} is", rows, judgement)
        self._require_reasons(owner)

    def _require_reasons(self, owner: Tenant) -> None:
        for each in self._run.crm.set_aside(owner.tenant_id):
            if not each.reason.strip():
                about = owner.name_of(each.entity_id or "nobody knows what")
                raise AssertionError(
                    f"{owner.name} has set {each.event_type} of {about!r} aside without a reason\n"
                    f"{self._survey.where(owner)}"
                )

    def _look_twice(self, party: Party, owner: Tenant, rows: Sequence[Row]) -> Judgement:
        def look(_: float) -> Judgement:
            return judge(rows, self._lacking(party, owner), EXACTLY)

        judgement = self._until(look)
        if judgement.holds:
            self._run.fences.settle(self._run.fences.clock(), at_least=STILL_S)
            judgement = look(0.0)
        return judgement

    def _check(self, party: Party) -> None:
        known = [each.name for each in self._run.witness.subscribers]
        if party.is_subscriber and party.name not in known:
            raise ScenarioError(f"nobody is called {party}; the subscribers are {', '.join(known)}")

    def _struck(self) -> None:
        try:
            self._waiter.until(
                lambda _: self._plane.pending, lambda left: not left, self._run.settings.timeout
            )
        except WaitTimeout as late:
            raise Inconclusive(f"these faults never struck: {', '.join(late.last)}") from None

    def _until(self, look: Looking) -> Judgement:
        try:
            return self._waiter.until(look, lambda found: found.holds, self._run.settings.timeout)
        except WaitTimeout:
            return look(0.0)

    def _lacking(self, party: Party, owner: Tenant) -> list[Row]:
        """Return as rows what the history has, and the party has not."""
        # Before the history: what somebody has is in it then.
        has = self._known_to(party, owner)
        history = self._run.crm.history(owner.tenant_id)
        cause = causes(history)
        return [
            event_row(event, cause(event), owner.name_of)
            for event in history
            if event["event_id"] not in has
            and self._survey.is_mentionable(event)
            and self._concerns(party, event)
        ]

    def _known_to(self, party: Party, owner: Tenant) -> set[str | None]:
        if party.is_subscriber:
            applied = self._run.crm.applied(owner.tenant_id, party.name)
            return {each.event_id for each in applied}
        self._run.collector.drain()
        return {each.event_id for each in self._run.witness.arrived(owner.tenant_id)}

    def _concerns(self, party: Party, event: Document) -> bool:
        return not party.is_subscriber or any(
            each.listens_to(event)
            for each in self._run.witness.subscribers
            if each.name == party.name
        )

    def _require(self, owner: Tenant, what: str, rows: Sequence[Row], judgement: Judgement) -> None:
        fields = {"what": what, "expected": rows, "holds": judgement.holds}
        self._run.journal.add(Entry.EXPECTATION, {**fields, "ending": EXACTLY})
        if not judgement.holds:
            expected = f"{len(rows)} row(s)" if rows else "nothing"
            told = "\n".join(f"  {line}" for line in judgement.lines())
            raise AssertionError(
                f"Expected: {what} exactly {expected}.\n{told}\n{self._survey.where(owner)}"
            )
