"""The reference CRM as a process beside the suite, driven through its control lines."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.errors import CrmTrouble
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.processes import Child

START_PATIENCE_S = 90.0
CONTROL_PATIENCE_S = 15.0
ROLES = (
    *("api", "publisher"),
    *("audit-trail", "entity-views", "sales-pipeline", "account-deactivation"),
)
SHORT_POLL_MS = "15"
STACK_PATIENCE_S = 60.0  # AWS takes its time to delete a stack, which is part of the end


@dataclass(frozen=True)
class ReferenceCrm:
    """Hold the running reference CRM."""

    child: Child
    url: str

    @property
    def roles(self) -> Sequence[str]:
        """Name the roles of its processes."""
        return ROLES

    def control(self, do: str, role: str, **more: str) -> dict[str, Any]:
        """Stop, kill, start or ask for one role; return what the supervisor says of it."""
        self.child.write_line(json.dumps({"do": do, "role": role, **more}))
        answer: dict[str, Any] = json.loads(self.child.read_line(CONTROL_PATIENCE_S))
        return answer

    def runs(self, role: str) -> bool:
        """Say whether the process of a role runs."""
        return bool(self._order("status", role)["state"] == "running")

    def kill(self, role: str) -> None:
        """End the process of a role at once, as SIGKILL does; harmless if it does not run."""
        self._order("kill", role)

    def stop(self, role: str) -> None:
        """End the process of a role softly; harmless if it does not run."""
        self._order("stop", role)

    def start(self, role: str, endpoint: str | None = None) -> None:
        """Start a role, calling AWS at an endpoint of its own; harmless if it runs so already."""
        self._order("start", role, **({"endpoint": endpoint} if endpoint else {}))

    def _order(self, do: str, role: str, **more: str) -> dict[str, Any]:
        answer = self.control(do, role, **more)
        if "error" in answer:
            raise CrmTrouble(f"the CRM did not {do} the role {role}: {answer['error']}")
        return answer


def start_reference_crm(settings: Settings, aws: Aws, log: Path) -> ReferenceCrm:
    """Start the reference CRM with a stack of its own, which goes when it stops.

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
    return ReferenceCrm(child, ready["url"])
