"""The controls of the sentences about received events."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Wrong
from tests.unit.suite.controls.stories import (
    BUS,
    CHANGED_TWICE,
    CLOSED,
    LATER,
    LEAKED,
    MADE,
    MADE_AND_CHANGED,
    NEIGHBOURS,
    REFUSED,
    TENANT,
    VIEWS,
    audited,
    repeated,
)

EXACTLY = "the subscribers of {tenant} have received exactly:"
IN_ORDER = "the subscribers of {tenant} have received in order:"
NOTHING = "the subscribers of {tenant} have received nothing"
CORRELATION = "the events of {tenant} share the correlation of the command"
SCHEMA = "every event that {tenant} received follows its published schema"
VERSIONS = "the versions of the {entity} {name} of {tenant} run from 1 to {int}"


CONTROLS = [
    Control(
        EXACTLY,
        f"""{MADE}Then the subscribers of Acme have received exactly:
  | event          | about  | version | name   |
  | AccountCreated | Globex | 1       | Globex |
""",
        red={
            Wrong.MISSING: {
                Defect.DROPS: (
                    "Expected 1 x event of tenant Acme, received 0 in 0.",
                    "missing: event 'AccountCreated', about 'Globex', version 1, name 'Globex'",
                    "arrived: nothing",
                    "AccountCreated of acme-account-",
                    BUS,
                    TENANT,
                    "waited up to 0.04 s, delivery objective 5 s",
                ),
                Defect.NOT_APPLIED: ("AccountCreated of acme-account-", VIEWS, TENANT),
            },
            Wrong.DUPLICATE: {
                Defect.COMMITS_TWICE: (
                    "have received exactly 1 row(s)",
                    "unexpected: event 'AccountCreated', about 'Globex', version 2",
                    TENANT,
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.OTHER_TENANT: (
                    "received 0",
                    "near miss: AccountCreated of account acme-account-",
                    "tenant_id: expected 'test-acme-1', found 'mallory'",
                    BUS,
                ),
            },
            Wrong.WRONG_VERSION: {
                Defect.RENUMBERS: ("version: expected 1, found 2", TENANT),
            },
            Wrong.MUTATED: {
                Defect.ALTERS: (
                    "Expected: the subscribers of Acme have received exactly 1 row(s).",
                    "name: expected 'Globex', found 'Someone else'",
                    "1. event 'AccountCreated', about 'Globex', version 1",
                    TENANT,
                ),
            },
            Wrong.LATE: {Defect.LATE: ("received 0", BUS)},
        },
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.LATE),
        besides={Defect.EXTRA_EVENT: ("unexpected: event 'LeadCreated'",)},
    ),
    Control(
        EXACTLY,
        f"""{CHANGED_TWICE}Then the subscribers of Acme have received exactly:
  | event          | about  | version | industry |
  | AccountUpdated | Globex | 3       | games    |
  | AccountUpdated | Globex | 2       | toys     |
""",
        red={
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("version: expected 2, found 3", TENANT),
            },
        },
        closing=audited(Wrong.MISSING, Wrong.UNORDERED),
    ),
    Control(
        IN_ORDER,
        f"""{CLOSED}Then the subscribers of Acme have received in order:
  | event              | about  | version | cause              |
  | AccountDeactivated | Globex | 2       | the command        |
  | OpportunityLost    | Deal   | 2       | AccountDeactivated |
""",
        red={
            Wrong.MISSING: {
                Defect.DROPS: ("Expected 2 x event of tenant Acme, received 0", BUS),
                Defect.NOT_APPLIED: ("AccountDeactivated of acme-account-", VIEWS, TENANT),
            },
            Wrong.DUPLICATE: {
                Defect.COMMITS_TWICE: (
                    "unexpected: event 'AccountDeactivated', about 'Globex', version 3",
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.OTHER_TENANT: (
                    "Expected 2 x event of tenant Acme, received 0",
                    "tenant_id: expected 'test-acme-1', found 'mallory'",
                ),
            },
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("version: expected 2, found 3",),
                Defect.RENUMBERS: ("version: expected 2, found 3",),
            },
            Wrong.LATE: {
                Defect.LATE: ("Expected 2 x event of tenant Acme, received 0", BUS),
            },
            Wrong.UNORDERED: {
                Defect.EFFECT_FIRST: (
                    "have received in order 2 row(s)",
                    "the order is not the expected one",
                    "1. event 'OpportunityLost'",
                    "2. event 'AccountDeactivated'",
                ),
            },
        },
        besides={
            Defect.NEVER_ACTS: (
                "Expected 2 x event of tenant Acme, received 1",
                "missing: event 'OpportunityLost', about 'Deal', version 2",
            ),
        },
    ),
    Control(
        IN_ORDER,
        f"""{MADE_AND_CHANGED}Then the subscribers of Acme have received in order:
  | event          | about  | version | name   |
  | AccountCreated | Globex | 1       | Globex |
  | AccountUpdated | Globex | 2       |        |
""",
        red={Wrong.MUTATED: {Defect.ALTERS: ("name: expected 'Globex', found 'Someone else'",)}},
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.LATE),
    ),
    Control(
        IN_ORDER,
        f"""{CHANGED_TWICE}Then the subscribers of Acme have received in order:
  | event          | about  | version | industry |
  | AccountUpdated | Globex | 2       | toys     |
  | AccountUpdated | Globex | 3       | games    |
""",
        closing=audited(Wrong.MISSING, Wrong.UNORDERED),
    ),
    Control(
        NOTHING,
        f"{REFUSED}Then the subscribers of Acme have received nothing",
        closing=repeated(Wrong.DUPLICATE, Wrong.WRONG_VERSION, Wrong.MUTATED),
        at_the_end=LATER,
        besides={
            Defect.ACCEPTS_ANYTHING: (
                "Expected: the subscribers of Acme have received exactly nothing.",
                "unexpected: event 'AccountUpdated', about 'Globex', version 2",
                TENANT,
            ),
            Defect.CHANGES_ANYWAY: ("unexpected: event 'AccountUpdated'",),
            Defect.PUBLISHES_ANYWAY: ("unexpected: event 'AccountUpdated'",),
        },
        cannot={
            Wrong.MISSING: "what is not to come cannot be missed",
            Wrong.UNORDERED: "what is not to come has no order",
        },
    ),
    Control(
        NOTHING,
        f"{NEIGHBOURS}Then the subscribers of Bravo have received nothing",
        red={
            Wrong.OTHER_TENANT: {
                Defect.CHANGES_ANOTHER: (
                    "Expected: the subscribers of Bravo have received exactly nothing.",
                    "unexpected: event 'AccountUpdated'",
                    "tenant test-bravo-2",
                ),
            },
        },
    ),
    Control(
        NOTHING,
        f"{NEIGHBOURS}Then the subscribers of Acme have received nothing",
        closing=repeated(Wrong.OTHER_TENANT),
    ),
    Control(
        CORRELATION,
        f"{CLOSED}Then the events of Acme share the correlation of the command",
        red={
            Wrong.MISSING: {Defect.DROPS: (BUS, TENANT), Defect.NOT_APPLIED: (VIEWS, TENANT)},
            Wrong.OTHER_TENANT: {Defect.OTHER_TENANT: (BUS, LEAKED, TENANT)},
            Wrong.MUTATED: {
                Defect.UNCORRELATED: (
                    "expected correlation ",
                    "AccountDeactivated of ",
                    " version 2: something-else",
                    TENANT,
                ),
            },
            Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
        },
        closing={
            **audited(Wrong.DUPLICATE, Wrong.WRONG_VERSION, Wrong.LATE),
            Wrong.UNORDERED: {
                Defect.EFFECT_FIRST: (
                    "reordered: OpportunityLost of acme-opportunity-",
                    " version 2 was committed before its cause, AccountDeactivated of acme-",
                ),
            },
        },
    ),
    Control(
        SCHEMA,
        f"{CHANGED_TWICE}Then every event that Acme received follows its published schema",
        red={
            Wrong.MISSING: {Defect.DROPS: (BUS,), Defect.NOT_APPLIED: (VIEWS, TENANT)},
            Wrong.OTHER_TENANT: {Defect.OTHER_TENANT: (BUS, LEAKED, TENANT)},
            Wrong.MUTATED: {
                Defect.ADDS_FIELD: (
                    "AccountUpdated: payload.colour: is not part of this event",
                    TENANT,
                ),
            },
            Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
        },
        closing=audited(
            Wrong.DUPLICATE, Wrong.WRONG_VERSION, Wrong.MUTATED, Wrong.LATE, Wrong.UNORDERED
        ),
    ),
    Control(
        VERSIONS,
        f'{CHANGED_TWICE}Then the versions of the account "Globex" of Acme run from 1 to 3',
        red={
            Wrong.MISSING: {Defect.DROPS: (BUS,), Defect.NOT_APPLIED: (VIEWS, TENANT)},
            Wrong.DUPLICATE: {
                Defect.COMMITS_TWICE: ("should run from 1 to 3, and are [1, 2, 3, 4, 5]", TENANT),
            },
            Wrong.OTHER_TENANT: {Defect.OTHER_TENANT: (BUS, LEAKED, TENANT)},
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: (
                    "the versions of 'Globex' should run from 1 to 3, and are [1, 3, 4]",
                    TENANT,
                ),
                Defect.RENUMBERS: ("should run from 1 to 3, and are [1, 3, 4]", TENANT),
            },
            Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
        },
        closing=audited(
            Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.MUTATED, Wrong.LATE, Wrong.UNORDERED
        ),
    ),
]
