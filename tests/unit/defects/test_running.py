"""Reading what a run reports, and what the command line takes."""

import json
from pathlib import Path

import pytest

from tests.defects.__main__ import main
from tests.defects.registry import DEFECTS
from tests.defects.running import read_results
from tests.defects.verdict import BROKEN, FAILED, Shown


def _write(folder: Path, number: int, **result: object) -> None:
    (folder / f"{number}-result.json").write_text(json.dumps(result), encoding="utf-8")


def test_a_result_is_read_with_the_audit_that_follows_a_failure(tmp_path: Path) -> None:
    """What is attached besides is for people."""
    (tmp_path / "a-attachment.txt").write_text("lost: it", encoding="utf-8")
    _write(
        tmp_path,
        1,
        name="One",
        status="failed",
        statusDetails={"message": "Expected: it."},
        attachments=[
            {"name": "Audit after the failure", "source": "a-attachment.txt"},
            {"name": "Commands and deliveries", "source": "b-attachment.html"},
        ],
    )
    _write(tmp_path, 2, name="Two", status="broken", statusDetails={"message": "No answer."})
    _write(tmp_path, 3, name="Three", status="passed", statusDetails=None)
    assert read_results(tmp_path) == [
        Shown("One", FAILED, "Expected: it.\nlost: it"),
        Shown("Two", BROKEN, "No answer."),
        Shown("Three", "passed", ""),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["bus-loses-everything"], "there is no defect 'bus-loses-everything'; --list names"),
        (["--jobs", "0"], "'0' is not a number from 1 on"),
        (["--jobs", "many"], "'many' is not a number from 1 on"),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_starts(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to do."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_the_list_names_every_defect(capsys: pytest.CaptureFixture[str]) -> None:
    """A line each, with what is wrong."""
    with pytest.raises(SystemExit) as ended:
        main(["--list"])
    lines = capsys.readouterr().out.splitlines()
    assert (ended.value.code, len(lines)) == (0, len(DEFECTS))
    assert lines[0] == (
        "publisher-forgets-a-type (code, drops): The publisher has a list of event types to send, "
        "and one of them is not on it."
    )
