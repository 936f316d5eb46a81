"""Requiring what a sentence says of what was found: noted in the journal, told if it is not so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from support.judging.expectations import Ending, Judgement, Row
from support.names import Tenant
from support.observing.journal import Entry
from support.survey import Survey


@dataclass(frozen=True)
class Claim:
    """Hold what a sentence says of a tenant: `what` in words, and the rows that it ends in."""

    owner: Tenant
    what: str
    rows: Sequence[Row]
    ending: Ending = Ending.EXACTLY

    def __str__(self) -> str:
        rows = f"{len(self.rows)} row(s)" if self.rows else "nothing"
        return f"{self.what} {self.ending} {rows}"


def require(
    survey: Survey,
    claim: Claim,
    judgement: Judgement,
    explain: Callable[[], Sequence[str]] = tuple,
) -> None:
    """Require that a claim holds; `explain` says more, in lines, of one that does not.

    Raises AssertionError with every difference.
    """
    fields = {"what": claim.what, "ending": claim.ending, "expected": claim.rows}
    survey.run.journal.add(Entry.EXPECTATION, {**fields, "holds": judgement.holds})
    if not judgement.holds:
        told = [f"  {line}" for line in judgement.lines()]
        raise AssertionError(
            "\n".join([f"Expected: {claim}.", *told, *explain(), survey.where(claim.owner)])
        )
