"""The controls of the sentences about what the subscribers have made of the events."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Shown, Wrong
from tests.unit.suite.controls.stories import (
    ACME,
    BESIDE,
    BUS,
    CHANGED_TWICE,
    CLOSED,
    LATER,
    NEIGHBOUR,
    NEIGHBOURS,
    NOT_MADE,
    OTHERS_CREDENTIAL,
    SELLING,
    TENANT,
    VIEWS,
    audited,
    repeated,
)

READS = "the {entity} {name} of {tenant} reads:"
HAS_NO = "{tenant} has no {entity} {name}"
TRAIL = "the audit trail of {tenant} shows in order:"
TIMELINE = "the timeline of the {entity} {name} of {tenant} shows in order:"
PIPELINE = "the pipeline of {tenant} totals:"
UNCHANGED = "nothing has changed at {tenant}"
IS_SHOWN = "Acme should have no account 'Globex', and it reads version 1, industry "
TURNED = ("the order is not the expected one", TENANT)

LOST_ON_THE_WAY: Shown = {
    Wrong.MISSING: {
        Defect.DROPS: (BUS, TENANT),
        Defect.NOT_APPLIED: (VIEWS, TENANT),
    },
    Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
}
ENTRIES = """  | event          | about  | version | industry |
  | AccountCreated | Globex | 1       |          |
  | AccountUpdated | Globex | 2       | toys     |
  | AccountUpdated | Globex | 3       | games    |
"""
VIEWED = [
    Control(
        READS,
        f"""{CHANGED_TWICE}Then the account "Globex" of Acme reads:
  | version | industry |
  | 3       | games    |
""",
        red={
            Wrong.MISSING: {
                **LOST_ON_THE_WAY[Wrong.MISSING],
                Defect.STALE_VIEW: (
                    "the account 'Globex' reads exactly 1 row(s)",
                    "missing: version 3, industry 'games'",
                    "1. version 1, ",
                ),
            },
            Wrong.DUPLICATE: {Defect.COMMITS_TWICE: ("version: expected 3, found 5", TENANT)},
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("version: expected 3, found 4", TENANT),
                Defect.RENUMBERS: ("version: expected 3, found 4", TENANT),
            },
            Wrong.MUTATED: {
                Defect.LOSES_VALUE: ("industry: expected 'games', found '(not there)'",),
                Defect.LEAVES_OUT: ("industry: expected 'games', found ",),
            },
            Wrong.LATE: LOST_ON_THE_WAY[Wrong.LATE],
            Wrong.UNORDERED: {
                Defect.VIEW_BACKWARDS: ("unexpected: version 1, industry ", TENANT),
            },
        },
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.LATE, Wrong.UNORDERED),
        no_fence="it is read once everybody is level, and says what is there",
    ),
    Control(
        READS,
        f"""{BESIDE}When Acme updates the account "Globex" with:
  | industry |
  | toys     |
And Acme Two updates the account "Globex" with:
  | industry |
  | games    |
Then the account "Globex" of Acme reads:
  | version | industry |
  | 2       | toys     |
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.VIEWS_OF_ALL: ("industry: expected 'toys', found 'games'", TENANT),
            },
        },
        no_fence="it is read once everybody is level, and says what is there",
    ),
    Control(
        HAS_NO,
        f'{NOT_MADE}Then Acme has no account "Globex"',
        at_the_end=LATER,
        besides={
            Defect.ACCEPTS_ANYTHING: (IS_SHOWN,),
            Defect.CHANGES_ANYWAY: (IS_SHOWN,),
            Defect.PUBLISHES_ANYWAY: (IS_SHOWN,),
        },
        cannot={
            Wrong.MISSING: "what must not be there cannot be missed",
            Wrong.DUPLICATE: "what must not be there is not there twice either",
            Wrong.WRONG_VERSION: "what must not be there has no version",
            Wrong.MUTATED: "what must not be there has no values",
            Wrong.UNORDERED: "what must not be there has no order",
        },
    ),
    Control(
        HAS_NO,
        f"""{ACME}{NEIGHBOUR}When Acme tries to create the account "Globex" with:
  | name     |
  | (spaces) |
Then the command is refused as "invalid name"
When Acme Two creates the account "Globex"
Then Acme has no account "Globex"
""",
        red={Wrong.OTHER_TENANT: {Defect.VIEWS_OF_ALL: (IS_SHOWN, TENANT)}},
    ),
    Control(
        PIPELINE,
        f"""{CLOSED}Then the pipeline of Acme totals:
  | currency | open  | open deals | lost      | lost deals |
  | EUR      | 0 EUR | 0          | 10.00 EUR | 1          |
""",
        red={
            Wrong.MISSING: {**LOST_ON_THE_WAY[Wrong.MISSING]},
            Wrong.DUPLICATE: {
                Defect.COUNTS_TWICE: (
                    "the pipeline of Acme totals exactly 1 row(s)",
                    "lost: expected 10.00 EUR, found 20.00 EUR",
                    "lost deals: expected 1, found 2",
                ),
            },
            Wrong.MUTATED: {
                Defect.PIPELINE_ALTERS: ("lost: expected 10.00 EUR, found 100.00 EUR", TENANT),
            },
            Wrong.LATE: LOST_ON_THE_WAY[Wrong.LATE],
        },
        closing={
            **audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.WRONG_VERSION, Wrong.LATE),
            Wrong.UNORDERED: {
                Defect.EFFECT_FIRST: ("reordered: OpportunityLost of ", "before its cause"),
            },
        },
    ),
    Control(
        PIPELINE,
        f"""{BESIDE}When Acme updates the account "Globex"
Then the pipeline of Acme totals:
  | currency | open      | open deals |
  | EUR      | 10.00 EUR | 1          |
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.PIPELINE_OF_ALL: ("open: expected 10.00 EUR, found ", TENANT),
            },
        },
    ),
]
TRAILS = [
    Control(
        TRAIL,
        f"{CHANGED_TWICE}Then the audit trail of Acme shows in order:\n{ENTRIES}",
        red={
            Wrong.MISSING: {
                **LOST_ON_THE_WAY[Wrong.MISSING],
                Defect.NO_AUDIT_ENTRY: (
                    "the audit trail of Acme shows in order 3 row(s)",
                    "missing: event 'AccountUpdated', about 'Globex', version 2",
                    "1. event 'AccountCreated', about 'Globex', version 1",
                ),
            },
            Wrong.DUPLICATE: {
                Defect.TRAIL_TWICE: (
                    "unexpected: event 'AccountUpdated', about 'Globex', version 3",
                ),
                Defect.COMMITS_TWICE: ("5. event 'AccountUpdated', about 'Globex', version 5",),
            },
            Wrong.WRONG_VERSION: {Defect.SKIPS_VERSION: ("version: expected 2, found 3",)},
            Wrong.MUTATED: {Defect.LEAVES_OUT: ("industry: expected 'toys', found ", TENANT)},
            Wrong.LATE: LOST_ON_THE_WAY[Wrong.LATE],
            Wrong.UNORDERED: {Defect.TRAIL_BACKWARDS: TURNED},
        },
        closing={
            **audited(Wrong.DUPLICATE, Wrong.LATE, Wrong.UNORDERED),
            Wrong.MUTATED: {
                Defect.TRAIL_ALTERS: ("mutated: the audit trail tells Account", "differently"),
            },
        },
    ),
    Control(
        TRAIL,
        f"""{BESIDE}When Acme updates the account "Globex"
Then the audit trail of Acme shows in order:
  | event              | about  |
  | AccountCreated     | Globex |
  | OpportunityCreated | Deal   |
  | AccountUpdated     | Globex |
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.TRAIL_OF_ALL: ("unexpected: event 'AccountCreated', about 'Globex'",),
            },
        },
    ),
    Control(
        TIMELINE,
        f"""{CLOSED}Then the timeline of the account "Globex" of Acme shows in order:
  | event              | about  | version |
  | AccountCreated     | Globex | 1       |
  | OpportunityCreated | Deal   | 1       |
  | AccountDeactivated | Globex | 2       |
""",
        red={
            Wrong.MISSING: {
                **LOST_ON_THE_WAY[Wrong.MISSING],
                Defect.NO_AUDIT_ENTRY: (
                    "the timeline of the account 'Globex' shows in order 3 row(s)",
                    "missing: event 'AccountDeactivated'",
                ),
            },
            Wrong.LATE: LOST_ON_THE_WAY[Wrong.LATE],
            Wrong.UNORDERED: {Defect.TRAIL_BACKWARDS: TURNED},
        },
    ),
    Control(
        TIMELINE,
        f"""{CHANGED_TWICE}Then the timeline of the account "Globex" of Acme shows in order:
{ENTRIES}""",
        red={
            Wrong.DUPLICATE: {
                Defect.TRAIL_TWICE: (
                    "unexpected: event 'AccountUpdated', about 'Globex', version 3",
                ),
            },
            Wrong.WRONG_VERSION: {Defect.SKIPS_VERSION: ("version: expected 2, found 3",)},
            Wrong.MUTATED: {Defect.LEAVES_OUT: ("industry: expected 'toys', found ", TENANT)},
        },
        closing=audited(Wrong.DUPLICATE, Wrong.LATE, Wrong.UNORDERED),
    ),
    Control(
        TIMELINE,
        f"""{BESIDE}When Acme updates the account "Globex"
Then the timeline of the account "Globex" of Acme shows in order:
  | event              | about  |
  | AccountCreated     | Globex |
  | OpportunityCreated | Deal   |
  | AccountUpdated     | Globex |
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.TRAIL_OF_ALL: ("unexpected: event 'AccountCreated', about 'Globex'",),
            },
        },
    ),
]
STANDING = [
    Control(
        UNCHANGED,
        f"{SELLING}Then nothing has changed at Acme",
        red={
            Wrong.MISSING: {Defect.VIEW_LOSES: (VIEWS, TENANT)},
            Wrong.DUPLICATE: {
                Defect.COUNTS_ANYWAY: (
                    "nothing should have changed at Acme",
                    "  was: the pipeline totals currency 'EUR', open 10.00 EUR, ",
                    "  is:  the pipeline totals currency 'EUR', open 20.00 EUR, ",
                ),
            },
            Wrong.WRONG_VERSION: {
                Defect.VIEW_RENUMBERS: (
                    "was: the account 'Globex' reads version 1, ",
                    "is:  the account 'Globex' reads version 2, ",
                ),
            },
            Wrong.MUTATED: {
                Defect.VIEW_ALTERS: (
                    "was: the account 'Globex' reads version 1, ",
                    "name 'Someone else'",
                ),
            },
        },
        at_the_end=LATER,
        besides={
            Defect.ACCEPTS_ANYTHING: (
                "nothing should have changed at Acme",
                "  is:  event 'AccountUpdated', about 'Globex', version 2, ",
                TENANT,
            ),
            Defect.CHANGES_ANYWAY: ("nothing should have changed at Acme", "'AccountUpdated'"),
        },
        cannot={Wrong.UNORDERED: "what is not to change has the order that it had"},
    ),
    Control(
        UNCHANGED,
        f"{NEIGHBOURS}Then nothing has changed at Bravo",
        red={
            Wrong.OTHER_TENANT: {
                Defect.CHANGES_ANOTHER: (
                    "nothing should have changed at Bravo",
                    "'AccountUpdated'",
                    "tenant test-bravo-2",
                ),
            },
        },
        closing=repeated(Wrong.OTHER_TENANT),
    ),
    Control(
        UNCHANGED,
        f"{OTHERS_CREDENTIAL}Then nothing has changed at Acme",
        besides={
            Defect.CHANGES_ANYWAY: ("nothing should have changed at Acme", "'AccountUpdated'"),
        },
    ),
    Control(
        UNCHANGED,
        f"""{ACME}{NEIGHBOUR}And every tenant is ready to update the account "Globex"
When somebody tries to update the account "Globex" of Acme with the credential of Acme Two
Then the command is refused as "wrong tenant"
Then nothing has changed at Acme Two
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.CHANGES_ANOTHER: (
                    "nothing should have changed at Acme Two",
                    "'AccountUpdated'",
                    "tenant test-acme-1-2",
                ),
            },
        },
    ),
    Control(
        UNCHANGED,
        f"""{ACME}{NEIGHBOUR}And every tenant is ready to update the account "Globex"
When Acme Two tries to update the account "Globex" for Acme
Then the command is refused as "wrong tenant"
Then nothing has changed at Acme
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.CHANGES_ANOTHER: (
                    "nothing should have changed at Acme",
                    "'AccountUpdated'",
                ),
            },
        },
    ),
]
CONTROLS = [*VIEWED, *TRAILS, *STANDING]
