"""Drivers for the second CRM that go wrong in the middle of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from support.crm.port import Answer, Command, CommandRefused, PipelineTotal
from support.errors import NoAnswer
from tests.other_crm.driver import OtherDriver

ADMITTED = 1  # the canary's tenant


class Hopeless(OtherDriver):
    """Look for what is not there, from the beginning."""

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Fail."""
        raise KeyError(f"totals of {tenant_id.partition('-')[2]}")


class Clumsy(OtherDriver):
    """Look for what is not there, as soon as somebody has done something."""

    def pipeline(self, tenant_id: str) -> Sequence[PipelineTotal]:
        """Fail."""
        if len(self.history(tenant_id)) > 1:
            raise KeyError("totals")
        return super().pipeline(tenant_id)


class Mortal(OtherDriver):
    """Have a CRM that dies, or hangs, as soon as somebody creates a product."""

    def __init__(self) -> None:
        super().__init__()
        self._is_dead = False

    def send(self, command: Command) -> Answer:
        """Send it, unless it is the one that is too much."""
        self._is_dead |= command.command_type == "CreateProduct"
        self._require_life()
        return super().send(command)

    def history(self, tenant_id: str) -> Sequence[Mapping[str, Any]]:
        """Read it while it is there."""
        self._require_life()
        return super().history(tenant_id)

    def _require_life(self) -> None:
        if self._is_dead:
            raise NoAnswer("it is dead")


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
