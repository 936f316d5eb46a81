"""That nothing more came is proved, or it is refuted at once, or there is no verdict."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from support.absence import SOON_S, Absence
from support.crm.port import Applied
from support.errors import CrmTrouble, Inconclusive
from support.final_audit import final_audit
from support.names import is_fence
from support.observing.deliveries import Message
from support.observing.journal import Entry
from tests.support.fake_defects import Defect
from tests.support.fake_subscribers import SUBSCRIBERS, TRAIL, VIEWS
from tests.support.samples import an_event
from tests.support.stage import Stage, open_stage

REFUSED = """Given Acme is a tenant
And Acme has the account "Globex"
When Acme tries to update the account "Globex" with:
  | name     |
  | (spaces) |
"""
CLOSED = """Given Acme is a tenant
And Acme has the account "Globex"
And Acme has the opportunity "Deal"
When Acme deactivates the account "Globex"
"""
NOTHING = "Then the subscribers of Acme have received nothing"
ONLY_THAT = """Then the subscribers of Acme have received exactly:
  | event              |
  | AccountDeactivated |
"""
PLAIN = ["CreateLead"]
ACTING = ["CreateAccount", "ScheduleActivity", "DeactivateAccount"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM."""
    with open_stage(tmp_path) as opened:
        yield opened


def _fences(stage: Stage) -> list[str]:
    return [fence.command.command_type for fence in stage.run.fences.sent]


def _leak_at(stage: Stage, look: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an event in scope arrive at a look into the tap; whoever looks once more, fails."""
    real, looks = stage.tap.receive, iter(range(1, 1000))

    def receive(wait: float) -> Sequence[Message]:
        number = next(looks)
        if number > look:
            raise LookupError("the first forbidden event had arrived already")
        if number == look:
            stage.tap.put(an_event(7, "AccountUpdated", tenant_id="test-acme-1"))
        return real(wait)

    monkeypatch.setattr(stage.tap, "receive", receive)


def _gone(*_: object) -> None:
    raise CrmTrouble("the CRM at http://crm gave no answer to GET /history")


def test_where_nobody_has_to_act_a_plain_fence_will_do(stage: Stage) -> None:
    """It is the cheapest."""
    stage.play(f"{REFUSED}{NOTHING}")
    assert _fences(stage) == PLAIN


@pytest.mark.parametrize(
    "story",
    [
        CLOSED.replace('And Acme has the opportunity "Deal"\n', ""),
        REFUSED + 'And Acme tries to deactivate the account "Globex"\n',
        REFUSED.replace("When", 'And Acme has deactivated the account "Globex"\nWhen'),
    ],
    ids=["as the act", "as an attempt", "as a fact"],
)
def test_where_a_subscriber_may_act_the_fence_makes_it_act(stage: Stage, story: str) -> None:
    """An account was to be closed, whatever came of it."""
    stage.play(story)
    stage.world._survey.settled(stage.world._deeds.tenant("Acme"))
    assert _fences(stage) == ACTING


def test_a_closing_that_nobody_asked_for_makes_the_fence_act(stage: Stage) -> None:
    """A subscriber cannot know that it was no true event."""
    stage.play(REFUSED)
    stage.tap.put(an_event(7, "AccountDeactivated", tenant_id="test-acme-1"))
    stage.run.collector.drain()
    stage.world._survey.settled(stage.world._deeds.tenant("Acme"))
    assert _fences(stage) == ACTING


def test_the_fence_that_acts_is_nobodys_event(stage: Stage) -> None:
    """Neither expected nor unexpected, neither in the trail nor in what has changed."""
    stage.play(
        f"""{CLOSED}Then the subscribers of Acme have received exactly:
  | event              |
  | AccountDeactivated |
  | OpportunityLost    |
And the audit trail of Acme shows in order:
  | event              |
  | AccountCreated     |
  | OpportunityCreated |
  | AccountDeactivated |
  | OpportunityLost    |
And every event of this scenario is accounted for
"""
    )
    assert _fences(stage) == ACTING
    unclaimed = stage.run.collector.peek(lambda each: is_fence(each.detail))
    assert unclaimed == ()
    assert final_audit(stage.run) == []


def test_what_a_subscriber_does_after_counting_its_cause_as_applied_is_caught(
    stage: Stage,
) -> None:
    """It is behind the fence only until it has acted on the fence."""
    stage.play(CLOSED, Defect.ACTS_LATE)
    with pytest.raises(AssertionError, match="unexpected: event 'OpportunityLost', about 'Deal'"):
        stage.play(ONLY_THAT)


def test_without_the_fence_that_acts_it_would_pass(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody is level, and the history shows nothing: the evidence of a plain fence is whole."""
    monkeypatch.setattr(Absence, "_may_act", lambda *_: False)
    stage.play(CLOSED, Defect.ACTS_LATE)
    stage.play(ONLY_THAT)


def _newest_fence(stage: Stage) -> str:
    return stage.run.fences.sent[-1].command.entity_id


def test_a_subscriber_that_does_not_act_allows_no_verdict(stage: Stage) -> None:
    """What it leaves undone may still come."""
    stage.play(CLOSED, Defect.NEVER_ACTS)
    with pytest.raises(Inconclusive) as verdict:
        stage.play(ONLY_THAT)
    assert str(verdict.value).splitlines() == [
        "INCONCLUSIVE: the choreography fence of tenant test-acme-1 did not come back: what a "
        "subscriber was to do about it did not arrive within 0.04 s",
        "Nobody can tell whether the subscribers of Acme have received exactly 1 event(s), and no "
        "other. What is known:",
        f"  the history has 3 event(s) of the tenant's own, the newest AccountDeactivated of "
        f"{stage.world._deeds.tenant('Acme').entity('Globex').entity_id} version 2",
        "  nobody lacks anything of the history, the suite's own included",
        "  What is known of the newest fence that the CRM accepted, AccountDeactivated of "
        f"{_newest_fence(stage)} version 2:",
        "    accepted by the CRM: yes",
        "    committed to the event store: yes",
        "    on the bus: yes",
        "    entity-views: applied once",
        "    audit-trail: applied once",
        "    in the audit trail: yes",
        "    in the view: version 2",
        "tenant test-acme-1, run test, seed 7; waited up to 0.04 s, delivery objective 5 s",
    ]


def test_a_dead_pipe_is_told_with_all_that_is_known(stage: Stage) -> None:
    """What was asked, what is there, and what is missing of the suite's own."""
    stage.play(REFUSED, Defect.DEAD_PIPE)
    with pytest.raises(Inconclusive) as verdict:
        stage.play(NOTHING)
    (fence,) = stage.run.fences.sent
    assert str(verdict.value).splitlines()[1:4] == [
        "Nobody can tell whether the subscribers of Acme have received nothing. What is known:",
        f"  the history has 1 event(s) of the tenant's own, the newest AccountCreated of "
        f"{stage.world._deeds.tenant('Acme').entity('Globex').entity_id} version 1",
        f"  LeadCreated of {fence.command.entity_id} version 1 was lost between the event store "
        "and the bus",
    ]


def test_where_events_are_expected_the_fence_is_on_its_way_meanwhile(stage: Stage) -> None:
    """All that is to be judged was sent; it need not wait for what it is to prove."""
    stage.play('Given Acme is a tenant\nWhen Acme creates the account "Globex"', Defect.DROPS)
    with pytest.raises(AssertionError, match="received 0"):
        stage.play(
            "Then the subscribers of Acme have received exactly:\n  | event |\n  | AccountCreated |"
        )
    assert _fences(stage) == PLAIN


def test_a_fence_that_was_sent_ahead_is_the_one_that_is_waited_for(stage: Stage) -> None:
    """Unless something was done since: then it proves nothing about that."""
    stage.play('Given Acme is a tenant\nWhen Acme creates the account "Globex"')
    stage.play('Then the account "Globex" of Acme reads:\n  | version |\n  | 1 |')
    assert _fences(stage) == PLAIN
    stage.play('When Acme updates the account "Globex"')
    stage.play('Then the account "Globex" of Acme reads:\n  | version |\n  | 2 |')
    stage.play("Then every event of this scenario is accounted for")
    assert _fences(stage) == PLAIN * 2


def test_a_fence_has_the_delivery_objective_to_come_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never longer than anything has."""
    patience: list[float] = []

    def wait(_: object, timeout: float) -> None:
        patience.append(timeout)
        raise LookupError

    monkeypatch.setattr(stage.run.fences, "wait", wait)
    stage.play("Given Acme is a tenant")
    for objective, timeout in ((3.0, 20.0), (3.0, 2.0)):
        changed = {"objective": objective, "timeout": timeout}
        stage.run.settings = stage.run.settings.model_copy(update=changed)
        with pytest.raises(LookupError):
            stage.play(NOTHING)
    assert patience == [3.0, 2.0]


def test_a_crm_that_is_gone_allows_no_verdict_and_is_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word is kept, and the reason is added."""
    stage.play(REFUSED)
    monkeypatch.setattr(stage.crm, "send", _gone)
    monkeypatch.setattr(stage.crm, "history", _gone)
    with pytest.raises(Inconclusive) as verdict:
        stage.play(NOTHING)
    assert str(verdict.value).splitlines()[2] == (
        "  the CRM at http://crm gave no answer to GET /history"
    )


def test_no_post_mortem_of_a_crm_that_is_gone_ends_the_telling(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said why there is none, and what arrived before is nobody's stray."""
    stage.play(REFUSED)
    stage.run.collector.drain()
    with monkeypatch.context() as gone:
        gone.setattr(stage.crm, "history", _gone)
        assert stage.world.told_after_failure(0.01) == (
            "No audit was possible: the CRM at http://crm gave no answer to GET /history"
        )
    assert final_audit(stage.run) == []


@pytest.mark.parametrize("look", [1, 3])
def test_the_first_forbidden_event_is_red_though_no_fence_will_come(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, look: int
) -> None:
    """Nobody looks once more after it."""
    stage.play(REFUSED)
    stage.run.collector.drain()
    stage.crm.defect = Defect.DEAD_PIPE
    _leak_at(stage, look, monkeypatch)
    with pytest.raises(AssertionError, match="unexpected: event 'AccountUpdated'"):
        stage.play(NOTHING)


def test_a_forbidden_event_is_red_while_a_subscriber_is_behind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait for everybody to be level ends with it, too."""
    stage.play(REFUSED)
    stage.run.collector.drain()

    def applied(*_: object) -> Sequence[Applied]:
        return []

    monkeypatch.setattr(stage.crm, "applied", applied)
    _leak_at(stage, 4, monkeypatch)
    with pytest.raises(AssertionError, match="unexpected: event 'AccountUpdated'"):
        stage.play(NOTHING)


def test_one_event_too_many_is_red_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also behind those that were expected."""
    stage.play('Given Acme is a tenant\nWhen Acme creates the account "Globex"')
    stage.crm.defect = Defect.DEAD_PIPE
    _leak_at(stage, 3, monkeypatch)
    with pytest.raises(AssertionError, match="unexpected: event 'AccountUpdated'"):
        stage.play(
            "Then the subscribers of Acme have received exactly:\n  | event |\n  | AccountCreated |"
        )


def test_what_was_published_twice_is_no_event_too_many(stage: Stage) -> None:
    """The sentence goes on to prove that there is no other; the audit names the duplicate."""
    stage.play(
        'Given Acme is a tenant\nWhen Acme creates the account "Globex"', Defect.PUBLISHES_TWICE
    )
    stage.play(
        "Then the subscribers of Acme have received exactly:\n  | event |\n  | AccountCreated |"
    )
    assert _fences(stage) == PLAIN
    with pytest.raises(AssertionError, match="was published 2 times"):
        stage.play("Then every event of this scenario is accounted for")


def test_nothing_is_called_lost_before_its_time_is_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fence has the objective; what is missing when it does not come has all the time left."""
    changed = {"objective": 0.01, "timeout": 0.3}
    stage.run.settings = stage.run.settings.model_copy(update=changed)
    stage.play('Given Acme is a tenant\nWhen Acme creates the account "Globex"', Defect.DEAD_PIPE)
    real, patience = stage.run.witness.level, list[float]()

    def level(tenant_id: str, timeout: float) -> object:
        patience.append(timeout)
        return real(tenant_id, 0.01)

    monkeypatch.setattr(stage.run.witness, "level", level)
    with pytest.raises(AssertionError, match="was lost between the event store and the bus"):
        stage.play(NOTHING)
    assert patience == [SOON_S, pytest.approx(0.29)]


def test_a_forbidden_event_is_told_though_the_crm_is_gone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It arrived; no history is needed to say so."""
    stage.play(REFUSED)
    monkeypatch.setattr(stage.crm, "history", _gone)
    stage.tap.put(an_event(7, "AccountUpdated", tenant_id="test-acme-1"))
    with pytest.raises(AssertionError, match="unexpected: event 'AccountUpdated'"):
        stage.play(NOTHING)


def test_the_evidence_is_on_the_record(stage: Stage) -> None:
    """Once for each time that more was ruled out, with all that it rests on."""
    stage.play(f"{REFUSED}{NOTHING}\nAnd nothing has changed at Acme")
    (line,) = [each for each in stage.run.journal.lines if each["entry"] == Entry.EVIDENCE]
    (fence,) = stage.run.fences.sent
    globex = stage.world._deeds.tenant("Acme").entity("Globex").entity_id
    listening = [each.name for each in SUBSCRIBERS if "lead" in each.entity_types]
    expected = {
        "tenant_id": "test-acme-1",
        "asked": "the subscribers of Acme have received nothing",
        "committed": 1,
        "of_the_suite": 1,
        "newest": f"AccountCreated of {globex} version 1",
        "fence": fence.receipt.events[0].event_id,
        "choreography": False,
        "applied": dict.fromkeys(listening, 2),
        "window_s": 0.001,
        "window_reason": "tests need not wait",
    }
    assert {name: line[name] for name in expected} == expected
    assert len(line["told"]) == 4


def test_who_has_all_is_not_asked_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only whoever lacked something may have something new to say."""
    stage.play(REFUSED)
    real, asked = stage.crm.applied, list[str]()

    def applied(tenant_id: str, subscriber: str) -> Sequence[Applied]:
        asked.append(subscriber)
        first = asked.count(subscriber) == 1
        return [] if subscriber == TRAIL and first else real(tenant_id, subscriber)

    monkeypatch.setattr(stage.crm, "applied", applied)
    evidence, missing = stage.run.witness.level("test-acme-1", timeout=1)
    assert (sorted(asked), missing) == ([TRAIL, TRAIL, VIEWS], [])
    assert evidence.applied == {name: real("test-acme-1", name) for name in (VIEWS, TRAIL)}
