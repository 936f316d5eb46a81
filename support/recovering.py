"""Recovering a scenario's tenants: what somebody does who operates the CRM."""

from collections.abc import Callable

from support.faults.recovery import Projection, Recovery
from support.run import Run
from support.scenario import Deeds
from support.survey import Survey


class Recovering:
    """Replay and rebuild the tenants of one scenario; `remember` keeps what they were before."""

    def __init__(
        self, run: Run, deeds: Deeds, survey: Survey, remember: Callable[[], None]
    ) -> None:
        self._run = run
        self._deeds = deeds
        self._survey = survey
        self._remember = remember

    def replay(self, tenant: str) -> None:
        """Let all events of a tenant be published again, and see them come."""
        owner = self._deeds.tenant(tenant)
        self._remember()
        self._recovery().replay(owner.tenant_id)
        self._survey.forget()

    def rebuild(self, projection: Projection, tenant: str) -> None:
        """Let what a subscriber shows of a tenant be built anew from the stored events."""
        owner = self._deeds.tenant(tenant)
        self._remember()
        subscriber = projection.among(self._run.witness.subscribers)
        self._recovery().rebuild(subscriber, owner.tenant_id)
        self._survey.forget()

    def _recovery(self) -> Recovery:
        run = self._run
        return Recovery(
            run.operator, run.crm, run.witness, run.collector, run.journal, run.settings.timeout
        )
