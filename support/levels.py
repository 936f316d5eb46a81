"""Waiting until bus and subscribers have all that happened, and naming what they lack."""

from collections.abc import Sequence
from contextlib import suppress

from support.catching_up import level_in_the_end
from support.errors import CrmTrouble, Inconclusive
from support.judging.absence import what_is_known
from support.judging.case import BUS, Document, Evidence, Missing, is_like, title
from support.names import Tenant, is_fence
from support.run import Run
from support.scenario import Deeds


class Levels:
    """See that everybody is level with the history of a scenario's tenants.

    `disturbed` says that something other than a command has changed what is delivered.
    """

    def __init__(self, run: Run, deeds: Deeds) -> None:
        self._run = run
        self._deeds = deeds
        self.disturbed = False
        self._waited = 0.0

    def level(self, tenant: Tenant) -> Evidence:
        """Wait until bus and subscribers have all of the history.

        Raises AssertionError if something is lost, Inconclusive if only a fence is on its way to
        the bus, or if the CRM does not answer.
        """
        question = on_its_way(tenant)
        try:
            evidence, missing = self._levelled(tenant)
        except CrmTrouble as trouble:
            raise self.untold(tenant, str(trouble), question, ()) from None
        if missing and not any(_is_blamed(each) for each in missing):
            silence = f"the fence of tenant {tenant.tenant_id} did not come back"
            raise self.untold(tenant, silence, question, what_is_known(evidence, missing))
        self.refuse(tenant, missing)
        return evidence

    def _levelled(self, tenant: Tenant) -> tuple[Evidence, list[Missing]]:
        if self.disturbed:
            return self._levelled_in_the_end(tenant)
        return self._run.witness.level(tenant.tenant_id, self._run.settings.timeout)

    def _levelled_in_the_end(self, tenant: Tenant) -> tuple[Evidence, list[Missing]]:
        clock = self._run.fences.clock
        began = clock()
        try:
            return level_in_the_end(self._run, tenant.tenant_id)
        finally:
            self._waited = max(self._waited, round(clock() - began))

    def untold(self, tenant: Tenant, reason: str, asked: str, facts: Sequence[str]) -> Inconclusive:
        """Return the verdict that there is none, with what is known all the same."""
        known = [f"  {each}" for each in (*facts, *self._known_of_fence(tenant))]
        untold = f"Nobody can tell whether {asked}. What is known:"
        return Inconclusive("\n".join([reason, untold, *known, self.where(tenant)]))

    def refuse(self, tenant: Tenant, missing: Sequence[Missing]) -> None:
        """Tell where these events were lost, if there are any; raises AssertionError."""
        if missing:
            events = [each.event for each in missing]
            told = self._run.losses.tell(tenant.tenant_id, events, self._deeds.accepted)
            raise AssertionError(
                "\n".join([*told, *self._at_others(tenant, events), self.where(tenant)])
            )

    def _at_others(self, tenant: Tenant, events: Sequence[Document]) -> list[str]:
        """Name what is missing and came, but as another tenant's, or whose id another's has."""
        missing = {event["event_id"]: event for event in events}
        return [
            _at_another(missing[each.event.event_id], each.detail)
            for each in self._run.collector.deliveries
            if each.event
            and each.event.event_id in missing
            and each.event.tenant_id != tenant.tenant_id
        ]

    def _known_of_fence(self, tenant: Tenant) -> Sequence[str]:
        with suppress(CrmTrouble):
            return self._run.losses.tell_fence(tenant.tenant_id)
        return ()

    def where(self, tenant: Tenant) -> str:
        """Say which tenant and run a message is about, and how long was waited at most.

        That is the time-out or, where everybody had to catch up, as long as that took. A refusal
        that no sentence has expected is told before: it may explain what is missing.
        """
        settings = self._run.settings
        waited = max(settings.timeout, self._waited)
        refused = [
            f"note: {command.command_type} of {command.entity_id} was {outcome}\n"
            for command, outcome in self._deeds.tried
            if command.tenant_id == tenant.tenant_id and self._deeds.is_unjudged(outcome)
        ]
        return (
            f"{''.join(refused)}"
            f"tenant {tenant.tenant_id}, run {settings.run_id}, seed {settings.seed}; "
            f"waited up to {waited:g} s, delivery objective {settings.objective:g} s"
        )


def _at_another(event: Document, came: Document) -> str:
    if is_like(event, came):
        return f"leaked: {title(came)} came as an event of tenant {came['tenant_id']}"
    return (
        f"the event_id {event['event_id']} of {title(event)} came with {title(came)} of tenant "
        f"{came['tenant_id']}"
    )


def _is_blamed(missing: Missing) -> bool:
    """Say whether it is lost for sure: a fence that is not on the bus is a silence."""
    return not is_fence(missing.event) or missing.hop != BUS


def on_its_way(tenant: Tenant) -> str:
    """Return in words what is asked where no sentence asks anything."""
    return f"nothing more is on its way to {tenant.name}"
