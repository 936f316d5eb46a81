"""The rules of the fields: what is accepted, and how; what is refused, with which code."""

from typing import Any

import pytest

from support.reference_crm.domain import COMMANDS, Refused, parse
from tests.unit.reference_crm.domain_cases.fields import (
    ADD,
    BAD_AMOUNTS,
    BAD_COUNTRIES,
    BAD_CURRENCIES,
    BAD_DATES,
    BAD_EMAILS,
    BAD_IDS,
    BAD_MOMENTS,
    BAD_SKUS,
    BAD_TEXT,
    CHOICES,
    COMPLETE,
    COUNTRIES,
    DATES,
    EMAILS,
    IDS,
    MOMENTS,
    MONEY,
    NOT_A_NUMBER,
    NOT_TEXT,
    NOTES,
    OPTIONAL_BAD_TEXT,
    OPTIONAL_IDS,
    OPTIONAL_TEXTS,
    PHONES,
    REQUIRED_TEXTS,
    SURROGATE,
    UNUSUAL,
)
from tests.unit.reference_crm.domain_desk import Act, act, euros
from tests.unit.reference_crm.domain_samples import (
    ACCOUNT,
    ADDRESS,
    CONTACT,
    PRODUCT,
    QUALIFY,
)


def brief(value: object) -> str:
    """Return how a value is named in the id of a test."""
    return ascii(str(value))[1:-1][:40]


def _each(fields: list[tuple[Act, str]], values: list[Any]) -> list[tuple[Act, str, Any]]:
    return [(each, name, value) for each, name in fields for value in values]


def _commanded(wanted: Act, name: str) -> Any:
    """Return what a parsed command says of a field, as an event would carry it."""
    return parse(wanted.command, wanted.data).model_dump(mode="json")[name]


def _refused(wanted: Act) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(wanted.command, wanted.data)
    refused.value.message.encode()
    return refused.value


@pytest.mark.parametrize(
    ("wanted", "name", "value"),
    [
        *_each(REQUIRED_TEXTS, BAD_TEXT),
        *_each(OPTIONAL_TEXTS, OPTIONAL_BAD_TEXT),
        *_each(PHONES, [*OPTIONAL_BAD_TEXT, "1" * 51]),
        *_each(EMAILS, [*OPTIONAL_BAD_TEXT, *BAD_EMAILS]),
        *_each(IDS, [*NOT_TEXT, *BAD_IDS]),
        *_each(OPTIONAL_IDS, [*NOT_TEXT[1:], *BAD_IDS]),
        *_each([(PRODUCT, "sku")], [*NOT_TEXT, *BAD_SKUS]),
        *_each(MONEY, [None, "5", 5, [], True, "5 EUR"]),
        *_each(MOMENTS, [*NOT_TEXT, *BAD_MOMENTS]),
        *_each(DATES, [*NOT_TEXT, *BAD_DATES]),
        *_each(COUNTRIES, [*NOT_TEXT, *BAD_COUNTRIES]),
        *_each(CHOICES, [*NOT_TEXT, "", "CALL", "won", "product", " call"]),
        *_each([(QUALIFY, "score")], [*NOT_A_NUMBER, -1, 101, 10**30]),
        *_each([(ADD, "quantity")], [*NOT_A_NUMBER, 0, -1, 1_000_001]),
        *_each([(CONTACT, "consent")], [None, "true", 1, 0, "", [], {}]),
        *_each(NOTES, [*NOT_TEXT[1:], "a\x00b", "a\x1bb", "a\x0bb", "a\x7fb", "a\x9fb"]),
    ],
    ids=brief,
)
def test_a_value_against_the_rule_is_refused(wanted: Act, name: str, value: Any) -> None:
    """The code names the field."""
    assert _refused(wanted.but(**{name: value})).code == f"invalid_{name}"


@pytest.mark.parametrize(("wanted", "name"), MONEY)
def test_a_bad_amount_of_money_is_named_by_its_part(wanted: Act, name: str) -> None:
    """The last name of the location is the one that the code names."""
    bad_amounts = [_refused(wanted.but(**{name: euros(a)})).code for a in BAD_AMOUNTS]
    bad_currencies = [
        _refused(wanted.but(**{name: {"amount": "1", "currency": each}})).code
        for each in BAD_CURRENCIES
    ]
    assert set(bad_amounts) == {"invalid_amount"}
    assert set(bad_currencies) == {"invalid_currency"}


@pytest.mark.parametrize(("wanted", "name"), MONEY)
def test_money_needs_both_its_parts_and_no_more(wanted: Act, name: str) -> None:
    """Missing and unknown parts have codes of their own."""
    parts = [{"currency": "EUR"}, {"amount": "1"}, {}, {**euros("1"), "unit": "x"}]
    codes = [_refused(wanted.but(**{name: part})).code for part in parts]
    assert codes == ["invalid_amount", "invalid_currency", "invalid_amount", "unknown_field"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (wanted, name)
        for wanted in COMPLETE
        for name, field in COMMANDS[wanted.command].model.model_fields.items()
        if field.is_required()
    ],
)
def test_a_required_field_is_missed(wanted: Act, name: str) -> None:
    """The sentence says so."""
    refused = _refused(wanted.without(name))
    assert (refused.code, refused.message) == (f"invalid_{name}", f"The field {name} is required.")


def test_which_fields_are_required() -> None:
    """An update requires none; the others are those of the published contract."""
    required = {
        name: {key for key, field in spec.model.model_fields.items() if field.is_required()}
        for name, spec in COMMANDS.items()
    }
    assert {name: fields for name, fields in required.items() if fields} == {
        "CreateAccount": {"name", "owner"},
        "ChangeAccountOwner": {"owner"},
        "DeactivateAccount": {"reason"},
        "CreateContact": {"last_name"},
        "MoveContactToAccount": {"account_id"},
        "CreateLead": {"last_name", "company"},
        "QualifyLead": {"score"},
        "DisqualifyLead": {"reason"},
        "ConvertLead": {"opportunity_name", "amount", "close_date", "owner"},
        "CreateOpportunity": {"account_id", "name", "amount", "close_date"},
        "ChangeOpportunityStage": {"stage"},
        "ChangeOpportunityAmount": {"amount"},
        "AddOpportunityProduct": {"product_id", "quantity"},
        "LoseOpportunity": {"reason"},
        "LogActivity": {"kind", "subject", "regarding_type", "regarding_id", "happened_at"},
        "ScheduleActivity": {"kind", "subject", "regarding_type", "regarding_id", "due_at"},
        "RescheduleActivity": {"due_at"},
        "CancelActivity": {"reason"},
        "CreateProduct": {"sku", "name", "price"},
        "ChangeProductPrice": {"price"},
        "AddAddress": {"owner_type", "owner_id", "line1", "city", "country"},
    }


@pytest.mark.parametrize(("wanted", "name"), REQUIRED_TEXTS + OPTIONAL_TEXTS)
@pytest.mark.parametrize("text", UNUSUAL, ids=brief)
def test_a_text_is_trimmed_and_otherwise_kept(wanted: Act, name: str, text: str) -> None:
    """Nothing is normalised, escaped or cut."""
    assert _commanded(wanted.but(**{name: f" \t\n{text}\u00a0 "}), name) == text


@pytest.mark.parametrize(("wanted", "name"), OPTIONAL_TEXTS + PHONES + EMAILS + OPTIONAL_IDS)
def test_an_optional_field_may_be_absent_or_null(wanted: Act, name: str) -> None:
    """Both are null in the payload."""
    assert _commanded(wanted.without(name), name) is None
    assert _commanded(wanted.but(**{name: None}), name) is None


@pytest.mark.parametrize(
    ("wanted", "name", "value"),
    [
        *_each(EMAILS, ["Kim.K+crm@Example.COM", "o'brien@example.org", "kim@münchen.de"]),
        *_each(PHONES, ["1", "+49 (30) 123-45 ext. 6", "1" * 50]),
        *_each(IDS + OPTIONAL_IDS, ["a", "0", "Acme-Lead_3f.9c", "a" * 100]),
        *_each([(PRODUCT, "sku")], ["A", "0", "A-", "BOLT-42", "A" * 40]),
        *_each(MONEY, [euros(a) for a in ("0", "0.00", "007", "1.5", "9" * 15 + ".9999")]),
        *_each(MONEY, [{"amount": "1", "currency": c} for c in ("USD", "JPY", "KWD", "XTS")]),
        *_each(MOMENTS, ["2026-01-05T09:00:00Z", "2024-02-29T23:59:59.123456789-11:30"]),
        *_each(MOMENTS, ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]),
        *_each(DATES, ["2024-02-29", "0001-01-01", "9999-12-31"]),
        *_each(COUNTRIES, ["DE", "JP", "GB"]),
        *_each([(QUALIFY, "score")], [0, 100]),
        *_each([(ADD, "quantity")], [1, 1_000_000]),
        *_each([(CONTACT, "consent")], [True, False]),
        *_each(NOTES, ["", "a\nb\r\n\tc", "x" * 100_000]),
    ],
    ids=brief,
)
def test_a_value_within_the_rule_is_kept_as_commanded(wanted: Act, name: str, value: Any) -> None:
    """An event carries it without a change."""
    assert _commanded(wanted.but(**{name: value}), name) == value


@pytest.mark.parametrize("wanted", COMPLETE, ids=str)
def test_an_unknown_field_is_refused(wanted: Act) -> None:
    """Also where the command has no field at all."""
    assert _refused(wanted.but(colour="red")).code == "unknown_field"


@pytest.mark.parametrize(
    "name", ["", "\ud83d", "{field}", "tenant_id", "x" * 1000, "Name"], ids=brief
)
def test_an_unusual_unknown_field_is_refused(name: str) -> None:
    """The sentence can be sent, and is short."""
    refused = _refused(ACCOUNT.but(**{name: 1}))
    assert refused.code == "unknown_field"
    assert len(refused.message) < 100


def test_the_first_broken_rule_is_told() -> None:
    """The order is that of the command's fields, not of the data; unknown fields come last."""
    assert _refused(act("CreateAccount", "a", colour=1, owner="", name="")).code == "invalid_name"
    assert _refused(act("CreateAccount", "a", colour=1, owner="", name="a")).code == "invalid_owner"
    assert _refused(ACCOUNT.but(colour=1, industry="")).code == "invalid_industry"


def test_a_command_that_nobody_knows_is_refused() -> None:
    """Names are exact."""
    assert _refused(act("createaccount", "acme")).code == "unknown_command"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (ACCOUNT.but(name=5), "The field name is not valid: it has to be text."),
        (ACCOUNT.but(name=" "), "The field name is empty."),
        (ACCOUNT.but(name="x" * 256), "The field name has more than 255 characters."),
        (ACCOUNT.but(name=SURROGATE), "The field name is not valid: it is not Unicode text."),
        (ACCOUNT.but(colour=1), "The command has no field colour."),
        (ACCOUNT.but(**{"\ud83d": 1}), "The name of a field is not Unicode text."),
        (
            PRODUCT.but(price={"amount": "1", "currency": "ZZZ"}),
            "The field price.currency is not valid: it is not a currency of ISO 4217.",
        ),
        (
            PRODUCT.but(price={"amount": "1", "currency": "eur"}),
            "The field price.currency is not valid: a code is written in capital letters.",
        ),
        (PRODUCT.but(price=5), "The field price is not valid: it has to be an object."),
        (
            ADDRESS.but(country="ZZ"),
            "The field country is not valid: it is not a country of ISO 3166-1.",
        ),
        (CONTACT.but(email="x"), "The field email is not valid: it is not an e-mail address."),
        (
            QUALIFY.but(score=101),
            "The field score is not valid: Input should be less than or equal to 100.",
        ),
    ],
)
def test_a_refusal_says_in_one_sentence_what_is_wrong(wanted: Act, sentence: str) -> None:
    """It is for people who do not know the code."""
    assert _refused(wanted).message == sentence
