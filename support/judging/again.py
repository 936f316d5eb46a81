"""Judging a finished run again, from nothing but its journal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from support.crm.port import Accepted, Subscriber
from support.judging.books import Books, Left, Rules, Seen, unexpected
from support.judging.case import Document, Evidence, OwnDeliveries
from support.judging.records import accepted_of, evidence_of, finding_of
from support.judging.strays import may_come_again
from support.observing.collector import BUS
from support.observing.deliveries import Delivery, recorded_delivery, tap_of
from support.observing.journal import Entry
from support.observing.sightings import Sighting

Line = Mapping[str, Any]
SUBSCRIBERS = TypeAdapter(list[Subscriber])
RUN = "the run as a whole"
READINESS = "the readiness check"


@dataclass(frozen=True)
class Verdict:
    """Hold what was found now, and what the run itself had found, of one scenario."""

    scenario: str
    findings: Sequence[str]
    said: Sequence[str]

    @property
    def same(self) -> bool:
        """Return whether both are the same."""
        return [*self.findings] == [*self.said]


@dataclass(frozen=True)
class Outcome:
    """Hold how a scenario ended: behave's word for it, and the first error if there was one.

    It may have one more where its end failed, too; and the run as a whole has one if that failed.
    """

    scenario: str
    status: str
    error: str


@dataclass
class Judged:
    """Hold all verdicts, the outcomes of the scenarios, and which of them were never closed."""

    verdicts: list[Verdict] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    is_whole: bool = False

    @property
    def holds(self) -> bool:
        """Return whether the run was green, was whole, and is judged as it was then."""
        return (
            self.is_whole
            and not self.unclosed
            and all(each.same and not each.findings for each in self.verdicts)
            and all(each.status in ("passed", "skipped") for each in self.outcomes)
        )


def judge_again(
    lines: Iterable[Line],
    violations: Callable[[Document], Sequence[str]],
    promised: Mapping[str, Sequence[str]],
) -> Judged:
    """Repeat every audit of a run in the order in which it was made."""
    return _Reader(violations, promised).read(lines)


class _Reader:
    """Follow a journal line by line, and judge whenever the run did."""

    def __init__(
        self,
        violations: Callable[[Document], Sequence[str]],
        promised: Mapping[str, Sequence[str]],
    ) -> None:
        self._books = Books(Rules((), violations, promised, objective=0, latest=0))
        self._commands: dict[int, Line] = {}
        self._accepted: list[Accepted] = []
        self._arrived: dict[str, list[Delivery]] = {BUS: []}
        self._read: dict[str, Evidence] = {}
        self._sightings: dict[str, list[Sighting]] = {}
        self._held_up: set[str | None] = set()
        self._given_back: set[str | None] = set()
        self._faults: list[Line] = []
        self._again: list[Evidence] = []
        self._left: dict[str, Left] = {}
        self._open: dict[str, None] = {}
        self._judged = Judged()

    def read(self, lines: Iterable[Line]) -> Judged:
        """Follow all lines."""
        heed: Mapping[str, Callable[[Line], None]] = {
            Entry.RULES: self._rules,
            Entry.TENANT: self._tenant,
            Entry.COMMAND: self._command,
            Entry.RECEIPT: self._receipt,
            Entry.DELIVERY: self._delivery,
            Entry.SIGHTING: self._sighting,
            Entry.FAULT: self._fault,
            Entry.BOOKS: self._evidence,
            Entry.VERDICT: self._verdict,
            Entry.OUTCOME: self._outcome,
            Entry.ABANDONED: self._abandoned,
            Entry.SECOND_LOOK: self._second_look,
            Entry.LEFT: self._leaves,
            Entry.RUN_VERDICT: self._run_verdict,
        }
        for line in lines:
            if line["entry"] in heed:
                heed[line["entry"]](line)
        self._judged.unclosed = [*self._open]
        return self._judged

    def _rules(self, line: Line) -> None:
        told = {name: line[name] for name in self._books.rules.record()}
        told["subscribers"] = SUBSCRIBERS.validate_python(told["subscribers"])
        self._books.rules = replace(self._books.rules, **told)

    def _tenant(self, line: Line) -> None:
        self._books.scenario_of[line["tenant_id"]] = line["of"]
        if line["scenario"] is not None:
            self._open[line["scenario"]] = None

    def _command(self, line: Line) -> None:
        self._commands[line["number"]] = line

    def _receipt(self, line: Line) -> None:
        accepted = accepted_of(self._commands.pop(line["command"]), line)
        if not accepted.repeated:
            self._accepted.append(accepted)

    def _delivery(self, line: Line) -> None:
        if not line["redelivery"]:
            self._arrived.setdefault(line["tap"], []).append(recorded_delivery(line))

    def _sighting(self, line: Line) -> None:
        tenant, subscriber = line["tenant_id"], line["subscriber"]
        times = line["not_before"], line["by"]
        self._sightings.setdefault(tenant, []).extend(
            Sighting(tenant, subscriber, event_id, *times) for event_id in line["events"]
        )

    def _fault(self, line: Line) -> None:
        self._held_up.add(line["scenario"])
        if "given back" in line:
            self._given_back.add(line["scenario"])
        self._faults.append(line)

    def _evidence(self, line: Line) -> None:
        self._read[line["tenant_id"]] = evidence_of(line)

    def _verdict(self, line: Line) -> None:
        evidence = [self._read.pop(tenant_id) for tenant_id in line["tenants"]]
        seen = Seen(
            self._arrived[BUS],
            self._accepted,
            [each for tenant in line["tenants"] for each in self._sightings.get(tenant, ())],
            own={
                tenant: OwnDeliveries(self._arrived.get(tap_of(tenant), ()), frozenset(before))
                for tenant, before in line["before_own"].items()
            },
            # How long a path takes that is just starting is not judged.
            held_up=line["scenario"] is None or line["scenario"] in self._held_up,
            given_back=line["scenario"] in self._given_back,
        )
        found = self._books.close(self._books.case(evidence, seen))
        expected = [finding_of(each) for each in line["expected"]]
        scenario = line["scenario"] or READINESS
        self._add(scenario, unexpected(found, expected), line)
        self._open.pop(line["scenario"], None)

    def _outcome(self, line: Line) -> None:
        outcome = Outcome(line["scenario"] or RUN, line["status"], line["error"])
        self._judged.outcomes.append(outcome)

    def _abandoned(self, line: Line) -> None:
        """Do as the run did where no audit was possible: what has come of its tenants is theirs."""
        self._open.pop(line["scenario"], None)
        for tenant in line["tenants"]:
            self._books.account_for(tenant, self._arrived[BUS])

    def _second_look(self, line: Line) -> None:
        self._again.append(evidence_of(line))

    def _leaves(self, line: Line) -> None:
        self._left = {name: Left(**each) for name, each in line["left"].items()}

    def _run_verdict(self, line: Line) -> None:
        self._judged.is_whole = True
        self._books.account_for(line["canary"], self._arrived[BUS])
        comes_again = may_come_again(self._faults)
        found = self._books.left_over(self._arrived[BUS], self._again, self._left, comes_again)
        self._add(RUN, found, line)

    def _add(self, scenario: str, findings: Sequence[object], line: Line) -> None:
        self._judged.verdicts.append(Verdict(scenario, [*map(str, findings)], line["findings"]))
