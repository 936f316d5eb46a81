"""Tenants beside each other: near misses, equal ids, own subscriptions, requests in their names."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from support.acts import ACTS, PROMISED, Act, act_of
from support.contract.catalogue import Catalogue
from support.contract.samples import Samples
from support.crm.port import Pretence
from support.errors import ScenarioError
from support.final_audit import final_audit
from support.isolation.likeness import Likeness, near_miss
from support.isolation.preparations import preparations
from support.observing.deliveries import tap_of
from support.observing.journal import Entry
from support.targets.aws import Aws
from support.vocabulary import _credential
from tests.support.fake_defects import Defect
from tests.support.fake_subscribers import SUBSCRIBERS
from tests.support.stage import Stage, open_stage

ACME = "Given Acme is a tenant\n"
TWO = "And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix\n"
SUBSCRIBED = f"{ACME}{TWO}And every tenant has a subscription of its own\n"
RECEIVED = """Then every own subscription has received exactly:
  | event          |
  | AccountCreated |
"""
CLOSING = "Then every event of this scenario is accounted for"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM."""
    with open_stage(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("likeness", "tenant_id"),
    [
        (Likeness.SUFFIX, "run1-acme-7-2"),
        (Likeness.LONGER, "run1-acme-7x"),
        (Likeness.CAPITALS, "run1-ACME-7"),
    ],
)
def test_a_near_miss_keeps_what_marks_its_run(likeness: Likeness, tenant_id: str) -> None:
    """Or a tap on a shared bus would not see it."""
    assert near_miss("run1-acme-7", likeness) == tenant_id


def test_whoever_acts_with_anothers_credential_is_numbered_like_all(stage: Stage) -> None:
    """Or who judges again takes an answer for that of another command."""
    stage.play(f"""{ACME}And Umbrella is a tenant
And Acme has the account "Globex"
When somebody tries to create the account "Initech" of Acme with the credential of Umbrella
And somebody tries to create the account "Hooli" of Acme without a credential""")
    lines = [line for line in stage.run.journal.lines if line["entry"] == Entry.COMMAND]
    assert [line["number"] for line in lines] == [1, 2, 3]


def test_neighbours_give_equal_ids_to_what_they_call_alike(stage: Stage) -> None:
    """Whoever of them is first."""
    stage.play(f"""{ACME}{TWO}And Umbrella is a tenant that uses the entity ids of Acme
And Umbrella has the account "Globex"
And Acme has the account "Globex"
And Acme Two has the account "Globex"
And Acme Two has the account "Initech"
""")
    tenants = stage.world._deeds.tenants.values()
    assert [each.tenant_id for each in tenants] == [
        "test-acme-1",
        "test-acme-1-2",
        "test-umbrella-3",
    ]
    assert len({each.entities["Globex"] for each in tenants}) == 1
    acme_two = stage.world._deeds.tenant("Acme Two")
    assert acme_two.entities["Initech"] != acme_two.entities["Globex"]


def test_the_same_near_miss_cannot_be_opened_twice(stage: Stage) -> None:
    """Two tenants of one id would be one tenant."""
    again = TWO.replace("Acme Two", "Acme Again")
    with pytest.raises(ScenarioError, match="there is a tenant test-acme-1-2 already"):
        stage.play(ACME + TWO + again)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("CreateAccount", []),
        ("ReactivateAccount", ["CreateAccount it", "DeactivateAccount it"]),
        ("CreateOpportunity", ["CreateAccount some account"]),
        ("MoveContactToAccount", ["CreateAccount some account", "CreateContact it"]),
        (
            "AddOpportunityProduct",
            ["CreateAccount some account", "CreateProduct some product", "CreateOpportunity it"],
        ),
        ("ConvertLead", ["CreateLead it", "QualifyLead it"]),
    ],
)
def test_what_an_act_needs_has_happened_before(command: str, expected: list[str]) -> None:
    """In order, and nothing besides."""
    found = [f"{act.command} {name}" for act, name, _ in preparations(act_of(command), "it")]
    assert found == expected


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.command)
def test_every_change_of_an_entity_is_prepared_by_its_creation(act: Act) -> None:
    """The features try each of them."""
    created = [each.entity for each, name, _ in preparations(act, "it") if name == "it"]
    assert created[:1] == ([] if act.creates else [act.entity])


def test_there_is_a_sound_sample_of_every_event_type() -> None:
    """Whatever the contract publishes is held against every pattern."""
    catalogue = Catalogue()
    samples = list(Samples().of("acme"))
    assert sorted(each["event_type"] for each in samples) == sorted(catalogue.event_types())
    assert [catalogue.violations(each) for each in samples] == [()] * len(samples)
    assert len({each["event_id"] for each in samples}) == len(samples)
    assert {types[0] for types in PROMISED.values()} == {each["event_type"] for each in samples}


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("with the credential of Acme Two", "Acme Two"),
        ("without a credential", Pretence.NOTHING),
        ("with a credential that nobody issued", Pretence.FORGERY),
    ],
)
def test_a_credential_is_somebodys_or_a_pretence(words: str, shown: str | Pretence) -> None:
    """As the sentences say it."""
    assert _credential(words) == shown


def test_own_subscriptions_are_taken_down_with_their_scenario(stage: Stage) -> None:
    """Neither a queue nor a tap is left, also if one of them makes trouble."""
    stage.play(f'{SUBSCRIBED}When every tenant creates the account "Globex"\n{RECEIVED}{CLOSING}')
    assert [*stage.crm.own.taps] == ["test-acme-1", "test-acme-1-2"]
    unsubscribe = stage.crm.unsubscribe

    def fail(tenant_id: str) -> None:
        unsubscribe(tenant_id)
        if tenant_id == "test-acme-1":
            raise OSError("no luck")

    stage.crm.unsubscribe = fail  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no luck"):
        stage.world.tidy()
    assert stage.crm.own.taps == {}
    assert stage.run.collector.deliveries_of(tap_of("test-acme-1")) == ()
    stage.world.tidy()


def test_what_happened_before_an_own_subscription_may_be_missing(stage: Stage) -> None:
    """It brings what comes after it."""
    stage.play(f"""{ACME}{TWO}And Acme has the account "Initech"
And every tenant has a subscription of its own
When every tenant creates the account "Globex"
{RECEIVED}{CLOSING}""")


def test_a_leak_is_told_after_a_failure_too(stage: Stage) -> None:
    """The audit of a failed scenario has it among its findings."""
    stage.play(f'{SUBSCRIBED}When every tenant creates the account "Globex"', Defect.CROSSES)
    kinds = {each.partition(":")[0] for each in stage.world.post_mortem(0.01)}
    assert kinds == {"leaked"}


def test_the_bus_is_judged_by_its_own_tap_alone(stage: Stage) -> None:
    """A copy in an own subscription is no second publication, and none that makes up for a loss."""
    story = f'{SUBSCRIBED}When every tenant creates the account "Globex"'
    stage.play(f"{story}\n{CLOSING}")
    assert len({each.tap for each in stage.run.collector.deliveries}) == 1
    assert final_audit(stage.run) == []


def test_on_aws_a_rule_is_awaited_until_it_is_in_force(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fence has to come back to each own subscription; it is not asked for again later."""
    monkeypatch.setattr(stage.run, "aws", cast(Aws, SimpleNamespace(endpoint_url=None)))
    stage.play(SUBSCRIBED)
    fenced = [each.command.tenant_id for each in stage.run.fences.sent]
    assert fenced == ["test-acme-1", "test-acme-1-2"]


@pytest.mark.parametrize(
    ("story", "sentence"),
    [
        (f"{ACME}{RECEIVED}", "no tenant subscribed"),
        (
            f"{ACME}When somebody tries to read the views of Acme without a credential",
            "Acme has nothing to read the views: give it an entity first",
        ),
        (f'{ACME}Then the request is refused as "wrong tenant"', "nothing was asked for"),
        (
            f"""{ACME}Then every subscription lets through exactly what is meant for it:
  | subscriber | entities |
  | nobody     | all      |
""",
            "there is no subscriber 'nobody'; there are entity-views, audit-trail, sales-pipeline",
        ),
    ],
)
def test_a_scenario_that_cannot_be_meant_is_told(stage: Stage, story: str, sentence: str) -> None:
    """Instead of passing."""
    with pytest.raises(ScenarioError, match=sentence):
        stage.play(story)


def test_a_refused_request_that_no_sentence_expects_is_told(stage: Stage) -> None:
    """Like a refused command."""
    stage.play(f"{ACME}When somebody tries to read the history of Acme without a credential")
    with pytest.raises(ScenarioError, match="no sentence expected this"):
        stage.play(CLOSING)


def test_all_of_a_request_has_to_be_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One list of several that is given away is one too many."""
    stage.play(f"{ACME}")
    admit = stage.crm.admit
    asked: list[str] = []

    def lenient(tenant_id: str, shown: str | Pretence, command: None) -> None:
        asked.append(tenant_id)
        if len(asked) != 2:
            admit(tenant_id, shown, command)

    monkeypatch.setattr(stage.crm, "admit", lenient)
    stage.play(
        "When somebody tries to read what the subscribers applied of Acme without a credential"
    )
    with pytest.raises(AssertionError, match="and was answered: "):
        stage.play('Then the request is refused as "invalid credential"')
    assert len(asked) == 2 * len(SUBSCRIBERS)
