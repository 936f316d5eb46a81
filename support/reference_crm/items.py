"""DynamoDB's attribute values, written and read; keys of pages."""

from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

Item: TypeAlias = "Mapping[str, AttributeValueTypeDef]"
NewItem: TypeAlias = "dict[str, AttributeValueTypeDef]"
Write: TypeAlias = "TransactWriteItemTypeDef"
MAX_SORT_KEY = 1024


def text(value: str) -> "AttributeValueTypeDef":
    """Return a text as an attribute value."""
    return {"S": value}


def number(value: object) -> "AttributeValueTypeDef":
    """Return an int or a Decimal, exactly, as an attribute value."""
    return {"N": str(value)}


def key(pk: str, sk: str) -> "NewItem":
    """Return the primary key of an item."""
    return {"pk": text(pk), "sk": text(sk)}


def encode_cursor(sk: str) -> str:
    """Return a sort key as an opaque cursor for a caller."""
    return urlsafe_b64encode(sk.encode()).decode()


def decode_cursor(cursor: str) -> str:
    """Return the sort key of a cursor; raise ValueError if it is none of ours."""
    try:
        sk = b64decode(cursor.encode(), altchars=b"-_", validate=True)
    except Base64Error as error:
        raise ValueError(cursor) from error
    if not 0 < len(sk) <= MAX_SORT_KEY:
        raise ValueError(cursor)
    return sk.decode()
