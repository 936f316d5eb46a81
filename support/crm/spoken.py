"""Finding out what of the published HTTP contract a deployed CRM does not speak."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from support.crm.http import NotSpoken
from support.crm.port import CommandRefused, CrmPort, Subscriber
from support.errors import CrmTrouble

# What not every CRM has, by the need that cannot be met without it.
OPTIONAL_PATHS: Mapping[str, str] = {
    "needs-own-subscriptions": "/tenants/{tenant}/subscription",
    "needs-parked": "/tenants/{tenant}/subscribers/{name}/parked",
    "needs-set-aside": "/tenants/{tenant}/set-aside",
}


def unspoken(crm: CrmPort, tenant_id: str, subscribers: Sequence[Subscriber]) -> dict[str, str]:
    """Ask in the name of a tenant that has nothing yet, and say what the CRM does not know.

    Any answer of the contract will do, a refusal too; trouble is for whoever needs it to tell.
    """
    asked: Mapping[str, Callable[[], object]] = {
        "needs-own-subscriptions": lambda: crm.unsubscribe(tenant_id),
        "needs-parked": lambda: [crm.parked(tenant_id, each.name) for each in subscribers[:1]],
        "needs-set-aside": lambda: crm.set_aside(tenant_id),
    }
    return {
        need: f"the CRM does not know {OPTIONAL_PATHS[need]} of the published contract"
        for need, ask in asked.items()
        if not _is_spoken(ask)
    }


def _is_spoken(ask: Callable[[], object]) -> bool:
    with suppress(CommandRefused, CrmTrouble):
        try:
            ask()
        except NotSpoken:
            return False
    return True
