"""What people do at the same moment: each row says on what."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.errors import ScenarioError
from tests.support.stage import Stage, open_stage

TOGETHER = "several people at Acme each create the account at the same time with:"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM."""
    with open_stage(tmp_path) as opened:
        yield opened


def test_each_row_is_carried_out_on_what_it_is_about(stage: Stage) -> None:
    """With the values of that row, and made-up ones besides."""
    stage.play(
        f"""Given Acme is a tenant
When {TOGETHER}
  | about   | industry |
  | Globex  | toys     |
  | Initech | games    |
Then the subscribers of Acme have received exactly:
  | event          | about   | version | industry |
  | AccountCreated | Globex  | 1       | toys     |
  | AccountCreated | Initech | 1       | games    |
"""
    )


def test_a_row_about_nothing_is_told(stage: Stage) -> None:
    """Nobody guesses whom it means."""
    with pytest.raises(ScenarioError, match="each row has to say what it is about"):
        stage.play(
            f"""Given Acme is a tenant
When {TOGETHER}
  | industry |
  | toys     |
"""
        )
