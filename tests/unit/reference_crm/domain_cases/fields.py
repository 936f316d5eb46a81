"""The fields of each type, and values within and against their rules."""

from typing import Any

from tests.unit.reference_crm.domain_desk import act
from tests.unit.reference_crm.domain_samples import (
    ACCOUNT,
    ADDRESS,
    CONTACT,
    CONVERT,
    LEAD,
    LOG,
    OPPORTUNITY,
    PRODUCT,
    QUALIFY,
    SCHEDULE,
)

ADD = act("AddOpportunityProduct", "deal", product_id="bolt", quantity=1)
STAGE = act("ChangeOpportunityStage", "deal", stage="proposal")
SURROGATE = "half a pair \ud83d"
NOT_TEXT: list[Any] = [None, 7, 7.5, True, [], {}, ["a"], {"a": "b"}, SURROGATE]
NOT_ONE_LINE = ["a\x00b", "a\nb", "a\tb", "a\x1bb", "a\x1fb", "a\x7fb", "a\x85b"]
EMPTY = ["", " ", "\t\n", "\u00a0", "\u2003"]
BAD_TEXT = [*NOT_TEXT, *NOT_ONE_LINE, *EMPTY, "x" * 256]
OPTIONAL_BAD_TEXT = BAD_TEXT[1:]
NOT_A_NUMBER: list[Any] = [None, "5", 5.0, 5.5, True, [], {}]

REQUIRED_TEXTS = [
    (ACCOUNT, "name"),
    (ACCOUNT, "owner"),
    (act("UpdateAccount", "acme"), "name"),
    (act("ChangeAccountOwner", "acme", owner="x"), "owner"),
    (act("DeactivateAccount", "acme", reason="x"), "reason"),
    (CONTACT, "last_name"),
    (act("UpdateContact", "kim"), "last_name"),
    (LEAD, "last_name"),
    (LEAD, "company"),
    (act("UpdateLead", "lea"), "last_name"),
    (act("UpdateLead", "lea"), "company"),
    (act("DisqualifyLead", "lea", reason="x"), "reason"),
    (CONVERT, "opportunity_name"),
    (CONVERT, "owner"),
    (OPPORTUNITY, "name"),
    (act("LoseOpportunity", "deal", reason="x"), "reason"),
    (LOG, "subject"),
    (SCHEDULE, "subject"),
    (act("CancelActivity", "visit", reason="x"), "reason"),
    (PRODUCT, "name"),
    (ADDRESS, "line1"),
    (ADDRESS, "city"),
    (act("CorrectAddress", "hq"), "line1"),
    (act("CorrectAddress", "hq"), "city"),
]
OPTIONAL_TEXTS = [
    (ACCOUNT, "industry"),
    (act("UpdateAccount", "acme"), "industry"),
    (act("ReactivateAccount", "acme"), "reason"),
    (CONTACT, "first_name"),
    (act("UpdateContact", "kim"), "first_name"),
    (act("WithdrawContactConsent", "kim"), "reason"),
    (act("ArchiveContact", "kim"), "reason"),
    (LEAD, "first_name"),
    (LEAD, "source"),
    (act("UpdateLead", "lea"), "first_name"),
    (act("UpdateLead", "lea"), "source"),
    (act("CompleteActivity", "visit"), "outcome"),
    (act("DiscontinueProduct", "bolt"), "reason"),
    (ADDRESS, "line2"),
    (ADDRESS, "postal_code"),
    (act("CorrectAddress", "hq"), "line2"),
    (act("CorrectAddress", "hq"), "postal_code"),
    (act("RemoveAddress", "hq"), "reason"),
]
PHONES = [
    (CONTACT, "phone"),
    (act("UpdateContact", "kim"), "phone"),
    (LEAD, "phone"),
    (act("UpdateLead", "lea"), "phone"),
]
EMAILS = [(each, "email") for each, _ in PHONES]
IDS = [
    (act("MoveContactToAccount", "kim", account_id="x"), "account_id"),
    (OPPORTUNITY, "account_id"),
    (ADD, "product_id"),
    (LOG, "regarding_id"),
    (SCHEDULE, "regarding_id"),
    (ADDRESS, "owner_id"),
]
OPTIONAL_IDS = [(CONTACT, "account_id"), (CONVERT, "account_id")]
MONEY = [
    (CONVERT, "amount"),
    (OPPORTUNITY, "amount"),
    (act("ChangeOpportunityAmount", "deal"), "amount"),
    (PRODUCT, "price"),
    (act("ChangeProductPrice", "bolt"), "price"),
]
MOMENTS = [
    (LOG, "happened_at"),
    (SCHEDULE, "due_at"),
    (act("RescheduleActivity", "visit"), "due_at"),
]
DATES = [(CONVERT, "close_date"), (OPPORTUNITY, "close_date")]
NOTES = [(LOG, "notes"), (SCHEDULE, "notes")]
COUNTRIES = [(ADDRESS, "country"), (act("CorrectAddress", "hq"), "country")]
CHOICES = [
    (LOG, "kind"),
    (SCHEDULE, "kind"),
    (STAGE, "stage"),
    (ADDRESS, "owner_type"),
    (LOG, "regarding_type"),
    (SCHEDULE, "regarding_type"),
]

COMPLETE = [
    *(ACCOUNT, CONTACT, LEAD, CONVERT, OPPORTUNITY, LOG, SCHEDULE, PRODUCT, ADDRESS),
    *(QUALIFY, ADD, STAGE, act("WinOpportunity", "deal"), act("MakeAddressPrimary", "hq")),
    act("UpdateAccount", "acme"),
]
BAD_EMAILS = [
    "kim",
    "kim@",
    "@x.com",
    "a b@x.com",
    "Kim <kim@x.com>",
    "kim@x",
    "a@b@c.com",
    "a@x..com",
]
BAD_IDS = ["", " acme", "acme ", "-a", ".a", "_a", "a b", "a/b", "a#b", "é", "a\n", "a" * 101]
BAD_SKUS = ["", "bolt", "-A", "A B", "A_B", " A", "A\n", "Ä", "A" * 41]
BAD_AMOUNTS: list[Any] = [
    *("", "-1", "+1", "1.", ".5", "1,5", "1e3", "1 ", " 1", "1\n", "NaN", "Infinity", "0x1"),
    *("1.00000", "1" * 16, "\u0661", "\u00bd", "1_0", "1 000"),
    *(None, 5, 5.0, True, [], {}),
]
BAD_CURRENCIES: list[Any] = [
    "",
    "EU",
    "EURO",
    "eur",
    "ZZZ",
    "E R",
    " EUR",
    "EUR\n",
    "€",
    None,
    978,
    [],
]
BAD_MOMENTS = [
    *("", "2026-01-05", "2026-01-05T09:00:00", "2026-01-05 09:00:00Z", "2026-01-05T09:00Z"),
    *("2026-01-05T09:00:00z", "2026-01-05t09:00:00Z", " 2026-01-05T09:00:00Z", "20260105T090000Z"),
    *("2026-02-30T09:00:00Z", "2026-13-01T09:00:00Z", "2026-01-05T24:00:00Z"),
    *("2026-01-05T09:60:00Z", "2026-01-05T09:00:00+24:00", "2026-01-05T09:00:00+0100"),
    *("2026-01-05T09:00:00.Z", "0000-01-05T09:00:00Z", "2026-01-05T09:00:00Z\n", "now"),
]
BAD_DATES = [
    "",
    "2026-02-30",
    "2026-3-1",
    "20260301",
    "2026-W10-1",
    "2026-03-01T00:00:00Z",
    "01.03.2026",
]
BAD_COUNTRIES = ["", "de", "D", "DEU", "XX", "ZZ", "D E", " DE", "DE\n", "Germany"]

UNUSUAL = [
    'O\'Brien "the" <b>&amp;</b>; DROP TABLE --',
    "👩‍👩‍👧 & 🇩🇪",
    "e\u0301 is not \u00e9",
    "שלום \u202eabc",
    "名前",
    "a\u00adb",
    "{name} %s ${x} \\n",
    "x" * 255,
    "👩" * 255,
    "a",
]
