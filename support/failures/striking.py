"""Requiring that what is broken has had an effect: what came through before it proves nothing."""

from support.errors import Inconclusive
from support.faults.plane import ControlPlane
from support.observing.waiting import Backoff, Waiter, WaitTimeout

LOOKING = Backoff(first=0.01, ceiling=0.05)


def require_struck(plane: ControlPlane, patience: float) -> None:
    """Wait, for so many seconds, until every fault that lasts has struck.

    Raises Inconclusive naming those that have not.
    """
    try:
        Waiter(LOOKING).until(lambda _: plane.pending, lambda left: not left, patience)
    except WaitTimeout as late:
        raise Inconclusive(f"these faults never struck: {', '.join(late.last)}") from None
