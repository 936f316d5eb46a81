"""Repairing what a scenario has broken, so that the next one finds the target as it was."""

from support.catching_up import see_backlog_dealt_with, see_canary_come_round
from support.faults.plane import ControlPlane
from support.judging.strays import CAME_ROUND
from support.observing.journal import Entry
from support.run import Run


def leave(run: Run, plane: ControlPlane) -> None:
    """Repair what a scenario has broken, and see that events come round again, and soon.

    Raises FaultError or Inconclusive if they do not: then the next scenario must not begin.
    """
    if not plane.used:
        return
    run.unrepaired.append(plane)
    plane.repair()
    see_canary_come_round(run)
    run.journal.add(Entry.FAULT, {CAME_ROUND: run.canary})
    see_backlog_dealt_with(run)
    run.unrepaired.remove(plane)


def require_repaired(run: Run) -> None:
    """Try again to repair what an earlier scenario has left broken; raises likewise."""
    for plane in [*run.unrepaired]:
        run.unrepaired.remove(plane)
        leave(run, plane)
