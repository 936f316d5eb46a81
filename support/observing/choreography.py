"""A fence for choreography: changes of the suite's own that make the acting subscriber act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from support.crm.port import Command
from support.names import FENCE_PREFIX
from support.observing.deliveries import Delivery

# What makes a subscriber issue commands of its own, and what it does to the fence.
TRIGGER = "AccountDeactivated"
TRIGGERING = "DeactivateAccount"
EFFECT = "ActivityCancelled"


@dataclass(frozen=True)
class Choreography:
    """Hold the commands of one such fence, the triggering one last, and its effect's entity."""

    commands: tuple[Command, ...]
    activity_id: str

    def is_effect(self, delivery: Delivery) -> bool:
        """Say whether a delivery is what the subscriber was to do."""
        event = delivery.event
        return event is not None and (event.event_type, event.entity_id) == (
            EFFECT,
            self.activity_id,
        )

    def is_own(self, delivery: Delivery) -> bool:
        """Say whether a delivery is an event of this fence."""
        owned = {command.entity_id for command in self.commands}
        return delivery.event is not None and delivery.event.entity_id in owned


def choreography(tenant_id: str) -> Choreography:
    """Return a fence that opens an activity at an account and then deactivates the account."""
    account, activity = (FENCE_PREFIX + uuid4().hex[:12] for _ in range(2))
    regarding = {"regarding_type": "account", "regarding_id": account}
    planned = {"kind": "call", "subject": "Fence", "due_at": "2026-01-01T00:00:00+00:00"}
    command = _commander(tenant_id, account)
    return Choreography(
        commands=(
            command("CreateAccount", account, {"name": "Fence", "owner": "Acceptance suite"}),
            command("ScheduleActivity", activity, {**planned, **regarding}),
            command(TRIGGERING, account, {"reason": "Fence"}),
        ),
        activity_id=activity,
    )


def _commander(tenant_id: str, correlation: str) -> Callable[[str, str, dict[str, Any]], Command]:
    def command(command_type: str, entity_id: str, data: dict[str, Any]) -> Command:
        return Command(
            tenant_id=tenant_id,
            command_type=command_type,
            entity_id=entity_id,
            data=data,
            idempotency_key=f"{command_type}-{entity_id}",
            correlation_id=correlation,
            actor="acceptance-suite",
        )

    return command
