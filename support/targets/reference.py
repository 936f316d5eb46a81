"""The reference CRM as a process beside the suite, driven through its control lines."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.errors import CrmTrouble
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.processes import Child

START_PATIENCE_S = 90.0
CONTROL_PATIENCE_S = 15.0
OPERATION_PATIENCE_S = 60.0
NO_TAGS: Mapping[str, str] = {}
SHORT_POLL_MS = "15"
STACK_PATIENCE_S = 60.0  # AWS takes its time to delete a stack, which is part of the end


@dataclass(frozen=True)
class ReferenceCrm:
    """Hold the running reference CRM, and operate it: see `CrmOperator`."""

    child: Child
    url: str
    roles: Sequence[str] = ()

    def replay(self, tenant_id: str) -> int:
        """Publish all stored events of a tenant again, in order; return how many."""
        return self._operate(do="replay", tenant=tenant_id)

    def rebuild(self, subscriber: str, tenant_id: str) -> int:
        """Build anew what a subscriber has made of a tenant's stored events; return how many."""
        return self._operate(do="rebuild", role=subscriber, tenant=tenant_id)

    def redrive(self, source: str, tenant_id: str) -> int:
        """Give a tenant's events that a role gave up another chance; return how many."""
        return self._operate(do="redrive", role=source, tenant=tenant_id)

    def kill(self, role: str) -> None:
        """End a process without a warning."""
        self._order(do="kill", role=role)

    def stop(self, role: str) -> None:
        """Let a process end what it does, and end."""
        self._order(do="stop", role=role)

    def start(self, role: str, endpoint: str | None = None) -> None:
        """Start a process that was ended, calling AWS at an endpoint of its own."""
        elsewhere = {"endpoint": endpoint} if endpoint else {}
        self._order(CONTROL_PATIENCE_S, do="start", role=role, **elsewhere)

    def runs(self, role: str) -> bool:
        """Say whether a process runs."""
        return bool(self.control("status", role)["state"] == "running")

    def _operate(self, **order: str) -> int:
        done: int = self._order(OPERATION_PATIENCE_S, **order)["done"]
        return done

    def _order(self, patience: float = CONTROL_PATIENCE_S, **order: str) -> dict[str, Any]:
        self.child.write_line(json.dumps(order))
        answer: dict[str, Any] = json.loads(self.child.read_line(patience))
        if "error" in answer:
            raise CrmTrouble(
                f"the reference CRM did not {' '.join(order.values())}: {answer['error']}"
            )
        return answer

    def control(self, do: str, role: str) -> dict[str, Any]:
        """Stop, kill, start or ask for one role; return what the supervisor says of it."""
        self.child.write_line(json.dumps({"do": do, "role": role}))
        answer: dict[str, Any] = json.loads(self.child.read_line(CONTROL_PATIENCE_S))
        return answer


def start_reference_crm(
    settings: Settings, aws: Aws, log: Path, tags: Mapping[str, str] = NO_TAGS
) -> ReferenceCrm:
    """Start the reference CRM with a stack of its own, which has these tags and goes with it.

    Raises ConfigurationError with its own last sentence if it does not get ready.
    """
    url = settings.crm_endpoint or aws.endpoint_url
    endpoint = {"CRM_AWS_ENDPOINT_URL": url} if url else {}
    # The embedded emulator looks only now and then during a long poll; short ones cost little.
    pace = {"CRM_SHORT_POLL_MS": SHORT_POLL_MS} if settings.target == "embedded" else {}
    child = Child(
        "the reference CRM",
        [
            *(sys.executable, "-m", settings.crm_program, "up", "--control"),
            *("--stack", settings.stack_name, "--delete-stack"),
            *(("--visibility", "2") if aws.endpoint_url else ()),
            *(part for tag in tags.items() for part in ("--tag", "=".join(tag))),
        ],
        {
            **aws.environment(),
            **endpoint,
            **pace,
            "CRM_OPERATOR_TOKEN": settings.operator_token.get_secret_value(),
        },
        log,
        patience=None if aws.endpoint_url else STACK_PATIENCE_S,
    )
    try:
        ready = json.loads(child.read_line(START_PATIENCE_S))
    except BaseException:
        child.stop()
        raise
    return ReferenceCrm(child, ready["url"], [*ready["roles"]])
