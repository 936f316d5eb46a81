"""An emulator for all tests of this folder, and the second CRM with a stack of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.targets.aws import Aws
from tests.integration.other_crm.trial import Deployed, deployed
from tests.support.emulator import running_emulator


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """Return the clients for an emulator that is running."""
    with running_emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(scope="session")
def crm(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Return the second CRM as it should be, with sessions that end in the middle of a run."""
    folder: Path = tmp_path_factory.mktemp("crm")
    with deployed(aws, "habit", folder, OTHER_CRM_SESSION_SECONDS="2") as running:
        yield running
