"""What the suite can read of a CRM's answers: of what it cannot, no verdict could come.

Only the types of the envelope are looked at here, and that an amount is a number: what is wrong
with a value, or with a payload, is for the audit to say.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from support.contract.entities import EntityType
from support.contract.events import Event, shown
from support.crm.port import PipelineTotal

ENVELOPE = frozenset(Event.model_fields)
KINDS = frozenset(kind.value for kind in EntityType)
TEXT, NUMBER = "text", "a whole number"
Test = Callable[[object], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# By key: what it has to be, in words, and a test of that.
DUE: Mapping[str, tuple[str, Test]] = {
    **dict.fromkeys(ENVELOPE, (TEXT, _is_text)),
    **dict.fromkeys(("schema_version", "version"), (NUMBER, _is_number)),
    "entity_type": (
        f"one of {', '.join(EntityType)}",
        lambda value: _is_text(value) and value in KINDS,
    ),
    "causation_id": ("text or nothing", lambda value: value is None or _is_text(value)),
    "payload": ("an object", lambda value: isinstance(value, Mapping)),
}


def flaw_of_event(found: object) -> str | None:
    """Say in words why something cannot be read as an event of a history; None if it can."""
    return None if _is_plain(found) else _flaw(found)


def _is_plain(found: Any) -> bool:
    """Say at once that an event is sound, as nearly every one is, each time that it is read."""
    try:
        return (
            type(found) is dict
            and len(found) == len(ENVELOPE)
            and type(found["event_id"]) is str
            and type(found["event_type"]) is str
            and type(found["schema_version"]) is int
            and type(found["tenant_id"]) is str
            and found["entity_type"] in KINDS
            and type(found["entity_id"]) is str
            and type(found["version"]) is int
            and type(found["occurred_at"]) is str
            and type(found["actor"]) is str
            and type(found["correlation_id"]) is str
            and (found["causation_id"] is None or type(found["causation_id"]) is str)
            and type(found["payload"]) is dict
        )
    except (KeyError, TypeError):  # a key is not there, or the kind is a list
        return False


def _flaw(found: object) -> str | None:
    if not isinstance(found, Mapping):
        return f"{kind_of(found)} where an event was due"
    if odd := found.keys() ^ ENVELOPE:
        return f"an event that lacks these keys, or should: {', '.join(sorted(map(str, odd)))}"
    for key in Event.model_fields:
        due, is_sound = DUE[key]
        if not is_sound(found[key]):
            return (
                f"an event whose {key} is {shown(found[key])}, and has to be {due}{_which(found)}"
            )
    return None


def flaw_of_total(total: PipelineTotal) -> str | None:
    """Say in words which amount of a pipeline's row is no number, None if all are."""
    for column in ("open", "won", "lost"):
        amount: str = getattr(total, column).amount
        try:
            Decimal(amount)
        except InvalidOperation:
            return (
                f"a total in {total.currency} whose {column} amount is {shown(amount)}, and has "
                'to be a decimal like "1200.00"'
            )
    return None


def kind_of(found: object) -> str:
    """Say in words of what type something is."""
    return "nothing" if found is None else f"a value of type {type(found).__name__}"


def _which(found: Mapping[str, Any]) -> str:
    return f" ({shown(found['event_type'])} of {shown(found['entity_id'])})"
