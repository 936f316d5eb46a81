"""The controls of the sentences about deliveries while something is wrong with them."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Wrong
from tests.unit.suite.controls.stories import (
    CHANGE_AGAIN,
    CHANGE_ONCE_MORE,
    GLOBEX,
    TENANT,
    audited,
)

LOST = "{party} is found to have lost of {tenant}, because its subscription {breakage}:"
KEEPS = "{party} keeps of {tenant} until its turn exactly:"
KEEPS_NOTHING = "{party} keeps nothing of {tenant}"
HAD_NOTHING = "{party} has had nothing of all that"
GIVEN_UP = "{party} has given up of {tenant} exactly:"
NOT_TIMED = "while the suite itself holds events up, how long they take is not judged"
A_GAP = "what a gap in the history does to the story, its first half says already"
TWICE = "it is looked at twice, and a fence would repair nothing of what it says"
SWITCHED_OFF = (
    f"{GLOBEX}And the subscription of the subscriber audit-trail is switched off\n"
    f"{CHANGE_AGAIN}{CHANGE_ONCE_MORE}"
)
STOPPED = f"{GLOBEX}And the subscriber audit-trail is stopped\n{CHANGE_AGAIN}{CHANGE_ONCE_MORE}"
HELD = (
    f"{GLOBEX}And deliveries to the subscriber audit-trail are held back\n"
    f"{CHANGE_AGAIN}{CHANGE_ONCE_MORE}"
)
EARLY = f'{HELD}And what was held back from Acme arrives, but for version 2 of "Globex"\n'
ARRIVED = f"{HELD}And what was held back from Acme arrives in reverse order\n"
POISONED = (
    f"{GLOBEX}{CHANGE_AGAIN}{CHANGE_ONCE_MORE}"
    "And the subscriber audit-trail gets what is no event in the name of Acme\n"
)
BOTH = """  | event          | about  | version |
  | AccountUpdated | Globex | 2       |
  | AccountUpdated | Globex | 3       |
"""
LATER = """  | event          | about  | version |
  | AccountUpdated | Globex | 3       |
"""
LOST_FIRST = (
    "Expected: the subscriber audit-trail has lost of Acme, because its rule is disabled, "
    "exactly 2 row(s)."
)

CONTROLS = [
    Control(
        LOST,
        f"{SWITCHED_OFF}Then the subscriber audit-trail is found to have lost of Acme, "
        f"because its subscription is switched off:\n{BOTH}",
        red={
            Wrong.MISSING: {
                Defect.NEVER_STOPS: (
                    LOST_FIRST,
                    "missing: event 'AccountUpdated', about 'Globex', version 2",
                    TENANT,
                ),
                Defect.EXTRA_EVENT: ("unexpected: event 'LeadCreated', about ", TENANT),
                Defect.DROPS: (LOST_FIRST, "was lost between the event store and the bus", TENANT),
            },
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("version: expected 2, found 4", TENANT),
            },
        },
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.MUTATED, Wrong.UNORDERED),
        cannot={Wrong.LATE: NOT_TIMED},
        no_fence=TWICE,
    ),
    Control(
        KEEPS,
        f"{EARLY}Then the subscriber audit-trail keeps of Acme until its turn exactly:\n{LATER}",
        red={
            Wrong.MISSING: {
                Defect.HIDES_KEPT: (
                    "Expected: the subscriber audit-trail keeps of Acme until its turn exactly 1 ",
                    "missing: event 'AccountUpdated', about 'Globex', version 3",
                    TENANT,
                ),
            },
            Wrong.UNORDERED: {
                Defect.APPLIES_EARLY: ("missing: event 'AccountUpdated', about 'Globex'", TENANT),
            },
            Wrong.DUPLICATE: {
                Defect.KEEPS_ALL: ("unexpected: event 'AccountCreated', about 'Globex'", TENANT),
            },
        },
        closing=audited(Wrong.OTHER_TENANT, Wrong.MUTATED),
        cannot={Wrong.LATE: NOT_TIMED, Wrong.WRONG_VERSION: A_GAP},
        no_fence=TWICE,
    ),
    Control(
        KEEPS_NOTHING,
        f"{ARRIVED}Then the subscriber audit-trail keeps nothing of Acme",
        red={
            Wrong.MISSING: {
                Defect.KEEPS_ALL: (
                    "the subscriber audit-trail keeps of Acme until its turn exactly nothing",
                    "unexpected: event 'AccountUpdated', about 'Globex', version 3",
                    TENANT,
                ),
            },
        },
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.MUTATED),
        cannot={
            Wrong.LATE: NOT_TIMED,
            Wrong.WRONG_VERSION: A_GAP,
            Wrong.UNORDERED: "what was taken too early is not kept, and it says no more",
        },
        no_fence=TWICE,
    ),
    Control(
        GIVEN_UP,
        f"{POISONED}Then the subscriber audit-trail has given up of Acme exactly:\n"
        "  | event    | attempts  |\n  | no event | as agreed |\n",
        red={
            Wrong.MISSING: {
                Defect.SWALLOWS: (
                    "Expected: the subscriber audit-trail has given up of Acme exactly 1 row(s).",
                    "missing: event 'no event'",
                    TENANT,
                ),
            },
            Wrong.DUPLICATE: {Defect.GIVES_UP_TWICE: ("unexpected: event 'no event'", TENANT)},
            Wrong.LATE: {
                Defect.TRIES_ON: (
                    "attempts: expected 'as agreed', found '9 of 3'",
                    TENANT,
                ),
            },
        },
        closing=audited(Wrong.OTHER_TENANT, Wrong.WRONG_VERSION, Wrong.MUTATED, Wrong.UNORDERED),
        no_fence=TWICE,
    ),
    Control(
        HAD_NOTHING,
        f"{STOPPED}Then the subscriber audit-trail has had nothing of all that",
        red={
            Wrong.MISSING: {
                Defect.NEVER_STOPS: (
                    "the subscriber audit-trail has had 2 of 2 events of Acme",
                    TENANT,
                ),
            },
        },
        closing=audited(
            Wrong.DUPLICATE,
            Wrong.OTHER_TENANT,
            Wrong.WRONG_VERSION,
            Wrong.MUTATED,
            Wrong.UNORDERED,
        ),
        cannot={Wrong.LATE: NOT_TIMED},
        no_fence="a fence would not come back either while the subscriber is stopped",
    ),
]
