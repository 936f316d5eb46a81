"""The controls of the sentences about own subscriptions, and about every pattern."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Wrong
from tests.unit.suite.controls.stories import (
    ALIKE,
    ALONE,
    ALONE_AND_CHANGED,
    BUS,
    TENANT,
    audited,
)

EVERY = "every own subscription has received exactly:"
ONLY = "only the own subscription of {tenant} has received:"
PATTERNS = "every subscription lets through exactly what is meant for it:"
DOOR = "the own subscription"
LEAK = f"of tenant test-acme-1-2 came to {DOOR} of tenant test-acme-1 (tenant test-acme-1)"
TURNED = (
    "reordered: AccountCreated of acme-two-account-",
    f"version 1 came to {DOOR} after version 2",
)
COPIES = "the copies of the rules get samples of their own, and all of them are counted"

CONTROLS = [
    Control(
        EVERY,
        f"""{ALIKE}Then every own subscription has received exactly:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
""",
        red={
            Wrong.MISSING: {
                Defect.OWN_MISSES: (
                    "lost: AccountCreated of acme-account-",
                    f"was lost between the bus and {DOOR}",
                    TENANT,
                ),
                Defect.DROPS: (BUS,),
            },
            Wrong.DUPLICATE: {
                Defect.OWN_TWICE: (
                    "duplicate: AccountCreated of acme-account-",
                    f"came to {DOOR} 2 times",
                ),
                Defect.PUBLISHES_TWICE: (f"came to {DOOR} 2 times", TENANT),
                Defect.COMMITS_TWICE: (
                    "the own subscription of Acme has received exactly 1 row(s)",
                    "unexpected: event 'AccountCreated', about 'Globex', version 2",
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.CROSSES: ("leaked: AccountCreated of acme-account-", LEAK, TENANT),
                Defect.PREFIX_RULE: ("leaked: AccountCreated of acme-account-", LEAK, TENANT),
            },
            Wrong.WRONG_VERSION: {
                Defect.OWN_RENUMBERS: (
                    "mutated: AccountCreated of acme-account-",
                    f"version 2 came to {DOOR} other than it was committed",
                ),
            },
            Wrong.MUTATED: {
                Defect.OWN_ALTERS: (
                    "mutated: AccountCreated of acme-account-",
                    f"came to {DOOR} other than it was committed",
                ),
            },
            Wrong.LATE: {Defect.LATE: (BUS,)},
        },
        closing=audited(Wrong.OTHER_TENANT, Wrong.LATE),
        besides={
            Defect.EXTRA_EVENT: (
                "the own subscription of Acme has received exactly 1 row(s)",
                "unexpected: event 'LeadCreated'",
            ),
        },
    ),
    Control(
        EVERY,
        f"""{ALONE_AND_CHANGED}When Acme creates the account "Globex"
And Acme updates the account "Globex"
Then every own subscription has received exactly:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
  | AccountUpdated | Globex | 2       |
""",
        closing={Wrong.UNORDERED: {Defect.OWN_OVERTAKES: TURNED}},
    ),
    Control(
        ONLY,
        f"""{ALONE}Then only the own subscription of Acme Two has received:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
""",
        red={
            Wrong.MISSING: {
                Defect.OWN_MISSES: (
                    f"was lost between the bus and {DOOR}",
                    "tenant test-acme-1-2",
                ),
                Defect.DROPS: (BUS,),
            },
            Wrong.DUPLICATE: {
                Defect.OWN_TWICE: (f"came to {DOOR} 2 times",),
                Defect.COMMITS_TWICE: ("unexpected: event 'AccountCreated', about 'Globex'",),
            },
            Wrong.OTHER_TENANT: {
                Defect.CROSSES: ("leaked: AccountCreated of acme-two-account-", LEAK),
                Defect.PREFIX_RULE: ("leaked: AccountCreated of acme-two-account-", LEAK),
            },
            Wrong.WRONG_VERSION: {
                Defect.OWN_RENUMBERS: (f"version 2 came to {DOOR} other than it was committed",),
            },
            Wrong.MUTATED: {
                Defect.OWN_ALTERS: (f"came to {DOOR} other than it was committed",),
            },
            Wrong.LATE: {Defect.LATE: (BUS,)},
        },
    ),
    Control(
        ONLY,
        f"""{ALONE_AND_CHANGED}Then only the own subscription of Acme Two has received:
  | event          | about  | version |
  | AccountCreated | Globex | 1       |
  | AccountUpdated | Globex | 2       |
""",
        closing={Wrong.UNORDERED: {Defect.OWN_OVERTAKES: TURNED}, **audited(Wrong.MISSING)},
    ),
    Control(
        PATTERNS,
        f"""{ALIKE}Then every subscription lets through exactly what is meant for it:
  | subscriber     | entities    |
  | audit trail    | all         |
  | entity views   | all         |
  | sales pipeline | opportunity |
""",
        red={
            Wrong.MISSING: {
                Defect.RULE_TOO_NARROW: (
                    "the rule audit-trail of the subscriber audit trail keeps back what is meant "
                    "for it: AccountCreated of tenant test-acme-1, ",
                ),
            },
            Wrong.DUPLICATE: {
                Defect.RULE_TWICE: (
                    "the rule audit-trail of the subscriber audit trail lets through more than "
                    "once: AccountCreated of tenant test-acme-1, ",
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.PREFIX_RULE: (
                    "the rule own-test-acme-1 of the own subscription of test-acme-1 lets through "
                    "what is not meant for it: AccountCreated of tenant test-acme-1-2, ",
                    " and 29 more",
                ),
            },
            Wrong.WRONG_VERSION: {
                Defect.RULE_OF_FIRSTS: (
                    "the rule audit-trail of the subscriber audit trail keeps back what is meant "
                    "for it: AccountDeactivated of tenant test-acme-1, ",
                ),
            },
        },
        besides={
            Defect.RULE_TOO_WIDE: (
                "the rule sales-pipeline of the subscriber sales pipeline lets through what is not "
                "meant for it: AccountCreated of tenant test-acme-1, ",
            ),
            Defect.SECRET_RULE: (
                "the rule spy delivers to spy, and nobody declared what it is for",
            ),
        },
        closing=audited(Wrong.LATE),
        cannot={
            Wrong.MUTATED: "a pattern chooses events, and changes none of them",
            Wrong.UNORDERED: "a pattern looks at each event by itself, and knows no order",
        },
        no_fence=COPIES,
    ),
]
