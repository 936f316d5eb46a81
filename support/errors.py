"""The failures that are nobody's broken promise: trouble with the set-up, and missing evidence."""

from collections.abc import Iterable


class ConfigurationError(Exception):
    """Say in one sentence what is wrong with the set-up and what to do about it."""


class CrmTrouble(Exception):
    """Say what is wrong with the way to the CRM: no answer, or one that is neither yes nor no."""


class NoAnswer(CrmTrouble):
    """Say that the CRM gave no answer: nobody knows whether it did what it was asked for."""


class Inconclusive(Exception):
    """Say that the evidence does not allow a verdict: neither pass nor fail, and the run is red."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"INCONCLUSIVE: {reason}")
        self.reason = reason

    def with_evidence(self, lines: Iterable[str]) -> "Inconclusive":
        """Return the same verdict with what is known all the same, a line a fact."""
        return Inconclusive("\n".join([self.reason, *lines]))


class ScenarioError(Exception):
    """Say what is wrong with a scenario's own words: an unknown name, heading or value."""
