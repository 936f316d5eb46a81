"""What becomes of a run's tenants at a CRM that goes on serving."""

from typing import Any

from support.crm.closing import close_tenants

TENANTS = ["ab12-acme-1", "ab12-acme-2", "ab12-globex-3", "ab12-acme-4"]


class Forgetful:
    """Be a driver that can close tenants."""

    def __init__(self) -> None:
        self.closed: list[str] = []

    def close_tenant(self, tenant_id: str) -> None:
        """Close one."""
        self.closed.append(tenant_id)


def test_a_driver_that_can_closes_every_tenant() -> None:
    """And that is told."""
    crm: Any = Forgetful()
    assert close_tenants(crm, TENANTS) == "The 4 tenants that this run opened are closed."
    assert crm.closed == TENANTS


def test_where_no_driver_can_it_is_told_what_stays() -> None:
    """With what would help."""
    crm: Any = object()
    assert close_tenants(crm, TENANTS) == (
        "The data of the 4 tenants that this run opened stays in the CRM (ab12-acme-1, "
        "ab12-acme-2, ab12-globex-3, ...): its driver has no close_tenant."
    )
