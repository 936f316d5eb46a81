"""The controls of the sentences about an audit: the one that finds, and the one that closes."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import CLOSING, Control, Wrong
from tests.unit.suite.controls.stories import (
    ALIKE,
    AUDITED,
    BUS,
    CHANGE_AGAIN,
    CHANGE_ONCE_MORE,
    CHANGED_TWICE,
    CLOSED,
    LEAKED,
    PUBLISHED_AGAIN,
    TENANT,
    VIEWS,
)

FINDS = "the audit of {tenant} finds exactly:"
ONLY_AGAIN = "the audit of {tenant} finds nothing but events that were published again"
ACCOUNTED_FOR = "every event of this scenario is accounted for"
NO_MORE = (
    "Expected: the audit of Acme finds, besides events that were published again, exactly nothing."
)
DOOR = "the own subscription"
LEAK = f"of tenant test-acme-1-2 came to {DOOR} of tenant test-acme-1 (tenant test-acme-1)"

CONTROLS = [
    Control(
        FINDS,
        f"""{PUBLISHED_AGAIN}Then the audit of Acme finds exactly:
  | anomaly   | event          | about  | version |
  | duplicate | AccountUpdated | Globex | 2       |
""",
        red={
            Wrong.MISSING: {
                Defect.NOT_APPLIED: ("AccountUpdated of acme-account-", VIEWS),
                Defect.STALE_VIEW: ("unexpected: anomaly 'lost', event 'AccountUpdated'",),
                Defect.NO_AUDIT_ENTRY: ("unexpected: anomaly 'lost', event 'AccountUpdated'",),
            },
            Wrong.DUPLICATE: {
                Defect.APPLIED_TWICE: (
                    "Expected: the audit of Acme finds exactly 1 row(s).",
                    "unexpected: anomaly 'duplicate', event 'AccountUpdated', about 'Globex'",
                ),
                Defect.PUBLISHES_TWICE: (
                    "unexpected: anomaly 'duplicate', event 'AccountUpdated'",
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.FOREIGN_VIEW: ("unexpected: anomaly 'leaked', event 'AccountUpdated'",),
            },
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("1. anomaly 'gap', event 'AccountUpdated', about 'Globex'",),
                Defect.RENUMBERS: ("unexpected: anomaly 'mutated', event 'AccountUpdated'",),
            },
            Wrong.MUTATED: {
                Defect.ALTERS: ("unexpected: anomaly 'mutated', event 'AccountUpdated'",),
            },
        },
    ),
    Control(
        FINDS,
        f"""{CHANGE_AGAIN}{CHANGE_ONCE_MORE}Then the audit of Acme finds exactly:
  | anomaly   | event          | about  | version |
  | duplicate | AccountUpdated | Globex | 2       |
""",
        honest=PUBLISHED_AGAIN,
        red={
            Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
            Wrong.UNORDERED: {
                Defect.OVERTAKES: (
                    "unexpected: anomaly 'reordered', event 'AccountUpdated', about 'Globex', "
                    "version 3",
                ),
            },
        },
    ),
    Control(
        ONLY_AGAIN,
        f"{PUBLISHED_AGAIN}"
        "Then the audit of Acme finds nothing but events that were published again",
        red={
            Wrong.MISSING: {
                Defect.NOT_APPLIED: ("AccountUpdated of acme-account-", VIEWS),
                Defect.STALE_VIEW: (NO_MORE, "unexpected: anomaly 'lost', event 'AccountUpdated'"),
                Defect.NO_AUDIT_ENTRY: ("unexpected: anomaly 'lost', event 'AccountUpdated'",),
            },
            Wrong.DUPLICATE: {
                Defect.APPLIED_TWICE: (
                    NO_MORE,
                    "unexpected: anomaly 'duplicate', event 'AccountUpdated', about 'Globex'",
                ),
                Defect.TRAIL_TWICE: ("unexpected: anomaly 'duplicate', event 'AccountUpdated'",),
            },
            Wrong.OTHER_TENANT: {
                Defect.FOREIGN_VIEW: ("unexpected: anomaly 'leaked', event 'AccountUpdated'",),
            },
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("1. anomaly 'gap', event 'AccountUpdated', about 'Globex'",),
                Defect.RENUMBERS: ("unexpected: anomaly 'mutated', event 'AccountUpdated'",),
            },
            Wrong.MUTATED: {
                Defect.ALTERS: ("unexpected: anomaly 'mutated', event 'AccountUpdated'",),
            },
        },
    ),
    Control(
        ONLY_AGAIN,
        f"{CHANGE_AGAIN}{CHANGE_ONCE_MORE}"
        "Then the audit of Acme finds nothing but events that were published again",
        honest=PUBLISHED_AGAIN,
        red={
            Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
            Wrong.UNORDERED: {
                Defect.OVERTAKES: (
                    "unexpected: anomaly 'reordered', event 'AccountUpdated', about 'Globex', "
                    "version 3",
                ),
            },
        },
    ),
    Control(
        ACCOUNTED_FOR,
        f"{CHANGED_TWICE}{CLOSING}",
        red={
            **AUDITED,
            Wrong.MISSING: {
                Defect.DROPS: ("AccountUpdated of acme-account-", BUS),
                Defect.NOT_APPLIED: (VIEWS,),
                Defect.NO_AUDIT_ENTRY: ("lost: the audit trail has AccountUpdated of ", "0 times"),
                Defect.STALE_VIEW: ("lost: the view of acme-account-", "is at version 1, not at"),
                Defect.NO_RECEIPT: (
                    "lost: a change of acme-account-",
                    "was accepted, and its receipt names no event",
                ),
            },
            Wrong.DUPLICATE: {
                Defect.PUBLISHES_TWICE: ("duplicate: AccountUpdated of ", "was published 2 times"),
                Defect.APPLIED_TWICE: ("duplicate: entity-views applied version 2 of ", "2 times"),
                Defect.TRAIL_TWICE: (
                    "duplicate: the audit trail has AccountUpdated of ",
                    "version 3 2 times",
                ),
                Defect.COMMITS_TWICE: (
                    "phantom: AccountUpdated of ",
                    "was caused by nothing that this scenario commanded",
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.OTHER_TENANT: (BUS, LEAKED),
                Defect.FOREIGN_VIEW: (
                    "leaked: the view of acme-account-",
                    "belongs to tenant mallory",
                ),
                Defect.OTHER_TYPE: ("misrouted: ", "was sent as 'Changed' from 'crm'"),
            },
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("gap: ", "version 3 follows version 1"),
                Defect.RENUMBERS: ("mutated: AccountUpdated of ", "version 3 instead of 2"),
                Defect.PARKS_PHANTOM: (
                    "phantom: entity-views keeps AccountUpdated of ",
                    "version 53 for later, which is not in the history",
                ),
            },
            Wrong.MUTATED: {
                Defect.ALTERS: (
                    "mutated: AccountUpdated of ",
                    "arrived other than it was committed",
                ),
                Defect.ADDS_FIELD: ("breaks its schema: payload.colour",),
                Defect.LOSES_VALUE: (
                    "mutated: the view of acme-account-",
                    "says industry '(not shown)', and its events say 'games'",
                ),
                Defect.LEAVES_OUT: (
                    "mutated: UpdateAccount of acme-account-",
                    "asked for industry 'toys', and the event says",
                ),
                Defect.TRAIL_ALTERS: (
                    "mutated: the audit trail tells AccountUpdated of ",
                    "differently: payload.name 'Someone else' instead of (not there)",
                ),
            },
            Wrong.LATE: {
                Defect.LATE: (BUS,),
                Defect.SLOW_BUS: (
                    "late: AccountUpdated of acme-account-",
                    " version 2 took 3600.",
                    " s from command to publication; no event may take longer than 5 s (tenant "
                    "test-",
                ),
                Defect.SLOW_SUBSCRIBER: (
                    "late: AccountUpdated of acme-account-",
                    " version 2 took at least ",
                    " s from command to entity-views (",
                    " s from command to publication); no event may take longer than 5 s",
                ),
            },
            Wrong.UNORDERED: {
                **AUDITED[Wrong.UNORDERED],
                Defect.VIEW_BACKWARDS: (
                    "lost: the view of acme-account-",
                    "is at version 1, not at AccountUpdated of ",
                ),
            },
        },
        besides={
            Defect.EXTRA_EVENT: (
                "phantom: UpdateAccount of acme-account-",
                "should make AccountUpdated, and made AccountUpdated, LeadCreated",
            ),
        },
    ),
    Control(
        ACCOUNTED_FOR,
        f"{CLOSED}{CLOSING}",
        red={
            Wrong.MUTATED: {
                Defect.STILL_OPEN: (
                    "mutated: the view of acme-opportunity-",
                    "says stage 'prospecting', and its events say 'lost'",
                ),
                Defect.PIPELINE_ALTERS: (
                    "mutated: the pipeline counts 1 with 100.00 EUR as lost, and its events 1 with "
                    "10.00",
                ),
            },
            Wrong.DUPLICATE: {
                Defect.COUNTS_TWICE: ("mutated: the pipeline counts 2 with 20.00 EUR as lost",),
            },
            Wrong.UNORDERED: {
                Defect.EFFECT_FIRST: ("reordered: OpportunityLost of ", "before its cause"),
            },
        },
    ),
    Control(
        ACCOUNTED_FOR,
        f"{ALIKE}{CLOSING}",
        red={
            Wrong.MISSING: {
                Defect.OWN_MISSES: (f"was lost between the bus and {DOOR}",),
            },
            Wrong.DUPLICATE: {Defect.OWN_TWICE: (f"came to {DOOR} 2 times",)},
            Wrong.OTHER_TENANT: {
                Defect.CROSSES: ("leaked: AccountCreated of acme-account-", LEAK),
                Defect.PREFIX_RULE: ("leaked: AccountCreated of acme-account-", LEAK),
                Defect.VIEWS_OF_ALL: (
                    "leaked: the view of acme-account-",
                    "of tenant test-acme-1-2 as its last event, not AccountCreated of ",
                ),
                Defect.TRAIL_OF_ALL: (
                    "leaked: AccountCreated of acme-account-",
                    "of tenant test-acme-1-2 is in the audit trail (tenant test-acme-1)",
                ),
            },
        },
    ),
]
