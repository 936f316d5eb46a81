"""The conversion of a lead, all or nothing."""

import pytest

from support.reference_crm.domain import EntityType
from tests.unit.reference_crm.domain_desk import Act, Desk, act, euros, happened, label
from tests.unit.reference_crm.domain_samples import (
    ACCOUNT,
    CONVERT,
    DEACTIVATE,
    DISQUALIFY,
    LEAD,
    QUALIFY,
)

CONVERT_INTO_ACME = CONVERT.but(account_id="acme")
CONTACT = {
    "last_name": "Leroy",
    "first_name": "Lea",
    "email": "lea@example.com",
    "phone": "+33 1",
    "consent": False,
}
OPPORTUNITY = {
    "name": "First deal",
    "amount": euros("1200.00"),
    "close_date": "2026-03-31",
    "stage": "prospecting",
    "lead_id": "lea",
}
REFUSALS = [
    ((LEAD,), CONVERT, "lead_not_qualified"),
    ((LEAD,), CONVERT_INTO_ACME, "lead_not_qualified"),
    ((LEAD, DISQUALIFY), CONVERT, "lead_disqualified"),
    ((LEAD, QUALIFY, DISQUALIFY), CONVERT, "lead_disqualified"),
    ((LEAD, QUALIFY, CONVERT), CONVERT, "lead_converted"),
    ((LEAD, QUALIFY), CONVERT_INTO_ACME, "unknown_account"),
    ((ACCOUNT, DEACTIVATE, LEAD, QUALIFY), CONVERT_INTO_ACME, "account_inactive"),
]


def test_a_lead_becomes_a_new_account_with_a_contact_and_an_opportunity() -> None:
    """The four events come in order, each for another entity."""
    assert Desk.after(LEAD, QUALIFY).tells(CONVERT) == [
        happened(
            "LeadConverted",
            "lea",
            account_id="account-new-1",
            contact_id="contact-new-2",
            opportunity_id="opportunity-new-3",
        ),
        happened("AccountCreated", "account-new-1", name="Leroy SA", owner="ann", industry=None),
        happened("ContactCreated", "contact-new-2", **CONTACT, account_id="account-new-1"),
        happened(
            "OpportunityCreated", "opportunity-new-3", **OPPORTUNITY, account_id="account-new-1"
        ),
    ]


def test_a_lead_goes_to_an_existing_account() -> None:
    """No account is created then."""
    assert Desk.after(ACCOUNT, LEAD, QUALIFY).tells(CONVERT_INTO_ACME) == [
        happened(
            "LeadConverted",
            "lea",
            account_id="acme",
            contact_id="contact-new-1",
            opportunity_id="opportunity-new-2",
        ),
        happened("ContactCreated", "contact-new-1", **CONTACT, account_id="acme"),
        happened("OpportunityCreated", "opportunity-new-2", **OPPORTUNITY, account_id="acme"),
    ]


def test_a_lead_of_few_words_becomes_a_contact_of_few_words() -> None:
    """What the lead does not have is null."""
    lead = act("CreateLead", "lea", last_name="Leroy", company="Leroy SA")
    contact = Desk.after(lead, QUALIFY).tells(CONVERT)[2]
    assert contact.payload == {
        "last_name": "Leroy",
        "first_name": None,
        "email": None,
        "phone": None,
        "account_id": "account-new-1",
        "consent": False,
    }


@pytest.mark.parametrize("convert", [CONVERT, CONVERT_INTO_ACME], ids=["new", "existing"])
def test_the_first_event_causes_the_others(convert: Act) -> None:
    """Only the conversion itself has no cause in the decision."""
    caused = [e.caused_by_first for e in Desk.after(ACCOUNT, LEAD, QUALIFY).does(convert)]
    assert caused == [False] + [True] * (len(caused) - 1)


def test_a_converted_lead_shows_what_it_became() -> None:
    """The ids of the conversion are in the view."""
    shown = Desk.after(ACCOUNT, LEAD, QUALIFY, CONVERT_INTO_ACME).shows(EntityType.LEAD, "lea")
    assert shown == {
        **LEAD.data,
        "status": "converted",
        "score": 80,
        "account_id": "acme",
        "contact_id": "contact-new-1",
        "opportunity_id": "opportunity-new-2",
    }


@pytest.mark.parametrize(("before", "wanted", "code"), REFUSALS, ids=label)
def test_a_lead_that_cannot_be_converted_is_refused(
    before: tuple[Act, ...], wanted: Act, code: str
) -> None:
    """Nothing of the conversion happens."""
    desk = Desk.after(*before)
    states = dict(desk.states)
    assert desk.refuses(wanted) == code
    assert desk.states == states
