"""The controls of the sentences about what does not get through while a fault lasts."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Wrong
from tests.unit.suite.controls.stories import (
    CHANGE_AGAIN,
    CHANGE_ONCE_MORE,
    GLOBEX,
    TENANT,
    audited,
)

LACKS = "{party} still lacks of {tenant} exactly:"
SET_ASIDE = "what is set aside of {tenant} is exactly:"
NOT_ASIDE = "nothing is set aside of {tenant} any more"
LACKS_NOTHING = "{party} lacks nothing of {tenant}"
NOT_TIMED = "while the suite itself holds events up, how long they take is not judged"
TRAIL_STOPPED = (
    f"{GLOBEX}And the subscriber audit-trail is stopped\n{CHANGE_AGAIN}{CHANGE_ONCE_MORE}"
)
CHANGED = """  | event          | about  | version |
  | AccountUpdated | Globex | 2       |
  | AccountUpdated | Globex | 3       |
"""

REFUSED = (
    f"{GLOBEX}And the transport refuses for good what happens next to "
    f'the account "Globex" of Acme\n{CHANGE_AGAIN}'
)
REFUSED_EVENT = """  | event          | about  | version |
  | AccountUpdated | Globex | 2       |
"""
IS_SET_ASIDE = "what is set aside of Acme is"

CONTROLS = [
    Control(
        SET_ASIDE,
        f"{REFUSED}Then what is set aside of Acme is exactly:\n{REFUSED_EVENT}",
        red={
            Wrong.MISSING: {
                Defect.FORGETS_REFUSED: (
                    f"Expected: {IS_SET_ASIDE} exactly 1 row(s).",
                    "missing: event 'AccountUpdated', about 'Globex', version 2",
                    TENANT,
                ),
            },
            Wrong.DUPLICATE: {
                Defect.ASIDE_TWICE: ("unexpected: event 'AccountUpdated'", TENANT),
            },
            Wrong.OTHER_TENANT: {
                Defect.ASIDE_OF_ALL: ("unexpected: event 'AccountCreated', version 1", TENANT),
            },
            Wrong.WRONG_VERSION: {
                Defect.RENUMBERS_REFUSED: ("version: expected 2, found 3", TENANT),
            },
            Wrong.MUTATED: {
                Defect.NO_REASON: (
                    "Acme has set AccountUpdated of 'Globex' aside without a reason",
                ),
                Defect.OTHER_ID_ASIDE: (
                    "Acme has set AccountUpdated of 'Globex' aside under the event_id other, and "
                    "it is ",
                ),
            },
        },
        cannot={
            Wrong.LATE: NOT_TIMED,
            Wrong.UNORDERED: "what is given back comes after later versions, which is right here",
        },
        no_fence="what is set aside is no event on its way; it says what is there",
        withheld="what is set aside has not arrived, and is published after the repair only",
    ),
    Control(
        NOT_ASIDE,
        f"{REFUSED}And everything is repaired\nThen nothing is set aside of Acme any more",
        red={
            Wrong.DUPLICATE: {
                Defect.STAYS_ASIDE: (
                    f"Expected: {IS_SET_ASIDE} exactly nothing.",
                    "unexpected: event 'AccountUpdated', version 2, reason ",
                    TENANT,
                ),
            },
            Wrong.OTHER_TENANT: {
                Defect.ASIDE_OF_ALL: ("unexpected: event 'AccountCreated', version 1", TENANT),
            },
        },
        closing=audited(Wrong.MISSING, Wrong.WRONG_VERSION, Wrong.MUTATED),
        cannot={
            Wrong.LATE: NOT_TIMED,
            Wrong.UNORDERED: "what is given back comes after later versions, which is right here",
        },
        no_fence="what is set aside is no event on its way; it says what is there",
    ),
    Control(
        LACKS,
        f"{TRAIL_STOPPED}Then the subscriber audit-trail still lacks of Acme exactly:\n{CHANGED}",
        red={
            Wrong.MISSING: {
                Defect.NEVER_STOPS: (
                    "Expected: the subscriber audit-trail still lacks of Acme exactly 2 row(s).",
                    "missing: event 'AccountUpdated', about 'Globex', version 2",
                    TENANT,
                ),
                Defect.EXTRA_EVENT: ("unexpected: event 'LeadCreated', about ", TENANT),
            },
            Wrong.WRONG_VERSION: {
                Defect.SKIPS_VERSION: ("version: expected 2, found 4", TENANT),
            },
        },
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.MUTATED, Wrong.UNORDERED),
        cannot={Wrong.LATE: NOT_TIMED},
        no_fence="a fence would not come back either while the fault lasts; it is looked at twice",
    ),
    Control(
        LACKS_NOTHING,
        f"{TRAIL_STOPPED}Then the transport lacks nothing of Acme",
        red={
            Wrong.MISSING: {
                Defect.DROPS: (
                    "Expected: the transport still lacks of Acme exactly nothing.",
                    "unexpected: event 'AccountUpdated', about 'Globex', version 2",
                    TENANT,
                ),
            },
            Wrong.LATE: {Defect.LATE: ("unexpected: event 'AccountUpdated'", TENANT)},
            Wrong.OTHER_TENANT: {
                Defect.OTHER_TENANT: ("unexpected: event 'AccountUpdated'", TENANT),
            },
        },
        closing=audited(Wrong.DUPLICATE, Wrong.WRONG_VERSION, Wrong.MUTATED, Wrong.UNORDERED),
        no_fence="it says that all has come; what comes besides is the closing audit's",
    ),
]
