"""Closing the tenants that a run opened at a CRM that goes on serving: if its driver can."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from support.crm.port import CrmPort


@runtime_checkable
class ClosesTenants(Protocol):
    """What a driver implements besides `CrmPort` if its CRM can forget a tenant."""

    def close_tenant(self, tenant_id: str) -> None:
        """Remove a tenant and all its data."""


def close_tenants(crm: CrmPort, tenants: Sequence[str]) -> str:
    """Close the tenants of a run, and say what has become of them in a sentence."""
    if not isinstance(crm, ClosesTenants):
        return (
            f"The data of the {len(tenants)} tenants that this run opened stays in the CRM "
            f"({', '.join(tenants[:3])}, ...): its driver has no close_tenant."
        )
    for tenant in tenants:
        crm.close_tenant(tenant)
    return f"The {len(tenants)} tenants that this run opened are closed."
