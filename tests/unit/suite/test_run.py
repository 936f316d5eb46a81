"""What all scenarios of a run share: tenants, needs, and the audit at its end."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from support.assembly import Site, _fences, bus_wait, order_of
from support.crm.needs import NEEDS
from support.crm.port import Answer, Command
from support.errors import ConfigurationError, Inconclusive, NoAnswer
from support.faults.plane import ControlPlane
from support.faults.probing import PROBES, Probes
from support.final_audit import final_audit
from support.judging.books import Seen
from support.judging.case import Evidence, Missing, title
from support.observing.journal import Entry
from support.observing.settling import Order
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.capabilities import NOT_ASKED, YES
from support.targets.leftovers import Footprint
from support.targets.queues import Depth
from support.targets.reference import ReferenceCrm
from tests.support.fake_defects import Defect
from tests.support.fake_subscribers import PIPELINE, SUBSCRIBERS, VIEWS
from tests.support.in_memory_tap import losing
from tests.support.samples import an_event
from tests.support.stage import Stage, open_stage

STORY = """Given Acme is a tenant
When Acme creates the account "Globex"
"""
CLOSING = "Then every event of this scenario is accounted for"


SCENARIO = "a.feature: Nothing is lost"
URL = "http://127.0.0.1:4566"
QUEUES = {each.name: each for each in SUBSCRIBERS}


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Put up an honest CRM, and an end of the run that tests need not wait for."""
    monkeypatch.setattr("support.final_audit.LAST_LOOK_S", 0.001)
    with open_stage(tmp_path, SCENARIO) as opened:
        yield opened


def _impatient(stage: Stage) -> None:
    """Set an objective that tests need not wait for; it is too short for any event."""
    stage.run.settings = stage.run.settings.model_copy(update={"objective": 0.01})
    stage.run.books.journeys.clear()


def _own(stage: Stage) -> None:
    """Let the CRM be the suite's own: nobody else uses its queues."""
    stage.run.reference = cast(ReferenceCrm, object())


def _stuck(name: str, waiting: int, dead: int) -> str:
    return (
        f"stuck: {name} leaves {waiting} message(s) in its queue and has {dead} more among its "
        "dead letters"
    )


def test_a_run_of_sound_scenarios_ends_without_a_word(stage: Stage) -> None:
    """Fences, canaries and facts belong to their scenarios."""
    stage.run.canary = stage.run.open_tenant("canary", "the readiness check")
    stage.run.fences.canary(stage.run.canary, timeout=1)
    stage.play(STORY + CLOSING)
    assert final_audit(stage.run) == []


def test_nothing_comes_back_any_more_is_no_verdict(stage: Stage) -> None:
    """Silence at the end is no evidence while the pipe is dead."""
    stage.play(STORY + CLOSING)
    stage.crm.defect = Defect.DEAD_PIPE
    with pytest.raises(Inconclusive, match="the fence of tenant canary did not come back"):
        final_audit(stage.run)


def test_what_was_wrong_before_the_pipe_died_is_told_all_the_same(stage: Stage) -> None:
    """A stray is a stray; that nobody can tell what else there is, is said, too."""
    stage.play(STORY + CLOSING)
    stage.tap.put(an_event(tenant_id="test-acme-11"))
    stage.crm.defect = Defect.DEAD_PIPE
    stray, silence = final_audit(stage.run)
    assert stray.endswith("belongs to tenant test-acme-11, which no scenario opened")
    assert silence.startswith("INCONCLUSIVE: the fence of tenant canary did not come back")


@pytest.mark.parametrize(
    ("changed", "order"),
    [
        ({}, Order.KEPT),
        ({"target": "localstack"}, Order.UNKNOWN),
        ({"target": "aws"}, Order.UNKNOWN),
        ({"crm_endpoint": "http://127.0.0.1:1"}, Order.UNKNOWN),
        ({"crm_program": "somebody.elses"}, Order.UNKNOWN),
    ],
)
def test_only_the_embedded_target_is_known_to_keep_order(
    changed: dict[str, Any], order: Order
) -> None:
    """And only with nothing in between, and the CRM that was tried with it."""
    assert order_of(Settings.model_validate(changed)) is order


@pytest.mark.parametrize(
    ("target", "url", "seconds"),
    [("embedded", URL, 0), ("localstack", URL, 1), (URL, URL, 1), ("aws", None, 5)],
)
def test_how_long_the_bus_tap_waits_is_the_targets(
    target: str, url: str | None, seconds: int
) -> None:
    """Only the embedded emulator is quicker when it is asked again and again."""
    settings = Settings.model_validate({"target": target})
    assert bus_wait(settings, Aws(url, "us-east-1")) == seconds


@pytest.mark.parametrize(("url", "seconds"), [(URL, 0.0), (None, 1.0)])
def test_on_aws_a_look_that_does_not_wait_proves_nothing(
    stage: Stage, url: str | None, seconds: float
) -> None:
    """An emulator has one server, which shows all that it has."""
    run, aws = stage.run, Aws(url, "us-east-1")
    site = Site(run.settings, aws, None, stage.crm, run.journal, {}, Footprint("r1", print))
    assert site.sure_look == seconds


@pytest.mark.parametrize("fence", ["in a scenario", "as the canary"])
def test_a_fence_whose_answer_was_lost_is_sent_again_and_is_nobodys_phantom(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, fence: str
) -> None:
    """It was carried out: another in its place would leave it in the history without a receipt."""
    run, real, lost = stage.run, stage.crm.send, list[str]()
    site = Site(run.settings, run.aws, None, stage.crm, run.journal, {}, Footprint("r1", print))
    run.fences = _fences(site, run.sender, run.collector, run.latencies)

    def send(command: Command) -> Answer:
        answer = real(command)
        if command.entity_id.startswith(("fence-", "canary-")) and not lost:
            lost.append(command.entity_id)
            raise NoAnswer("no answer within 10 s")
        return answer

    monkeypatch.setattr(stage.crm, "send", send)
    if fence == "as the canary":
        run.canary = run.open_tenant("canary", "the readiness check")
        run.fences.canary(run.canary, timeout=1)
    stage.play(STORY + CLOSING)
    assert final_audit(run) == []
    assert lost == [run.fences.sent[0].command.entity_id]


def test_a_stray_that_the_last_look_took_without_an_answer_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes again after the look that found nothing, when nobody would look any more."""
    stage.play(STORY + CLOSING)
    settle = stage.run.fences.settle

    def leaks(since: float, at_least: float = 0.0) -> object:
        stage.tap.put(an_event(tenant_id="test-acme-11"))
        monkeypatch.setattr(stage.tap, "receive", losing(stage.tap, times=1))
        return settle(since, at_least)

    monkeypatch.setattr(stage.run.fences, "settle", leaks)
    (stray,) = final_audit(stage.run)
    assert stray.endswith("belongs to tenant test-acme-11, which no scenario opened")


def _lose_the_first_canary(stage: Stage) -> None:
    stage.crm.defect = Defect.DEAD_PIPE
    with pytest.raises(ConfigurationError):
        stage.run.fences.canary(stage.run.canary, timeout=0.01)
    stage.crm.defect = None
    stage.run.fences.canary(stage.run.canary, timeout=1)


def test_a_canary_that_got_lost_turns_the_run_red(stage: Stage) -> None:
    """Another came back; but what befalls a run's first events would befall a tenant's."""
    _lose_the_first_canary(stage)
    first, *_ = final_audit(stage.run)
    assert first.startswith("lost: LeadCreated of canary-")
    assert first.endswith("was lost between the event store and the bus (tenant canary)")


def test_on_aws_the_first_canaries_may_get_lost(stage: Stage) -> None:
    """A new rule takes its time to match."""
    _lose_the_first_canary(stage)
    stage.run.settings = stage.run.settings.model_copy(update={"target": "aws"})
    assert [each for each in final_audit(stage.run) if each.startswith("lost")] == []


def test_a_canary_whose_view_is_missing_turns_the_run_red(stage: Stage) -> None:
    """What it left with each subscriber is read."""
    stage.run.fences.canary(stage.run.canary, timeout=1)
    stage.crm.view = lambda *_: None  # type: ignore[method-assign]
    (finding,) = final_audit(stage.run)
    assert finding.startswith("lost: there is no view of canary-")


def test_a_canary_that_was_published_twice_turns_the_run_red(stage: Stage) -> None:
    """It is a tenant like any other."""
    stage.run.fences.canary(stage.run.canary, timeout=1)
    stage.tap.put(stage.run.collector.deliveries[0].detail)
    (finding,) = final_audit(stage.run)
    assert finding.startswith("duplicate: LeadCreated of canary-")
    assert finding.endswith("was published 2 times (tenant canary)")


def test_the_last_look_lasts_its_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast the run has been: what comes within it is seen."""
    looks: list[tuple[float, float]] = []
    fences = stage.run.fences
    monkeypatch.setattr("support.final_audit.LAST_LOOK_S", 7.0)
    monkeypatch.setattr(fences, "settle", lambda since, at_least: looks.append((since, at_least)))
    final_audit(stage.run)
    ((since, at_least),) = looks
    assert since >= fences.returned_at
    assert at_least == 7.0


def test_an_effect_that_is_doubled_after_its_scenario_turns_the_run_red(stage: Stage) -> None:
    """Subscribers are asked once more at the end."""
    stage.play(STORY, Defect.APPLIED_AGAIN)
    stage.play(CLOSING)
    stage.crm.release()
    (finding,) = final_audit(stage.run)
    assert finding.startswith("duplicate: entity-views applied version 1 of acme-account-")
    assert finding.endswith(
        f" 2 times (tenant test-acme-1), since its scenario was closed: {SCENARIO}"
    )


@pytest.mark.parametrize(
    ("defect", "finding"),
    [
        (Defect.FOREIGN_VIEW, "leaked: the view of acme-"),
        (Defect.TRAIL_TWICE, "duplicate: the audit trail has "),
        (Defect.PIPELINE_ALTERS, "mutated: the pipeline counts "),
    ],
)
def test_what_is_shown_otherwise_after_its_scenario_turns_the_run_red(
    stage: Stage, defect: Defect, finding: str
) -> None:
    """A leak may hit a tenant whose books are closed, too."""
    stage.play(f'{STORY}And Acme creates the opportunity "Reactor"\n{CLOSING}')
    stage.crm.defect = defect
    closing = f"(tenant test-acme-1), since its scenario was closed: {SCENARIO}"
    found = [each for each in final_audit(stage.run) if each.endswith(closing)]
    assert found
    assert all(each.startswith(finding) for each in found)


def test_what_a_subscriber_had_late_is_no_phantom(stage: Stage) -> None:
    """The second look goes by the history of its own time."""
    stage.play(STORY + CLOSING)
    stage.play('When Acme creates the account "Initech"')
    (stray,) = final_audit(stage.run)
    assert stray.startswith("late: AccountCreated of acme-account-")


def test_an_event_that_is_published_again_after_its_scenario_turns_the_run_red(
    stage: Stage,
) -> None:
    """And the scenario is named; the transport may repeat itself whenever it likes."""
    stage.play(STORY + CLOSING)
    first, *_ = stage.run.collector.deliveries
    stage.tap.put_body(first.body)
    assert final_audit(stage.run) == []
    assert stage.run.collector.transport_duplicates == 1
    stage.tap.put(first.detail)
    (stray,) = final_audit(stage.run)
    assert stray.startswith("duplicate: AccountCreated of acme-account-")
    assert stray.endswith(f"was published again after its scenario: {SCENARIO}")


def test_what_a_scenario_has_reported_is_not_reported_again(stage: Stage) -> None:
    """Once is enough, unless it has become worse since."""
    stage.play(STORY, Defect.APPLIED_TWICE)
    with pytest.raises(AssertionError, match="2 times"):
        stage.play(CLOSING)
    assert final_audit(stage.run) == []


def test_the_objective_is_asserted_over_the_run(stage: Stage) -> None:
    """Of two events one was late, and its scenario has said so."""
    stage.play(STORY, Defect.SLOW_BUS)
    stage.play('When Acme creates the account "Initech"')
    with pytest.raises(AssertionError, match=r"^late: AccountCreated of acme-account-"):
        stage.play(CLOSING)
    assert final_audit(stage.run) == [
        "late: only 50 % of 2 events reached every subscriber within the delivery objective of "
        "5 s, and 95 % have to; the slowest hop is command to publication"
    ]


def test_what_the_suite_itself_held_up_counts_for_no_objective(stage: Stage) -> None:
    """A scenario that breaks something on purpose makes its events late on purpose."""
    stage.play(STORY, Defect.SLOW_BUS)
    stage.run.journal.add(Entry.FAULT, {"held back": []})
    stage.play(CLOSING)
    assert (stage.run.books.journeys, final_audit(stage.run)) == ([], [])


def test_a_message_that_gets_stuck_turns_the_run_red(stage: Stage) -> None:
    """The subscriber that leaves it is named; what was there before the run is not counted."""
    _own(stage)
    _impatient(stage)
    stage.run.depths = {**stage.run.depths, PIPELINE: Depth(waiting=4, dead=2)}
    stage.queues.holds[QUEUES[VIEWS].queue_url] = 3
    stage.queues.holds[QUEUES[PIPELINE].queue_url] = 4
    stage.queues.holds[QUEUES[PIPELINE].dead_letter_queue_url] = 2
    assert final_audit(stage.run) == [f"blocked: {VIEWS} leaves 3 message(s) in its queue"]


@pytest.mark.parametrize("own", [True, False])
def test_a_dead_letter_turns_the_run_red(stage: Stage, *, own: bool) -> None:
    """Also one that a CRM has put away that is not the suite's own."""
    _impatient(stage)
    if own:
        _own(stage)
    stage.run.depths = {**stage.run.depths, PIPELINE: Depth(waiting=0, dead=1)}
    stage.queues.holds[QUEUES[PIPELINE].dead_letter_queue_url] = 3
    perhaps = (
        "  none that was looked at is of this run's tenants: if others use this CRM, they may be "
        "theirs"
    )
    assert final_audit(stage.run) == [
        f"dead-lettered: {PIPELINE} has 2 more among its dead letters",
        *([] if own else [perhaps]),
    ]


def test_what_waits_in_the_queues_of_a_deployed_crm_is_not_ours(stage: Stage) -> None:
    """Others use them, too."""
    stage.queues.holds[QUEUES[VIEWS].queue_url] = 3
    assert final_audit(stage.run) == []


def test_queues_have_the_delivery_objective_to_become_empty(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that is in somebody's hands is not stuck."""
    _own(stage)
    stage.queues.holds[QUEUES[VIEWS].queue_url] = 3
    real = stage.queues.get_queue_attributes

    def work(**asked: object) -> object:
        stage.queues.holds[QUEUES[VIEWS].queue_url] -= 1
        return real(**asked)

    monkeypatch.setattr(stage.queues, "get_queue_attributes", work)
    assert final_audit(stage.run) == []


def test_all_that_is_wrong_at_the_end_is_told(stage: Stage) -> None:
    """One finding does not hide another."""
    _own(stage)
    stage.play(STORY, Defect.APPLIED_AGAIN)
    stage.play(CLOSING)
    stage.crm.release()
    _impatient(stage)
    stage.tap.put(an_event(tenant_id="test-acme-11"))
    stage.queues.holds[QUEUES[VIEWS].dead_letter_queue_url] = 1
    assert [each.split(":")[0] for each in final_audit(stage.run)] == [
        "phantom",
        "dead-lettered",
        "duplicate",
    ]


def test_an_event_that_comes_after_its_scenario_turns_the_run_red(stage: Stage) -> None:
    """And the scenario is named."""
    stage.play(STORY, Defect.LATE)
    finding, *_ = stage.world.post_mortem(0.01)
    stage.crm.release()
    (stray,) = final_audit(stage.run)
    assert str(finding).startswith("lost: AccountCreated of acme-account-")
    assert stray.startswith("late: AccountCreated of acme-account-")
    assert stray.endswith(f"arrived after its scenario was closed: {SCENARIO}")


def test_what_is_committed_and_comes_during_the_last_look_is_late_and_no_phantom(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The histories are read after the tap was: what came is in them, if it is in any."""
    stage.play(STORY + CLOSING)
    level = stage.run.witness.level

    def busy(tenant_id: str, timeout: float) -> tuple[Evidence, list[Missing]]:
        stage.play('When Acme creates the account "Initech"')
        return level(tenant_id, timeout)

    monkeypatch.setattr(stage.run.witness, "level", busy)
    (stray,) = final_audit(stage.run)
    assert stray.startswith("late: AccountCreated of acme-account-")


def test_an_event_that_nobody_committed_and_that_comes_late_is_a_phantom(stage: Stage) -> None:
    """Here a second copy, under an id of its own."""
    stage.play(STORY + CLOSING)
    event = next(e for e in stage.crm.history("test-acme-1") if e["entity_id"].startswith("acme"))
    stage.tap.put({**event, "event_id": "another"})
    (stray,) = final_audit(stage.run)
    assert stray == (
        f"phantom: {title(event)} arrived once more, under an event_id that is not in the history, "
        f"after its scenario was closed: {SCENARIO}"
    )


def test_an_audit_knows_the_histories_of_earlier_scenarios(stage: Stage) -> None:
    """An event_id that another scenario's tenant has is found there."""
    stage.play(STORY + CLOSING)
    (event, *_) = stage.crm.history("test-acme-1")
    case = stage.run.books.case((), Seen((), ()))
    assert case.committed_by("test-acme-1", event["event_id"]) == event
    assert case.committed_by("test-acme-2", event["event_id"]) is None


def test_an_event_of_nobody_turns_the_run_red(stage: Stage) -> None:
    """A tenant id that no scenario opened is told."""
    stage.play(STORY + CLOSING)
    stage.tap.put(an_event(tenant_id="test-acme-11"))
    (stray,) = final_audit(stage.run)
    assert stray.endswith("belongs to tenant test-acme-11, which no scenario opened")


def test_an_event_in_another_tenants_name_is_told_at_the_end(stage: Stage) -> None:
    """To its own tenant it is lost; at the end it is known where it went."""
    stage.play(STORY, Defect.OTHER_TENANT)
    with pytest.raises(AssertionError, match="was lost between the event store and the bus"):
        stage.play(CLOSING)
    stage.world.post_mortem(0.01)
    (stray,) = final_audit(stage.run)
    assert stray.startswith("phantom: AccountCreated of acme-account-")
    assert stray.endswith("belongs to tenant mallory, which no scenario opened")


def test_tenants_are_fresh_and_carry_the_run(stage: Stage) -> None:
    """Two scenarios may call their tenants alike."""
    opened = [stage.run.open_tenant("acme", scenario) for scenario in ("one", "two")]
    assert opened == ["test-acme-1", "test-acme-2"]
    assert stage.run.books.scenario_of == {"test-acme-1": "one", "test-acme-2": "two"}


def test_what_the_target_cannot_do_is_told_by_the_tag_that_needs_it(stage: Stage) -> None:
    """A scenario is skipped with a reason, never passed."""
    stage.crm.cannot = {"needs-wings": "it does not fly"}
    assert stage.run.lacks(["smoke", "needs-wings"]) == "needs-wings: it does not fly"
    assert stage.run.lacks(["smoke"]) is None


@pytest.mark.parametrize("tag", ["needs-held-deliveries", "needs-pattern-taps"])
def test_the_routes_of_a_deployed_crm_are_left_alone(stage: Stage, tag: str) -> None:
    """Nobody asks the suite what all of its rules are for."""
    assert stage.run.lacks([tag]) == f"{tag}: the routes of a deployed CRM are not ours"
    _own(stage)
    assert stage.run.lacks([tag]) is None


def test_a_need_that_is_lacking_anyway_is_not_asked_of_the_target(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the suite does not do at a deployed CRM, it does not try out there either."""
    asked: list[str] = []
    monkeypatch.setattr(stage.run.probes, "begin", asked.extend)
    stage.crm.cannot = {"needs-wings": "it does not fly"}
    stage.run.probe(["smoke", "needs-wings", "needs-disabled-rules"])
    _own(stage)
    stage.run.probe(["needs-wings", "needs-disabled-rules"])
    assert asked == ["smoke", "needs-disabled-rules"]


def test_of_each_need_it_is_said_whether_it_can_be_met(stage: Stage) -> None:
    """That nobody asked is said, too."""
    _own(stage)
    stage.crm.cannot = {"needs-rebuild": "it forgets"}
    stage.run.probes = Probes(stage.run.aws, "probe", {"needs-queue-policies": "it sends anyway"})
    said = {**dict.fromkeys(NEEDS, YES), **dict.fromkeys(PROBES, NOT_ASKED)}
    said |= {"needs-queue-policies": "it sends anyway", "needs-rebuild": "it forgets"}
    said["needs-aws-answers"] = "nothing can stand between a CRM and AWS itself"
    assert stage.run.carried() == said


def test_a_run_whose_endpoint_is_in_doubt_asks_it_before_it_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each scenario to come would say the same, one after the other."""

    def nobody(_aws: object) -> str:
        return "nothing answers at http://aws:1: start it"

    monkeypatch.setattr("support.run.endpoint_lost", nobody)
    assert stage.run.lost() is None
    stage.run.in_doubt = True
    assert stage.run.lost() == "nothing answers at http://aws:1: start it"
    stage.run.in_doubt = False
    stage.run.unrepaired.append(cast(ControlPlane, object()))
    assert stage.run.lost() == "nothing answers at http://aws:1: start it"


def test_a_crm_that_is_in_doubt_is_asked_before_the_run_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has a CRM of their own is told once that it died; the suite's own has a process."""

    def silent(_tenant_id: str) -> Sequence[Mapping[str, Any]]:
        raise NoAnswer("our CRM gave no answer")

    monkeypatch.setattr("support.run.endpoint_lost", lambda _: None)
    monkeypatch.setattr("support.guest.STILL_S", 0.01)
    monkeypatch.setattr(stage.crm, "history", silent)
    assert stage.run.lost() is None
    stage.run.in_doubt = True
    assert stage.run.lost() == (
        "the CRM gives no answer any more: our CRM gave no answer; start it and run again"
    )
    _own(stage)
    assert stage.run.lost() is None


def test_an_endpoint_that_does_not_tell_what_it_can_do_is_in_doubt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next scenario asks first whether it is there at all."""

    def nobody_knows(_need: str) -> None:
        raise Inconclusive("nobody can tell")

    _own(stage)
    monkeypatch.setattr(stage.run.probes, "lacks", nobody_knows)
    with pytest.raises(Inconclusive):
        stage.run.lacks(["needs-disabled-rules"])
    assert stage.run.in_doubt


def test_a_run_that_cannot_write_its_journal_does_not_go_on(stage: Stage) -> None:
    """Without it nobody could judge."""
    stage.run.journal.trouble = "nothing more can be written"
    assert stage.run.lost() == "nothing more can be written"
