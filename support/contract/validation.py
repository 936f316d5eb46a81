"""JSON Schema as the contract means it: formats are checked, patterns to the last character."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pycountry
from email_validator import validate_email
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.protocols import Validator

from support.contract.accepting import to_the_last_character

# As Python spells a uuid.UUID, which takes ten times as long to read one.
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _pattern(_: Validator, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not re.search(to_the_last_character(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


StrictValidator: type[Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern}
)


def format_checker() -> FormatChecker:
    """Build the checker for the formats that the contract uses, the last word on their values.

    A pattern tells other languages the shape; a format also knows which days exist and
    which codes are assigned.
    """
    known = FormatChecker(formats=())
    for name, accepts in _FORMATS.items():
        known.checks(name, raises=ValueError)(_for_text(accepts))
    return known


def _for_text(accepts: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or accepts(value)


def _is_uuid(text: str) -> bool:
    return UUID.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    return date.fromisoformat(text).isoformat() == text


def _is_date_time(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def _is_email(text: str) -> bool:
    return bool(validate_email(text, check_deliverability=False))


def _is_currency(text: str) -> bool:
    return pycountry.currencies.get(alpha_3=text) is not None


def _is_country(text: str) -> bool:
    return pycountry.countries.get(alpha_2=text) is not None


_FORMATS = {
    "uuid": _is_uuid,
    "date": _is_date,
    "date-time": _is_date_time,
    "email": _is_email,
    "iso-4217": _is_currency,
    "iso-3166-alpha-2": _is_country,
}
