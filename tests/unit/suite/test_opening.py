"""What is wrong with the set-up is told in one sentence before the first scenario."""

from pathlib import Path

import pytest

from support.crm.port import CommandRefused
from support.errors import ConfigurationError, CrmTrouble, NoAnswer
from support.opening import _explaining, open_run
from support.settings import Settings, load_settings

REFUSED = CommandRefused(401, "invalid_credential", "Who are you?")
SLIP = CrmTrouble("subscribers of the driver my.driver:Mine returned nothing and not a list")
DEAD = NoAnswer("the CRM at http://crm:1 gave no answer to POST /tenants: ConnectError: refused")


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
