"""Requiring what is so now, while something is wrong, and still is so a moment later."""

from collections.abc import Callable, Sequence

from support.errors import CrmTrouble, Inconclusive
from support.judging.expectations import Judgement, Row, judge
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.requiring import Claim, require
from support.survey import Survey

LOOKING = Backoff(first=0.01, ceiling=0.05)
# Whoever still shows the same after this is not about to change it.
STILL_S = 0.2


def require_steadily(
    survey: Survey,
    claim: Claim,
    look: Callable[[], Sequence[Row]],
    explain: Callable[[], Sequence[str]] = tuple,
) -> None:
    """Look until a claim holds, and then once more: what was just passing by is seen.

    Raises AssertionError if it does not, Inconclusive if the CRM does not answer.
    """
    try:
        judgement = _still(survey, claim, look)
    except CrmTrouble as trouble:
        untold = f"{trouble}\nNobody can tell whether {claim}.\n{survey.where(claim.owner)}"
        raise Inconclusive(untold) from trouble
    require(survey, claim, judgement, explain)


def _still(survey: Survey, claim: Claim, look: Callable[[], Sequence[Row]]) -> Judgement:
    run = survey.run

    def judged() -> Judgement:
        return judge(claim.rows, look(), claim.ending)

    try:
        Waiter(LOOKING).until(lambda _: judged(), lambda it: it.holds, run.settings.timeout)
    except WaitTimeout as late:
        last: Judgement = late.last
        return last
    run.fences.settle(run.fences.clock(), at_least=STILL_S)
    return judged()
