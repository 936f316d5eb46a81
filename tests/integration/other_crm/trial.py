"""Running the suite against the second CRM, as its own team would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.targets.aws import Aws
from support.targets.processes import Child, guarded
from support.targets.stacks import bus_of
from tests.defects.running import read_results
from tests.defects.verdict import Shown

DRIVER = "tests.other_crm.driver:OtherDriver"
KEY = "open sesame"
START_PATIENCE_S = 60.0
RUN_PATIENCE_S = 240.0


@dataclass(frozen=True)
class Deployed:
    """Hold a second CRM that is running, and how its driver finds it."""

    aws: Aws
    stack: str
    environment: Mapping[str, str]

    def standing(self) -> tuple[list[str], list[str]]:
        """Return the names of all rules on its bus, and of all queues that there are."""
        bus = bus_of(self.aws, self.stack)
        rules = self.aws.events.list_rules(EventBusName=bus)["Rules"]
        queues = self.aws.sqs.list_queues().get("QueueUrls", [])
        return sorted(rule["Name"] for rule in rules), sorted(queues)


@dataclass(frozen=True)
class Ended:
    """Hold how a run of the suite ended, what it printed, and what it reports of each scenario."""

    code: int
    output: str
    shown: Sequence[Shown]

    def called(self, status: str) -> list[Shown]:
        """Return the scenarios that ended so."""
        return [each for each in self.shown if each.status == status]


@contextmanager
def deployed(aws: Aws, stack: str, folder: Path, **environment: str) -> Iterator[Deployed]:
    """Start the second CRM with a stack of its own, and stop it at the end."""
    assert aws.endpoint_url
    child = Child(
        "the second CRM",
        guarded([sys.executable, "-m", "tests.other_crm", "up", "--stack", stack]),
        {
            **aws.environment(),
            **environment,
            "AWS_ENDPOINT_URL": aws.endpoint_url,
            "OTHER_CRM_KEY": KEY,
        },
        folder / "crm.log",
    )
    try:
        url = json.loads(child.read_line(START_PATIENCE_S))["ready"]
        yield Deployed(aws, stack, {"OTHER_CRM_URL": url, "OTHER_CRM_KEY": KEY})
    finally:
        child.stop()


def behave(crm: Deployed, folder: Path, *arguments: str, **environment: str) -> Ended:
    """Run the suite against a CRM; arguments and variables may replace those that name it."""
    results = folder / "results"
    command = [
        *(sys.executable, "-m", "behave", "-D", f"target={crm.aws.endpoint_url}"),
        *("-D", f"stack={crm.stack}", "-D", f"crm={DRIVER}", "-D", f"reports={folder}"),
        # A busy machine is no bug of a CRM.
        *("-D", "seed=7", "-D", "objective=15", "-D", "timeout=30"),
        *("-f", "allure", "-o", str(results), *arguments),
    ]
    ended = subprocess.run(
        command,
        env={**os.environ, **crm.environment, **environment},
        capture_output=True,
        text=True,
        timeout=RUN_PATIENCE_S,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout + ended.stderr, read_results(results))
