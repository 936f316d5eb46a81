"""Values as scenarios and events spell them, made comparable."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

MONEY_KEYS = {"amount", "currency"}


@dataclass(frozen=True)
class Money:
    """Hold an amount and its ISO 4217 currency; 10 and 10.00 are equal."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


@dataclass(frozen=True)
class Instant:
    """Hold a moment and the offset it was told in: both must survive the journey."""

    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instant) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __str__(self) -> str:
        return self.text

    def _parts(self) -> tuple[dt.datetime, dt.timedelta | None]:
        moment = dt.datetime.fromisoformat(self.text)
        return moment, moment.utcoffset()


def comparable(value: Any) -> Any:
    """Return a value of an event's payload in the form in which scenarios compare it."""
    if isinstance(value, Mapping) and set(value) == MONEY_KEYS:
        try:
            return Money(Decimal(str(value["amount"])), str(value["currency"]))
        except InvalidOperation:
            return value
    if isinstance(value, str) and _is_instant(value):
        return Instant(value)
    return value


def show(value: object) -> str:
    """Spell a value for a message, so that blanks and invisible characters can be seen."""
    if value is None:
        return "(none)"
    if isinstance(value, str):
        return ascii(value) if not value.isprintable() else repr(value)
    return str(value)


def moment(text: str) -> float | None:
    """Return a moment in seconds since the epoch, None for a text that is none."""
    try:
        return dt.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None  # the look at the schema says what is wrong with it


def _is_instant(text: str) -> bool:
    if "T" not in text or not text[:1].isdigit():
        return False
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
