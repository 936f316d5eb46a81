"""The reference CRM as a process beside the suite, driven through its control lines."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from support.errors import ConfigurationError
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.control_line import ControlLine
from support.targets.processes import Child

START_PATIENCE_S = 90.0
OPERATION_PATIENCE_S = 60.0
NO_TAGS: Mapping[str, str] = {}
SHORT_POLL_MS = "15"
STACK_PATIENCE_S = 60.0  # AWS takes its time to delete a stack, which is part of the end


@dataclass(frozen=True)
class ReferenceCrm:
    """Hold the running reference CRM, and operate it: see `CrmOperator`."""

    child: Child
    line: ControlLine
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
        self.line.give({"do": "kill", "role": role})

    def stop(self, role: str) -> None:
        """Let a process end what it does, and end."""
        self.line.give({"do": "stop", "role": role})

    def start(self, role: str, endpoint: str | None = None) -> None:
        """Start a process that was ended, calling AWS at an endpoint of its own."""
        elsewhere = {"endpoint": endpoint} if endpoint else {}
        self.line.give({"do": "start", "role": role, **elsewhere})

    def runs(self, role: str) -> bool:
        """Say whether a process runs."""
        return bool(self.line.give({"do": "status", "role": role})["state"] == "running")

    def _operate(self, **order: str) -> int:
        done: int = self.line.give(order, OPERATION_PATIENCE_S)["done"]
        return done


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
    with ExitStack() as undo:
        undo.callback(child.stop)
        ready = _ready(settings.crm_program, child.read_line(START_PATIENCE_S))
        undo.pop_all()
    return ReferenceCrm(child, ControlLine(child), ready.url, [*ready.roles])


class _Ready(BaseModel):
    """Read the line that a CRM program says once it serves."""

    url: str
    roles: Mapping[str, int]


def _ready(program: str, line: str) -> _Ready:
    try:
        return _Ready.model_validate_json(line)
    except ValidationError as error:
        raise ConfigurationError(
            f"-D crm_program={program} said {line.strip()!r} first: let it say one line of JSON "
            'like {"url": "http://127.0.0.1:8080", "roles": {"api": 4711}} once it serves'
        ) from error
