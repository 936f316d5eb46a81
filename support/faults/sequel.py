"""In which order deliveries arrive."""

from enum import StrEnum


class Sequel(StrEnum):
    """Say in which order deliveries arrive, in the words of a sentence."""

    IN_ORDER = "in order"
    REVERSED = "in reverse order"
    SHUFFLED = "in a random order"
