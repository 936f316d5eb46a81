"""A run whose publisher stops: no verdict, told everywhere, and nothing is left behind."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 60
SCENARIO = "features/guarantees/refusals.feature:8"
# Behave, but the publisher is stopped as soon as something was attempted.
STOPPING = """
import sys
from behave.__main__ import main
from support.world import World

attempt = World._attempt


def attempt_and_stop(world, *args):
    attempt(world, *args)
    world._run.reference.stop("publisher")


World._attempt = attempt_and_stop
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run one scenario, and return the folder with all that was said of it."""
    folder = tmp_path_factory.mktemp("silence")
    done = subprocess.run(
        [
            *(sys.executable, "-c", STOPPING, SCENARIO),
            *("-D", f"reports={folder}", "-D", "objective=1"),
            *("-f", "allure", "-o", str(folder / "results"), "-f", "plain"),
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    (folder / "output").write_text(done.stdout, "utf-8")
    (folder / "code").write_text(str(done.returncode), "utf-8")
    return folder


def _verdicts(folder: Path) -> dict[str, Any]:
    results = [json.loads(f.read_text("utf-8")) for f in (folder / "results").glob("*-result.json")]
    return {each["name"]: each for each in results}


def test_behave_counts_an_error_and_ends_red(folder: Path) -> None:
    """Neither a pass nor a failure; where it came to nothing is said once, without its causes."""
    output = (folder / "output").read_text("utf-8")
    assert (folder / "code").read_text("utf-8") == "1"
    assert "0 scenarios passed, 0 failed, 1 error" in output
    assert "did not come back: its event did not arrive within 1 s" in output
    assert "direct cause" not in output


def test_the_report_says_broken_and_inconclusive_and_what_is_known(folder: Path) -> None:
    """Of the scenario and of the end of the run; the timeline is attached all the same."""
    verdicts = _verdicts(folder)
    scenario = verdicts["A refused command publishes nothing and changes nothing"]
    end = verdicts["The audit at the end of the run"]
    assert {scenario["status"], end["status"]} == {"broken"}
    asked = "Nobody can tell whether the subscribers of Acme have received nothing"
    for verdict, words in ((scenario, asked), (end, "canary-1 did not come back")):
        assert verdict["statusDetails"]["message"].startswith("INCONCLUSIVE: the fence of tenant ")
        assert words in verdict["statusDetails"]["message"]
    assert [each["name"] for each in scenario["attachments"]] == [
        "Audit after the failure",
        "Commands and deliveries",
    ]
