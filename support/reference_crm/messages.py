"""Messages of the bus, and the events in them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from support.reference_crm.domain import EVENT_TYPES, EntityType, HistoryError
from support.reference_crm.envelope import Event

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef


class NoEventError(Exception):
    """Say why a message holds no event that anybody could apply."""


class Envelope(BaseModel):
    """Hold what a message of the bus carries."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    detail: Event


@dataclass(frozen=True)
class Received:
    """Hold a message and the event in it.

    `attempts` counts how often the message was received, `tries` how often there was trouble
    since.
    """

    handle: str
    event: Event
    attempts: int = 1
    tries: int = 0


def in_order(received: list[Received]) -> list[Received]:
    """Return what was received, the lower versions first."""
    return sorted(received, key=lambda one: one.event.version)


def read(message: "MessageTypeDef") -> Received:
    """Read the event in a message; raise NoEventError, with the reason, if there is none."""
    try:
        event = Envelope.model_validate_json(message["Body"]).detail
        _check_type(event)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NoEventError(f"{where}: {first['msg']}") from error
    except HistoryError as error:
        raise NoEventError(f"{error}") from error
    return Received(message["ReceiptHandle"], event, attempts_of(message))


def attempts_of(message: "MessageTypeDef") -> int:
    """Return how many times a message was received, this time among them."""
    return int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))


def _check_type(event: Event) -> None:
    entity_type: EntityType | None = EVENT_TYPES.get(event.event_type)
    if entity_type != event.entity_type:
        raise HistoryError(f"{event.event_type} is no event of {event.entity_type}")
