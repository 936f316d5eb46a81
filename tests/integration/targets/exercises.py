"""Doing once, with the reference CRM, what each need asks of a target; what fails says why."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import pytest

from support.crm.port import Command, CommandRefused, CrmPort, Pretence
from support.errors import ConfigurationError, CrmTrouble
from support.faults.checkpoint import Checkpoint
from support.faults.hardships import Hardship, suffering
from support.faults.probing import PROBES, Probes
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.parties import PUBLISHER, TRANSPORT
from support.run import Run

PATIENCE_S = 30.0
LOOKING = Backoff(first=0.02, ceiling=0.2)
VIEWS = "entity-views"


@dataclass(frozen=True)
class Exercise:
    """Hold a run, and a tenant of it that has made one change, which everybody has."""

    run: Run
    tenant: str

    @property
    def crm(self) -> CrmPort:
        """Return the reference CRM's driver."""
        return self.run.crm

    def change(self) -> str:
        """Let the tenant make a change; return the event's id."""
        key = uuid4().hex
        data = {"last_name": "Lovelace", "company": "Engines"}
        command = Command(self.tenant, "CreateLead", f"lead-{key[:8]}", data, key, key, "ada")
        return self.run.sender.send(command).receipt.events[0].event_id

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something comes to hold; raises WaitTimeout."""
        Waiter(LOOKING).until(lambda _: holds(), bool, PATIENCE_S)

    def level(self) -> None:
        """Wait until every subscriber has all of the tenant's history."""
        _, missing = self.run.witness.level(self.tenant, PATIENCE_S)
        assert not missing

    def credentials(self) -> None:
        """Show a forged credential, and none."""
        for pretence in Pretence:
            with pytest.raises(CommandRefused, match="invalid_credential"):
                self.crm.with_credential_of(pretence).history(self.tenant)

    def own_subscriptions(self) -> None:
        """Subscribe, receive, and cancel."""
        own = self.crm.subscribe(self.tenant)
        tap = self.run.tap_on("own", own.queue_url)
        change = self.change()
        self.until(lambda: any(change in each.body for each in tap.receive(1) or ()))
        self.crm.unsubscribe(self.tenant)

    def parked(self) -> None:
        """Read what a subscriber keeps."""
        assert list(self.crm.parked(self.tenant, VIEWS)) == []

    def set_aside(self) -> None:
        """Read what the publisher has set aside, and give it back."""
        assert list(self.crm.set_aside(self.tenant)) == []
        assert self.run.operator.redrive(PUBLISHER.name, self.tenant) == 0

    def replay(self) -> None:
        """Publish all of the tenant's events again."""
        assert self.run.operator.replay(self.tenant) == len(self.crm.history(self.tenant))

    def rebuild(self) -> None:
        """Build the views anew."""
        assert self.run.operator.rebuild(VIEWS, self.tenant) == len(self.crm.history(self.tenant))

    def process_control(self) -> None:
        """Stop, kill and start a process."""
        for end in (self.run.operator.stop, self.run.operator.kill):
            end(VIEWS)
            assert not self.run.operator.runs(VIEWS)
            self.change()
            self.run.operator.start(VIEWS)
            self.level()

    def aws_answers(self) -> None:
        """Let the publisher be throttled by a proxy, and then no more."""
        operator, proxy = self.run.operator, self.run.proxy
        operator.stop(PUBLISHER.name)
        operator.start(PUBLISHER.name, proxy.url)
        rule = proxy.add(suffering(TRANSPORT, Hardship.THROTTLED, self.tenant))
        self.change()
        self.until(lambda: bool(proxy.fired(rule["id"])))
        proxy.remove(rule)
        operator.stop(PUBLISHER.name)
        operator.start(PUBLISHER.name)
        self.level()

    def checkpoint(self) -> None:
        """Let the publisher forget how far it came, and publish again."""
        operator = self.run.operator
        operator.stop(PUBLISHER.name)
        stack = self.run.settings.stack_name
        Checkpoint(self.run.aws, stack, self.run.journal).lose()
        before = self._published
        operator.start(PUBLISHER.name)
        self.until(lambda: self._published > before)

    @property
    def _published(self) -> int:
        """Count what has come of the tenant over the bus."""
        self.run.collector.drain()
        return len(self.run.collector.of_tenant(self.tenant))


EXERCISES: Mapping[str, Callable[[Exercise], None]] = {
    "needs-aws-answers": Exercise.aws_answers,
    "needs-checkpoint": Exercise.checkpoint,
    "needs-credentials": Exercise.credentials,
    "needs-own-subscriptions": Exercise.own_subscriptions,
    "needs-parked": Exercise.parked,
    "needs-process-control": Exercise.process_control,
    "needs-rebuild": Exercise.rebuild,
    "needs-replay": Exercise.replay,
    "needs-set-aside": Exercise.set_aside,
}


def found_out(run: Run) -> dict[str, str | None]:
    """Try every need for real; return the reason why it cannot be met, or None."""
    probes = Probes(run.aws, f"{run.settings.stack_name}-tried")
    exercise = Exercise(run, run.open_tenant("acme", "exercises"))
    exercise.change()
    exercise.level()
    found = {need: _reason(partial(do, exercise)) for need, do in EXERCISES.items()}
    with closing(probes):
        return {**found, **{need: probes.lacks(need) for need in PROBES}}


def _reason(do: Callable[[], None]) -> str | None:
    try:
        do()
    except (AssertionError, CommandRefused, CrmTrouble, ConfigurationError, WaitTimeout) as error:
        return f"{type(error).__name__}: {error}"
    return None
