"""What tenants of the CRM in memory have of their own: credentials, subscriptions, rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, cast

from support.crm.port import Command, CommandRefused, CrmPort, OwnSubscription, Pretence
from support.judging.case import Document
from support.judging.clones import Rule
from support.observing.pattern_taps import Copies, Passed
from tests.support.in_memory_tap import InMemoryTap

Takes = Callable[[Document], bool]


class OwnQueues:
    """Hold the queues of own subscriptions; `reaches` says whose events come to whom."""

    def __init__(self, reaches: Callable[[str, Document], bool]) -> None:
        self.reaches = reaches
        self.taps: dict[str, InMemoryTap] = {}

    def open(self, tenant_id: str) -> OwnSubscription:
        """Make a queue."""
        self.taps[tenant_id] = InMemoryTap()
        name = f"own-{tenant_id}"
        return OwnSubscription(tenant_id=tenant_id, rule=name, queue_url=f"https://q/1/{name}")

    def close(self, tenant_id: str) -> None:
        """Forget a queue."""
        self.taps.pop(tenant_id, None)

    def tap_on(self, name: str, queue_url: str) -> InMemoryTap:
        """Return the queue of this URL as a tap of this name."""
        tap = self.taps[queue_url.rpartition("/own-")[2]]
        tap.name = name
        return tap

    def deliver(self, event: Document, envelope_id: str) -> None:
        """Put an event into the queues that it reaches."""
        for tenant_id, tap in self.taps.items():
            if self.reaches(tenant_id, event):
                tap.put(event, id=envelope_id)


class Admitting(Protocol):
    """Say whether a request may be made with what is shown."""

    def admit(self, tenant_id: str, shown: str | Pretence, command: Command | None) -> None:
        """Raise CommandRefused unless this may be shown for a request about the tenant."""


class _Showing:
    """Make every request of a CRM with something else than the tenant's own credential."""

    def __init__(self, crm: Admitting, shown: str | Pretence) -> None:
        self._crm = crm
        self._shown = shown

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(about: str | Command, *others: Any) -> Any:
            command = about if isinstance(about, Command) else None
            tenant_id = about.tenant_id if isinstance(about, Command) else about
            self._crm.admit(tenant_id, self._shown, command)
            return getattr(self._crm, name)(about, *others)

        return ask


def showing(crm: Admitting, shown: str | Pretence) -> CrmPort:
    """Return a driver that shows this, whatever tenant the request is about."""
    return cast(CrmPort, _Showing(crm, shown))


def refusal(tenant_id: str, shown: str | Pretence) -> CommandRefused | None:
    """Return what an honest CRM answers to what is shown, or None where it fits."""
    if isinstance(shown, Pretence):
        return CommandRefused(401, "invalid_credential", "Nobody was given this.")
    return None if shown == tenant_id else CommandRefused(403, "wrong_tenant", "It is another's.")


@dataclass(frozen=True)
class FakeCopies:
    """Let samples pass through rules that are mere functions."""

    takes: Mapping[str, Takes]
    times: int = 1

    @property
    def rules(self) -> Sequence[Rule]:
        """Return the rules, each with the queue that has its name."""
        return [Rule(name, "{}", (name,)) for name in self.takes]

    def pass_through(
        self, samples: Sequence[Document], meant: Passed, timeout: float, window: float
    ) -> Passed:
        """Ask the functions."""
        assert timeout > 0 < window
        assert meant.keys() <= self.takes.keys()
        return {
            rule: [s for s in samples if takes(s)] * self.times
            for rule, takes in self.takes.items()
        }


@contextmanager
def copied(takes: Mapping[str, Takes], times: int = 1) -> Iterator[Copies]:
    """Copy rules for a while; each delivers what it takes so many times."""
    yield FakeCopies(takes, times)
