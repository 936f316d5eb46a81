"""Make one HTML file of the Allure results: `python -m support.reporting.report`."""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("allurerc.json")
FETCHED_SCRIPT = re.compile(r'<script[^>]*\ssrc="https?://[^"]*"[^>]*>\s*</script>')
# Opened from disk, Allure's page may not measure its previews, and leaves them 150 pixels high.
TALL_PREVIEWS = (
    "<style>[data-testid$=attachment-preview] iframe:not([height]){height:26rem}</style>"
)
# Allure sorts its tree by name: 2.7.10 belongs behind 2.7.9, not behind 2.7.1.
NUMBERS_IN_ORDER = (
    "<script>{const inOrder=new Intl.Collator(undefined,{numeric:true}).compare;"
    "String.prototype.localeCompare=function(other){return inOrder(this,other)}}</script>"
)
SLOWEST = 600.0


class ReportError(Exception):
    """Say in one sentence why there is no report, and what to do about it."""


def make_report(results: Path, report: Path) -> None:
    """Write the report of the results in a folder; raise ReportError if that cannot be done."""
    if not any(results.glob("*-result.json")):
        raise ReportError(f"There are no results in {results}; run the scenarios first.")
    install_allure(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        told = ["--config", str(CONFIG), "--output", scratch, str(results.resolve())]
        _run(["npx", "--no-install", "allure", "generate", *told])
        page = (Path(scratch) / "index.html").read_text(encoding="utf-8")
    report.parent.mkdir(parents=True, exist_ok=True)
    cured = with_numbers_in_order(with_tall_previews(without_fetched_scripts(page)))
    report.write_text(cured, encoding="utf-8")


def without_fetched_scripts(page: str) -> str:
    """Return a page that fetches no script: Allure's tells an analytics service who reads it."""
    return FETCHED_SCRIPT.sub("", page)


def with_tall_previews(page: str) -> str:
    """Return a page in which the table of a scenario shows without scrolling in a slit."""
    return page.replace("</head>", f"{TALL_PREVIEWS}</head>", 1)


def with_numbers_in_order(page: str) -> str:
    """Return a page that sorts names by the numbers in them, as the requirements are numbered."""
    return page.replace("<head>", f"<head>{NUMBERS_IN_ORDER}", 1)


def install_allure(root: Path) -> None:
    """Install the report generator beside its lock file, unless it is there."""
    if shutil.which("npx") is None or shutil.which("node") is None:
        raise ReportError(
            "The report needs Node.js 20 or later with npm (https://nodejs.org); "
            "the results are kept, so make the report once it is installed."
        )
    if not (root / "node_modules" / ".bin" / "allure").exists():
        _say("Installing the report generator once (npm ci, about 10 s) ...")
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"])


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands and this run's own paths
            command, cwd=ROOT, capture_output=True, text=True, timeout=SLOWEST, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ReportError(f"`{command[0]}` did not end within {SLOWEST:.0f} s.") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ReportError(f"`{' '.join(command[:3])}` failed: {said[-1] if said else 'no reason'}")


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the report and return the exit code: 0, or 1 with one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m support.reporting.report", description=__doc__)
    parser.add_argument("--results", type=Path, default=ROOT / "reports" / "allure-results")
    parser.add_argument("--report", type=Path, default=ROOT / "reports" / "report.html")
    told = parser.parse_args(arguments)
    try:
        make_report(told.results, told.report)
    except ReportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _say(f"The report is in {told.report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
