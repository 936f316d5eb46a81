"""Reports that cannot be written end the run with a sentence, and behave gets to its end."""

from pathlib import Path
from types import SimpleNamespace
from unittest.mock import create_autospec

import pytest
from allure_commons import model2
from behave.model import Feature
from behave.reporter.junit import JUnitReporter

from support.reporting.full_disk import Results, guard_junit


def _told(path: Path) -> str:
    return (
        f"nothing more can be written to {path}: No such file or directory; make room, or name "
        "another folder with -D reports=..."
    )


def test_each_kind_of_file_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    """A folder that is gone is as good as a full disk here."""
    ends: list[str] = []
    folder = tmp_path / "results"
    results = Results(folder, ends.append)
    folder.rmdir()
    results.report_result(model2.TestResult(uuid="1", name="A lead"))
    results.report_attached_data("text", "a-attachment.txt")
    results.report_attached_file(__file__, "b-attachment.txt")
    assert ends == [_told(folder)] * 3


def test_what_can_be_written_is_written(tmp_path: Path) -> None:
    """And ends nothing."""
    ends: list[str] = []
    results = Results(tmp_path, ends.append)
    results.report_result(model2.TestResult(uuid="1", name="A lead"))
    results.report_attached_data("text", "a-attachment.txt")
    assert (len([*tmp_path.glob("*-result.json")]), ends) == (1, [])
    assert (tmp_path / "a-attachment.txt").read_text("utf-8") == "text"


def test_junit_files_that_cannot_be_written_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behave itself would end with a traceback, and take nothing down."""

    def full(_reporter: JUnitReporter, _feature: Feature) -> None:
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(JUnitReporter, "feature", full)
    ends: list[str] = []
    reporter = JUnitReporter(SimpleNamespace(junit_directory=str(tmp_path), userdata={}))
    other = create_autospec(object)
    guard_junit([other, reporter], ends.append)
    reporter.feature(create_autospec(Feature))
    assert ends == [_told(tmp_path)]
