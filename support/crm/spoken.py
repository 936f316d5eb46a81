"""Finding out what of the published HTTP contract a deployed CRM does not speak."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from support.crm.http import NotSpoken
from support.crm.port import CommandRefused, CrmPort, Subscriber
from support.errors import CrmTrouble
from support.observing.waiting import Backoff, Waiter, WaitTimeout

PATIENCE_S = 2.0
AGAIN = Backoff(first=0.5, ceiling=1.0)
# What not every CRM has, by the need that cannot be met without it.
OPTIONAL_PATHS: Mapping[str, str] = {
    "needs-own-subscriptions": "/tenants/{tenant}/subscription",
    "needs-parked": "/tenants/{tenant}/subscribers/{name}/parked",
    "needs-set-aside": "/tenants/{tenant}/set-aside",
}


def unspoken(crm: CrmPort, tenant_id: str, subscribers: Sequence[Subscriber]) -> dict[str, str]:
    """Ask in the name of a tenant that has nothing yet, and say what the CRM does not know.

    Any answer of the contract will do, a refusal too; trouble is for whoever needs it to tell. Not
    to know something is believed of who says so for PATIENCE_S seconds: a CRM, or what stands
    before it, may only just be starting.
    """
    asked: Mapping[str, Callable[[], object]] = {
        "needs-own-subscriptions": lambda: crm.unsubscribe(tenant_id),
        "needs-parked": lambda: [crm.parked(tenant_id, each.name) for each in subscribers[:1]],
        "needs-set-aside": lambda: crm.set_aside(tenant_id),
    }
    unknown = [*asked]

    def look(_: float) -> Sequence[str]:
        unknown[:] = [need for need in unknown if not _is_spoken(asked[need])]
        return unknown

    with suppress(WaitTimeout):
        Waiter(AGAIN).until(look, lambda found: not found, PATIENCE_S)
    return {
        need: f"the CRM does not know {OPTIONAL_PATHS[need]} of the published contract"
        for need in unknown
    }


def _is_spoken(ask: Callable[[], object]) -> bool:
    with suppress(CommandRefused, CrmTrouble):
        try:
            ask()
        except NotSpoken:
            return False
    return True
