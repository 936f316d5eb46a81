"""What the tests of faults share: a journal, a plane over it, and a CRM's processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.faults.plane import ControlPlane
from support.observing.journal import Journal
from tests.support.fake_operator import FakeOperator


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return a journal."""
    with Journal(tmp_path / "journal.jsonl") as journal:
        yield journal


@pytest.fixture
def empty_plane(journal: Journal) -> ControlPlane:
    """Return a control plane on which nothing is broken."""
    return ControlPlane(journal, lambda: None)


@pytest.fixture
def operator() -> FakeOperator:
    """Return who runs the processes of a CRM."""
    return FakeOperator(["api", "publisher", "audit-trail"])
