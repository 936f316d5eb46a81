"""Accepted commands that the tests of the domain begin with."""

from tests.unit.reference_crm.domain_desk import act, euros

ACCOUNT = act("CreateAccount", "acme", name="Acme", owner="ann", industry="Steel")
DEACTIVATE = act("DeactivateAccount", "acme", reason="bankrupt")
CONTACT = act(
    "CreateContact",
    "kim",
    last_name="Kimura",
    first_name="Kim",
    email="kim@example.com",
    phone="+81 3",
    account_id=None,
    consent=True,
)
ARCHIVE = act("ArchiveContact", "kim")
LEAD = act(
    "CreateLead",
    "lea",
    last_name="Leroy",
    company="Leroy SA",
    first_name="Lea",
    email="lea@example.com",
    phone="+33 1",
    source="fair",
)
QUALIFY = act("QualifyLead", "lea", score=80)
DISQUALIFY = act("DisqualifyLead", "lea", reason="no budget")
CONVERT = act(
    "ConvertLead",
    "lea",
    opportunity_name="First deal",
    amount=euros("1200.00"),
    close_date="2026-03-31",
    owner="ann",
)
OPPORTUNITY = act(
    "CreateOpportunity",
    "deal",
    account_id="acme",
    name="Big deal",
    amount=euros("1200.00"),
    close_date="2026-03-31",
)
WIN = act("WinOpportunity", "deal")
LOSE = act("LoseOpportunity", "deal", reason="price")
PRODUCT = act("CreateProduct", "bolt", sku="BOLT-1", name="Bolt", price=euros("9.90"))
DISCONTINUE = act("DiscontinueProduct", "bolt")
LOG = act(
    "LogActivity",
    "talk",
    kind="call",
    subject="First talk",
    regarding_type="account",
    regarding_id="acme",
    happened_at="2026-01-05T09:00:00+01:00",
)
SCHEDULE = act(
    "ScheduleActivity",
    "visit",
    kind="meeting",
    subject="Visit",
    regarding_type="account",
    regarding_id="acme",
    due_at="2026-01-05T09:00:00+01:00",
)
CANCEL = act("CancelActivity", "visit", reason="snow")
ADDRESS = act(
    "AddAddress",
    "hq",
    owner_type="account",
    owner_id="acme",
    line1="Ring 1",
    line2="Floor 3",
    postal_code="10115",
    city="Berlin",
    country="DE",
)
DEPOT = act(
    "AddAddress",
    "depot",
    owner_type="account",
    owner_id="acme",
    line1="Port 9",
    city="Kiel",
    country="DE",
)
MAKE_PRIMARY = act("MakeAddressPrimary", "hq")
REMOVE = act("RemoveAddress", "hq")
