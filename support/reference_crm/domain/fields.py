"""The field types that commands share, and what is said when data break them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails
from pydantic_extra_types.country import CountryAlpha2
from pydantic_extra_types.currency_code import ISO4217

from support.reference_crm.domain.model import Json, Refused

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
AMOUNT = r"^[0-9]{1,15}(\.[0-9]{1,4})?$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIMESTAMP = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)


def _email(address: str) -> str:
    # Not EmailStr, which changes the address: an event carries it as commanded.
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError("it is not an e-mail address") from error
    return address


def _capitals(code: object) -> object:
    # The types of pydantic-extra-types turn small letters into capitals; here nothing is changed.
    if isinstance(code, str) and not re.fullmatch("[A-Z]+", code):
        raise ValueError("a code is written in capital letters")
    return code


def _date(day: str) -> str:
    date.fromisoformat(day)
    return day


def _timestamp(moment: str) -> str:
    datetime.fromisoformat(moment)
    return moment


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=ONE_LINE),
    Field(description="Text of 1 to 255 characters after trimming, on one line"),
]
Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=ONE_LINE),
    Field(description="A telephone number of 1 to 50 characters after trimming"),
]
Notes = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=LINES),
    Field(description="Text of any length, trimmed, on one line or several"),
]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, pattern=ONE_LINE),
    AfterValidator(_email),
    Field(description="An e-mail address", json_schema_extra={"format": "email"}),
]
EntityId = Annotated[
    str,
    StringConstraints(pattern=ID),
    Field(
        description="The id of an entity: 1 to 100 letters, digits, dots, underscores and hyphens"
    ),
]
Sku = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$"),
    Field(description="A stock keeping unit: 1 to 40 capitals, digits and hyphens"),
]
Date = Annotated[
    str,
    StringConstraints(pattern=DATE),
    AfterValidator(_date),
    Field(description="A day, as in 2026-03-31", json_schema_extra={"format": "date"}),
]
Timestamp = Annotated[
    str,
    StringConstraints(pattern=TIMESTAMP),
    AfterValidator(_timestamp),
    Field(
        description="A moment with its offset from UTC (RFC 3339), as in 2026-03-31T09:30:00+02:00",
        json_schema_extra={"format": "date-time"},
    ),
]
Country = Annotated[
    CountryAlpha2,
    BeforeValidator(_capitals),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"}),
    Field(description="A country, ISO 3166-1 alpha-2, as in DE"),
]
Currency = Annotated[
    ISO4217,
    BeforeValidator(_capitals),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"}),
    Field(description="A currency, ISO 4217, as in EUR"),
]
Score = Annotated[int, Field(strict=True, ge=0, le=100, description="From 0 to 100")]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000, description="From 1 to 1000000")]
Consent = Annotated[bool, Field(strict=True, description="Whether the contact may be written to")]

# The default of an update's fields: it is never read, and is no default in the published contract.
Absent: Any = Field(default_factory=type(None))


class Money(BaseModel):
    """An amount in a currency; the amount stays the text that was commanded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[
        str,
        StringConstraints(pattern=AMOUNT),
        Field(description="Up to 15 digits, and up to 4 more after a dot", examples=["1200.00"]),
    ]
    currency: Currency

    def equals(self, other: "Money") -> bool:
        """Tell whether both are worth the same: 10 EUR is 10.00 EUR."""
        same_amount = Decimal(self.amount) == Decimal(other.amount)
        return same_amount and self.currency == other.currency

    def json_value(self) -> dict[str, Json]:
        """Return the amount and the currency as an event carries them."""
        return self.model_dump(mode="json")


SENTENCES: Mapping[str, str] = {
    "missing": "The field {field} is required.",
    "extra_forbidden": "The command has no field {field}.",
    "string_type": "The field {field} is not valid: it has to be text.",
    "string_unicode": "The field {field} is not valid: it is not Unicode text.",
    "string_too_short": "The field {field} is empty.",
    "string_too_long": "The field {field} has more than {max_length} characters.",
    "model_type": "The field {field} is not valid: it has to be an object.",
    "ISO4217": "The field {field} is not valid: it is not a currency of ISO 4217.",
    "country_alpha2": "The field {field} is not valid: it is not a country of ISO 3166-1.",
    "string_pattern_mismatch": "The field {field} is not valid: its form or a character is wrong.",
}
INVALID = "The field {field} is not valid: {reason}."
LONGEST_NAME = 60


def refusal(error: ValidationError) -> Refused:
    """Return the refusal for the first rule that the data of a command break."""
    first = error.errors(include_url=False, include_input=False)[0]
    return Refused(_code(first), _sentence(first))


def _code(detail: ErrorDetails) -> str:
    # A name that is not Unicode text is reported without a location.
    known = detail["loc"] and detail["type"] != "extra_forbidden"
    return f"invalid_{detail['loc'][-1]}" if known else "unknown_field"


def _sentence(detail: ErrorDetails) -> str:
    if not detail["loc"]:
        return "The name of a field is not Unicode text."
    field = ".".join(map(str, detail["loc"]))[:LONGEST_NAME]
    reason = detail["msg"].removeprefix("Value error, ")
    context = detail.get("ctx", {})
    sentence = SENTENCES.get(detail["type"], INVALID)
    return sentence.format(**{**context, "field": field, "reason": reason})
