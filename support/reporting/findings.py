"""What a guard has to say about the features."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Say where something is wrong, what it is, and what to do about it."""

    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Say all of it in one line."""
        return f"{self.place}: {self.problem}: {self.remedy}"


Findings = tuple[Finding, ...]
