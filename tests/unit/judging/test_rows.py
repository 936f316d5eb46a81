"""Events, views and totals under the headings of scenarios."""

from decimal import Decimal

from support.contract.entities import EntityType
from support.crm.port import CurrencyFigures, PipelineTotal, View
from support.judging.rows import causes, event_row, fields_row, pipeline_row, view_row
from support.judging.values import Instant, Money
from tests.support.samples import an_event, numbered

NAMES = {"a-1": "Globex", "l-1": "Ada"}
DUE = "2026-03-31T12:00:00+02:00"


def _name_of(entity_id: str) -> str:
    return NAMES.get(entity_id, entity_id)


def test_an_event_is_a_row_of_envelope_and_payload() -> None:
    """Ids are told by the names of the scenario."""
    event = an_event(entity_id="a-1", payload={"name": "Globex", "owner": "kim", "industry": None})
    assert event_row(event, "the command", _name_of) == {
        "event": "AccountCreated",
        "about": "Globex",
        "version": 1,
        "actor": "kim",
        "cause": "the command",
        "name": "Globex",
        "owner": "kim",
        "industry": None,
    }


def test_fields_stand_under_the_words_of_scenarios() -> None:
    """References by name, values comparable, products on one line."""
    fields = {
        "account_id": "a-1",
        "lead_id": None,
        "replaces": "somebody-else",
        "regarding_type": "lead",
        "regarding_id": "l-1",
        "owner_type": "account",
        "owner_id": "a-1",
        "unit_price": {"amount": "2.50", "currency": "EUR"},
        "due_at": DUE,
        "close_date": "2026-12-31",
        "products": [
            {"sku": "SKU-1", "quantity": 2, "unit_price": {"amount": "2.50", "currency": "EUR"}},
            {"sku": "SKU-2", "quantity": 1, "unit_price": {"amount": "0", "currency": "EUR"}},
        ],
    }
    assert fields_row(fields, _name_of) == {
        "account": "Globex",
        "lead": None,
        "replaces": "somebody-else",
        "regarding": "Ada",
        "belongs to": "Globex",
        "unit price": Money(Decimal("2.5"), "EUR"),
        "due at": Instant(DUE),
        "close date": "2026-12-31",
        "products": "2 x SKU-1 at 2.50 EUR, 1 x SKU-2 at 0 EUR",
    }


def test_a_view_is_a_row_with_its_version() -> None:
    """The view says how much of the history is in it."""
    view = View(
        tenant_id="acme",
        entity_type=EntityType.ACCOUNT,
        entity_id="a-1",
        version=3,
        last_event_id=numbered(3),
        data={"name": "Globex", "status": "active"},
    )
    assert view_row(view, _name_of) == {"version": 3, "name": "Globex", "status": "active"}


def test_a_total_is_a_row_a_currency() -> None:
    """Sums and counts of the open, the won and the lost."""
    total = PipelineTotal(
        currency="EUR",
        open=CurrencyFigures(count=1, amount="10.00"),
        won=CurrencyFigures(count=2, amount="20"),
        lost=CurrencyFigures(count=0, amount="0"),
    )
    assert pipeline_row(total) == {
        "currency": "EUR",
        "open": Money(Decimal(10), "EUR"),
        "won": Money(Decimal(20), "EUR"),
        "lost": Money(Decimal(0), "EUR"),
        "open deals": 1,
        "won deals": 2,
        "lost deals": 0,
    }


def test_a_cause_is_told_by_its_type() -> None:
    """The command, an event of the history, or one that nobody knows."""
    cause = causes([an_event(1), an_event(2, "LeadConverted")])
    told = [cause(an_event(9, causation_id=named)) for named in (None, numbered(2), "x")]
    assert told == ["the command", "LeadConverted", "unknown event x"]
