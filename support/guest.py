"""What is particular about a run at somebody else's CRM: what it cannot see, and what it leaves."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from support.crm.own import not_offered
from support.crm.port import CommandRefused, CrmPort, Subscriber
from support.errors import CrmTrouble, NoAnswer
from support.faults.recovery import SHOWN_BY
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.parties import PUBLISHER

STILL_S = 5.0
AGAIN = Backoff(first=0.1, ceiling=1.0)

# What the suite does to its own CRM only.
NOT_OURS: Mapping[str, str] = {
    "needs-broken-routes": "the routes of a deployed CRM are not ours",
    "needs-deliveries": "the suite puts nothing into the queues of a deployed CRM",
    "needs-disabled-rules": "the routes of a deployed CRM are not ours",
    "needs-held-deliveries": "the routes of a deployed CRM are not ours",
    "needs-aws-answers": "what answers a deployed CRM is not ours",
    "needs-checkpoint": "what the publisher of a deployed CRM remembers is not ours",
    "needs-pattern-taps": "the routes of a deployed CRM are not ours",
    "needs-queue-policies": "the routes of a deployed CRM are not ours",
    "needs-publishing": "the suite puts nothing on the bus of a deployed CRM",
}

# What the scenarios call subscribers and processes.
REBUILT = (*SHOWN_BY.values(),)
ACTING = (*REBUILT, "account-deactivation")
ROLES = (PUBLISHER.name, *ACTING)


def notes(run_id: str, bus: str, crm: CrmPort, tenants: int) -> list[str]:
    """Say what the tap on a shared bus cannot see, and what stays of the run, in sentences."""
    told = [
        f"The bus {bus} may be others' as well, so only events in the names of this run's tenants "
        f"({run_id}-...) were looked at: one that was published in another name, or in none, was "
        "not seen on the bus."
    ]
    if not _closes_tenants(crm):
        told.append(
            f"The CRM keeps what this run did, in the names of {tenants} tenants, {run_id}-...: "
            "its driver does not close tenants."
        )
    return told


def misnamed(crm: CrmPort, subscribers: Sequence[Subscriber]) -> Mapping[str, str]:
    """Say which needs cannot be met because the scenarios call the CRM's parts otherwise, and why.

    What a driver does not offer is for `guest_cannot` to say.
    """
    names = {each.name for each in subscribers}
    roles: Collection[str] = getattr(crm, "roles", None) or ()
    asked = (
        ("rebuild", "needs-rebuild", "rebuild needs subscribers", REBUILT, names),
        ("roles", "needs-process-control", "process control needs subscribers", ACTING, names),
        ("roles", "needs-process-control", "process control needs roles", ROLES, roles),
    )
    return {
        need: f"{what} called {', '.join(wanted)}; see support/crm/GUIDE.md"
        for offer, need, what, wanted, there in asked
        if getattr(crm, offer, None) is not None and not {*wanted} <= {*there}
    }


def guest_cannot(crm: CrmPort) -> Mapping[str, str]:
    """Say which needs cannot be met at a deployed CRM, each with the reason."""
    return {**NOT_OURS, **not_offered(crm), **crm.cannot}


def crm_lost(crm: CrmPort, tenant_id: str) -> str | None:
    """Say in one sentence why a CRM is there no more, None if it answers about a tenant.

    It is asked again for STILL_S seconds: one call that is broken off is no loss. A refusal is an
    answer, too.
    """

    def ask(_: float) -> CrmTrouble | None:
        try:
            crm.history(tenant_id)
        except CommandRefused:
            return None
        except CrmTrouble as trouble:
            # A refusal of the tenant's own credential is told as trouble.
            return None if isinstance(trouble.__cause__, CommandRefused) else trouble
        return None

    try:
        Waiter(AGAIN).until(ask, lambda trouble: trouble is None, STILL_S)
    except WaitTimeout as late:
        return f"the CRM gives no answer any more: {late.last}; start it and run again"
    return None


def close_tenants(crm: CrmPort, tenants: Iterable[str]) -> None:
    """Take all tenants of a run away, if the driver can.

    Raises CrmTrouble, once all were tried or one got no answer, with how many stay.
    """
    if not _closes_tenants(crm):
        return
    stay, left = list[str](), [*tenants]
    while left:
        tenant_id = left.pop(0)
        try:
            crm.close_tenant(tenant_id)  # type: ignore[attr-defined]  # it has it, as was seen
        except NoAnswer as error:
            # Each call would take the driver's whole time-out, and nobody can interrupt this.
            stay += [f"{tenant_id} ({error})", *left]
            break
        except (CommandRefused, CrmTrouble) as error:
            stay.append(f"{tenant_id} ({error})")
    if stay:
        raise CrmTrouble(f"{len(stay)} tenant(s) of this run could not be closed: {stay[0]}")


def _closes_tenants(crm: CrmPort) -> bool:
    return bool(getattr(crm, "closes_tenants", False))
