"""What is wrong with the set-up is told in one sentence before the first scenario."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from support.crm.port import CommandRefused
from support.errors import ConfigurationError, CrmTrouble, NoAnswer
from support.observing.journal import read_journal
from support.opening import _explaining, open_run
from support.settings import Settings, load_settings
from support.targets.sweep import LeftBehind

REFUSED = CommandRefused(401, "invalid_credential", "Who are you?")
SLIP = CrmTrouble("subscribers of the driver my.driver:Mine returned nothing and not a list")
GONE = ConfigurationError("nothing answers")
DEAD = NoAnswer("the CRM at http://crm:1 gave no answer to POST /tenants: ConnectError: refused")


def _raise(error: Exception) -> NoReturn:
    raise error


@pytest.mark.parametrize("below", ["file/reports", "file"])
def test_a_reports_folder_that_is_none_is_told(tmp_path: Path, below: str) -> None:
    """Nothing is started first."""
    (tmp_path / "file").touch()
    reports = tmp_path / below
    with pytest.raises(ConfigurationError) as mistake, open_run(Settings(reports=reports)):
        pass
    told = str(mistake.value)
    assert told.startswith(f"nothing can be written to -D reports={reports}: ")
    assert told.endswith("; name a folder")


def test_what_a_run_leaves_behind_is_in_its_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever judges it again finds it as red as it was."""

    @contextmanager
    def leaving_something(*_: object) -> Iterator[None]:
        try:
            yield
        finally:
            raise LeftBehind("run ab12 left behind: queue q")

    monkeypatch.setattr("support.opening.leaving_nothing", leaving_something)
    monkeypatch.setattr("support.opening._endpoint", lambda *_: _raise(GONE))
    with pytest.raises(LeftBehind), open_run(Settings(reports=tmp_path)):
        pass
    *_, last = read_journal(tmp_path / "journal.jsonl")
    assert {name: last[name] for name in ("entry", "scenario", "status", "error")} == {
        "entry": "outcome",
        "scenario": None,
        "status": "error",
        "error": "run ab12 left behind: queue q",
    }


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            REFUSED,
            "the CRM lets the suite open no tenant (refused as invalid_credential (401): Who are "
            "you?): give its operator token with -D operator_token=... or "
            "ACCEPTANCE_OPERATOR_TOKEN",
        ),
        (DEAD, f"{DEAD}; is it running at -D crm=http://crm:1?"),
    ],
)
def test_a_crm_that_does_not_let_the_suite_in_is_told(error: Exception, sentence: str) -> None:
    """With what to do about it."""
    settings = load_settings({"crm": "http://crm:1", "stack": "s", "target": "aws"}, {})
    with pytest.raises(ConfigurationError) as mistake, _explaining(settings):
        raise error
    assert str(mistake.value) == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            REFUSED,
            f"the CRM lets the suite open no tenant ({REFUSED}): give the driver my.driver:Mine "
            "what it needs to be let in",
        ),
        (
            SLIP,
            f"{SLIP}; what a driver must do is in support/crm/GUIDE.md",
        ),
        (
            DEAD,
            f"{DEAD}; is the CRM running? what a driver must do is in support/crm/GUIDE.md",
        ),
    ],
)
def test_whoever_has_a_driver_is_told_what_the_driver_needs(
    error: Exception, sentence: str
) -> None:
    """An operator token is the HTTP driver's."""
    settings = load_settings({"crm": "my.driver:Mine", "stack": "s", "target": "aws"}, {})
    with pytest.raises(ConfigurationError) as mistake, _explaining(settings):
        raise error
    assert str(mistake.value) == sentence


def test_the_suites_own_crm_has_a_log_to_read() -> None:
    """Nobody named a URL then."""
    with (
        pytest.raises(ConfigurationError, match=r"refused; see crm\.log$"),
        _explaining(Settings()),
    ):
        raise DEAD
