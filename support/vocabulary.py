"""The closed vocabulary: the typed placeholders of sentences, and the one strict table reader."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from behave.cucumber_expression import (
    define_parameter_type_with,
    use_step_matcher_for_cucumber_expressions,
)
from behave.model import Table

from support import parties
from support.acts import ACTS, CREATING, Act
from support.contract.entities import EntityType
from support.crm.port import Pretence
from support.errors import ScenarioError
from support.faults.deliveries import Spoiling
from support.faults.hardships import Hardship, Moment, Refusal
from support.faults.recovery import Projection
from support.faults.routes import Breakage
from support.faults.sequel import Sequel
from support.flaws import Flaw
from support.isolation.likeness import Likeness
from support.isolation.requests import Request
from support.judging.expectations import ABSENT
from support.judging.values import Instant, Money
from support.operation.endings import Ending
from support.parties import Party

NAME = r'"([^"]*)"'
TENANT = r"[A-Z][a-z]+(?: [A-Z][a-z]+)*"
OF_ANOTHER = "with the credential of "
CREDENTIAL = "|".join([f"{OF_ANOTHER}{TENANT}", *(each.value for each in Pretence)])

RECEIVERS = f"{parties.ALL}|{parties.SUBSCRIBER}[a-z]+(?:-[a-z]+)*"


def define_vocabulary() -> None:
    """Teach behave the placeholders: {tenant} {name} {entity} {act} {attempt} {done} {flaw} ..."""
    use_step_matcher_for_cucumber_expressions()
    define_parameter_type_with("tenant", TENANT, str)
    define_parameter_type_with("name", NAME, str)
    define_parameter_type_with("flaw", "|".join(Flaw), Flaw, Flaw)
    define_parameter_type_with("likeness", "|".join(Likeness), Likeness, Likeness)
    define_parameter_type_with("request", "|".join(Request), Request, Request)
    define_parameter_type_with("projection", "|".join(Projection), Projection, Projection)
    define_parameter_type_with("credential", CREDENTIAL, str, _credential)
    define_parameter_type_with("party", parties.PATTERN, Party, Party.of)
    define_parameter_type_with("receivers", RECEIVERS, Party, Party.of)
    define_parameter_type_with("sequel", "|".join(Sequel), Sequel, Sequel)
    define_parameter_type_with("spoiling", "|".join(Spoiling), Spoiling, Spoiling)
    define_parameter_type_with("breakage", "|".join(Breakage), Breakage, Breakage)
    define_parameter_type_with("hardship", "|".join(Hardship), Hardship, Hardship)
    define_parameter_type_with("moment", "|".join(Moment), Moment, Moment)
    define_parameter_type_with("refusal", "|".join(Refusal), Refusal, Refusal)
    define_parameter_type_with("ending", "|".join(Ending), Ending, Ending)
    define_parameter_type_with("entity", "|".join(EntityType), EntityType, EntityType)
    _define_acts("act", lambda act: act.present, ACTS)
    _define_acts("attempt", lambda act: act.infinitive, ACTS)
    _define_acts("done", lambda act: act.past, [a for a in ACTS if a not in CREATING.values()])


def _define_acts(placeholder: str, verb: Callable[[Act], str], acts: Sequence[Act]) -> None:
    known = {act.phrase(verb(act)): act for act in acts}
    pattern = "|".join(re.escape(phrase).replace(r"\ ", " ") for phrase in known)
    define_parameter_type_with(placeholder, pattern, Act, known.__getitem__)


def _credential(text: str) -> str | Pretence:
    """Return the name of the tenant whose credential is shown, or what is shown instead."""
    return text.removeprefix(OF_ANOTHER) if text.startswith(OF_ANOTHER) else Pretence(text)


class Kind(Enum):
    """Say how the cells of a column are read."""

    TEXT = "text"
    WHOLE = "a whole number"
    MONEY = 'an amount with its currency, like "1200.00 EUR"'
    MOMENT = 'a moment with its offset, like "2026-03-31T09:30:00+02:00"'
    YES_NO = "yes or no"
    ENTITY = "the name of an entity of this scenario"
    ENTITY_AND_KIND = "the name of an entity of this scenario, of any kind"


@dataclass(frozen=True)
class Named:
    """Refer to an entity of the scenario by the name that the scenario gave it."""

    name: str


@dataclass(frozen=True)
class Column:
    """Say which field of a command or payload a heading means, and how its cells are read."""

    heading: str
    kind: Kind
    field: str


def _columns(kind: Kind, *headings: str, suffix: str = "") -> Iterator[tuple[str, Column]]:
    for heading in headings:
        yield heading, Column(heading, kind, heading.replace(" ", "_") + suffix)


COLUMNS: Mapping[str, Column] = dict(
    (
        *_columns(
            Kind.TEXT,
            *("name", "industry", "owner", "previous owner", "reason", "first name", "last name"),
            *("email", "phone", "company", "source", "stage", "previous stage", "kind", "subject"),
            *("notes", "outcome", "sku", "line1", "line2", "postal code", "city", "country"),
            *("status", "close date", "opportunity name", "event", "actor", "cause", "currency"),
            *("products", "hop", "anomaly", "attempts"),
            # References letter by letter, where a command has to be refused for one.
            *("account id", "product id", "regarding type", "regarding id"),
            *("owner type", "owner id"),
            *("tenant id", "subscriber", "entities"),
        ),
        *_columns(Kind.WHOLE, "score", "quantity", "version", "nth", "events"),
        *_columns(Kind.MONEY, "amount", "previous amount", "price", "previous price"),
        *_columns(Kind.MONEY, "unit price"),
        *_columns(Kind.MOMENT, "due at", "previous due at", "happened at"),
        *_columns(Kind.YES_NO, "consent", "primary"),
        *_columns(Kind.ENTITY, "account", "previous account", "contact", suffix="_id"),
        *_columns(Kind.ENTITY, "opportunity", "lead", "product", suffix="_id"),
        *_columns(Kind.ENTITY, "replaces", "about"),
        ("regarding", Column("regarding", Kind.ENTITY_AND_KIND, "regarding")),
        ("belongs to", Column("belongs to", Kind.ENTITY_AND_KIND, "owner")),
        *_columns(Kind.MONEY, "open", "won", "lost"),
        *_columns(Kind.WHOLE, "open deals", "won deals", "lost deals", "based on version"),
    )
)

Value = str | int | float | bool | Money | Instant | Named | None
CellRow = Mapping[str, Value]
LENGTH = re.compile(r"\((\d+) letters\)")
SPECIAL_LOOKING = re.compile(r"\([^()]*\)")
AMOUNT = re.compile(r"-?\d+(\.\d+)?")
NONE = "(none)"
UNKNOWN = "(unknown)"
SPECIAL: Mapping[str, Value] = {
    NONE: None,
    "(blank)": "",
    "(spaces)": "   ",
    "(two lines)": "two\nlines",
    # Not one of the first 32, which a line break stands for: the one that is forgotten.
    "(a control character)": "delete\x7fd",
    ABSENT: ABSENT,
    UNKNOWN: Named(UNKNOWN),
}


def read_table(table: Table | None) -> list[CellRow]:
    """Read a step's table into rows of typed values by heading; an empty cell is left out.

    Cells: (none), (blank), (spaces), (two lines), (a control character), (255 letters), (unknown)
    for an entity that is not there, (not there) for a field that an event must not have; quotes
    keep outer blanks.
    Raises ScenarioError for an unknown heading, a cell that does not fit its column, no table.
    """
    if table is None or not table.rows:
        raise ScenarioError("this sentence needs a table with at least one row")
    for number, heading in enumerate(table.headings):
        if heading not in COLUMNS:
            raise ScenarioError(f"unknown heading {heading!r}; known are {', '.join(COLUMNS)}")
        if heading in table.headings[:number]:
            raise ScenarioError(f"the heading {heading!r} stands there twice")
    rows: list[CellRow] = [
        {heading: _cell(COLUMNS[heading], text) for heading, text in row.as_dict().items() if text}
        for row in table.rows
    ]
    if not all(rows):
        raise ScenarioError("a row without a value says nothing")
    return rows


def read_row(table: Table | None) -> CellRow:
    """Read a table of exactly one row."""
    rows = read_table(table)
    if len(rows) != 1:
        raise ScenarioError(f"this sentence needs a table of one row, not {len(rows)}")
    return rows[0]


def _cell(column: Column, text: str) -> Value:
    if text in SPECIAL:
        return SPECIAL[text]
    if letters := LENGTH.fullmatch(text):
        return "x" * int(letters[1])
    if SPECIAL_LOOKING.fullmatch(text):
        raise ScenarioError(f"unknown special value {text}; known are {', '.join(SPECIAL)}")
    try:
        return READERS[column.kind](text)
    except (ValueError, ArithmeticError, KeyError) as error:
        raise ScenarioError(
            f"{text!r} under {column.heading!r} is not {column.kind.value}"
        ) from error


def _text(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text


def _money(text: str) -> Money:
    amount, currency = text.split(" ")
    if not AMOUNT.fullmatch(amount):
        raise ValueError(amount)
    return Money(Decimal(amount), "" if currency == NONE else currency)


def _whole(text: str) -> int | float:
    # A fraction is read as well: a scenario must be able to show that it is refused.
    return float(text) if "." in text else int(text)


def _moment(text: str) -> Instant:
    moment = Instant(text)
    hash(moment)
    return moment


READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.MONEY: _money,
    Kind.MOMENT: _moment,
    Kind.YES_NO: lambda text: {"yes": True, "no": False}[text],
    Kind.ENTITY: Named,
    Kind.ENTITY_AND_KIND: Named,
}


def as_json(value: Value) -> Any:
    """Spell a cell's value as a command's data has it; names must be resolved before."""
    if isinstance(value, Money):
        return {"amount": f"{value.amount:f}", "currency": value.currency or None}
    return value.text if isinstance(value, Instant) else value
