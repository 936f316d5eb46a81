"""The books of a run: what every scenario has accounted for, and what is left over at the end."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.crm.port import Accepted, Subscriber
from support.judging.case import Case, Document, Evidence, Finding
from support.judging.history import audit
from support.judging.strays import strays
from support.judging.subscribers import effects
from support.observing.deliveries import Delivery, Passage


@dataclass(frozen=True)
class Rules:
    """Hold what all audits of a run go by: see `Case`."""

    subscribers: Sequence[Subscriber]
    violations: Callable[[Document], Sequence[str]]
    promised: Mapping[str, Sequence[str]]
    keeps_order: bool = False

    def record(self) -> Mapping[str, Any]:
        """Return what the journal keeps of them: what is not the same in every run."""
        listed = [each.model_dump(mode="json") for each in self.subscribers]
        return {"keeps_order": self.keeps_order, "subscribers": listed}


@dataclass(frozen=True)
class Left:
    """Count the messages that a subscriber has left in its queue and among its dead letters."""

    waiting: int
    dead: int


@dataclass
class Books:
    """Audit scenario after scenario, and remember of each what it has accounted for.

    `scenario_of` gives the scenario of each tenant id that the run opened.
    """

    rules: Rules
    scenario_of: dict[str, str] = field(default_factory=dict)
    closed: dict[str, Evidence] = field(default_factory=dict)
    _accounted: set[Passage] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def close(
        self,
        evidence: Sequence[Evidence],
        deliveries: Sequence[Delivery],
        accepted: Sequence[Accepted],
    ) -> list[Finding]:
        """Audit tenants and close their books: whatever arrives for them from now on is late."""
        rules = self.rules
        findings = audit(
            Case(
                evidence=evidence,
                deliveries=deliveries,
                subscribers=rules.subscribers,
                accepted=accepted,
                violations=rules.violations,
                promised=rules.promised,
                keeps_order=rules.keeps_order,
            )
        )
        for each in evidence:
            self.closed[each.tenant_id] = each
            self.account_for(each.tenant_id, deliveries)
        self._told |= {str(finding) for finding in findings}
        return findings

    def account_for(self, tenant_id: str, deliveries: Sequence[Delivery]) -> None:
        """Account for all that has arrived of a tenant so far."""
        self._accounted |= {d.passage for d in deliveries if d.detail.get("tenant_id") == tenant_id}

    def left_over(
        self, deliveries: Sequence[Delivery], again: Sequence[Evidence], left: Mapping[str, Left]
    ) -> list[str]:
        """Name what came late, came again, is nobody's, got stuck, or had effect once more.

        `again` is evidence of closed tenants that was read once more. What a scenario has told
        already is not told again.
        """
        found = (str(each) for e in again for each in effects(self.rules.subscribers, e))
        return [
            *strays(deliveries, self._accounted, self.scenario_of),
            *_stuck(left),
            *(each for each in found if each not in self._told),
        ]


def _stuck(left: Mapping[str, Left]) -> Iterator[str]:
    for name, each in left.items():
        if each.waiting > 0:
            yield f"blocked: {name} leaves {each.waiting} message(s) in its queue"
        if each.dead > 0:
            yield f"dead-lettered: {name} has {each.dead} more among its dead letters"


def unexpected(findings: Sequence[Finding], expected: Collection[Finding]) -> list[Finding]:
    """Return the findings without those that a scenario said itself are to be."""
    return [each for each in findings if each not in expected]
