"""What is said of the pinned targets is true: each need is tried there, for real."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.crm.needs import NEEDS
from support.opening import open_run
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.capabilities import EMBEDDED, LOCALSTACK, NOT_ASKED, Pinned
from support.targets.preflight import require_localstack
from tests.integration.targets.exercises import found_out

WHERE = "LOCALSTACK_URL"


# One that this emulator cannot carry, and one that needs nothing.
CHOSEN = ("-n", "turned away at the door", "-n", "of an entity have no gap")


def _said(target: Pinned) -> dict[str, str | None]:
    return {need: target.lacks.get(need) for need in NEEDS}


def test_the_embedded_target_carries_what_the_table_says(tmp_path: Path) -> None:
    """With the emulator that is installed here."""
    with open_run(Settings(reports=tmp_path)) as run:
        assert found_out(run) == _said(EMBEDDED)


@pytest.mark.skipif(WHERE not in os.environ, reason=f"{WHERE} names no LocalStack to try it at")
def test_localstack_carries_what_the_table_says(tmp_path: Path) -> None:
    """With the only version that is tested."""
    url = os.environ[WHERE]
    require_localstack(url)
    with open_run(Settings(target=url, reports=tmp_path, objective=30)) as run:
        assert found_out(run) == _said(LOCALSTACK)


def test_the_report_says_what_an_unknown_target_can_carry(aws: Aws, tmp_path: Path) -> None:
    """What the selected scenarios need is asked, and what was skipped for it is counted."""
    results = tmp_path / "results"
    told = subprocess.run(
        [
            *(sys.executable, "-m", "behave", "features/failures", "features/guarantees", *CHOSEN),
            *("-D", f"target={aws.endpoint_url}", "-D", f"reports={tmp_path}"),
            *("-f", "allure", "-o", str(results)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
    assert "Skipped for what cannot be done here: 1 for needs-queue-policies." in told.stdout
    pages = (file.read_text("utf-8") for file in results.glob("*-attachment.html"))
    (page,) = (each for each in pages if "at this target" in each)
    why = EMBEDDED.lacks["needs-queue-policies"].replace("'", "&#x27;")
    assert f"<td>{why}</td><td>1</td>" in page
    # Those that the selected scenarios do not need: of seven that are asked of a target, five.
    assert page.count(f"<td>{NOT_ASKED}</td><td></td>") == 5
