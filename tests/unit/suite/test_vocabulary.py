"""The strict table reader, and the words for what somebody can do."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from behave.model import Table

from support.acts import ACTS, CREATING, Act, act_of
from support.contract.entities import EntityType
from support.errors import ScenarioError
from support.fixtures.builders import RECIPES
from support.judging.values import Instant, Money
from support.vocabulary import COLUMNS, Named, as_json, read_row, read_table

DUE = "2026-03-31T09:30:00+02:00"


def _table(headings: Sequence[str], *rows: Sequence[str]) -> Table:
    table = Table(headings)
    for row in rows:
        table.add_row(row)
    return table


def _cell(heading: str, text: str) -> Any:
    return read_row(_table([heading], [text]))[heading]


def test_rows_are_read_under_their_headings_and_empty_cells_are_left_out() -> None:
    """What a cell does not say is not compared, and not commanded."""
    table = _table(["name", "version"], ["Globex", "1"], ["", "2"], ["Initech", ""])
    assert read_table(table) == [
        {"name": "Globex", "version": 1},
        {"version": 2},
        {"name": "Initech"},
    ]


@pytest.mark.parametrize(
    ("heading", "text", "value"),
    [
        ("name", "Globex", "Globex"),
        ("name", "(none)", None),
        ("name", "(blank)", ""),
        ("name", "(spaces)", "   "),
        ("name", "(3 letters)", "xxx"),
        ("name", "(0 letters)", ""),
        ("name", "(not there)", "(not there)"),
        ("name", '"  padded "', "  padded "),
        ("name", '""', ""),
        ("name", '"', '"'),
        ("name", 'say "hi"', 'say "hi"'),
        ("name", "7", "7"),
        ("version", "7", 7),
        ("score", "-1", -1),
        ("score", "(none)", None),
        ("amount", "1200.00 EUR", Money(Decimal("1200.00"), "EUR")),
        ("amount", "-1 EUR", Money(Decimal(-1), "EUR")),
        ("due at", DUE, Instant(DUE)),
        ("consent", "yes", True),
        ("consent", "no", False),
        ("account", "Globex", Named("Globex")),
        ("regarding", "Ada", Named("Ada")),
    ],
)
def test_a_cell_is_read_as_its_column_says(heading: str, text: str, value: Any) -> None:
    """One type a column, and the same few words for what cannot be typed."""
    read = _cell(heading, text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("heading", "text", "kind"),
    [
        ("version", "one", "a whole number"),
        ("version", "1,000", "a whole number"),
        ("amount", "1200.00", 'an amount with its currency, like "1200.00 EUR"'),
        ("amount", "much EUR", 'an amount with its currency, like "1200.00 EUR"'),
        ("amount", "1 200 EUR", 'an amount with its currency, like "1200.00 EUR"'),
        ("due at", "tomorrow", 'a moment with its offset, like "2026-03-31T09:30:00+02:00"'),
        ("consent", "True", "yes or no"),
        ("consent", "Yes", "yes or no"),
    ],
)
def test_a_cell_that_does_not_fit_its_column_is_refused(heading: str, text: str, kind: str) -> None:
    """A typing mistake never becomes a weaker expectation."""
    with pytest.raises(ScenarioError) as refused:
        _cell(heading, text)
    assert str(refused.value) == f"{text!r} under {heading!r} is not {kind}"


def test_an_unknown_heading_is_refused_with_those_that_there_are() -> None:
    """A heading that nobody reads would compare nothing."""
    with pytest.raises(ScenarioError, match="unknown heading 'nmae'; known are name, industry,"):
        read_table(_table(["name", "nmae"], ["Globex", "x"]))


@pytest.mark.parametrize("table", [None, _table(["name"])])
def test_a_sentence_that_needs_a_table_gets_one(table: Table | None) -> None:
    """An empty table would expect nothing."""
    with pytest.raises(ScenarioError, match="this sentence needs a table with at least one row"):
        read_table(table)


def test_a_sentence_about_one_thing_gets_one_row() -> None:
    """A second row would be passed over."""
    with pytest.raises(ScenarioError, match="this sentence needs a table of one row, not 2"):
        read_row(_table(["name"], ["a"], ["b"]))


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (Money(Decimal("1E+3"), "EUR"), {"amount": "1000", "currency": "EUR"}),
        (Money(Decimal("1.50"), "EUR"), {"amount": "1.50", "currency": "EUR"}),
        (Instant(DUE), DUE),
        (None, None),
        (True, True),
        ("x", "x"),
    ],
)
def test_a_value_is_commanded_as_the_contract_spells_it(value: Any, spelled: Any) -> None:
    """Amounts are decimals as text, moments keep their offset."""
    assert as_json(value) == spelled


def test_every_heading_means_one_field() -> None:
    """And is written as people write."""
    assert [c.heading for c in COLUMNS.values()] == [*COLUMNS]
    assert [h for h in COLUMNS if h != h.strip().lower() or "_" in h] == []


@pytest.mark.parametrize("verb", ["infinitive", "present", "past"])
def test_no_two_acts_have_the_same_words(verb: str) -> None:
    """A sentence stands for one command."""
    phrases = Counter(act.phrase(getattr(act, verb)) for act in ACTS)
    assert [phrase for phrase, times in phrases.items() if times > 1] == []


def test_every_command_has_an_act_and_a_recipe() -> None:
    """Whatever a scenario may do can be filled with values."""
    commands = Counter(act.command for act in ACTS)
    assert set(commands.values()) == {1}
    assert commands.keys() == RECIPES.keys()


def test_every_kind_of_entity_is_made_by_one_act() -> None:
    """A fact like "Acme has the lead" needs no other words."""
    assert CREATING.keys() == set(EntityType)
    assert all(act.creates and act.entity is entity for entity, act in CREATING.items())


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.command)
def test_an_act_is_found_by_its_command(act: Act) -> None:
    """And its words name its entity."""
    assert act_of(act.command) is act
    assert act.phrase(act.present).endswith(f" the {act.entity}")
    assert act.partial is act.command.startswith(("Update", "Correct"))
