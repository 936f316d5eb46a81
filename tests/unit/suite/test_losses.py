"""What the suite says when something expected is missing: whole messages, as a reader gets them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.errors import CrmTrouble, Inconclusive
from support.final_audit import final_audit
from support.judging.rows import twins
from support.losses import NOTHING_LOST
from support.names import is_fence
from tests.support.fake_defects import Defect
from tests.support.fake_subscribers import SUBSCRIBERS, TRAIL, VIEWS
from tests.support.samples import an_event, envelope
from tests.support.stage import Stage, open_stage

STORY = """Given Acme is a tenant
When Acme creates the account "Globex"
"""
RECEIVED = """Then the subscribers of Acme have received exactly:
  | event          | version |
  | AccountCreated | 1       |
"""
NOTHING = "Then the subscribers of Acme have received nothing"
CLOSING = "Then every event of this scenario is accounted for"
WHERE = "tenant test-acme-1, run test, seed 7; waited up to 0.04 s, delivery objective 5 s"
QUEUES = {each.name: each for each in SUBSCRIBERS}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM with a rule for everybody."""
    with open_stage(tmp_path) as opened:
        opened.queues.routes = {"all": ({"source": ["crm"]}, [each.name for each in SUBSCRIBERS])}
        yield opened


def _lines(error: BaseException) -> list[str]:
    """Return the lines of a message, without what differs from run to run."""
    names = {r"acme-account-\w+": "ACCOUNT", r"fence-\w+": "FENCE", r"in \d.\d s": "in 0.0 s"}
    text = str(error)
    for pattern, name in names.items():
        text = re.sub(pattern, name, text)
    return text.splitlines()


def _red(stage: Stage, sentence: str, defect: Defect) -> list[str]:
    stage.play(STORY, defect)
    with pytest.raises(AssertionError) as red:
        stage.play(sentence)
    return _lines(red.value)


def test_what_was_not_published_is_told_with_what_was_expected(stage: Stage) -> None:
    """Expected, arrived, and the hop that lost it, with the trace up to there."""
    assert _red(stage, RECEIVED, Defect.DROPS) == [
        "Expected 1 x event of tenant Acme, received 0 in 0.0 s.",
        "  nothing else arrived",
        "  missing: event 'AccountCreated', version 1",
        "    nothing came near it",
        "  arrived: nothing",
        "  AccountCreated of ACCOUNT version 1 was lost between the event store and the bus: "
        "it is committed, and was not published",
        "    accepted by the CRM: yes",
        "    committed to the event store: yes",
        "    on the bus: no, the tap has not seen it",
        f"  {WHERE}",
    ]


def test_events_that_look_alike_are_told_from_each_other(stage: Stage) -> None:
    """Whatever is shown of them is the same: the reader would take them for one."""
    stage.play(STORY)
    stage.tap.put({**stage.crm.history("test-acme-1")[0], "event_id": "another"})
    with pytest.raises(AssertionError) as red:
        stage.play(RECEIVED)
    alike = "  numbers 1 and 2 of what arrived look alike, and have different event_ids"
    assert _lines(red.value).count(alike) == 1
    assert twins([{"event": 1}, {"event": 2}, {"event": 1}, {"event": 1}]) == [
        "numbers 1, 3 and 4 of what arrived look alike, and have different event_ids"
    ]
    assert twins([{"event": 1}, {"event": 2}]) == []


def test_events_that_look_alike_are_told_where_others_are_missing(stage: Stage) -> None:
    """In the message of what was waited for, too."""
    stage.play(STORY)
    stage.tap.put({**stage.crm.history("test-acme-1")[0], "event_id": "another"})
    with pytest.raises(AssertionError) as red:
        stage.play(f"{RECEIVED}  | AccountCreated | 2 |\n  | AccountCreated | 3 |\n")
    alike = "  numbers 1 and 2 of what arrived look alike, and have different event_ids"
    assert _lines(red.value).count(alike) == 1


def test_what_was_set_aside_is_told_with_the_reason(stage: Stage) -> None:
    """The publisher has told why it is not on the bus."""
    stage.play(STORY, Defect.DROPS)
    stage.crm._aside += stage.crm.history("test-acme-1")
    with pytest.raises(AssertionError) as red:
        stage.play(RECEIVED)
    assert _lines(red.value)[5:-1] == [
        "  AccountCreated of ACCOUNT version 1 was lost between the event store and the bus: "
        "it was set aside: The transport refused it.",
        "    accepted by the CRM: yes",
        "    committed to the event store: yes",
        "    on the bus: no, the tap has not seen it",
        "    set aside: The transport refused it.",
    ]


def test_what_a_subscriber_lacks_is_told_with_its_queue(stage: Stage) -> None:
    """That the others have it narrows the search."""
    stage.queues.holds[QUEUES[VIEWS].queue_url] = 2
    assert _red(stage, RECEIVED, Defect.NOT_APPLIED) == [
        "AccountCreated of ACCOUNT version 1 was lost between the queue of the subscriber "
        "entity-views and the subscriber: 2 messages there, not taken in time",
        "  accepted by the CRM: yes",
        "  committed to the event store: yes",
        "  on the bus: yes",
        "  entity-views: not applied",
        "    the rule all lets it pass",
        "    in its queue 2 messages",
        "    in its dead-letter queue no messages",
        "  audit-trail: applied once",
        "  in the audit trail: yes",
        "  in the view: there is none",
        WHERE,
    ]


@pytest.mark.parametrize(
    ("defect", "hop"),
    [
        (Defect.STALE_VIEW, "the subscribers and the view: all have applied it, and it shows"),
        (Defect.NO_AUDIT_ENTRY, "the subscribers and the audit trail: all have applied it"),
    ],
)
def test_an_audit_that_finds_a_loss_says_where(stage: Stage, defect: Defect, hop: str) -> None:
    """After the findings, for each event that they are about."""
    stage.play(f"""{STORY}
When Acme updates the account "Globex" with:
  | industry |
  | toys     |
""")
    stage.crm.defect = defect
    with pytest.raises(AssertionError) as red:
        stage.play(CLOSING)
    finding, *where = _lines(red.value)
    assert finding.startswith("lost: ")
    assert where[0].startswith(f"AccountUpdated of ACCOUNT version 2 was lost between {hop}")


def test_an_event_that_the_history_lacks_and_the_bus_has_did_not_come_late(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audit and the trace say the same."""
    stage.play(STORY)
    history = stage.crm.history
    forgetful = lambda tenant: [e for e in history(tenant) if is_fence(e)]  # noqa: E731
    monkeypatch.setattr(stage.crm, "history", forgetful)
    with pytest.raises(AssertionError) as red:
        stage.play(CLOSING)
    told = _lines(red.value)
    assert told[0].startswith("lost: AccountCreated of ACCOUNT version 1 was accepted, and is not")
    where = next(line for line in told if line.startswith("AccountCreated"))
    assert where == (
        "AccountCreated of ACCOUNT version 1 was lost between the CRM's answer and the event "
        "store: it was accepted and published, and is not in the history"
    )


def test_a_sound_audit_looks_at_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is spent only where something is missing."""
    monkeypatch.setattr(stage.queues, "get_paginator", lambda _: pytest.fail("looked at rules"))
    stage.play(STORY + RECEIVED + CLOSING)


def test_findings_that_are_no_loss_have_no_hop(stage: Stage) -> None:
    """A duplicate was lost nowhere."""
    (finding,) = _red(stage, CLOSING, Defect.APPLIED_TWICE)
    assert finding.startswith("duplicate: ")


def test_several_tenants_share_the_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many lost something, the reader waits no longer; the others need none."""
    spent: list[float] = []
    real = type(stage.run.losses).tell

    def tell(losses: object, *asked: object) -> list[str]:
        spent.append(losses.scout.seconds)  # type: ignore[attr-defined]
        return real(losses, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr("support.losses.Losses.tell", tell)
    stage.play("Given Bravo is a tenant\nAnd Charlie is a tenant")
    stage.play(STORY + 'And Bravo creates the account "Initech"\n', Defect.DROPS)
    told = stage.world.post_mortem(0.01)
    where = [line for line in told if "was lost between the event store and the bus:" in line]
    assert len(where) == 2
    assert spent == [1.0, 1.0]


def test_what_has_come_to_the_tap_and_nobody_has_read_was_published(stage: Stage) -> None:
    """A hop is accused only once the tap was looked into."""
    stage.play(STORY)
    losses, accepted = stage.run.losses, stage.world._deeds.accepted
    assert stage.run.collector.deliveries == ()
    assert losses.tell_missing(losses.look("test-acme-1", accepted)) == [NOTHING_LOST]


def test_an_event_that_nobody_committed_was_lost_nowhere(stage: Stage) -> None:
    """The reader is told to look at the command instead."""
    stage.play("""Given Acme is a tenant
And Acme has the account "Globex"
""")
    with pytest.raises(AssertionError) as red:
        stage.play(RECEIVED)
    assert _lines(red.value) == [
        "Expected 1 x event of tenant Acme, received 0 in 0.0 s.",
        "  near miss: AccountCreated of account ACCOUNT version 1, tenant test-acme-1",
        "    it belongs to what was given",
        "  missing: event 'AccountCreated', version 1",
        "    nothing came near it",
        "  arrived: nothing",
        f"  {NOTHING_LOST}",
        f"  {WHERE}",
    ]


def test_a_deactivation_that_nobody_acted_upon_is_named(stage: Stage) -> None:
    """It is where the reader has to look: everybody has had it."""
    deactivated = """Given Acme is a tenant
And Acme has the account "Globex"
And Acme has the opportunity "Deal"
When Acme deactivates the account "Globex"
"""
    stage.play(deactivated, Defect.NEVER_ACTS)
    with pytest.raises(AssertionError) as red:
        stage.play("""Then the subscribers of Acme have received exactly:
  | event              |
  | AccountDeactivated |
  | OpportunityLost    |
""")
    assert _lines(red.value)[-3:-1] == [
        f"  {NOTHING_LOST}",
        "  AccountDeactivated of ACCOUNT version 2 was applied by entity-views, audit-trail, "
        "and no event names it as its cause",
    ]


def test_an_event_id_that_came_with_another_tenants_event_did_not_leak(stage: Stage) -> None:
    """It is another event: what is missing has come to nobody."""
    stage.play(STORY, Defect.DROPS)
    (event,) = stage.crm.history("test-acme-1")
    stage.tap.put({**event, "tenant_id": "mallory", "entity_id": "theirs"})
    with pytest.raises(AssertionError) as red:
        stage.play('Then the account "Globex" of Acme reads:\n  | version |\n  | 1 |\n')
    assert _lines(red.value)[-2] == (
        f"the event_id {event['event_id']} of AccountCreated of ACCOUNT version 1 came with "
        "AccountCreated of theirs version 1 of tenant mallory"
    )


def test_an_event_under_another_tenant_is_a_near_miss(stage: Stage) -> None:
    """It is told where it differs; in its own tenant it is lost."""
    lines = _red(stage, RECEIVED, Defect.OTHER_TENANT)
    assert lines[1:3] == [
        "  near miss: AccountCreated of account ACCOUNT version 1, tenant mallory",
        "    tenant_id: expected 'test-acme-1', found 'mallory'",
    ]


def test_a_crm_that_answers_no_more_is_told_beside_what_was_expected(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not known is not called lost, and the failure stays the one it was."""
    stage.play(STORY, Defect.DROPS)

    def silent(_: str) -> None:
        raise CrmTrouble("the CRM gave no answer")

    monkeypatch.setattr(stage.crm, "history", silent)
    with pytest.raises(AssertionError) as red:
        stage.play(RECEIVED)
    assert _lines(red.value)[-2:] == [
        "  not known: the history (CrmTrouble: the CRM gave no answer)",
        f"  {WHERE}",
    ]


def test_a_fence_that_does_not_come_back_is_followed_hop_by_hop(stage: Stage) -> None:
    """There is no verdict, and yet something to go on."""
    stage.play("Given Acme is a tenant")
    stage.crm.defect = Defect.DEAD_PIPE
    with pytest.raises(Inconclusive) as verdict:
        stage.play(NOTHING)
    first, *_, headline, one, two, three, where = _lines(verdict.value)
    assert first.startswith("INCONCLUSIVE: the fence of tenant test-acme-1 did not come back")
    assert [headline, one, two, three, where] == [
        "  What is known of the newest fence that the CRM accepted, LeadCreated of FENCE "
        "version 1:",
        "    accepted by the CRM: yes",
        "    committed to the event store: yes",
        "    on the bus: no, the tap has not seen it",
        WHERE,
    ]


def test_a_fence_that_the_crm_does_not_take_is_told_as_that(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trouble with the CRM stays without a verdict, also where it cannot be read any more."""
    stage.play("Given Acme is a tenant")

    def silent(*_: object) -> None:
        raise CrmTrouble("the CRM gave no answer")

    monkeypatch.setattr(stage.crm, "send", silent)
    monkeypatch.setattr(stage.crm, "history", silent)
    with pytest.raises(Inconclusive) as verdict:
        stage.play(NOTHING)
    assert _lines(verdict.value) == [
        "INCONCLUSIVE: the fence of tenant test-acme-1 did not come back: the CRM gave no answer",
        "Nobody can tell whether the subscribers of Acme have received nothing. What is known:",
        "  the CRM gave no answer",
        "  No fence was accepted by the CRM.",
        WHERE,
    ]


def test_the_canary_at_the_end_is_followed_too(stage: Stage) -> None:
    """The audit of the run says as much as that of a scenario."""
    stage.crm.defect = Defect.DEAD_PIPE
    with pytest.raises(Inconclusive) as verdict:
        final_audit(stage.run)
    assert _lines(verdict.value)[-4:] == [
        "What is known of the newest fence that the CRM accepted, LeadCreated of FENCE version 1:",
        "  accepted by the CRM: yes",
        "  committed to the event store: yes",
        "  on the bus: no, the tap has not seen it",
    ]


def test_dead_letters_at_the_end_are_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of this run; others may use a deployed CRM, too."""
    monkeypatch.setattr("support.final_audit.LAST_LOOK_S", 0.001)
    stage.run.settings = stage.run.settings.model_copy(update={"objective": 0.01})
    stage.play(STORY + CLOSING)
    url = QUEUES[TRAIL].dead_letter_queue_url
    stage.queues.holds[url] = 2
    ours, others = (an_event(n, tenant_id=each) for n, each in enumerate(["test-acme-1", "other"]))
    stage.queues.letters[url] = [json.dumps(envelope(each)) for each in (ours, others)]
    assert final_audit(stage.run) == [
        "dead-lettered: audit-trail has 2 more among its dead letters",
        "  among its dead letters: AccountCreated of account acme-entity-3f9c version 1, "
        "tenant test-acme-1",
    ]


def test_what_a_subscriber_gave_up_is_no_loss_to_the_audit(stage: Stage) -> None:
    """It can be given back; that it is among the dead letters is what is wrong."""
    stage.play(STORY, Defect.NOT_APPLIED)
    (event,) = stage.crm.history("test-acme-1")
    url = QUEUES[VIEWS].dead_letter_queue_url
    stage.queues.holds[url] = 1
    stage.queues.letters[url] = [json.dumps(envelope(event))]
    first, *_ = stage.world.post_mortem(0.01)
    assert first.startswith("dead-lettered: AccountCreated of acme-account-")
    assert first.endswith(
        "is among the dead letters of the subscriber entity-views (tenant test-acme-1)"
    )
