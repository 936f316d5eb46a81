"""What the catalogue accepts, what it refuses, and the sentences that say why."""

from collections import Counter
from typing import Any

import pytest

from support.contract.entities import EntityType
from tests.unit.contract.examples import CATALOGUE, PAYLOADS, event, spoiled, without

LONG = "x" * 256
NAIVE = "2026-03-31T09:30:00"
TRIMMED = "is not a valid text: 1 to 255 characters, without white space at either end"
AN_ID = (
    "begins with a letter or digit; letters, digits, dots, underscores and hyphens; "
    "1 to 100 characters"
)
WITH_OFFSET = "an RFC 3339 time with its offset, such as 2026-03-31T09:30:00+02:00"
NO_EMAIL = "is not a valid email address: a name, an @ and a domain, or null"
NO_DAY = "is not a valid date: a day of the calendar, such as 2026-03-31"
NO_COUNTRY = "is not a valid country: an ISO 3166 code of two capital letters, such as DE"
NO_SKU = (
    "is not a valid SKU: capital letters, digits and hyphens; begins with a letter or digit; "
    "1 to 40 characters"
)
AMOUNT = "a decimal number as text: up to 15 digits, and up to 4 after the point"
CODE = "an ISO 4217 code of three capital letters, such as EUR"


def test_the_contract_has_thirty_three_event_types_of_seven_entities() -> None:
    """No event type is without an example, none without an entity."""
    types = CATALOGUE.event_types()
    assert types.keys() == PAYLOADS.keys()
    assert Counter(types.values()) == {
        EntityType.ACCOUNT: 5,
        EntityType.CONTACT: 5,
        EntityType.LEAD: 5,
        EntityType.OPPORTUNITY: 6,
        EntityType.ACTIVITY: 5,
        EntityType.PRODUCT: 3,
        EntityType.ADDRESS: 4,
    }


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_a_sound_event_breaks_nothing(event_type: str) -> None:
    """The check has no false alarms."""
    assert CATALOGUE.violations(event(event_type)) == ()


def test_an_event_is_held_against_the_schema_of_its_own_version() -> None:
    """An older form is sound as what it says it is, and as nothing else."""
    payload = {"amount": "1200.00", "previous_amount": "900.00", "currency": "EUR"}
    old = event("OpportunityAmountChanged", schema_version=1, payload=payload)
    assert CATALOGUE.violations(old) == ()
    assert CATALOGUE.violations({**old, "schema_version": 2}) != ()
    assert CATALOGUE.violations(event("OpportunityAmountChanged", schema_version=1)) != ()
    assert CATALOGUE.versions("OpportunityAmountChanged") == [2, 1]


@pytest.mark.parametrize("key", [*event("AccountCreated")])
def test_no_key_of_the_envelope_may_be_missing(key: str) -> None:
    """All twelve keys are always there."""
    broken = without(event("AccountCreated"), key)
    assert CATALOGUE.violations(broken) == (f"{key}: is missing",)


@pytest.mark.parametrize(
    ("event_type", "field"),
    [(name, field) for name, payload in PAYLOADS.items() for field in payload],
)
def test_no_field_of_a_payload_may_be_missing_or_of_another_type(
    event_type: str, field: str
) -> None:
    """Fields are null, never left out; an update names at least one."""
    missing = event(event_type, payload=without(PAYLOADS[event_type], field))
    only_changes = event_type.endswith(("Updated", "Corrected"))
    assert bool(CATALOGUE.violations(missing)) is (
        not only_changes or len(PAYLOADS[event_type]) == 1
    )
    assert CATALOGUE.violations(spoiled(event_type, **{field: [field]}))


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_nothing_is_added_to_a_payload_or_an_envelope(event_type: str) -> None:
    """What the contract does not name must not be published."""
    in_payload = CATALOGUE.violations(spoiled(event_type, colour="red"))
    assert in_payload == ("payload.colour: is not part of this event",)
    in_envelope = CATALOGUE.violations(event(event_type, colour="red"))
    assert in_envelope == ("colour: is not part of this event",)


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_an_event_begins_the_life_of_its_entity_or_does_not(event_type: str) -> None:
    """The first version belongs to the events that create, and to no others."""
    wrong = 3 - int(event(event_type)["version"])
    words = "1 must be 2 or more" if wrong == 1 else "2 must be 1"
    assert CATALOGUE.violations(event(event_type, version=wrong)) == (f"version: {words}",)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("event_id", "42", "'42' is not a valid event id: a UUID in lower case"),
        ("tenant_id", "a b", f"'a b' is not a valid tenant id: {AN_ID}"),
        ("tenant_id", "acme\n", f"'acme\\n' is not a valid tenant id: {AN_ID}"),
        ("tenant_id", 7, "7 must be text"),
        ("tenant_id", None, "null must be text"),
        (
            "entity_id",
            LONG,
            f"{repr(LONG)[:80]}... (258 characters) is not a valid entity id: {AN_ID}",
        ),
        ("entity_type", "lead", "'lead' must be 'account'"),
        ("version", True, "true must be a whole number"),
        ("version", "1", "'1' must be a whole number"),
        ("actor", "", "'' is too short, must have 1 to 255 characters"),
        ("correlation_id", None, "null must be text"),
        ("causation_id", "none", "'none' is not a valid event id: a UUID in lower case, or null"),
        ("payload", None, "null must be an object"),
        ("schema_version", 9, "9 of this type is not published"),
    ],
)
def test_a_wrong_value_in_the_envelope_is_named(key: str, value: Any, words: str) -> None:
    """The sentence says where, what is there, and what must be there."""
    assert f"{key}: {words}" in CATALOGUE.violations(event("AccountCreated", **{key: value}))


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-31T07:30:00.000",
        "2026-03-31T07:30:00Z",
        "2026-03-31T07:30:00.000+00:00",
        "2026-02-30T07:30:00.000Z",
    ],
)
def test_an_event_says_in_utc_to_the_millisecond_when_it_occurred(time: str) -> None:
    """Times of different publishers sort as text."""
    (sentence,) = CATALOGUE.violations(event("AccountCreated", occurred_at=time))
    assert sentence.startswith(f"occurred_at: {time!r} is not a valid UTC timestamp: ")


@pytest.mark.parametrize(
    ("event_type", "field", "value", "words"),
    [
        ("AccountCreated", "name", "", "'' is too short, must have 1 to 255 characters"),
        ("AccountCreated", "name", " Acme", f"' Acme' {TRIMMED}"),
        ("AccountUpdated", "name", None, "null must be text"),
        ("ActivityLogged", "kind", "fax", "'fax' must be one of call, email, meeting, note"),
        (
            "ActivityLogged",
            "happened_at",
            NAIVE,
            f"{NAIVE!r} is not a valid timestamp: {WITH_OFFSET}",
        ),
        ("AddressAdded", "country", "XX", f"'XX' {NO_COUNTRY}"),
        ("AddressMadePrimary", "replaces", "a-1", "'a-1' must be null"),
        ("ContactCreated", "consent", None, "null must be true or false"),
        ("LeadCreated", "email", "zoe@", f"'zoe@' {NO_EMAIL}"),
        ("LeadQualified", "score", 101, "101 must be 0 to 100"),
        ("OpportunityCreated", "close_date", "2026-02-30", f"'2026-02-30' {NO_DAY}"),
        ("ProductCreated", "sku", "a-1", f"'a-1' {NO_SKU}"),
    ],
)
def test_a_wrong_value_in_a_payload_is_named(
    event_type: str, field: str, value: Any, words: str
) -> None:
    """One mistake makes one sentence."""
    found = CATALOGUE.violations(spoiled(event_type, **{field: value}))
    assert found == (f"payload.{field}: {words}",)


@pytest.mark.parametrize(
    ("money", "sentence"),
    [
        ({"amount": "1"}, "currency: is missing"),
        ({"amount": 1, "currency": "EUR"}, "amount: 1 must be text"),
        ({"amount": "-1", "currency": "EUR"}, f"amount: '-1' is not a valid amount: {AMOUNT}"),
        ({"amount": "1", "currency": "eur"}, f"currency: 'eur' is not a valid currency: {CODE}"),
        ({"amount": "1", "currency": "ZZZ"}, f"currency: 'ZZZ' is not a valid currency: {CODE}"),
    ],
)
def test_a_wrong_amount_of_money_is_named(money: Any, sentence: str) -> None:
    """The sentence leads to the part of the amount that is wrong."""
    found = CATALOGUE.violations(spoiled("OpportunityWon", amount=money))
    assert found == (f"payload.amount.{sentence}",)


def test_only_the_first_primary_address_replaces_none() -> None:
    """The second primary address of an owner names the one before."""
    second = spoiled("AddressMadePrimary", nth=2)
    assert CATALOGUE.violations(second) == ("payload.replaces: null must be text",)


def test_an_update_of_nothing_is_no_update() -> None:
    """An update names at least one field."""
    assert CATALOGUE.violations(event("AccountUpdated", payload={})) == (
        "payload: {} must name at least one field that changed",
    )


def test_an_opportunity_made_from_a_lead_names_its_cause() -> None:
    """A conversion can be followed from the opportunity back to the lead."""
    made_from_a_lead = spoiled("OpportunityCreated", lead_id="acme-lead-3f9c")
    assert CATALOGUE.violations(made_from_a_lead) == ("causation_id: null must be text",)
    cause = event("LeadConverted")["event_id"]
    assert CATALOGUE.violations({**made_from_a_lead, "causation_id": cause}) == ()


def test_an_event_type_outside_the_contract_is_named() -> None:
    """A new event type needs a schema before it is published."""
    assert CATALOGUE.violations({**event("AccountCreated"), "event_type": "AccountSold"}) == (
        "event_type: 'AccountSold' is not in the contract",
    )


@pytest.mark.parametrize("odd", [[], {}, None, 1])
def test_an_event_type_that_is_no_text_is_named(odd: Any) -> None:
    """Nothing on the bus can break the check itself."""
    found = CATALOGUE.violations({**event("AccountCreated"), "event_type": odd})
    assert f"event_type: {odd!r} is not in the contract" in found


def test_several_mistakes_are_named_in_a_steady_order() -> None:
    """Two runs over one event say the same."""
    broken = event("AccountCreated", version=0, actor="", payload={"name": 1, "owner": "kim"})
    assert CATALOGUE.violations(broken) == (
        "actor: '' is too short, must have 1 to 255 characters",
        "payload.industry: is missing",
        "payload.name: 1 must be text",
        "version: 0 must be 1",
        "version: 0 must be 1 or more",
    )


ANYTHING: tuple[Any, ...] = (
    *(None, True, 0, 1, 1.5, -1, 2**70, float("nan"), "", " ", "x\n", "X-1", LONG, [], {}),
    *("2026-02-30", NAIVE, "2026-03-31T25:30:00.000Z", "a@b", "XX", "\x00", "\ud800"),
    *({"amount": "10.00", "currency": "XXY"}, {"amount": 10}, {"amount": ""}),
)


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_whatever_is_there_the_check_finds_words(event_type: str) -> None:
    """Nothing on the bus can break the check itself, and each rule has its words."""
    documents = [spoiled(event_type, **{f: it}) for f in PAYLOADS[event_type] for it in ANYTHING]
    documents += [event(event_type) | {key: it} for key in event(event_type) for it in ANYTHING]
    for document in documents:
        assert all(": " in sentence for sentence in CATALOGUE.violations(document))


@pytest.mark.parametrize("text", ["\ud800", "x\udfff"])
def test_half_a_character_is_no_text(text: str) -> None:
    """JSON can spell it, but no UTF-8 can carry it: others could not read such an event."""
    (sentence,) = CATALOGUE.violations(spoiled("AccountCreated", name=text))
    assert sentence.startswith("event: is no JSON that everybody can read: ")


def test_true_is_not_one() -> None:
    """To Python it is."""
    found = CATALOGUE.violations(event("AccountCreated", version=True))
    assert "version: true must be 1" in found
