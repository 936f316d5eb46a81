"""Each Then sentence passes where all is well, and goes red where it must, saying what happened.

The sentences are the real ones, the World is the real one; the CRM is in memory and has a defect.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.errors import Inconclusive
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
TENANT = "tenant test-acme-1, run test, seed 7"
BUS = "was lost between the event store and the bus"
VIEWS = "was lost between the bus and the subscriber entity-views"

CONTROLS = [
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
            Defect.NOT_APPLIED: ("lost: AccountCreated of acme-account-", VIEWS, TENANT),
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
        "every event of this scenario is accounted for",
        f"{CHANGED}{CLOSING}",
        {
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
