"""The suite against a CRM that shares nothing with the reference CRM but the published contract."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from support.crm.port import Command
from support.observing.journal import Entry, read_journal
from tests.integration.other_crm.trial import Deployed, behave
from tests.other_crm.driver import OtherDriver

SOMEBODY = "somebody-else"
PACE_S = 0.3

# The most telling scenarios of each chapter, and some that this CRM has to be skipped for.
TAGS = (
    "@smoke or @prd-1.4.1 or @prd-1.4.6 or @prd-1.5.8 or @prd-1.5.13 or @prd-2.7.8 or @prd-3.1.2 "
    "or @prd-4.8 or @prd-6.1.1 or @prd-6.1.5"
)
REASONS = {
    "needs-aws-answers: what answers a deployed CRM is not ours",
    "needs-credentials: a session is its tenant's: no request can name another's",
    "needs-deliveries: the suite puts nothing into the queues of a deployed CRM",
    "needs-own-subscriptions: the driver has no subscribe or unsubscribe",
    "needs-process-control: the driver of the CRM has no roles, kill, runs, start or stop (see "
    "CrmOperator)",
    "needs-replay: the driver of the CRM has no replay (see CrmOperator)",
    "needs-publishing: the suite puts nothing on the bus of a deployed CRM",
}


def test_what_it_can_do_is_proved_and_what_it_cannot_is_skipped(
    crm: Deployed, tmp_path: Path
) -> None:
    """Its sessions end, and others use its bus meanwhile, which is as before in the end."""
    before = crm.standing()
    with somebody_elses_changes(crm) as changes:
        ended = behave(crm, tmp_path, f"--tags={TAGS}")
    assert ended.code == 0, ended.output
    assert not [each for each in ended.shown if each.is_red]
    assert len(ended.called("passed")) > 20
    assert {each.told for each in ended.called("skipped")} == REASONS
    assert "its driver does not close tenants" in ended.output
    assert crm.standing() == before
    assert len(changes) > 5
    assert {who.partition("-")[0] for who in _seen(tmp_path)} == {_run_id(tmp_path)}


@contextmanager
def somebody_elses_changes(crm: Deployed) -> Iterator[list[str]]:
    """Let another tenant of the CRM work on while the suite is a guest on its bus."""
    made: list[str] = []
    over = Flag()

    def work() -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in crm.environment.items():
                patch.setenv(name, value)
            driver = OtherDriver()
        driver.open_tenant(SOMEBODY)
        with closing(driver):
            while not over.wait(PACE_S):
                made.append(_change(driver, len(made)))

    worker = Thread(target=work)
    worker.start()
    try:
        yield made
    finally:
        over.set()
        worker.join()


def _change(driver: OtherDriver, number: int) -> str:
    data = {"last_name": "Lovelace", "company": "Engines"}
    names = f"lead-{number}", data, f"key-{number}", "correlation", "ada"
    return driver.send(Command(SOMEBODY, "CreateLead", *names)).receipt.entity_id


def _seen(folder: Path) -> set[str]:
    """Return in whose names the tap of the run received anything."""
    lines = read_journal(folder / "journal.jsonl")
    return {line["detail"]["tenant_id"] for line in lines if line["entry"] == Entry.DELIVERY}


def _run_id(folder: Path) -> str:
    lines = read_journal(folder / "journal.jsonl")
    return next(str(line["run_id"]) for line in lines if line["entry"] == Entry.SETTINGS)
