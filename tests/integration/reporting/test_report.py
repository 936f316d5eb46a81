"""The report that Allure makes of a run's results."""

import base64
import json
import re
import shutil
from typing import Any

import pytest

from support.reporting.report import TALL_PREVIEWS, make_report
from tests.integration.reporting.tiny_project import EVERYTHING, ROOT, TinyProject

INSTALLED = shutil.which("npx") and (ROOT / "node_modules" / ".bin" / "allure").exists()
pytestmark = pytest.mark.skipif(not INSTALLED, reason="`make report` installs the generator")
SCRIPT = re.compile(r'src="data:text/javascript;base64,([^"]+)"')
DATA = re.compile(r'd\("(?P<name>[^"]+)","(?P<data>[^"]+)"\)')


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the report of the project where everything goes wrong."""
    project = TinyProject(tmp_path_factory.mktemp("tiny")).write(EVERYTHING)
    project.run()
    report = project.folder / "reports" / "report.html"
    make_report(project.results_folder, report)
    assert {path.name for path in report.parent.iterdir()} == {
        "allure-results",
        "junit",
        "report.html",
    }
    return report.read_text(encoding="utf-8")


def data(page: str) -> dict[str, Any]:
    """Return what the page has in it, by name."""
    return {
        found["name"]: json.loads(base64.b64decode(found["data"]))
        for found in DATA.finditer(page)
        if found["name"].endswith(".json")
    }


def test_the_page_fetches_nothing(page: str) -> None:
    """It opens from disk, and nobody is told that it was opened."""
    assert not re.findall(r'<(?:script|link|img|iframe)[^>]*\s(?:src|href)="https?:', page)


def test_the_tree_is_the_requirements_document(page: str) -> None:
    """Chapters, below them sections, below them clauses."""
    groups = data(page)["widgets/default/tree.json"]["groupsById"].values()
    assert {"1 Guarantees", "2.3 Lead", "2.3.1 A lead has a name."} <= {g["name"] for g in groups}


def test_previews_are_tall_enough_to_read(page: str) -> None:
    """What Allure's own rule for them hangs on is still there."""
    assert page.count(TALL_PREVIEWS) == 1
    scripts = b"".join(base64.b64decode(found) for found in SCRIPT.findall(page))
    assert b'"data-testid":"html-attachment-preview"' in scripts


def test_the_chapters_stand_in_their_order(page: str) -> None:
    """Not in the order in which the files happened to run."""
    assert '"defaultSortBy":"name,asc"' in page


def test_every_result_is_counted(page: str) -> None:
    """None merges with another, none is taken for a retry."""
    counted = data(page)["widgets/statistic.json"]
    assert counted == {"total": 23, "passed": 11, "failed": 5, "broken": 6, "skipped": 1}


def test_failures_are_sorted_by_whose_trouble_they_are(page: str) -> None:
    """A broken promise, no verdict, or the environment."""
    nodes = data(page)["widgets/categories.json"]["nodes"].values()
    assert {node["name"] for node in nodes if node["type"] == "category"} == {
        "Broken promises of the CRM",
        "Inconclusive: the evidence allows no verdict",
        "Trouble with the environment or the suite",
    }
