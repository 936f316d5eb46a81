"""Each Then sentence passes where all is well, and goes red where it must, saying what happened.

The sentences are the real ones, the World is the real one; the CRM is in memory and has a defect.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.errors import Inconclusive, ScenarioError
from tests.support.fake_crm import Defect
from tests.support.stage import Stage, definitions, open_stage

Facts = tuple[str, ...]
CLOSING = "Then every event of this scenario is accounted for"


@dataclass(frozen=True)
class Control:
    """Tell a story that ends in the sentence, and what the sentence says of each defect."""

    sentence: str
    story: str
    broken: Mapping[Defect, Facts]


ACME = "Given Acme is a tenant\n"
GLOBEX = f'{ACME}And Acme has the account "Globex"\n'
MADE = f"""{ACME}When Acme creates the account "Globex" with:
  | name   |
  | Globex |
"""
CHANGED = f"""{GLOBEX}When Acme updates the account "Globex" with:
  | industry |
  | toys     |
"""
CLOSED = f"""{GLOBEX}And Acme has the opportunity "Deal" with:
  | amount    |
  | 10.00 EUR |
When Acme deactivates the account "Globex" with:
  | reason |
  | gone   |
"""
REFUSED = f"""{GLOBEX}When Acme tries to update the account "Globex" with:
  | name     |
  | (spaces) |
"""
SELLING = f"""{GLOBEX}And Acme has the opportunity "Deal" with:
  | amount    |
  | 10.00 EUR |
When Acme tries to update the account "Globex" with:
  | name     |
  | (spaces) |
"""
NEIGHBOURS = f"""{GLOBEX}And Bravo is a tenant
And Bravo has the account "Initech"
When Acme tries to update the account "Globex" with:
  | name     |
  | (spaces) |
"""
NOT_MADE = f"""{ACME}When Acme tries to create the account "Globex" with:
  | name     |
  | (spaces) |
"""
EDITED = f"""{GLOBEX}When several editors at Acme update the account "Globex" at the same time with:
  | industry |
  | toys     |
  | games    |
"""
SENT_AGAIN = f"""{MADE}And Acme sends its first command again
"""
EQUAL = f"""{ACME}When Acme sends 3 equal commands at the same time to create the account "Globex"
"""
PUBLISHED_AGAIN = f"""{CHANGED}And all that Acme has published is published once more
"""
NEIGHBOUR = "And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix\n"
SUBSCRIBED = f"{ACME}{NEIGHBOUR}And every tenant has a subscription of its own\n"
ALIKE = f"""{SUBSCRIBED}When every tenant creates the account "Globex"
"""
ALONE = f"""{SUBSCRIBED}When Acme Two creates the account "Globex"
"""
FORGED = f"""{GLOBEX}{NEIGHBOUR}When somebody tries to update the account "Globex" of Acme {{shown}}
"""
OTHERS_CREDENTIAL = f"""{FORGED.format(shown="with the credential of Acme Two")}
Then the command is refused as "wrong tenant"
"""
DOOR = "the own subscription"
LEAK = f"of tenant test-acme-1-2 came to {DOOR} of tenant test-acme-1 (tenant test-acme-1)"
TENANT = "tenant test-acme-1, run test, seed 7"
BUS = "was lost between the event store and the bus"
VIEWS = "was lost between the bus and the subscriber entity-views"

CONTROLS = [
    Control(
        "the audit of {tenant} finds exactly:",
        f"""{PUBLISHED_AGAIN}Then the audit of Acme finds exactly:
  | anomaly   | event          | about  | version |
  | duplicate | AccountUpdated | Globex | 2       |
""",
        {
            Defect.ALTERS: ("unexpected: anomaly 'mutated', event 'AccountUpdated'",),
            Defect.APPLIED_TWICE: (
                "Expected: the audit of Acme finds exactly 1 row(s).",
                "unexpected: anomaly 'duplicate', event 'AccountUpdated', about 'Globex'",
            ),
            Defect.PUBLISHES_TWICE: ("unexpected: anomaly 'duplicate', event 'AccountUpdated'",),
            Defect.NOT_APPLIED: ("AccountUpdated of acme-account-", VIEWS),
            Defect.STALE_VIEW: ("unexpected: anomaly 'lost', event 'AccountUpdated'",),
            Defect.NO_AUDIT_ENTRY: ("unexpected: anomaly 'lost', event 'AccountUpdated'",),
        },
    ),
    Control(
        "the subscribers of {tenant} have received exactly:",
        f"""{MADE}Then the subscribers of Acme have received exactly:
  | event          | about  | version | name   |
  | AccountCreated | Globex | 1       | Globex |
""",
        {
            Defect.DROPS: (
                "Expected 1 x event of tenant Acme, received 0 in 0.",
                "missing: event 'AccountCreated', about 'Globex', version 1, name 'Globex'",
                "arrived: nothing",
                "AccountCreated of acme-account-",
                BUS,
                TENANT,
                "waited up to 0.04 s, delivery objective 5 s",
            ),
            Defect.LATE: ("received 0", BUS),
            Defect.ALTERS: (
                "Expected: the subscribers of Acme have received exactly 1 row(s).",
                "name: expected 'Globex', found 'Someone else'",
                "1. event 'AccountCreated', about 'Globex', version 1",
                TENANT,
            ),
            Defect.OTHER_TENANT: ("received 0", BUS),
            Defect.NOT_APPLIED: ("AccountCreated of acme-account-", VIEWS, TENANT),
        },
    ),
    Control(
        "the subscribers of {tenant} have received in order:",
        f"""{CLOSED}Then the subscribers of Acme have received in order:
  | event              | about  | version | cause              |
  | AccountDeactivated | Globex | 2       | the command        |
  | OpportunityLost    | Deal   | 2       | AccountDeactivated |
""",
        {
            Defect.EFFECT_FIRST: (
                "have received in order 2 row(s)",
                "the order is not the expected one",
                "1. event 'OpportunityLost'",
                "2. event 'AccountDeactivated'",
            ),
            Defect.SKIPS_VERSION: ("version: expected 2, found 3",),
            Defect.DROPS: ("Expected 2 x event of tenant Acme, received 0", BUS),
        },
    ),
    Control(
        "the subscribers of {tenant} have received nothing",
        f"{REFUSED}Then the subscribers of Acme have received nothing",
        {
            Defect.ACCEPTS_ANYTHING: (
                "Expected: the subscribers of Acme have received exactly nothing.",
                "unexpected: event 'AccountUpdated', about 'Globex', version 2",
                TENANT,
            ),
            Defect.CHANGES_ANYWAY: ("unexpected: event 'AccountUpdated'",),
            Defect.PUBLISHES_ANYWAY: ("unexpected: event 'AccountUpdated'",),
        },
    ),
    Control(
        "the events of {tenant} share the correlation of the command",
        f"{CLOSED}Then the events of Acme share the correlation of the command",
        {
            Defect.UNCORRELATED: (
                "expected correlation ",
                "AccountDeactivated of ",
                " version 2: something-else",
                TENANT,
            ),
        },
    ),
    Control(
        "every event that {tenant} received follows its published schema",
        f"{MADE}Then every event that Acme received follows its published schema",
        {
            Defect.ADDS_FIELD: (
                "AccountCreated: payload.colour: is not part of this event",
                TENANT,
            ),
            Defect.DROPS: (BUS,),
        },
    ),
    Control(
        "the versions of the {entity} {name} of {tenant} run from 1 to {int}",
        f'{CHANGED}Then the versions of the account "Globex" of Acme run from 1 to 2',
        {
            Defect.SKIPS_VERSION: (
                "the versions of 'Globex' should run from 1 to 2, and are [1, 3]",
                TENANT,
            ),
            Defect.DROPS: (BUS,),
        },
    ),
    Control(
        "{int} % of the events of {tenant} have reached every subscriber in time",
        f"{CHANGED}Then 95 % of the events of Acme have reached every subscriber in time",
        {
            Defect.SLOW_BUS: (
                "only 0 % of 1 events reached every subscriber within the delivery objective of "
                "5 s, and 95 % have to; the slowest hop is command to publication",
                TENANT,
            ),
            Defect.SLOW_SUBSCRIBER: (
                "only 0 % of 1 events",
                "the slowest hop is publication to entity-views",
            ),
            Defect.DROPS: (BUS,),
            Defect.NOT_APPLIED: (VIEWS,),
        },
    ),
    Control(
        "the report shows how long the events of {tenant} took:",
        f"""{CLOSED}Then the report shows how long the events of Acme took:
  | hop                            | events |
  | command to acceptance          | 1      |
  | command to publication         | 1      |
  | cause to effect                | 1      |
  | publication to each subscriber | 2      |
""",
        {
            Defect.UNCAUSED: (
                "the report shows how long the events of Acme took exactly 4 row(s)",
                "missing: hop 'cause to effect', events 1",
                "arrived:",
            ),
            Defect.DROPS: (BUS,),
            Defect.NOT_APPLIED: (VIEWS,),
        },
    ),
    Control(
        "every event of this scenario is accounted for",
        f"{CHANGED}{CLOSING}",
        {
            Defect.SLOW_BUS: (
                "late: AccountUpdated of acme-account-",
                " version 2 took 3600.",
                " s from command to publication; no event may take longer than 5 s (tenant test-",
            ),
            Defect.SLOW_SUBSCRIBER: (
                "late: AccountUpdated of acme-account-",
                " version 2 took at least ",
                " s from command to entity-views (",
                " s from command to publication); no event may take longer than 5 s",
            ),
            Defect.DROPS: ("AccountUpdated of acme-account-", BUS),
            Defect.LATE: (BUS,),
            Defect.NOT_APPLIED: (VIEWS,),
            Defect.OTHER_TENANT: (BUS,),
            Defect.PUBLISHES_TWICE: ("duplicate: AccountUpdated of ", "was published 2 times"),
            Defect.APPLIED_TWICE: ("duplicate: entity-views applied version 2 of ", "2 times"),
            Defect.ALTERS: ("mutated: AccountUpdated of ", "arrived other than it was committed: "),
            Defect.ADDS_FIELD: ("breaks its schema: payload.colour",),
            Defect.OTHER_TYPE: ("misrouted: ", "was sent as 'Changed' from 'crm'"),
            Defect.SKIPS_VERSION: ("gap: ", "version 3 follows version 1"),
            Defect.NO_AUDIT_ENTRY: ("lost: the audit trail has AccountUpdated of ", "0 times"),
            Defect.STALE_VIEW: ("lost: the view of acme-account-", "is at version 1, not at"),
            Defect.LOSES_VALUE: (
                "mutated: the view of acme-account-",
                "says industry '(not shown)', and its events say 'toys'",
            ),
            Defect.LEAVES_OUT: (
                "mutated: UpdateAccount of acme-account-",
                "asked for industry 'toys', and the event says",
            ),
            Defect.EXTRA_EVENT: (
                "phantom: UpdateAccount of acme-account-",
                "should make AccountUpdated, and made AccountUpdated, LeadCreated",
            ),
            Defect.NO_RECEIPT: (
                "lost: a change of acme-account-",
                "was accepted, and its receipt names no event",
            ),
        },
    ),
    Control(
        "every event of this scenario is accounted for",
        f"{CLOSED}{CLOSING}",
        {
            Defect.STILL_OPEN: (
                "mutated: the view of acme-opportunity-",
                "says stage 'prospecting', and its events say 'lost'",
            ),
        },
    ),
    Control(
        "the {entity} {name} of {tenant} reads:",
        f"""{CHANGED}Then the account "Globex" of Acme reads:
  | version | industry |
  | 2       | toys     |
""",
        {
            Defect.STALE_VIEW: (
                "the account 'Globex' reads exactly 1 row(s)",
                "missing: version 2, industry 'toys'",
                "1. version 1, ",
            ),
            Defect.LOSES_VALUE: ("industry: expected 'toys', found '(not there)'",),
            Defect.LEAVES_OUT: ("industry: expected 'toys', found ",),
            Defect.NOT_APPLIED: (VIEWS,),
            Defect.DROPS: (BUS,),
        },
    ),
    Control(
        "{tenant} has no {entity} {name}",
        f'{NOT_MADE}Then Acme has no account "Globex"',
        {
            Defect.ACCEPTS_ANYTHING: ("Acme should have no account 'Globex', and it reads",),
            Defect.CHANGES_ANYWAY: ("Acme should have no account 'Globex', and it reads",),
            Defect.PUBLISHES_ANYWAY: ("Acme should have no account 'Globex', and it reads",),
        },
    ),
    Control(
        "the audit trail of {tenant} shows in order:",
        f"""{CHANGED}Then the audit trail of Acme shows in order:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
  | AccountUpdated | Globex | 2       |
""",
        {
            Defect.NO_AUDIT_ENTRY: (
                "the audit trail of Acme shows in order 2 row(s)",
                "missing: event 'AccountUpdated', about 'Globex', version 2",
                "1. event 'AccountCreated', about 'Globex', version 1",
            ),
            Defect.SKIPS_VERSION: ("version: expected 2, found 3",),
            Defect.DROPS: (BUS,),
        },
    ),
    Control(
        "the timeline of the {entity} {name} of {tenant} shows in order:",
        f"""{CLOSED}Then the timeline of the account "Globex" of Acme shows in order:
  | event              | about  | version |
  | AccountCreated     | Globex | 1       |
  | OpportunityCreated | Deal   | 1       |
  | AccountDeactivated | Globex | 2       |
""",
        {
            Defect.NO_AUDIT_ENTRY: (
                "the timeline of the account 'Globex' shows in order 3 row(s)",
                "missing: event 'AccountDeactivated'",
            ),
        },
    ),
    Control(
        "the pipeline of {tenant} totals:",
        f"""{CLOSED}Then the pipeline of Acme totals:
  | currency | open  | open deals | lost      | lost deals |
  | EUR      | 0 EUR | 0          | 10.00 EUR | 1          |
""",
        {
            Defect.COUNTS_TWICE: (
                "the pipeline of Acme totals exactly 1 row(s)",
                "lost: expected 10.00 EUR, found 20.00 EUR",
                "lost deals: expected 1, found 2",
            ),
            Defect.DROPS: (BUS,),
        },
    ),
    Control(
        "nothing has changed at {tenant}",
        f"{SELLING}Then nothing has changed at Acme",
        {
            Defect.COUNTS_ANYWAY: (
                "nothing should have changed at Acme",
                "open=CurrencyFigures(count=1, amount='10.00')",
                "open=CurrencyFigures(count=2, amount='20.00')",
            ),
            Defect.ACCEPTS_ANYTHING: ("nothing should have changed at Acme", "before: ", TENANT),
            Defect.CHANGES_ANYWAY: ("nothing should have changed at Acme", "'AccountUpdated'"),
        },
    ),
    Control(
        "nothing has changed at {tenant}",
        f"{NEIGHBOURS}Then nothing has changed at Bravo",
        {
            Defect.CHANGES_ANOTHER: (
                "nothing should have changed at Bravo",
                "'AccountUpdated'",
                "tenant test-bravo-2",
            ),
        },
    ),
    Control(
        "the command is refused as {name}",
        f'{NOT_MADE}Then the command is refused as "invalid name"',
        {
            Defect.ACCEPTS_ANYTHING: (
                "CreateAccount should have been refused as 'invalid name', and was accepted: "
                "['AccountCreated']",
            ),
            Defect.WRONG_CODE: ("and was refused as no_idea (422): An account needs a name.",),
            Defect.WRONG_STATUS: ("(status 422)", "and was refused as invalid_name (400)"),
            Defect.SPEECHLESS: ("as 'invalid name' (status 422) with a sentence",),
        },
    ),
    Control(
        "the first answer is given again",
        f"{SENT_AGAIN}Then the first answer is given again",
        {
            Defect.FORGETS: ("expected the first answer ", "repeated=False"),
            Defect.ANSWERS_ANEW: ("expected the first answer ", "version=2"),
        },
    ),
    Control(
        "exactly one edit is accepted and the others are told of the conflict",
        f"{EDITED}Then exactly one edit is accepted and the others are told of the conflict",
        {
            Defect.ALL_WIN: ("exactly one edit should win", "2 edits, refused as none"),
            Defect.NONE_WINS: ("2 edits, refused as ['version_conflict', 'version_conflict']",),
            Defect.WRONG_CODE: ("2 edits, refused as ['no_idea']",),
        },
    ),
    Control(
        "one command is carried out and the others get its answer",
        f"{EQUAL}Then one command is carried out and the others get its answer",
        {
            Defect.FORGETS: ("3 carried out, 3 different answers",),
            Defect.ANSWERS_ANEW: ("1 carried out, 2 different answers",),
        },
    ),
    Control(
        "every own subscription has received exactly:",
        f"""{ALIKE}Then every own subscription has received exactly:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
""",
        {
            Defect.CROSSES: ("leaked: AccountCreated of acme-account-", LEAK, TENANT),
            Defect.PREFIX_RULE: ("leaked: AccountCreated of acme-account-", LEAK, TENANT),
            Defect.OWN_MISSES: (
                "lost: AccountCreated of acme-account-",
                f"was lost between the bus and {DOOR}",
                TENANT,
            ),
            Defect.OWN_TWICE: (
                "duplicate: AccountCreated of acme-account-",
                f"came to {DOOR} 2 times",
            ),
            Defect.OWN_ALTERS: (
                "mutated: AccountCreated of acme-account-",
                f"came to {DOOR} other than it was committed",
            ),
            Defect.EXTRA_EVENT: (
                "the own subscription of Acme has received exactly 1 row(s)",
                "unexpected: event 'LeadCreated'",
            ),
            Defect.DROPS: (BUS,),
        },
    ),
    Control(
        "only the own subscription of {tenant} has received:",
        f"""{ALONE}Then only the own subscription of Acme Two has received:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
""",
        {
            Defect.CROSSES: ("leaked: AccountCreated of acme-two-account-", LEAK),
            Defect.PREFIX_RULE: ("leaked: AccountCreated of acme-two-account-", LEAK),
            Defect.OWN_MISSES: (f"was lost between the bus and {DOOR}", "tenant test-acme-1-2"),
            Defect.OWN_TWICE: (f"came to {DOOR} 2 times",),
        },
    ),
    Control(
        "every event of this scenario is accounted for",
        f"{ALIKE}{CLOSING}",
        {
            Defect.CROSSES: ("leaked: AccountCreated of acme-account-", LEAK),
            Defect.PREFIX_RULE: ("leaked: AccountCreated of acme-account-", LEAK),
            Defect.OWN_MISSES: (f"was lost between the bus and {DOOR}",),
            Defect.OWN_TWICE: (f"came to {DOOR} 2 times",),
        },
    ),
    Control(
        "every subscription lets through exactly what is meant for it:",
        f"""{ALIKE}Then every subscription lets through exactly what is meant for it:
  | subscriber     | entities    |
  | audit trail    | all         |
  | entity views   | all         |
  | sales pipeline | opportunity |
""",
        {
            Defect.PREFIX_RULE: (
                "the rule own-test-acme-1 of the own subscription of test-acme-1 lets through what "
                "is not meant for it: AccountCreated of tenant test-acme-1-2, ",
                " and 29 more",
            ),
            Defect.RULE_TOO_WIDE: (
                "the rule sales-pipeline of the subscriber sales pipeline lets through what is not "
                "meant for it: AccountCreated of tenant test-acme-1, ",
            ),
            Defect.RULE_TOO_NARROW: (
                "the rule audit-trail of the subscriber audit trail keeps back what is meant for "
                "it: AccountCreated of tenant test-acme-1, ",
            ),
            Defect.SECRET_RULE: (
                "the rule spy delivers to spy, and nobody declared what it is for",
            ),
        },
    ),
    Control(
        "the request is refused as {name}",
        f"""{GLOBEX}{NEIGHBOUR}When somebody tries to read the views of Acme without a credential
Then the request is refused as "invalid credential"
""",
        {
            Defect.ADMITS_ANYBODY: (
                "the request to read the views of test-acme-1 without a credential should have "
                "been refused as 'invalid credential', and was answered: tenant_id='test-acme-1'",
            ),
            Defect.WRONG_CODE: ("and was refused as no_idea (401): Nobody was given this.",),
            Defect.WRONG_STATUS: ("(status 401)", "and was refused as invalid_credential (400)"),
            Defect.SPEECHLESS: ("as 'invalid credential' (status 401) with a sentence",),
        },
    ),
    Control(
        "the request is refused as {name}",
        """When somebody asks to become a tenant with:
  | tenant id |
  | acme two  |
Then the request is refused as "invalid tenant id"
""",
        {
            Defect.ACCEPTS_ANYTHING: (
                "the request to become the tenant 'acme two' should have been refused",
                "and was answered: 'acme two' is a tenant now",
            ),
        },
    ),
    Control(
        "the command is refused as {name}",
        f"""{FORGED.format(shown="with a credential that nobody issued")}
Then the command is refused as "invalid credential"
""",
        {Defect.ADMITS_ANYBODY: ("and was accepted: ['AccountUpdated']",)},
    ),
    Control(
        "nothing has changed at {tenant}",
        f"{OTHERS_CREDENTIAL}Then nothing has changed at Acme",
        {Defect.CHANGES_ANYWAY: ("nothing should have changed at Acme", "'AccountUpdated'")},
    ),
    Control(
        "nothing has changed at {tenant}",
        f"""{ACME}{NEIGHBOUR}And every tenant is ready to update the account "Globex"
When somebody tries to update the account "Globex" of Acme with the credential of Acme Two
Then the command is refused as "wrong tenant"
Then nothing has changed at Acme Two
""",
        {
            Defect.CHANGES_ANOTHER: (
                "nothing should have changed at Acme Two",
                "'AccountUpdated'",
                "tenant test-acme-1-2",
            )
        },
    ),
    Control(
        "nothing has changed at {tenant}",
        f"""{ACME}{NEIGHBOUR}And every tenant is ready to update the account "Globex"
When Acme Two tries to update the account "Globex" for Acme
Then the command is refused as "wrong tenant"
Then nothing has changed at Acme
""",
        {Defect.CHANGES_ANOTHER: ("nothing should have changed at Acme", "'AccountUpdated'")},
    ),
]
BROKEN = [
    pytest.param(control, defect, facts, id=f"{control.sentence} {defect.name.lower()}")
    for control in CONTROLS
    for defect, facts in control.broken.items()
]
WHOLE = [pytest.param(control, id=control.sentence) for control in CONTROLS]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put up an honest CRM."""
    with open_stage(tmp_path) as opened:
        yield opened


def test_every_then_sentence_has_a_control() -> None:
    """A sentence that was never seen red proves nothing."""
    assert [each.pattern for each in definitions("then") if each.pattern not in _controlled()] == []


def _controlled() -> set[str]:
    return {control.sentence for control in CONTROLS}


@pytest.mark.parametrize("control", WHOLE)
def test_a_sentence_passes_where_all_is_well(stage: Stage, control: Control) -> None:
    """And the audit that closes the scenario has nothing to add."""
    stage.play(control.story)
    if "is refused" not in control.story and "tries" in control.story:
        stage.play('Then the command is refused as "invalid name"')
    stage.play(CLOSING)


@pytest.mark.parametrize(("control", "defect", "facts"), BROKEN)
def test_a_sentence_goes_red_and_says_why(
    stage: Stage, control: Control, defect: Defect, facts: Facts
) -> None:
    """The message has what a reader needs to know."""
    before, last = control.story.rsplit("Then ", 1)
    stage.play(before, defect)
    with pytest.raises(AssertionError) as red:
        stage.play(f"Then {last}")
    assert [fact for fact in facts if fact not in str(red.value)] == [], str(red.value)


@pytest.mark.parametrize("control", WHOLE)
def test_a_repetition_by_the_transport_is_no_trouble(stage: Stage, control: Control) -> None:
    """Delivered twice under one envelope is legal, everywhere."""
    stage.play(control.story, Defect.DUPLICATES)


@pytest.mark.parametrize(
    "sentence",
    [
        "the subscribers of Acme have received nothing",
        "nothing has changed at Acme",
        "the pipeline of Acme totals:\n  | currency |\n  | EUR |",
        "every event of this scenario is accounted for",
    ],
)
def test_a_dead_pipe_allows_no_verdict(stage: Stage, sentence: str) -> None:
    """Nothing came is no evidence while nothing can come."""
    stage.play(REFUSED, Defect.DEAD_PIPE)
    with pytest.raises((Inconclusive, AssertionError)) as verdict:
        stage.play(f"Then {sentence}")
    assert isinstance(verdict.value, Inconclusive), verdict.value
    assert str(verdict.value).startswith(
        "INCONCLUSIVE: the fence of tenant test-acme-1 did not come back"
    )


def test_one_event_of_several_alike_that_lost_its_correlation_is_seen(stage: Stage) -> None:
    """Every event is looked at, not one of each type."""
    stage.play(
        f"""{GLOBEX}And Acme has the opportunity "Deal"
And Acme has the opportunity "Other deal"
When Acme deactivates the account "Globex"
""",
        Defect.ONE_UNCORRELATED,
    )
    with pytest.raises(AssertionError, match="something-else"):
        stage.play("Then the events of Acme share the correlation of the command")


def test_a_suite_that_looks_late_blames_nobody_and_proves_nothing(stage: Stage) -> None:
    """Neither in time nor late is known: no finding, and no proof either."""
    stage.play(CHANGED)
    stage.crm.hours_passed = 1
    with pytest.raises(Inconclusive, match=r"^INCONCLUSIVE: 0 % for certain, 100 % at most, of 1 "):
        stage.play("Then 95 % of the events of Acme have reached every subscriber in time")
    stage.play(CLOSING)


def test_where_nothing_happened_nothing_can_be_in_time(stage: Stage) -> None:
    """A sentence that cannot fail proves nothing."""
    stage.play(GLOBEX)
    with pytest.raises(ScenarioError, match="nothing has happened at Acme that could be in time"):
        stage.play("Then 95 % of the events of Acme have reached every subscriber in time")
