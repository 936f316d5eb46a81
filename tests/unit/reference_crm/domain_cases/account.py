"""What an account tells, refuses and shows."""

from tests.unit.reference_crm.domain_desk import Refuses, Shows, Tells, act, happened
from tests.unit.reference_crm.domain_samples import ACCOUNT, DEACTIVATE

REACTIVATE = act("ReactivateAccount", "acme", reason="came back")

EVENTS: list[Tells] = [
    ((), ACCOUNT, happened("AccountCreated", "acme", **ACCOUNT.data)),
    (
        (),
        act("CreateAccount", "acme", name="Acme", owner="ann"),
        happened("AccountCreated", "acme", name="Acme", owner="ann", industry=None),
    ),
    (
        (ACCOUNT,),
        act("UpdateAccount", "acme", name="Acme Ltd", industry="Steel"),
        happened("AccountUpdated", "acme", name="Acme Ltd"),
    ),
    (
        (ACCOUNT,),
        act("UpdateAccount", "acme", industry=None),
        happened("AccountUpdated", "acme", industry=None),
    ),
    (
        (ACCOUNT,),
        act("ChangeAccountOwner", "acme", owner="bob"),
        happened("AccountOwnerChanged", "acme", owner="bob", previous_owner="ann"),
    ),
    ((ACCOUNT,), DEACTIVATE, happened("AccountDeactivated", "acme", reason="bankrupt")),
    (
        (ACCOUNT, DEACTIVATE),
        REACTIVATE,
        happened("AccountReactivated", "acme", reason="came back"),
    ),
    (
        (ACCOUNT, DEACTIVATE),
        act("ReactivateAccount", "acme"),
        happened("AccountReactivated", "acme", reason=None),
    ),
]
REFUSALS: list[Refuses] = [
    ((ACCOUNT,), act("UpdateAccount", "acme"), "nothing_to_change"),
    ((ACCOUNT,), act("UpdateAccount", "acme", name=" Acme "), "nothing_to_change"),
    ((ACCOUNT,), act("UpdateAccount", "acme", name=None), "invalid_name"),
    ((ACCOUNT, DEACTIVATE), act("UpdateAccount", "acme", name="New"), "account_inactive"),
    ((ACCOUNT, DEACTIVATE), act("UpdateAccount", "acme"), "account_inactive"),
    ((ACCOUNT,), act("ChangeAccountOwner", "acme", owner="ann"), "owner_unchanged"),
    ((ACCOUNT, DEACTIVATE), act("ChangeAccountOwner", "acme", owner="bob"), "account_inactive"),
    ((ACCOUNT, DEACTIVATE), DEACTIVATE, "account_inactive"),
    ((ACCOUNT,), REACTIVATE, "account_active"),
]
VIEWS: list[Shows] = [
    (
        (ACCOUNT,),
        "acme",
        {"status": "active", "name": "Acme", "owner": "ann", "industry": "Steel"},
    ),
    (
        (
            ACCOUNT,
            act("UpdateAccount", "acme", name="Acme Ltd", industry=None),
            act("ChangeAccountOwner", "acme", owner="bob"),
            DEACTIVATE,
        ),
        "acme",
        {"status": "inactive", "name": "Acme Ltd", "owner": "bob", "industry": None},
    ),
    (
        (ACCOUNT, DEACTIVATE, REACTIVATE),
        "acme",
        {"status": "active", "name": "Acme", "owner": "ann", "industry": "Steel"},
    ),
]
