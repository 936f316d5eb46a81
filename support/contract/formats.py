"""The formats that the contract uses, beyond what JSON Schema itself says of a text.

A pattern tells other languages the shape; a format also knows which days exist and which codes
are assigned.
"""

import re
from collections.abc import Callable
from datetime import date, datetime

import pycountry
from email_validator import validate_email

Format = Callable[[str], bool]

# As Python spells a uuid.UUID, which takes ten times as long to read one.
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _unless_it_raises(accepts: Format) -> Format:
    def conforms(text: str) -> bool:
        try:
            return accepts(text)
        except ValueError:
            return False

    return conforms


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


FORMATS = {
    name: _unless_it_raises(accepts)
    for name, accepts in {
        "uuid": _is_uuid,
        "date": _is_date,
        "date-time": _is_date_time,
        "email": _is_email,
        "iso-4217": _is_currency,
        "iso-3166-alpha-2": _is_country,
    }.items()
}
