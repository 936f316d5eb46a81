"""What is said of the pinned targets is true: each need is tried there, for real."""

import os
from pathlib import Path

import pytest

from support.crm.needs import NEEDS
from support.run import open_run
from support.settings import Settings
from support.targets.capabilities import EMBEDDED, LOCALSTACK, Pinned
from support.targets.preflight import require_localstack
from tests.integration.targets.exercises import found_out

WHERE = "ACCEPTANCE_LOCALSTACK"


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
