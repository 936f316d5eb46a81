"""The books of a run: what every scenario has accounted for, and what is left over at the end."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.crm.port import Accepted, Subscriber
from support.judging.case import CLOCKS_APART_S, Case, Document, Evidence, Finding, OwnDeliveries
from support.judging.history import audit
from support.judging.pipeline import pipeline
from support.judging.punctuality import Punctuality, punctuality
from support.judging.strays import MayComeAgain, strays
from support.judging.subscribers import audit_trail, effects, views
from support.judging.timeliness import Journey, journeys
from support.observing.deliveries import Delivery, Passage
from support.observing.sightings import Sighting


@dataclass(frozen=True)
class Rules:
    """Hold what all audits of a run go by: see `Case`; times are in seconds."""

    subscribers: Sequence[Subscriber]
    violations: Callable[[Document], Sequence[str]]
    promised: Mapping[str, Sequence[str]]
    objective: float
    latest: float
    clocks_apart: float = CLOCKS_APART_S
    keeps_order: bool = False
    actors: Sequence[str] = ()

    def record(self) -> Mapping[str, Any]:
        """Return what the journal keeps of them: what is not the same in every run."""
        return {
            "subscribers": [each.model_dump(mode="json") for each in self.subscribers],
            "objective": self.objective,
            "latest": self.latest,
            "clocks_apart": self.clocks_apart,
            "keeps_order": self.keeps_order,
            "actors": [*self.actors],
        }


@dataclass(frozen=True)
class Seen:
    """Hold what an audit holds evidence against.

    `held_up` says that the suite itself has held events up: how long they took is not judged then.
    `given_back` says that it let some be published after others that were later: order of arrival
    is not judged then.
    """

    deliveries: Sequence[Delivery]
    accepted: Sequence[Accepted]
    sightings: Sequence[Sighting] = ()
    own: Mapping[str, OwnDeliveries] = field(default_factory=dict)
    held_up: bool = False
    given_back: bool = False


@dataclass(frozen=True)
class Left:
    """Count the messages that a subscriber has left in its queue and among its dead letters.

    `letters` describe those of the dead letters that could be read.
    """

    waiting: int
    dead: int
    letters: Sequence[str] = ()


@dataclass
class Books:
    """Audit scenario after scenario, and remember of each what it has accounted for.

    `scenario_of` gives the scenario of each tenant id that the run opened.
    """

    rules: Rules
    scenario_of: dict[str, str] = field(default_factory=dict)
    closed: dict[str, Evidence] = field(default_factory=dict)
    journeys: list[Journey] = field(default_factory=list)
    _accounted: set[Passage] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def case(self, evidence: Sequence[Evidence], seen: Seen) -> Case:
        """Put together what an audit judges."""
        rules = self.rules
        return Case(
            evidence=evidence,
            deliveries=seen.deliveries,
            subscribers=rules.subscribers,
            accepted=seen.accepted,
            violations=rules.violations,
            promised=rules.promised,
            keeps_order=rules.keeps_order and not seen.given_back,
            sightings=seen.sightings,
            own=seen.own,
            clocks_apart=rules.clocks_apart,
            latest=None if seen.held_up else rules.latest,
            closed=self.closed,
            actors=rules.actors,
        )

    def close(self, case: Case) -> list[Finding]:
        """Audit tenants and close their books: whatever arrives for them from now on is late."""
        findings = audit(case)
        for each in case.evidence:
            self.closed[each.tenant_id] = each
            self._accounted |= {d.passage for d in case.arrived(each.tenant_id)}
            if case.latest is not None:
                self.journeys += journeys(case, each)
        self._told |= {str(finding) for finding in findings}
        return findings

    def punctuality(self) -> Punctuality:
        """Return how many of the run's events were in time."""
        return punctuality(self.journeys, self.rules.objective)

    def account_for(self, tenant_id: str, deliveries: Sequence[Delivery]) -> None:
        """Account for all events that have arrived of a tenant so far; what is none is nobody's."""
        ours = (d for d in deliveries if d.event and d.event.tenant_id == tenant_id)
        self._accounted |= {d.passage for d in ours}

    def left_over(
        self,
        deliveries: Sequence[Delivery],
        again: Sequence[Evidence],
        left: Mapping[str, Left],
        comes_again: MayComeAgain,
    ) -> list[str]:
        """Name what came late, came again, is nobody's, got stuck, or had effect once more.

        Also what subscribers show, total and have on record otherwise than when its books closed.
        `again` is evidence of closed tenants that was read once more, after all this had come;
        `comes_again` says whose events the run itself has had published again. What a scenario has
        told already is not told again.
        """
        owners = {e["event_id"]: each.tenant_id for each in again for e in each.history}
        committed = {each.tenant_id: each.committed for each in again}
        listed = self.rules.subscribers
        found = (
            finding
            for each in again
            for look in (
                effects(listed, each, owners),
                audit_trail(each),
                views(each, owners),
                pipeline(each),
            )
            for finding in look
        )
        return [
            *strays(deliveries, self._accounted, self.scenario_of, comes_again, committed),
            *_stuck(left),
            *(self._since(each) for each in found if str(each) not in self._told),
            *([] if (share := self.punctuality()).holds else [f"late: {share}"]),
        ]

    def _since(self, finding: Finding) -> str:
        scenario = self.scenario_of.get(finding.tenant_id, "none")
        return f"{finding}, since its scenario was closed: {scenario}"


def _stuck(left: Mapping[str, Left]) -> Iterator[str]:
    for name, each in left.items():
        if each.waiting > 0:
            yield f"blocked: {name} leaves {each.waiting} message(s) in its queue"
        if each.dead > 0:
            yield f"dead-lettered: {name} has {each.dead} more among its dead letters"
            yield from each.letters


def unexpected(findings: Sequence[Finding], expected: Collection[Finding]) -> list[Finding]:
    """Return the findings without those that a scenario said itself are to be."""
    return [each for each in findings if each not in expected]
