"""What the run itself writes for the report is where the formatter writes, or nowhere."""

from pathlib import Path

import pytest
from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.formatter.base import StreamOpener

from support.reporting.allure_formatter import AllureFormatter, allure_folder

CLASS = "support.reporting.allure_formatter:AllureFormatter"


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (f"-f {CLASS} -o here", "here"),
        (f"-f progress3 -o - -f {CLASS} -o there", "there"),
        (f"-f {CLASS} -o here -f progress3", "here"),
        (f"-f progress3 -f {CLASS}", "reports/allure-results"),
        (f"-f {CLASS}", "reports/allure-results"),
        ("-f progress3 -o here", None),
        ("", None),
    ],
)
def test_the_folder_is_that_of_the_formatter(arguments: str, folder: str | None) -> None:
    """Each formatter has the output at its place in the line."""
    found = allure_folder(Configuration(arguments.split(), load_config=False))
    assert found == (None if folder is None else Path(folder))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In behave's own way, without a traceback."""
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "results")
    with pytest.raises(ConfigError) as mistake:
        AllureFormatter(StreamOpener(folder), Configuration([], load_config=False))
    assert str(mistake.value).startswith(f"nothing can be written to {folder}: ")
    assert str(mistake.value).endswith("; name a folder with -o")
