"""What a lead tells, refuses and shows."""

from tests.unit.reference_crm.domain_desk import Refuses, Shows, Tells, act, happened
from tests.unit.reference_crm.domain_samples import CONVERT, DISQUALIFY, LEAD, QUALIFY

UPDATE = act("UpdateLead", "lea", source=None, company="Leroy SARL", first_name="Lea")
CONVERTED = (LEAD, QUALIFY, CONVERT)
UNCONVERTED = {"account_id": None, "contact_id": None, "opportunity_id": None}

EVENTS: list[Tells] = [
    ((), LEAD, happened("LeadCreated", "lea", **LEAD.data)),
    (
        (),
        act("CreateLead", "lea", last_name="Leroy", company="Leroy SA"),
        happened(
            "LeadCreated",
            "lea",
            last_name="Leroy",
            company="Leroy SA",
            first_name=None,
            email=None,
            phone=None,
            source=None,
        ),
    ),
    ((LEAD,), UPDATE, happened("LeadUpdated", "lea", source=None, company="Leroy SARL")),
    (
        (LEAD, QUALIFY),
        act("UpdateLead", "lea", phone="2"),
        happened("LeadUpdated", "lea", phone="2"),
    ),
    ((LEAD,), QUALIFY, happened("LeadQualified", "lea", score=80)),
    ((LEAD,), QUALIFY.but(score=0), happened("LeadQualified", "lea", score=0)),
    ((LEAD,), QUALIFY.but(score=100), happened("LeadQualified", "lea", score=100)),
    ((LEAD,), DISQUALIFY, happened("LeadDisqualified", "lea", reason="no budget")),
    ((LEAD, QUALIFY), DISQUALIFY, happened("LeadDisqualified", "lea", reason="no budget")),
]
REFUSALS: list[Refuses] = [
    ((LEAD,), act("UpdateLead", "lea"), "nothing_to_change"),
    ((LEAD,), act("UpdateLead", "lea", source="fair"), "nothing_to_change"),
    ((LEAD,), act("UpdateLead", "lea", company=None), "invalid_company"),
    ((LEAD,), act("UpdateLead", "lea", last_name=None), "invalid_last_name"),
    ((LEAD, DISQUALIFY), UPDATE, "lead_disqualified"),
    (CONVERTED, UPDATE, "lead_converted"),
    ((LEAD, QUALIFY), QUALIFY, "lead_qualified"),
    ((LEAD, DISQUALIFY), QUALIFY, "lead_disqualified"),
    (CONVERTED, QUALIFY, "lead_converted"),
    ((LEAD, DISQUALIFY), DISQUALIFY, "lead_disqualified"),
    (CONVERTED, DISQUALIFY, "lead_converted"),
]
VIEWS: list[Shows] = [
    ((LEAD,), "lea", {"status": "new", **LEAD.data, "score": None, **UNCONVERTED}),
    (
        (LEAD, UPDATE, QUALIFY, DISQUALIFY),
        "lea",
        {
            **LEAD.data,
            "status": "disqualified",
            "company": "Leroy SARL",
            "source": None,
            "score": 80,
            **UNCONVERTED,
        },
    ),
    ((LEAD, QUALIFY), "lea", {"status": "qualified", **LEAD.data, "score": 80, **UNCONVERTED}),
]
