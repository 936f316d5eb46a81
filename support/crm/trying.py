"""Trying a driver's readings once, so that its slips are told before any scenario stumbles."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from support.contract.entities import EntityType
from support.crm.port import CommandRefused, CrmPort, Subscriber
from support.errors import CrmTrouble


def try_readings(
    crm: CrmPort, tenant_id: str, lead_id: str, subscribers: Sequence[Subscriber]
) -> None:
    """Read once all that a CRM shows of a tenant that has a lead.

    What is read is the audit's to judge. Raises CrmTrouble if something cannot be read.
    """
    for what, read in _readings(crm, tenant_id, lead_id, subscribers):
        try:
            read()
        except CommandRefused as refusal:
            raise CrmTrouble(
                f"the CRM does not show tenant {tenant_id} its own {what}: {refusal}"
            ) from refusal


def _readings(
    crm: CrmPort, tenant_id: str, lead_id: str, subscribers: Sequence[Subscriber]
) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "history", lambda: crm.history(tenant_id)
    yield "view", lambda: crm.view(tenant_id, EntityType.LEAD, lead_id)
    yield "audit trail", lambda: crm.audit_trail(tenant_id)
    yield "pipeline", lambda: crm.pipeline(tenant_id)
    for name in (each.name for each in subscribers):
        yield f"events applied at {name}", partial(crm.applied, tenant_id, name)
        if "needs-parked" not in crm.cannot:
            yield f"events parked at {name}", partial(crm.parked, tenant_id, name)
    if "needs-set-aside" not in crm.cannot:
        yield "events set aside", lambda: crm.set_aside(tenant_id)
