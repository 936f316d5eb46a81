"""What can befall the delivery of events: each act goes through the control plane."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.errors import ScenarioError
from support.faults.plane import ControlPlane
from support.faults.processes import Processes
from support.observing.journal import Entry
from support.parties import TRANSPORT, Party
from support.reporting.recoveries import Recovery
from support.survey import Survey


class Trouble:
    """Break what delivers the events of a scenario's tenants, and see how long recovery takes."""

    def __init__(self, survey: Survey, plane: ControlPlane) -> None:
        self._survey = survey
        self._run = survey.run
        self._deeds = survey.deeds
        self._plane = plane
        self._processes = Processes(survey.run.operator, plane)

    def stops(self, party: Party) -> None:
        """Let a process of the CRM end softly, once everybody has what happened before."""
        self._calm()
        self._processes.stop(_role(party))

    def dies(self, party: Party) -> None:
        """Kill a process of the CRM, whatever it is doing."""
        self._processes.kill(_role(party))

    @contextmanager
    def recovering(self) -> Iterator[None]:
        """See everybody get level after the repair that is done here; note how long it takes.

        Raises AssertionError if something is lost.
        """
        told, clock = self._plane.broken, self._run.fences.clock
        began = clock()
        yield
        if not told:
            return
        self._level()
        recovery = Recovery(", ".join(told), clock() - began)
        self._run.recoveries.append(recovery)
        line = {"repaired": told, "level after": round(recovery.seconds, 3)}
        self._run.journal.add(Entry.FAULT, line)

    def _calm(self) -> None:
        """See everybody have what was given: it is not to be hit."""
        if not self._plane.broken:
            self._level()

    def _level(self) -> None:
        for owner in self._deeds.tenants.values():
            self._survey.level(owner)


def _role(party: Party) -> str:
    if party == TRANSPORT:
        raise ScenarioError(f"{party} is no process; name the publisher or a subscriber")
    return party.name
