"""What a scenario can observe: each method is one promise, and raises AssertionError if broken."""

from collections.abc import Callable, Mapping, Sequence

from support.contract.entities import EntityType
from support.errors import Inconclusive, ScenarioError
from support.judging.case import Document, Finding, title
from support.judging.expectations import Ending, Row, judge
from support.judging.history import audit
from support.judging.punctuality import hop_rows, punctuality
from support.judging.rows import causes, event_row, finding_row, pipeline_row, twins, view_row
from support.judging.standing import State, changes, shown
from support.names import Tenant, is_fence
from support.observing.deliveries import Delivery
from support.observing.journal import Entry
from support.observing.questions import FAR, ForbiddenArrival, Predicate, Question
from support.requiring import Claim, require
from support.survey import Survey, as_document
from support.vocabulary import CellRow, Named


class Observer:
    """Observe the tenants of one scenario."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds

    def received(self, tenant: str, expected: Sequence[CellRow], ending: Ending) -> None:
        """Require that the subscribers received these events of the tenant, and no others."""
        owner = self._deeds.tenant(tenant)
        rows = [expected_row(owner, row) for row in expected]
        arrived = self._collected(owner, rows, ending) if rows else ()
        had = {each.event_id for each in arrived}
        in_scope = self._survey.in_scope(owner)

        def judge_all(history: Sequence[Document]) -> None:
            more = self._run.collector.take(in_scope)
            actual = self._rows(owner, [*arrived, *more], history)
            what = f"the subscribers of {tenant} have received"
            alike = [f"  {line}" for line in twins(actual)]
            self._require(owner, what, rows, actual, ending, alike)

        try:
            with self._run.collector.forbidding(lambda d: in_scope(d) and d.event_id not in had):
                history = self._survey.settled(owner, asked(tenant, ending, rows)).history
        except ForbiddenArrival:
            judge_all(self._survey.history(owner))
            raise
        judge_all(history)

    def shows_audit_trail(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require the tenant's audit trail, in order."""
        self._trail(self._deeds.tenant(tenant), f"the audit trail of {tenant} shows", expected)

    def shows_timeline(
        self, tenant: str, kind: EntityType, name: str, rows: Sequence[CellRow]
    ) -> None:
        """Require, in order, all that the audit trail says of an entity, also by naming it."""
        owner = self._deeds.tenant(tenant)
        about = owner.entity(name, kind).entity_id
        self._trail(owner, f"the timeline of the {kind} {name!r} shows", rows, about)

    def reads(self, tenant: str, kind: EntityType, name: str, expected: CellRow) -> None:
        """Require these values of the view that a subscriber keeps of an entity."""
        owner = self._deeds.tenant(tenant)
        self._survey.send_ahead(owner)  # the audit that closes the scenario waits for it
        self._survey.level(owner)
        view = self._survey.view(owner, owner.entity(name, kind))
        rows = [expected_row(owner, expected)]
        actual = [] if view is None else [view_row(view, owner.name_of)]
        self._require(owner, f"the {kind} {name!r} reads", rows, actual, Ending.EXACTLY)

    def has_no(self, tenant: str, kind: EntityType, name: str) -> None:
        """Require that subscribers know nothing of an entity."""
        owner = self._deeds.tenant(tenant)
        self._survey.settled(owner)
        if view := self._survey.view(owner, owner.entity(name, kind)):
            raise AssertionError(
                f"{tenant} should have no {kind} {name!r}, and it reads "
                f"{shown(view, owner.name_of)}\n{self._survey.where(owner)}"
            )

    def shows_pipeline(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require the pipeline totals, exactly one row a currency."""
        owner = self._deeds.tenant(tenant)
        self._survey.settled(owner)
        totals = self._run.crm.pipeline(owner.tenant_id)
        shown = {"tenant_id": owner.tenant_id, "totals": [*map(as_document, totals)]}
        self._run.journal.add(Entry.PIPELINE, shown)
        actual = [pipeline_row(total) for total in totals]
        rows = [expected_row(owner, row) for row in expected]
        self._require(owner, f"the pipeline of {tenant} totals", rows, actual, Ending.EXACTLY)

    def share_correlation(self, tenant: str) -> None:
        """Require one correlation id on all events since the last fact: the newest command's own.

        A command that brought none must have got one.
        """
        owner = self._deeds.tenant(tenant)
        command, _ = self._deeds.last()
        history = self._survey.settled(owner).history
        mentionable = [event for event in history if self._survey.is_mentionable(event)]
        found = [f"{title(event)}: {event['correlation_id']}" for event in mentionable]
        correlations = {event["correlation_id"] for event in mentionable}
        wanted = command.correlation_id or next(iter(correlations), "")
        if not wanted or correlations != {wanted}:
            raise AssertionError(
                f"expected correlation {wanted or 'of its own'} on every event, found "
                f"{found or 'no event'}\n{self._survey.where(owner)}"
            )

    def follow_contract(self, tenant: str) -> None:
        """Require that every event received follows the published schema of its type."""
        owner = self._deeds.tenant(tenant)
        self._survey.settled(owner)
        arrived = self._survey.arrived(owner)
        broken = [
            f"{each.detail_type}: {violation}"
            for each in arrived
            for violation in self._run.catalogue.violations(each.detail)
        ]
        if broken or not arrived:
            said = "\n".join(broken) or "no event arrived that could be checked"
            raise AssertionError(f"{said}\n{self._survey.where(owner)}")

    def versions_run(self, tenant: str, kind: EntityType, name: str, last: int) -> None:
        """Require that an entity's events have the versions 1 to `last`, each once."""
        owner = self._deeds.tenant(tenant)
        self._survey.settled(owner)
        entity_id = owner.entity(name, kind).entity_id
        about = [d for d in self._survey.arrived(owner) if d.detail["entity_id"] == entity_id]
        versions = sorted({each.event_id: each.detail["version"] for each in about}.values())
        if versions != list(range(1, last + 1)):
            raise AssertionError(
                f"the versions of {name!r} should run from 1 to {last}, and are {versions}\n"
                f"{self._survey.where(owner)}"
            )

    def unchanged(self, tenant: str, states: Mapping[str, State]) -> None:
        """Require that history, views and pipeline are what they were before the last attempt."""
        owner = self._deeds.tenant(tenant)
        if tenant not in states:
            raise ScenarioError("nothing was tried whose effect could be ruled out")
        before = states[tenant]
        self._survey.settled(owner)
        now = self._survey.state(owner)
        if now != before:
            told = "\n".join(f"  {line}" for line in changes(before, now, owner.name_of))
            raise AssertionError(
                f"nothing should have changed at {tenant}\n{told}\n{self._survey.where(owner)}"
            )

    def finds(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that the audit finds these anomalies, and no others; they are expected then."""
        owner = self._deeds.tenant(tenant)
        findings = self._audited(owner)
        rows = [expected_row(owner, row) for row in expected]
        actual = [finding_row(each, owner.name_of) for each in findings]
        self._require(owner, f"the audit of {tenant} finds", rows, actual, Ending.EXACTLY)
        self._deeds.anomalies += findings

    def finds_only_published_again(self, tenant: str) -> None:
        """Require that the audit finds nothing but repetitions on the bus; they are expected then.

        Whatever had effect twice, or came again other than it was, is no such repetition.
        """
        owner = self._deeds.tenant(tenant)
        findings = self._audited(owner)
        wrong = [finding_row(each, owner.name_of) for each in findings if not each.published_again]
        what = f"the audit of {tenant} finds, besides events that were published again,"
        self._require(owner, what, [], wrong, Ending.EXACTLY)
        self._deeds.anomalies += findings

    def in_time(self, tenant: str, percent: int) -> None:
        """Require that so many percent of the events reached every subscriber within the objective.

        Raises Inconclusive if the suite looked too late to tell.
        """
        owner = self._deeds.tenant(tenant)
        objective = self._run.settings.objective
        # Before any fence is sent: the sooner somebody looks, the more is proved.
        self._survey.level(owner)
        found = punctuality(self._survey.journeys(owner), objective, percent)
        if not found.events:
            raise ScenarioError(f"nothing has happened at {tenant} that could be in time or late")
        if not found.holds:
            raise AssertionError(f"{found}\n{self._survey.where(owner)}")
        if not found.is_proved:
            raise Inconclusive(
                f"{found}: the suite looked too late to tell; give it a less busy machine or a "
                f"longer -D objective\n{self._survey.where(owner)}"
            )

    def shows_times(self, tenant: str, expected: Sequence[CellRow]) -> None:
        """Require that the report has these hops, each with so many events, and no others."""
        owner = self._deeds.tenant(tenant)
        actual = hop_rows(self._survey.journeys(owner))
        rows = [expected_row(owner, row) for row in expected]
        what = f"the report shows how long the events of {tenant} took"
        self._require(owner, what, rows, actual, Ending.EXACTLY)

    def _audited(self, owner: Tenant) -> list[Finding]:
        evidence = self._run.witness.full(self._survey.settled(owner))
        return audit(self._survey.case([evidence]))

    def _collected(self, owner: Tenant, rows: Sequence[Row], ending: Ending) -> Sequence[Delivery]:
        in_scope = self._survey.in_scope(owner)
        self._survey.send_ahead(owner)

        def diagnose() -> str:
            losses = self._run.losses
            scene = losses.look(owner.tenant_id, self._deeds.accepted)
            arrived = self._run.collector.peek(in_scope)
            actual = self._rows(owner, arrived, scene.history or ())
            told = [*judge(rows, actual, ending).lines(), *twins(actual)]
            told += losses.tell_missing(scene)
            return "\n  ".join([*told, self._survey.where(owner)])

        question = Question(
            _once(in_scope),
            f"event of tenant {owner.name}",
            _closeness(owner),
            diagnose,
            self._survey.out_of_scope(owner),
        )
        return self._run.collector.collect(question, len(rows), self._run.settings.timeout)

    def _rows(
        self, owner: Tenant, arrived: Sequence[Delivery], history: Sequence[Document]
    ) -> list[Row]:
        """Return each event that arrived as a row, in commit order, events unknown to it last."""
        position = {event["event_id"]: number for number, event in enumerate(history)}
        events = {str(each.event_id): each.detail for each in arrived}
        ordered = sorted(events, key=lambda event_id: position.get(event_id, len(position)))
        cause = causes(history)
        return [event_row(events[e], cause(events[e]), owner.name_of) for e in ordered]

    def _trail(
        self, owner: Tenant, what: str, expected: Sequence[CellRow], about: str | None = None
    ) -> None:
        cause = causes(self._survey.settled(owner).history)
        entries = [as_document(each) for each in self._run.crm.audit_trail(owner.tenant_id)]
        actual = [
            event_row(entry, cause(entry), owner.name_of)
            for entry in entries
            if not is_fence(entry) and (about is None or _mentions(entry, about))
        ]
        rows = [expected_row(owner, row) for row in expected]
        self._require(owner, what, rows, actual, Ending.IN_ORDER)

    def _require(
        self,
        owner: Tenant,
        what: str,
        rows: Sequence[Row],
        actual: Sequence[Row],
        ending: Ending,
        told: Sequence[str] = (),
    ) -> None:
        claim = Claim(owner, what, rows, ending)
        require(self._survey, claim, judge(rows, actual, ending), lambda: told)


def asked(tenant: str, ending: Ending, rows: Sequence[Row]) -> str:
    """Return in words what a sentence about received events asks."""
    said = f"{ending} {len(rows)} event(s), and no other" if rows else "nothing"
    return f"the subscribers of {tenant} have received {said}"


def expected_row(owner: Tenant, row: CellRow) -> Row:
    """Return a row of a table as it is compared; raises ScenarioError for an unknown name."""
    return {heading: _compared(owner, value) for heading, value in row.items()}


def _compared(owner: Tenant, value: object) -> object:
    if not isinstance(value, Named):
        return value
    owner.entity(value.name)
    return value.name


def _closeness(owner: Tenant) -> Callable[[Delivery], float]:
    """Return what ranks near misses: about this tenant's entities, though under another tenant.

    A fence is none: it is the suite's own.
    """
    known = {entity.entity_id for entity in owner.entities.values()}

    def closeness(delivery: Delivery) -> float:
        ours = delivery.detail.get("tenant_id") == owner.tenant_id
        about = delivery.detail.get("entity_id") in known
        is_own = delivery.event is not None and is_fence(delivery.detail)
        return ours + 2.0 * about if (ours or about) and not is_own else FAR

    return closeness


def _once(predicate: Predicate) -> Predicate:
    """Match each event once, however often it was published: the audit counts that."""
    first: dict[str | None, str] = {}
    return lambda delivery: (
        predicate(delivery)
        and first.setdefault(delivery.event_id, delivery.message_id) == delivery.message_id
    )


def _mentions(entry: Document, entity_id: str) -> bool:
    payload: Mapping[str, object] = entry["payload"]
    return entity_id == entry["entity_id"] or entity_id in payload.values()
