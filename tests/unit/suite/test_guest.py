"""A run at somebody else's CRM tells what it could not see, and leaves no more than it has to."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from support.crm.checked import CheckedCrm
from support.crm.port import CommandRefused, CrmPort, Subscriber
from support.errors import CrmTrouble, NoAnswer
from support.guest import ACTING, ROLES, close_tenants, crm_lost, misnamed, notes
from tests.support.stage import Stage, open_stage

UNSEEN = (
    "The bus nerve may be others' as well, so only events in the names of this run's tenants "
    "(r1-...) were looked at: one that was published in another name, or in none, was not seen on "
    "the bus."
)
KEPT = (
    "The CRM keeps what this run did, in the names of 3 tenants, r1-...: its driver does not close "
    "tenants."
)


class Closing:
    """Close tenants, but those that are in use."""

    def __init__(self) -> None:
        self.closed: list[str] = []

    def close_tenant(self, tenant_id: str) -> None:
        """Close a tenant."""
        if tenant_id == "used":
            raise CommandRefused(409, "in_use", "Somebody is there.")
        self.closed.append(tenant_id)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up a run over a CRM in memory."""
    with open_stage(tmp_path) as opened:
        yield opened


def _checked(driver: object) -> CrmPort:
    return CheckedCrm(cast(CrmPort, driver), "my.driver:Mine", {})


def test_what_was_not_seen_and_what_stays_is_told() -> None:
    """Whoever reads the report does not know what a tap is."""
    assert notes("r1", "nerve", _checked(SimpleNamespace()), 3) == [UNSEEN, KEPT]


def test_nothing_stays_where_tenants_can_be_closed() -> None:
    """Then there is nothing to tell of that."""
    assert notes("r1", "nerve", _checked(Closing()), 3) == [UNSEEN]


def test_all_tenants_are_closed_though_one_cannot_be() -> None:
    """And that one is named."""
    driver = Closing()
    with pytest.raises(CrmTrouble) as trouble:
        close_tenants(_checked(driver), ["a", "used", "b"])
    assert driver.closed == ["a", "b"]
    assert str(trouble.value) == (
        "1 tenant(s) of this run could not be closed: used (refused as in_use (409): Somebody is "
        "there.)"
    )


def _named(*names: str) -> list[Subscriber]:
    return [Subscriber(name=name, entity_types=(), queue_url=name) for name in names]


CALLED = "entity-views, audit-trail, sales-pipeline"
SEE = "see support/crm/GUIDE.md"


@pytest.mark.parametrize(
    ("offered", "names", "told"),
    [
        ({"rebuild": print, "roles": ROLES}, ACTING, {}),
        ({}, ["desk"], {}),
        (
            {"rebuild": print},
            ["desk", "entity-views"],
            {"needs-rebuild": f"rebuild needs subscribers called {CALLED}; {SEE}"},
        ),
        (
            {"roles": ["publisher", "desk"]},
            ["desk"],
            {
                "needs-process-control": "process control needs roles called publisher, "
                f"{CALLED}, account-deactivation; {SEE}"
            },
        ),
        (
            {"roles": ROLES},
            ["desk"],
            {
                "needs-process-control": f"process control needs subscribers called {CALLED}, "
                f"account-deactivation; {SEE}"
            },
        ),
    ],
)
def test_what_the_scenarios_call_otherwise_is_told_before_they_begin(
    offered: dict[str, object], names: Sequence[str], told: dict[str, str]
) -> None:
    """They are skipped; what a driver does not offer is told elsewhere."""
    assert misnamed(_checked(SimpleNamespace(**offered)), _named(*names)) == told


def test_the_names_are_those_that_the_features_say() -> None:
    """Of subscribers that are stopped, killed or started."""
    written = " ".join(path.read_text("utf-8") for path in Path("features").rglob("*.feature"))
    said = re.findall(r"the subscriber ([a-z-]+) is (?:stopped|killed|started)", written)
    assert {*said} <= {*ACTING}
    assert said


SILENCE = NoAnswer("our CRM gave no answer to history")


def _answering(*answers: Exception | None) -> CrmPort:
    """Return a CRM that tells its history so, one time after the other, and so for ever."""
    left = [*answers]

    def history(_: str) -> list[object]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer is not None:
            raise answer
        return []

    return _checked(SimpleNamespace(history=history))


def test_a_crm_that_gives_no_answer_any_more_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of its driver, with what to do."""
    monkeypatch.setattr("support.guest.STILL_S", 0.01)
    assert crm_lost(_answering(SILENCE), "canary") == (
        "the CRM gives no answer any more: our CRM gave no answer to history; start it and run "
        "again"
    )


@pytest.mark.parametrize(
    "answers",
    [
        [None],
        [SILENCE, None],
        [CommandRefused(401, "invalid_credential", "Too old.")],
        [CommandRefused(403, "wrong_tenant", "No.")],
    ],
    ids=["an answer", "an answer at last", "too old a credential", "another refusal"],
)
def test_a_crm_that_answers_is_not_lost(answers: list[Exception | None]) -> None:
    """Whatever it says, and though it was silent for a moment."""
    assert crm_lost(_answering(*answers), "canary") is None


def test_who_cannot_close_tenants_is_not_asked_to() -> None:
    """It would only fail."""
    close_tenants(_checked(SimpleNamespace()), ["a"])


def test_at_its_own_crm_the_suite_is_no_guest(stage: Stage) -> None:
    """The bus is its own, and all of it goes at the end."""
    assert stage.run.guest_notes == []


def test_a_token_that_expires_during_a_run_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the next scenario opens its tenant."""

    def refuse(_: str) -> None:
        raise CommandRefused(401, "invalid_credential", "Too old.")

    monkeypatch.setattr(stage.crm, "open_tenant", refuse)
    with pytest.raises(CrmTrouble) as trouble:
        stage.run.open_tenant("acme", "a scenario")
    assert str(trouble.value) == (
        "the CRM lets the suite open no tenant any more (refused as invalid_credential (401): Too "
        "old.): give it an operator token that lasts as long as the run"
    )


def test_a_crm_that_does_not_answer_any_more_is_not_asked_for_each_tenant() -> None:
    """Each call would take its whole time-out, and no signal ends the end of a run."""
    asked: list[str] = []

    def hang(tenant_id: str) -> None:
        asked.append(tenant_id)
        raise NoAnswer("no answer within 10 s")

    with pytest.raises(CrmTrouble) as trouble:
        close_tenants(_checked(SimpleNamespace(close_tenant=hang)), ["a", "b", "c"])
    assert asked == ["a"]
    assert str(trouble.value) == (
        "3 tenant(s) of this run could not be closed: a (no answer within 10 s)"
    )
