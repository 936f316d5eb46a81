"""Drivers for the second CRM that go wrong in the middle of a run."""

from collections.abc import Sequence

from support.crm.port import CommandRefused, PipelineTotal
from tests.other_crm.driver import OtherDriver

ADMITTED = 1  # the canary's tenant


class Clumsy(OtherDriver):
    """Look for what is not there."""

    def pipeline(self, _tenant_id: str) -> Sequence[PipelineTotal]:
        """Fail."""
        raise KeyError("totals")


class Outdated(OtherDriver):
    """Have an operator's key that ends as soon as the run has begun."""

    def __init__(self) -> None:
        super().__init__()
        self._admitted = 0

    def open_tenant(self, tenant_id: str) -> None:
        """Open the first one only."""
        if self._admitted == ADMITTED:
            raise CommandRefused.of("invalid_credential", "The key is too old.")
        self._admitted += 1
        super().open_tenant(tenant_id)
