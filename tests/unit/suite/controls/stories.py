"""What happens before the sentences of the controls, and what the closing audit says of it."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Shown, Wrong

ACME = "Given Acme is a tenant\n"
GLOBEX = f'{ACME}And Acme has the account "Globex"\n'
DEAL = f"""{GLOBEX}And Acme has the opportunity "Deal" with:
  | amount    |
  | 10.00 EUR |
"""
MADE = f"""{ACME}When Acme creates the account "Globex" with:
  | name   |
  | Globex |
"""
_CHANGE = """When Acme updates the account "Globex" with:
  | industry |
  | toys     |
"""
_BLANK = """When Acme tries to update the account "Globex" with:
  | name     |
  | (spaces) |
"""
CHANGED = f"{GLOBEX}{_CHANGE}"
MADE_AND_CHANGED = f"{MADE}{_CHANGE}"
CHANGE_AGAIN = """When Acme updates the account "Globex" with:
  | industry |
  | games    |
"""
CHANGE_ONCE_MORE = CHANGE_AGAIN.replace("games", "books")
CHANGED_TWICE = f"{CHANGED}{CHANGE_AGAIN}"
CLOSED = f"""{DEAL}When Acme deactivates the account "Globex" with:
  | reason |
  | gone   |
"""
REFUSED = f"{GLOBEX}{_BLANK}"
SELLING = f"{DEAL}{_BLANK}"
NEIGHBOURS = f"""{GLOBEX}And Bravo is a tenant
And Bravo has the account "Initech"
{_BLANK}"""
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
RACING = f"""{ACME}When several people at Acme each create the account at the same time with:
  | about    | name     |
  | Globex   | Globex   |
  | Initech  | (spaces) |
  | Umbrella | (spaces) |
"""
PUBLISHED_AGAIN = f"""{CHANGED}And all that Acme has published is published once more
"""
NEIGHBOUR = "And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix\n"
BESIDE = f"""{ACME}{NEIGHBOUR}And Acme Two has the account "Globex"
And Acme Two has the opportunity "Deal" with:
  | amount    |
  | 20.00 EUR |
And Acme has the account "Globex"
And Acme has the opportunity "Deal" with:
  | amount    |
  | 10.00 EUR |
"""
SUBSCRIBED = f"{ACME}{NEIGHBOUR}And every tenant has a subscription of its own\n"
ALIKE = f"""{SUBSCRIBED}When every tenant creates the account "Globex"
"""
ALONE = f"""{SUBSCRIBED}When Acme Two creates the account "Globex"
"""
ALONE_AND_CHANGED = f"""{ALONE}And Acme Two updates the account "Globex" with:
  | industry |
  | toys     |
"""
FORGED = f"""{GLOBEX}{NEIGHBOUR}When somebody tries to update the account "Globex" of Acme {{shown}}
"""
OTHERS_CREDENTIAL = f"""{FORGED.format(shown="with the credential of Acme Two")}
Then the command is refused as "wrong tenant"
"""
READ_BY_NOBODY = f"""{GLOBEX}{NEIGHBOUR}When somebody tries to read the views of Acme {{shown}}
"""

TENANT = "tenant test-acme-1, run test, seed 7"
BUS = "was lost between the event store and the bus"
LEAKED = "version 2 came as an event of tenant mallory"
VIEWS = "was lost between the bus and the subscriber entity-views"

AUDITED: Shown = {
    Wrong.MISSING: {
        Defect.NO_AUDIT_ENTRY: ("lost: the audit trail has AccountUpdated of ", " 0 times"),
    },
    Wrong.DUPLICATE: {
        Defect.PUBLISHES_TWICE: ("duplicate: Account", "was published 2 times"),
        Defect.APPLIED_TWICE: ("duplicate: entity-views applied version ", "2 times"),
    },
    Wrong.OTHER_TENANT: {
        Defect.FOREIGN_VIEW: ("leaked: the view of acme-account-", "belongs to tenant mallory"),
    },
    Wrong.WRONG_VERSION: {
        Defect.RENUMBERS: ("mutated: Account", "arrived other than it was committed: version "),
    },
    Wrong.MUTATED: {
        Defect.ALTERS: ("mutated: Account", "arrived other than it was committed: payload.name "),
    },
    Wrong.LATE: {
        Defect.SLOW_BUS: ("late: Account", "from command to publication; no event may take longer"),
    },
    Wrong.UNORDERED: {
        Defect.OVERTAKES: ("reordered: AccountUpdated of ", "version 2 arrived after version 3"),
    },
}
REPEATED: Shown = {
    Wrong.DUPLICATE: {
        Defect.REPEATS_OLD: ("duplicate: AccountCreated of ", "was published 2 times"),
    },
    Wrong.OTHER_TENANT: {
        Defect.TAKES_OLD: ("leaked: AccountCreated of ", "was published in the name of tenant"),
    },
    Wrong.WRONG_VERSION: {
        Defect.RENUMBERS_OLD: ("mutated: AccountCreated of ", "version 2 instead of 1"),
    },
    Wrong.MUTATED: {
        Defect.ALTERS_OLD: ("mutated: AccountCreated of ", "payload.name 'Someone else' instead"),
    },
}
LATER: Shown = {
    Wrong.LATE: {
        Defect.PUBLISHES_LATER: (
            "phantom: Account",
            "is not in the history, and arrived after its scenario was closed: a scenario",
        ),
    },
}


def audited(*classes: Wrong) -> Shown:
    """Return what the closing audit sees though the sentence passes: changes of an account."""
    return {wrong: AUDITED[wrong] for wrong in classes}


def repeated(*classes: Wrong) -> Shown:
    """Return what the closing audit sees though the sentence passes: old events with a refusal."""
    return {wrong: REPEATED[wrong] for wrong in classes}
