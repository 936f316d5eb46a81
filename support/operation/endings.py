"""How a run of the suite can end."""

from enum import StrEnum


class Ending(StrEnum):
    """Name the ways in which a run ends; the two last leave it no time to clean up."""

    PASSES = "passes"
    FAILS = "fails"
    IS_INTERRUPTED = "is interrupted"
    IS_TOLD_TO_END = "is told to end"
    IS_KILLED = "is killed"
    IS_WIPED_OUT = "is killed with all that it had started"
