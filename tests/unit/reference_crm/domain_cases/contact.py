"""What a contact tells, refuses and shows."""

from tests.unit.reference_crm.domain_desk import Refuses, Shows, Tells, act, happened
from tests.unit.reference_crm.domain_samples import ACCOUNT, ARCHIVE, CONTACT, DEACTIVATE

MOVE = act("MoveContactToAccount", "kim", account_id="acme")
WITHDRAW = act("WithdrawContactConsent", "kim", reason="asked")
OTHER = act("CreateAccount", "other", name="Other", owner="ann")

EVENTS: list[Tells] = [
    ((), CONTACT, happened("ContactCreated", "kim", **CONTACT.data)),
    (
        (ACCOUNT,),
        act("CreateContact", "kim", last_name="Kimura", account_id="acme"),
        happened(
            "ContactCreated",
            "kim",
            last_name="Kimura",
            first_name=None,
            email=None,
            phone=None,
            account_id="acme",
            consent=False,
        ),
    ),
    (
        (CONTACT,),
        act("UpdateContact", "kim", first_name=None, last_name="Kimura", email=" k@example.com "),
        happened("ContactUpdated", "kim", first_name=None, email="k@example.com"),
    ),
    (
        (CONTACT, ACCOUNT),
        MOVE,
        happened("ContactMovedToAccount", "kim", account_id="acme", previous_account_id=None),
    ),
    (
        (ACCOUNT, OTHER, CONTACT, MOVE),
        act("MoveContactToAccount", "kim", account_id="other"),
        happened("ContactMovedToAccount", "kim", account_id="other", previous_account_id="acme"),
    ),
    ((CONTACT,), WITHDRAW, happened("ContactConsentWithdrawn", "kim", reason="asked")),
    ((CONTACT,), ARCHIVE, happened("ContactArchived", "kim", reason=None)),
]
REFUSALS: list[Refuses] = [
    ((), CONTACT.but(account_id="acme"), "unknown_account"),
    ((ACCOUNT, DEACTIVATE), CONTACT.but(account_id="acme"), "account_inactive"),
    ((CONTACT,), act("UpdateContact", "kim"), "nothing_to_change"),
    ((CONTACT,), act("UpdateContact", "kim", phone="+81 3"), "nothing_to_change"),
    ((CONTACT,), act("UpdateContact", "kim", last_name=None), "invalid_last_name"),
    ((CONTACT, ARCHIVE), act("UpdateContact", "kim", phone="1"), "contact_archived"),
    ((CONTACT,), MOVE, "unknown_account"),
    ((CONTACT, ACCOUNT, DEACTIVATE), MOVE, "account_inactive"),
    ((CONTACT, ACCOUNT, MOVE), MOVE, "account_unchanged"),
    ((CONTACT, ACCOUNT, MOVE, DEACTIVATE), MOVE, "account_unchanged"),
    ((CONTACT, ACCOUNT, ARCHIVE), MOVE, "contact_archived"),
    ((CONTACT, WITHDRAW), WITHDRAW, "consent_not_given"),
    ((CONTACT.without("consent"),), WITHDRAW, "consent_not_given"),
    ((CONTACT, ARCHIVE), WITHDRAW, "contact_archived"),
    ((CONTACT, ARCHIVE), ARCHIVE, "contact_archived"),
]
VIEWS: list[Shows] = [
    ((CONTACT,), "kim", {"status": "active", **CONTACT.data}),
    (
        (
            ACCOUNT,
            CONTACT,
            act("UpdateContact", "kim", email=None, phone="2"),
            MOVE,
            WITHDRAW,
            ARCHIVE,
        ),
        "kim",
        {
            "status": "archived",
            "last_name": "Kimura",
            "first_name": "Kim",
            "email": None,
            "phone": "2",
            "account_id": "acme",
            "consent": False,
        },
    ),
]
