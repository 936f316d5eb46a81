"""Breaking the subscriptions of one scenario's subscribers."""

from support.errors import ScenarioError
from support.failures.receivers import receivers
from support.faults.plane import ControlPlane
from support.faults.routes import Breakage, Routes
from support.parties import Party
from support.survey import Survey


class Subscriptions:
    """Break the subscription of a subscriber in one way, until it is repaired.

    `have_lost` says whether one was broken: then only a replay can make everybody level.
    """

    def __init__(self, survey: Survey, plane: ControlPlane) -> None:
        self._survey = survey
        self._run = survey.run
        self._plane = plane
        self._routes = Routes(self._run.aws, self._run.bus)
        self.have_lost = False

    def break_(self, party: Party, breakage: Breakage) -> None:
        """Break it, once everybody has what was given: that is not to be lost."""
        for owner in self._survey.deeds.tenants.values():
            self._survey.level(owner)
        for subscriber in receivers(party, self._run.witness.subscribers):
            broken = self._routes.breaking(breakage, subscriber)
            told = f"{_of(party)} {breakage}"
            self.have_lost = True
            self._plane.break_until_repaired(told, broken.do, broken.undo)

    def mend(self, party: Party) -> None:
        """Mend what was broken of it; what was lost meanwhile does not come of that.

        Raises ScenarioError if nothing of it was broken.
        """
        found = [told for told in self._plane.broken if told.startswith(f"{_of(party)} ")]
        if not found:
            raise ScenarioError(f"{_of(party)} is whole, and cannot be mended")
        for told in found:
            self._plane.repair_only(told)


def _of(party: Party) -> str:
    return f"the subscription of {party}"
