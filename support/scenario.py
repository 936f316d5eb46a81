"""What one scenario has done and may refer to: its tenants, its commands, and how they ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from support.crm.port import Accepted, Command, CommandRefused
from support.errors import ScenarioError
from support.judging.case import Finding
from support.names import Tenant

Outcome = Accepted | CommandRefused


@dataclass
class Deeds:
    """Keep the commands of one scenario.

    `background` holds the correlation ids of what was given: its events are nobody's expectation;
    `anomalies` what a sentence has said that the audit has to find.
    """

    tenants: dict[str, Tenant] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    background: set[str] = field(default_factory=set)
    tried: list[tuple[Command, Outcome]] = field(default_factory=list)
    unjudged: list[CommandRefused] = field(default_factory=list)
    anomalies: list[Finding] = field(default_factory=list)

    def tenant(self, name: str) -> Tenant:
        """Return a tenant; raises ScenarioError if the scenario has not introduced it."""
        if name not in self.tenants:
            raise ScenarioError(f'unknown tenant {name}: begin with "Given {name} is a tenant"')
        return self.tenants[name]

    def first(self) -> Command:
        """Return the first command since the facts."""
        acts = [c for c, _ in self.tried if c.correlation_id not in self.background]
        if not acts:
            raise ScenarioError("no command was sent before this sentence")
        return acts[0]

    def last(self) -> tuple[Command, Outcome]:
        """Return the newest command with its outcome."""
        if not self.tried:
            raise ScenarioError("no command was sent before this sentence")
        return self.tried[-1]

    def outcomes_of(self, command_type: str) -> list[Outcome]:
        """Return how the commands of a type ended that were sent since the facts."""
        return [
            outcome
            for command, outcome in self.tried
            if command.command_type == command_type
            and command.correlation_id not in self.background
        ]

    def note(self, command: Command, outcome: Outcome) -> None:
        """Keep a command with its outcome."""
        self.tried.append((command, outcome))
        if isinstance(outcome, Accepted) and not outcome.repeated:
            self.accepted.append(outcome)

    def is_unjudged(self, outcome: Outcome) -> bool:
        """Say whether it is a refusal that no sentence has spoken of."""
        return any(each is outcome for each in self.unjudged)

    def judged(self, outcomes: Sequence[Outcome]) -> None:
        """Note that a sentence has said that these refusals were to be."""
        known = [id(outcome) for outcome in outcomes]
        self.unjudged = [each for each in self.unjudged if id(each) not in known]
