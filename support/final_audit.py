"""The audit at the end of a run: what came late, came again, got stuck or is nobody's."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from support.errors import Inconclusive
from support.judging.books import Left, Seen
from support.judging.case import Evidence, Finding, Kind
from support.judging.records import record_of
from support.judging.strays import beginnings, may_come_again
from support.observing.journal import Entry
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.repairs import require_repaired
from support.run import Run
from support.targets.queues import Depth, depths

PERHAPS_OTHERS = (
    "  none that was looked at is of this run's tenants: if others use this CRM, they may be theirs"
)
LAST_LOOK_S = 1.0
LOOKING = Backoff(first=0.02, ceiling=0.1)


def final_audit(run: Run) -> list[str]:
    """Look once more, and name all that came late, came again, got stuck or is nobody's.

    What a scenario has reported is not reported again; what the last one could not repair is tried
    again first. Raises FaultError if that fails, and Inconclusive if nothing comes back any more
    and nothing wrong was seen before.
    """
    run.journal.begin(None)  # it is no scenario's, the last one's neither
    require_repaired(run)
    patience = min(run.settings.objective, run.settings.timeout)
    try:
        run.fences.pass_through(run.canary, patience)
    except Inconclusive as silence:
        verdict = silence.with_evidence(run.losses.tell_fence(run.canary))
        if found := _left_over(run, (), {}):
            return [*found, str(verdict)]
        raise verdict from silence
    run.fences.settle(run.fences.clock(), at_least=LAST_LOOK_S)
    closed = [*run.books.closed.values()]
    canary = _close_canary(run)
    # After the tap was read for the last time: what came is in the histories, or is nobody's.
    again = run.witness.second_look(closed)
    return [*map(str, canary), *_left_over(run, again, _left(run))]


def _close_canary(run: Run) -> list[Finding]:
    """Audit the canary too: what befalls a run's first events befalls it.

    On AWS a new rule takes a while to match: there its first events may be lost. How long a
    path takes that is just starting is not judged. What the run has had published again comes
    again, the canary's own as well.
    """
    evidence, _ = run.witness.level(run.canary, run.settings.objective)
    whole = [run.witness.full(evidence)]
    seen = Seen(run.witness.about(whole), run.fences.sent, held_up=True)
    on_aws = run.settings.target == "aws"
    again = bool(beginnings(run.journal.faults))
    return run.close_books(
        run.books.case(whole, seen),
        lambda finding: (
            (on_aws and finding.kind is Kind.LOST) or (again and finding.published_again)
        ),
    )


def _left_over(run: Run, again: Sequence[Evidence], left: Mapping[str, Left]) -> list[str]:
    run.books.account_for(run.canary, run.collector.deliveries)
    comes_again = may_come_again(run.journal.faults)
    found = run.books.left_over(run.collector.deliveries, again, left, comes_again)
    for each in again:
        run.journal.add(Entry.SECOND_LOOK, record_of(each))
    run.journal.add(Entry.LEFT, {"left": {name: asdict(each) for name, each in left.items()}})
    run.journal.add(Entry.RUN_VERDICT, {"canary": run.canary, "findings": found})
    return found


def _left(run: Run) -> dict[str, Left]:
    """Count what the subscribers leave in their queues, and among the dead letters."""

    def look(_: float) -> dict[str, Depth]:
        now = depths(run.aws, run.witness.subscribers)
        if run.reference is None:
            # Others use a deployed CRM's queues too: only its dead letters say something.
            now = {name: replace(depth, waiting=0) for name, depth in now.items()}
        return {name: now[name].above(before) for name, before in run.depths.items()}

    try:
        left = Waiter(LOOKING).until(look, _is_empty, run.settings.objective)
    except WaitTimeout as late:
        left = late.last
    dead = any(each.dead > 0 for each in left.values())
    letters = run.losses.tell_dead_letters(run.books.scenario_of) if dead else {}
    unknown = () if run.reference else (PERHAPS_OTHERS,)
    return {
        name: Left(depth.waiting, depth.dead, letters.get(name) or unknown)
        for name, depth in left.items()
    }


def _is_empty(left: Mapping[str, Depth]) -> bool:
    return all(depth.waiting <= 0 and depth.dead <= 0 for depth in left.values())
