"""The failures that are nobody's broken promise: trouble with the set-up, and missing evidence."""


class ConfigurationError(Exception):
    """Say in one sentence what is wrong with the set-up and what to do about it."""


class CrmTrouble(Exception):
    """Say what is wrong with the way to the CRM: no answer, or one that is neither yes nor no."""


class Inconclusive(Exception):
    """Say that the evidence does not allow a verdict: neither pass nor fail, and the run is red."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"INCONCLUSIVE: {reason}")
        self.reason = reason


class ScenarioError(Exception):
    """Say what is wrong with a scenario's own words: an unknown name, heading or value."""
