"""Why nothing more can have been on its way; or what is known where that cannot be said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from support.judging.case import Evidence, Missing, title
from support.names import is_fence


@dataclass(frozen=True)
class Proof:
    """Hold the evidence that nothing more came; times are in seconds.

    `applied` counts what each subscriber has, `committed` what the tenant did, `of_the_suite` the
    suite's own changes in the same history. With `choreography` the fence made a subscriber act.
    """

    tenant_id: str
    asked: str
    committed: int
    of_the_suite: int
    newest: str | None
    fence: str
    fence_s: float
    choreography: bool
    applied: Mapping[str, int]
    window_s: float
    window_reason: str

    @classmethod
    def of(
        cls,
        evidence: Evidence,
        *,
        asked: str,
        fence: str,
        fence_s: float,
        choreography: bool,
        window_s: float,
        window_reason: str,
    ) -> "Proof":
        """Count what the evidence holds."""
        own = [event for event in evidence.history if not is_fence(event)]
        return cls(
            tenant_id=evidence.tenant_id,
            asked=asked,
            committed=len(own),
            of_the_suite=len(evidence.history) - len(own),
            newest=title(own[-1]) if own else None,
            fence=fence,
            fence_s=round(fence_s, 4),
            choreography=choreography,
            applied={name: len(rows) for name, rows in evidence.applied.items() if rows},
            window_s=round(window_s, 4),
            window_reason=window_reason,
        )

    def sentences(self) -> list[str]:
        """Tell it to a product owner, a sentence a fact."""
        return [*self._told()]

    def _told(self) -> Iterator[str]:
        newest = f", the newest {self.newest}" if self.newest else ""
        yield (
            f"The event store has {self.committed} event(s) of the tenant's own{newest}; all of "
            "them arrived."
        )
        back = f"{self.fence_s * 1000:.0f} ms"
        if self.choreography:
            yield (
                "After the last command the suite closed an account of its own. The subscriber "
                f"that tidies up after closed accounts did so, and that arrived within {back}: "
                "whatever it had to do before, it has done."
            )
        else:
            yield (
                "After the last command the suite made a change of its own, and its event arrived "
                f"within {back}: the way was open. No account was closed, so no subscriber had to "
                "act."
            )
        level = ", ".join(f"{name} {count}" for name, count in self.applied.items())
        yield (
            f"Every subscriber has applied all that it listens to: {level} (with the suite's own "
            f"{self.of_the_suite})."
        )
        looked = f"For {self.window_s * 1000:.0f} ms more" if self.window_s else "Looking once more"
        yield f"{looked}, nothing came: {self.window_reason}."


def what_is_known(evidence: Evidence, missing: Sequence[Missing]) -> list[str]:
    """Put together all that can be said of a tenant whose fence did not come back, a line a fact.

    Whatever else is found out about a silence belongs here.
    """
    own = [event for event in evidence.history if not is_fence(event)]
    newest = f", the newest {title(own[-1])}" if own else ""
    return [
        f"the history has {len(own)} event(s) of the tenant's own{newest}",
        *(str(each) for each in missing),
        *([] if missing else ["nobody lacks anything of the history, the suite's own included"]),
    ]
