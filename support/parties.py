"""Who takes part in delivering events: the transport, the publisher, and each subscriber."""

from dataclasses import dataclass
from typing import Self

SUBSCRIBER = "the subscriber "
PATTERN = rf"the transport|the publisher|{SUBSCRIBER}[a-z]+(?:-[a-z]+)*"


@dataclass(frozen=True)
class Party:
    """Name somebody on the way of an event, by the role that it has in the CRM."""

    name: str

    @classmethod
    def of(cls, words: str) -> Self:
        """Return whom a sentence means: "the publisher", "the subscriber audit-trail"."""
        return cls(words.removeprefix(SUBSCRIBER).removeprefix("the "))

    @property
    def is_subscriber(self) -> bool:
        """Say whether it listens to events, instead of bringing them."""
        return self not in (TRANSPORT, PUBLISHER)

    def __str__(self) -> str:
        if self == ALL:
            return self.name
        return f"{SUBSCRIBER if self.is_subscriber else 'the '}{self.name}"


TRANSPORT = Party("transport")
PUBLISHER = Party("publisher")
ALL = Party("all subscribers")
