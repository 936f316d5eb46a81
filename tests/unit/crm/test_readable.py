"""What cannot be read of a CRM's answers is told, before anybody stumbles over it."""

from types import MappingProxyType
from typing import Any

import pytest

from support.contract.entities import EntityType
from support.contract.events import Event
from support.crm.port import CurrencyFigures, PipelineTotal
from support.crm.readable import DUE, flaw_of_event, flaw_of_total
from tests.support.samples import an_event

WRONG: tuple[Any, ...] = (None, 7, 1.0, True, "x", ["x"], {"x": 1})
# What each key may be, of these.
RIGHT: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(Event.model_fields, ("x",)),
    **dict.fromkeys(("schema_version", "version"), (7,)),
    "entity_type": (),
    "causation_id": (None, "x"),
    "payload": ({"x": 1},),
}
FIGURES = CurrencyFigures(count=1, amount="10.00")


def _is(value: object, among: tuple[object, ...]) -> bool:
    return any(type(value) is type(each) and value == each for each in among)


@pytest.mark.parametrize("of", [dict, MappingProxyType])
@pytest.mark.parametrize("key", Event.model_fields)
def test_a_value_of_another_type_is_told_by_its_key(key: str, of: type) -> None:
    """Of each of the twelve, whatever kind of mapping the event is."""
    for value in WRONG:
        flaw = flaw_of_event(of({**an_event(), key: value}))
        if _is(value, RIGHT[key]):
            assert flaw is None
        else:
            due = f"an event whose {key} is {value!r}, and has to be {DUE[key][0]} ("
            assert str(flaw).startswith(due)


def test_it_is_said_which_event_it_is() -> None:
    """Of forty types it may be one that the driver translates wrongly."""
    event = an_event(version="1", entity_id="acme-account-1", payload={})
    assert flaw_of_event(event) == (
        "an event whose version is '1', and has to be a whole number "
        "('AccountCreated' of 'acme-account-1')"
    )


def test_a_long_value_is_cut() -> None:
    """The beginning will do."""
    flaw = str(flaw_of_event(an_event(payload="x" * 1000)))
    assert "whose payload is 'xxx" in flaw
    assert len(flaw) < 200


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred_at": "yesterday"},
        {"version": 0},
        {"event_type": "account.created"},
        {"event_id": "", "actor": ""},
        {"payload": {}},
        {"entity_type": EntityType.LEAD},
    ],
)
def test_a_wrong_value_of_the_right_type_is_the_audits_to_find(changes: dict[str, Any]) -> None:
    """It is a finding, and no slip."""
    assert flaw_of_event({**an_event(), **changes}) is None


@pytest.mark.parametrize(
    ("found", "flaw"),
    [
        (None, "nothing where an event was due"),
        ("x", "a value of type str where an event was due"),
        ({**an_event(), "id": 1}, "an event that lacks these keys, or should: id"),
        (
            {key: value for key, value in an_event().items() if key != "actor"},
            "an event that lacks these keys, or should: actor",
        ),
        (
            {("id" if key == "event_id" else key): value for key, value in an_event().items()},
            "an event that lacks these keys, or should: event_id, id",
        ),
    ],
)
def test_what_is_no_event_is_told(found: object, flaw: str) -> None:
    """By its type, or by the keys that are odd."""
    assert flaw_of_event(found) == flaw


@pytest.mark.parametrize("amount", ["many", "1,200.00", ""])
@pytest.mark.parametrize("column", ["open", "won", "lost"])
def test_an_amount_that_is_no_number_is_told(column: str, amount: str) -> None:
    """With the currency and the column."""
    sound = PipelineTotal(currency="EUR", open=FIGURES, won=FIGURES, lost=FIGURES)
    assert flaw_of_total(sound) is None
    wrong = CurrencyFigures(count=1, amount=amount)
    assert flaw_of_total(sound.model_copy(update={column: wrong})) == (
        f"a total in EUR whose {column} amount is {amount!r}, and has to be a decimal like "
        '"1200.00"'
    )
