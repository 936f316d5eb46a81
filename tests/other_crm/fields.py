"""What a field of a command may hold, and the refusal of what it may not."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pycountry
from email_validator import EmailNotValidError, validate_email

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
CAPITALS = re.compile(r"[A-Z]+")

Check = Callable[[Any], Any]


class Refused(Exception):
    """Say no: `why` in a word or two, as the contract names it, and `say` in a sentence."""

    def __init__(self, why: str, say: str) -> None:
        super().__init__(why, say)
        self.why = why
        self.say = say


@dataclass(frozen=True)
class Field:
    """Hold what a field may be; `default` is what is meant where nobody says anything."""

    check: Check
    required: bool = True
    nullable: bool = False
    default: object = None

    def read(self, name: str, given: object) -> object:
        """Return the value as it is kept; raises Refused."""
        if given is None and self.nullable:
            return None
        try:
            return self.check(given)
        except ValueError as wrong:
            raise invalid(name, str(wrong)) from wrong


def invalid(name: str, reason: str) -> Refused:
    """Return the refusal of a field."""
    return Refused(f"invalid {name.replace('_', ' ')}", f"{name}: {reason}")


def read_fields(
    fields: Mapping[str, Field], data: Mapping[str, Any], *, partial: bool
) -> dict[str, Any]:
    """Return the values of all fields, in a partial change only of those that are there."""
    found = {}
    for name, field in fields.items():
        if name in data:
            found[name] = field.read(name, data[name])
        elif field.required and not partial:
            raise invalid(name, "is required")
        elif not partial:
            found[name] = field.default
    if strange := sorted(map(repr, data.keys() - fields.keys())):
        raise Refused("unknown field", f"nobody knows a field {strange[0]}")
    return found


def need(check: Check) -> Field:
    """Return a field that has to be there."""
    return Field(check)


def may(check: Check) -> Field:
    """Return a field that can be left out or empty."""
    return Field(check, required=False, nullable=True)


def text(longest: int | None, forbidden: re.Pattern[str] = CONTROL) -> Check:
    """Return the check of a text that is trimmed."""

    def check(given: Any) -> str:
        kept = _string(given).strip()
        if longest is not None and not 1 <= len(kept) <= longest:
            raise ValueError(f"has to have 1 to {longest} characters")
        if forbidden.search(kept):
            raise ValueError("has a control character")
        return kept

    return check


def one_of(*words: str) -> Check:
    """Return the check of a word from a list."""

    def check(given: Any) -> str:
        return _require(_string(given), words)

    return check


def whole(least: int, most: int) -> Check:
    """Return the check of a whole number."""

    def check(given: Any) -> int:
        if type(given) is not int or not least <= given <= most:
            raise ValueError(f"has to be a whole number from {least} to {most}")
        return given

    return check


def yes_or_no(given: Any) -> bool:
    """Check a yes or no."""
    if type(given) is not bool:
        raise ValueError("has to be true or false")
    return given


def email(given: Any) -> str:
    """Check an e-mail address, and leave it as it is."""
    kept = text(254)(given)
    try:
        validate_email(kept, check_deliverability=False)
    except EmailNotValidError as wrong:
        raise ValueError(str(wrong)) from wrong
    return str(kept)


def thing_id(given: Any) -> str:
    """Check an id."""
    return _form(given, ID)


def sku(given: Any) -> str:
    """Check a SKU."""
    return _form(given, SKU)


def day(given: Any) -> str:
    """Check a day of the calendar."""
    if date.fromisoformat(_string(given)).isoformat() != given:
        raise ValueError("is not written like 2026-03-31")
    return str(given)


def moment(given: Any) -> str:
    """Check a time with its offset."""
    datetime.fromisoformat(_form(given, MOMENT))
    return str(given)


def country(given: Any) -> str:
    """Check a country's two letters."""
    if pycountry.countries.get(alpha_2=_form(given, CAPITALS)) is None:
        raise ValueError("is no country")
    return str(given)


def money(given: Any) -> dict[str, str]:
    """Check an amount with its currency, which have names of their own."""
    if not isinstance(given, dict):
        raise ValueError("has to be an amount in a currency")
    if given.keys() - {"amount", "currency"}:
        raise Refused("unknown field", "money is an amount and a currency, and nothing else")
    amount = need(lambda said: _form(said, AMOUNT)).read("amount", given.get("amount"))
    currency = need(_currency).read("currency", given.get("currency"))
    return {"amount": str(amount), "currency": str(currency)}


def _currency(given: Any) -> str:
    if pycountry.currencies.get(alpha_3=_form(given, CAPITALS)) is None:
        raise ValueError("is no currency")
    return str(given)


def _form(given: Any, form: re.Pattern[str]) -> str:
    if not form.fullmatch(_string(given)):
        raise ValueError("has the wrong form")
    return str(given)


def _require(given: str, words: Collection[str]) -> str:
    if given not in words:
        raise ValueError(f"has to be one of {', '.join(words)}")
    return given


def _string(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError("has to be text")
    given.encode()  # half a surrogate pair is a ValueError, too
    return given
