"""Looking at tenants: how long what was found holds, and when nothing more can come."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.crm.port import Command, Subscriber
from support.errors import ScenarioError
from support.judging.case import BUS, Evidence, Missing
from support.names import Tenant, is_fence
from support.observing.collector import EventCollector
from support.observing.deliveries import Delivery
from support.observing.fences import Returned, Sent
from support.observing.settling import Window
from support.survey import Survey
from tests.support.fake_subscribers import SUBSCRIBERS
from tests.support.stage import Stage, open_stage

STORY = """Given Acme is a tenant
When Acme creates the account "Globex"
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM with a tenant that has done something."""
    with open_stage(tmp_path) as opened:
        opened.play(STORY)
        yield opened


@pytest.fixture
def survey(stage: Stage) -> Survey:
    """Return the survey of the scenario."""
    return stage.world._survey


@pytest.fixture
def acme(stage: Stage) -> Tenant:
    """Return the tenant."""
    return stage.world._deeds.tenant("Acme")


@pytest.fixture
def windows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note since when each settle window runs, in place of waiting."""
    since: list[float] = []

    def settle(at: float) -> Window:
        since.append(at)
        return Window(0.0, "noted")

    monkeypatch.setattr(stage.run.fences, "settle", settle)
    return since


def _fences(stage: Stage) -> int:
    return len(stage.run.fences.sent)


def test_where_nothing_followed_the_fence_the_window_runs_from_its_return(
    stage: Stage, survey: Survey, acme: Tenant, windows: list[float]
) -> None:
    """Whoever was busy meanwhile need not wait again."""
    evidence = survey.settled(acme)
    assert is_fence(evidence.history[-1])
    assert windows == [stage.run.fences.returned_at]


def test_what_a_subscriber_set_off_after_the_fence_has_a_window_of_its_own(
    stage: Stage,
    survey: Survey,
    acme: Tenant,
    windows: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An effect that is committed behind the fence is no older than the look that found it."""
    real = stage.run.fences.wait

    def wait(sent: Sent, timeout: float) -> Returned:
        returned, tenant_id = real(sent, timeout), sent.tenant_id
        data = {"name": "Initech", "owner": "kim"}
        stage.crm.send(Command(tenant_id, "CreateAccount", "initech", data, "k", "c", "kim"))
        stage.run.fences.returned_at -= 60.0
        return returned

    monkeypatch.setattr(stage.run.fences, "wait", wait)
    before = stage.run.fences.clock()
    evidence = survey.settled(acme)
    assert evidence.history[-1]["entity_id"] == "initech"
    assert [since >= before for since in windows] == [True]


def test_what_was_found_holds_until_the_next_command(
    stage: Stage, survey: Survey, acme: Tenant
) -> None:
    """Sentences that follow each other look once."""
    first = survey.settled(acme)
    assert survey.settled(acme) is first
    assert survey.level(acme) is first
    assert _fences(stage) == 1
    stage.play('When Acme creates the account "Initech"')
    assert len(survey.settled(acme).history) > len(first.history)
    assert _fences(stage) == 2


def test_what_is_to_be_forgotten_is_looked_at_anew(
    stage: Stage, survey: Survey, acme: Tenant
) -> None:
    """A fault is no command, and changes what arrives all the same."""
    first = survey.settled(acme)
    survey.forget()
    assert survey.settled(acme) is not first
    assert _fences(stage) == 2


def _noting(done: list[str], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def noting(*asked: Any) -> Any:
        done.append(name)
        return call(*asked)

    return noting


class Held:
    """Note what is done to deliveries, in place of doing it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def hold(self) -> None:
        """Begin to hold back."""
        self.done.append("hold")

    def restore(self) -> None:
        """Let deliver again."""
        self.done.append("restore")

    def deliver(self, subscriber: Subscriber, bodies: Sequence[str]) -> None:
        """Note what is handed over to the first subscriber: the names that the events carry."""
        if subscriber.name == SUBSCRIBERS[0].name:
            named = [str(json.loads(body)["detail"]["payload"].get("name")) for body in bodies]
            self.done.append(f"deliver {', '.join(named)}")

    def taken(self, subscriber: Subscriber) -> None:
        """Note that the first subscriber is waited for."""
        if subscriber.name == SUBSCRIBERS[0].name:
            self.done.append("taken")


HOLDING = """Given deliveries to all subscribers are held back
When Acme updates the account "Globex" with:
  | name |
  | One  |
And Acme updates the account "Globex" with:
  | name |
  | Two  |
"""


@pytest.fixture
def held(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Let the scenario hold deliveries back."""
    holding = Held()
    monkeypatch.setattr("support.failures.transit.HeldDeliveries", lambda *_: holding)
    monkeypatch.setattr(stage.world.transit, "inboxes", holding)
    return holding


def test_faults_in_the_transport_make_the_survey_forget(
    stage: Stage, survey: Survey, acme: Tenant, held: Held
) -> None:
    """Holding deliveries back, and handing them over, each ends what was known.

    What is to come in another order comes one by one: together, a subscriber may put it in order.
    """
    known = [survey.settled(acme)]
    stage.play(HOLDING)
    stage.play("When what was held back from Acme arrives in reverse order")
    known.append(survey.settled(acme))
    assert len({id(evidence) for evidence in known}) == 2
    assert held.done == ["hold", "restore", "deliver Two", "taken", "deliver One", "taken"]


def test_what_is_held_back_is_handed_over_before_anything_is_ruled_out(
    stage: Stage, survey: Survey, acme: Tenant, held: Held
) -> None:
    """What the suite holds back is not lost; fences and facts of before are not sent again."""
    survey.settled(acme)
    stage.play(HOLDING)
    survey.settled(acme)
    assert held.done == ["hold", "restore", "deliver One, Two"]


def test_after_a_fault_everybody_is_level_before_the_fence_is_sent(
    stage: Stage, survey: Survey, acme: Tenant, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catching up may take longer than a fence has to come back."""
    stage.play(HOLDING)
    done: list[str] = []
    for owner, name in ((stage.run.witness, "level"), (stage.run.fences, "send")):
        monkeypatch.setattr(owner, name, _noting(done, name, getattr(owner, name)))
    survey.settled(acme)
    assert done == ["level", "level", "send", "level"]
    assert held.done[-1] == "deliver One, Two"


def test_a_scenario_that_failed_under_a_fault_is_not_accused_of_it(
    stage: Stage, held: Held
) -> None:
    """The post-mortem hands over first what the suite itself holds back, read by then or not."""
    stage.play(HOLDING)
    assert stage.world.told_after_failure(0.01) == "The audit found nothing amiss."
    assert held.done == ["hold", "restore", "deliver One, Two"]


def test_without_an_attempt_nothing_can_be_unchanged(stage: Stage) -> None:
    """The sentence is answered with what it lacks."""
    with pytest.raises(ScenarioError, match="nothing was tried whose effect could be ruled out"):
        stage.play("Then nothing has changed at Acme")


def test_a_tenant_that_came_after_the_attempt_cannot_be_unchanged(stage: Stage) -> None:
    """Nobody looked at it before."""
    stage.play('When Acme tries to deactivate the account "Globex"\nGiven Bravo is a tenant')
    with pytest.raises(ScenarioError, match="nothing was tried"):
        stage.play("Then nothing has changed at Bravo")


def test_fences_of_several_tenants_travel_together(stage: Stage) -> None:
    """All are sent before the first is waited for; each has to come back."""
    stage.play("Given Acme is a tenant\nAnd Bravo is a tenant")
    owners = [stage.world._deeds.tenant(name) for name in ("Acme", "Bravo")]
    waited_for: list[int] = []
    real = stage.run.fences.wait

    def wait(sent: Sent, timeout: float) -> Returned:
        waited_for.append(len(stage.run.fences.sent))
        return real(sent, timeout)

    stage.run.fences.wait = wait  # type: ignore[method-assign, assignment]
    found = stage.world._survey.settled_all(owners)
    assert [each.tenant_id for each in found] == [owner.tenant_id for owner in owners]
    assert waited_for == [2, 2]


def test_a_refusal_that_nobody_spoke_of_is_told_with_what_is_missing(
    stage: Stage, survey: Survey, acme: Tenant
) -> None:
    """It may explain why; once a sentence has expected it, it explains nothing any more."""
    tried = 'When Acme tries to update the account "Globex" with:\n  | name |\n  | (spaces) |\n'
    stage.play(tried)
    asked = stage.world._deeds.last()[0]
    told, *_ = survey.where(acme).splitlines()
    assert told == (
        f"note: UpdateAccount of {asked.entity_id} was refused as invalid_name (422): "
        "An account needs a name."
    )
    stage.play('Then the command is refused as "invalid name"')
    assert "note" not in survey.where(acme)


@dataclass(frozen=True)
class Look:
    """Say what the next look shows: how much is missing, came by then, and waits in a queue."""

    missing: int
    came: int = 0
    waiting: int = 0


def _catching_up(stage: Stage, monkeypatch: pytest.MonkeyPatch, looks: list[Look]) -> list[Look]:
    """Let the next looks show this; return those that were not asked for."""
    (event, *_) = stage.run.crm.history(stage.world._deeds.tenant("Acme").tenant_id)
    stage.run.collector.drain()
    (delivery, *_) = stage.run.collector.deliveries
    came: list[Delivery] = []

    def level(tenant_id: str, _: float) -> tuple[Evidence, list[Missing]]:
        look = looks.pop(0)
        came.extend([delivery] * look.came)
        stage.queues.holds[SUBSCRIBERS[0].queue_url] = look.waiting
        return Evidence(tenant_id, [event]), [Missing(event, BUS)] * look.missing

    monkeypatch.setattr(stage.run.witness, "level", level)
    monkeypatch.setattr(EventCollector, "deliveries", property(lambda _: came))
    return looks


LEVEL = Look(0)
STUCK = [Look(9)] * 4


@pytest.mark.parametrize(
    "looks",
    [
        [Look(9), *STUCK[:2], Look(8), *STUCK[:3], LEVEL],
        [Look(1, waiting=9), *[Look(1, waiting=9)] * 2, Look(1, waiting=8), LEVEL],
        [Look(1), Look(1), Look(1), Look(1, came=1), Look(1), Look(1), Look(1), LEVEL],
        [Look(1), Look(90, 90, 90), *(Look(n, 0, n) for n in range(89, 80, -1)), LEVEL],
    ],
)
def test_who_is_still_catching_up_after_a_disturbance_is_waited_for(
    stage: Stage,
    survey: Survey,
    acme: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    looks: list[Look],
) -> None:
    """Whoever lacks less, has less to do, or publishes, is; what was published makes work."""
    left = _catching_up(stage, monkeypatch, [*looks])
    survey.forget()
    survey.level(acme)
    assert left == []


@pytest.mark.parametrize(
    "looks",
    [
        STUCK,
        [Look(9), Look(8)] * 30,
        [Look(1, came=1)] * 60,
    ],
)
def test_who_gets_no_further_or_never_ends_is_not_waited_for(
    stage: Stage,
    survey: Survey,
    acme: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    looks: list[Look],
) -> None:
    """What is lost is told."""
    unasked = _catching_up(stage, monkeypatch, [*looks, LEVEL])
    survey.forget()
    with pytest.raises(AssertionError, match=r"^AccountCreated of "):
        survey.level(acme)
    assert unasked == [LEVEL]


def test_how_long_everybody_had_to_catch_up_is_told(
    stage: Stage, survey: Survey, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a time-out, which is told where nobody had to."""
    now = iter([0.0, 63.2])
    _catching_up(stage, monkeypatch, [*STUCK])
    monkeypatch.setattr(stage.run.fences, "clock", lambda: next(now))
    assert "waited up to 0.04 s, " in survey.where(acme)
    survey.forget()
    with pytest.raises(AssertionError, match=r"waited up to 63 s, delivery objective 5 s$"):
        survey.level(acme)


def test_where_nothing_was_disturbed_there_is_one_time_out(
    stage: Stage, survey: Survey, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is late then, is late."""
    unasked = _catching_up(stage, monkeypatch, [Look(9), Look(8), LEVEL])
    with pytest.raises(AssertionError, match=r"^AccountCreated of "):
        survey.level(acme)
    assert unasked == [Look(8), LEVEL]
