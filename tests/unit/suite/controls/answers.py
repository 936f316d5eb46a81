"""The controls of the sentences about answers."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Wrong
from tests.unit.suite.controls.stories import (
    ACME,
    BUS,
    EDITED,
    EQUAL,
    FORGED,
    LATER,
    NEIGHBOURS,
    NOT_MADE,
    RACING,
    READ_BY_NOBODY,
    REFUSED,
    SENT_AGAIN,
    audited,
    repeated,
)

REFUSED_AS = "the command is refused as {name}"
AGAIN = "the first answer is given again"
ONE_EDIT = "exactly one edit is accepted and the others are told of the conflict"
ONE_COMMAND = "one command is carried out and the others get its answer"
ONE_ACCEPTED = "one command is carried out and the others are refused as {name}"
REQUEST = "the request is refused as {name}"
ANSWERS = "an answer is there, or it is not: nothing is waited for"
ONE_EVENT = "only one event comes of this, and one has no order"

CONTROLS = [
    Control(
        REFUSED_AS,
        f'{NOT_MADE}Then the command is refused as "invalid name"',
        red={
            Wrong.MISSING: {
                Defect.ACCEPTS_ANYTHING: (
                    "CreateAccount should have been refused as 'invalid name', and was accepted: "
                    "['AccountCreated']",
                ),
                Defect.SPEECHLESS: ("as 'invalid name' (status 422) with a sentence",),
            },
            Wrong.MUTATED: {
                Defect.WRONG_CODE: ("and was refused as no_idea (422): An account needs a name.",),
                Defect.WRONG_STATUS: ("(status 422)", "and was refused as invalid_name (400)"),
            },
        },
        at_the_end=LATER,
        cannot={Wrong.UNORDERED: "one refusal is judged, and one has no order"},
        no_fence=ANSWERS,
    ),
    Control(
        REFUSED_AS,
        f'{REFUSED}Then the command is refused as "invalid name"',
        closing=repeated(Wrong.DUPLICATE, Wrong.WRONG_VERSION, Wrong.MUTATED),
        no_fence=ANSWERS,
    ),
    Control(
        REFUSED_AS,
        f'{NEIGHBOURS}Then the command is refused as "invalid name"',
        closing={
            Wrong.OTHER_TENANT: {
                Defect.CHANGES_ANOTHER: (
                    "phantom: AccountUpdated of ",
                    "was caused by nothing that this scenario commanded (tenant test-bravo-2)",
                ),
                **repeated(Wrong.OTHER_TENANT)[Wrong.OTHER_TENANT],
            },
        },
        no_fence=ANSWERS,
    ),
    Control(
        REFUSED_AS,
        f"""{FORGED.format(shown="with a credential that nobody issued")}
Then the command is refused as "invalid credential"
""",
        besides={Defect.ADMITS_ANYBODY: ("and was accepted: ['AccountUpdated']",)},
        no_fence=ANSWERS,
    ),
    Control(
        REFUSED_AS,
        f"""{FORGED.format(shown="with the credential of Acme Two")}
Then the command is refused as "wrong tenant"
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.ADMITS_ANYBODY: (
                    "UpdateAccount should have been refused as 'wrong tenant', and was accepted: "
                    "['AccountUpdated']",
                ),
            },
        },
        no_fence=ANSWERS,
    ),
    Control(
        AGAIN,
        f"{SENT_AGAIN}Then the first answer is given again",
        red={
            Wrong.MISSING: {
                Defect.REFUSES_REPEATS: (
                    "both should have been accepted; the first was accepted: ['AccountCreated'], "
                    "the repetition refused as known_already (422): This was sent before.",
                ),
            },
            Wrong.DUPLICATE: {
                Defect.FORGETS: (
                    "expected the first answer again: version 1 of acme-account-",
                    "got version 2 of acme-account-",
                    ", and it was carried out once more",
                ),
            },
            Wrong.WRONG_VERSION: {
                Defect.ANSWERS_ANEW: (
                    "expected the first answer again: version 1 of acme-account-",
                    "by AccountCreated ",
                    "got version 2 of acme-account-",
                ),
            },
        },
        closing={
            **audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.MUTATED, Wrong.LATE),
        },
        cannot={Wrong.UNORDERED: ONE_EVENT},
        no_fence=ANSWERS,
    ),
    Control(
        ONE_EDIT,
        f"{EDITED}Then exactly one edit is accepted and the others are told of the conflict",
        red={
            Wrong.MISSING: {
                Defect.NONE_WINS: ("2 edits, refused as ['version_conflict', 'version_conflict']",),
            },
            Wrong.DUPLICATE: {
                Defect.ALL_WIN: ("exactly one edit should win", "2 edits, refused as none"),
            },
            Wrong.MUTATED: {Defect.WRONG_CODE: ("2 edits, refused as ['no_idea']",)},
        },
        closing=audited(
            Wrong.MISSING, Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.WRONG_VERSION, Wrong.LATE
        ),
        cannot={Wrong.UNORDERED: ONE_EVENT},
        no_fence=ANSWERS,
    ),
    Control(
        ONE_COMMAND,
        f"{EQUAL}Then one command is carried out and the others get its answer",
        red={
            Wrong.MISSING: {
                Defect.REFUSES_REPEATS: (
                    "1 carried out, 1 different answers, refused as ['known_already']",
                ),
            },
            Wrong.DUPLICATE: {Defect.FORGETS: ("3 carried out, 3 different answers",)},
            Wrong.WRONG_VERSION: {Defect.ANSWERS_ANEW: ("1 carried out, 2 different answers",)},
        },
        closing={
            Wrong.MISSING: {Defect.DROPS: (BUS,)},
            **audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.MUTATED, Wrong.LATE),
        },
        cannot={Wrong.UNORDERED: ONE_EVENT},
        no_fence=ANSWERS,
    ),
    Control(
        ONE_ACCEPTED,
        f"""{RACING}Then one command is carried out and the others are refused as "invalid name"
""",
        red={
            Wrong.MISSING: {
                Defect.ACCEPTS_ANYTHING: (
                    "one command should be carried out and the others be refused as "
                    "'invalid name': 3 of 3 carried out, refused as none",
                ),
                Defect.SPEECHLESS: ("as 'invalid name' (status 422) with a sentence",),
            },
            Wrong.MUTATED: {
                Defect.WRONG_CODE: ("and was refused as no_idea (422): An account needs a name.",),
                Defect.WRONG_STATUS: ("(status 422)", "and was refused as invalid_name (400)"),
            },
        },
        closing=audited(Wrong.DUPLICATE, Wrong.OTHER_TENANT, Wrong.WRONG_VERSION, Wrong.LATE),
        cannot={Wrong.UNORDERED: ONE_EVENT},
        no_fence=ANSWERS,
    ),
    Control(
        REQUEST,
        f"""{READ_BY_NOBODY.format(shown="without a credential")}
Then the request is refused as "invalid credential"
""",
        red={
            Wrong.MISSING: {
                Defect.ADMITS_ANYBODY: (
                    "the request to read the views of test-acme-1 without a credential should have "
                    "been refused as 'invalid credential', and was answered: "
                    "tenant_id='test-acme-1'",
                ),
                Defect.SPEECHLESS: ("as 'invalid credential' (status 401) with a sentence",),
            },
            Wrong.MUTATED: {
                Defect.WRONG_CODE: ("and was refused as no_idea (401): Nobody was given this.",),
                Defect.WRONG_STATUS: (
                    "(status 401)",
                    "and was refused as invalid_credential (400)",
                ),
            },
        },
        cannot={
            Wrong.DUPLICATE: "a request that changes nothing has one answer only",
            Wrong.WRONG_VERSION: "a refusal tells of no entity, and has no version",
            Wrong.LATE: "the objective is about events, and a refused reading makes none",
            Wrong.UNORDERED: "one refusal is judged, and one has no order",
        },
        no_fence=ANSWERS,
    ),
    Control(
        REQUEST,
        f"""{READ_BY_NOBODY.format(shown="with the credential of Acme Two")}
Then the request is refused as "wrong tenant"
""",
        red={
            Wrong.OTHER_TENANT: {
                Defect.ADMITS_ANYBODY: (
                    "with the credential of Acme Two should have been refused as 'wrong tenant', "
                    "and was answered: tenant_id='test-acme-1'",
                ),
            },
        },
        no_fence=ANSWERS,
    ),
    Control(
        REQUEST,
        f"""{ACME}When somebody asks to become a tenant with:
  | tenant id |
  | acme two  |
Then the request is refused as "invalid tenant id"
""",
        besides={
            Defect.ACCEPTS_ANYTHING: (
                "the request to become the tenant 'acme two' should have been refused",
                "and was answered: 'acme two' is a tenant now",
            ),
        },
        no_fence=ANSWERS,
    ),
]
