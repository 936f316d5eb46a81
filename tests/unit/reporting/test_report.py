"""The one HTML file: what it must not fetch, and what is said when it cannot be made."""

from pathlib import Path

import pytest

from support.reporting import report
from support.reporting.report import (
    ReportError,
    install_allure,
    main,
    with_numbers_in_order,
    without_fetched_scripts,
)

PAGE = """<script src="data:text/javascript;base64,Ly8="></script>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>gtag('config', 'G-1');</script>"""


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take Node.js away."""
    monkeypatch.setenv("PATH", "/nonexistent")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Return a folder with one result."""
    (tmp_path / "1-result.json").write_text("{}", "utf-8")
    return tmp_path


def test_no_script_is_fetched() -> None:
    """Nobody is told who reads the report; what is in the page stays."""
    assert "https://" not in without_fetched_scripts(PAGE)
    assert without_fetched_scripts(PAGE).count("<script") == 2


def test_the_tree_is_in_the_order_of_the_requirements() -> None:
    """By the numbers in names, before any other script of the page has sorted anything."""
    page = with_numbers_in_order("<head><title>x</title></head><head>")
    assert page.startswith("<head><script>")
    assert page.endswith("</script><title>x</title></head><head>")
    assert "localeCompare" in page


def test_without_results_one_sentence_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reader is told what to do first."""
    assert main(["--results", str(tmp_path), "--report", str(tmp_path / "r.html")]) == 1
    assert (
        capsys.readouterr().err == f"There are no results in {tmp_path}; run the scenarios first.\n"
    )


@pytest.mark.usefixtures("no_node")
def test_without_node_one_sentence_says_so(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing else of the suite needs it."""
    assert main(["--results", str(results), "--report", str(results / "r.html")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The report needs Node.js")
    assert said.count("\n") == 1


def test_the_generator_is_installed_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It takes about ten seconds, so it is announced."""
    commands: list[str] = []
    monkeypatch.setattr(report, "_run", lambda command: commands.append(" ".join(command)))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    install_allure(tmp_path)
    assert commands == ["npm ci --ignore-scripts --no-audit --no-fund"]
    assert "Installing" in capsys.readouterr().out
    (tmp_path / "node_modules" / ".bin").mkdir(parents=True)
    (tmp_path / "node_modules" / ".bin" / "allure").touch()
    install_allure(tmp_path)
    assert len(commands) == 1


def test_a_generator_that_fails_is_quoted(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last line says why."""
    monkeypatch.setattr(report, "install_allure", lambda _root: None)
    tools = results / "bin"
    tools.mkdir()
    (tools / "npx").write_text("#!/bin/sh\necho first >&2\necho 'no such option' >&2\nexit 3\n")
    (tools / "npx").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    with pytest.raises(ReportError, match=r"^`npx --no-install allure` failed: no such option$"):
        report.make_report(results, results / "r.html")


def test_the_lock_file_names_no_registry() -> None:
    """Everybody installs from the registry that their own npm is set to."""
    assert '"resolved"' not in (report.ROOT / "package-lock.json").read_text("utf-8")
