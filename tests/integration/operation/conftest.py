"""One emulator for all tests of this folder."""

from collections.abc import Iterator

import pytest

from support.targets.aws import Aws
from tests.support.emulator import running_emulator


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """Return the clients for an emulator that is running."""
    with running_emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started
