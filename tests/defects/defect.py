"""What a defect is: what is wrong, what must go red, and what the message must say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from tests.defects.wire.proxy import Tamperer

LEARNED_BY_FORK = "CRM_DEFECT"
FIRED_FILE = "CRM_DEFECT_FIRED"
OBJECTIVE_S = 1.0
TIMEOUT_S = 3.0


class Sort(StrEnum):
    """Name what a defect does to an event, or to what is made of it."""

    DROPS = "drops"
    DOUBLES = "doubles"
    ALTERS = "alters"
    RELABELS = "relabels"
    REORDERS = "reorders"
    DELAYS = "delays"
    INVENTS = "invents"
    LEAKS = "leaks"
    MISJUDGES = "misjudges"


class Tampering(Tamperer, Protocol):
    """Tamper with calls, and count how often."""

    fired: int


@dataclass(frozen=True)
class Defect:
    """Hold a defect; at least one scenario of its clauses must go red and say all of `says`.

    `at_end`: it shows when the run is over, in the audit at its end. `objective` and `timeout` are
    the run's, in seconds.
    """

    name: str
    wrong: str
    sort: Sort
    clauses: tuple[str, ...]
    says: tuple[str, ...]
    at_end: bool = False
    fast: bool = False
    objective: float = OBJECTIVE_S
    timeout: float = TIMEOUT_S

    @property
    def way(self) -> str:
        """Return where the defect is: "code" or "wire"."""
        raise NotImplementedError


@dataclass(frozen=True)
class CodeDefect(Defect):
    """Hold a patch of the reference CRM, made in its process before its roles are forked."""

    plant: Callable[[], None] = field(kw_only=True)

    @property
    def way(self) -> str:
        """Return where the defect is."""
        return "code"


@dataclass(frozen=True)
class WireDefect(Defect):
    """Hold what makes a new tamperer, which stands between the CRM and AWS for one run."""

    tampering: Callable[[], Tampering] = field(kw_only=True)

    @property
    def way(self) -> str:
        """Return where the defect is."""
        return "wire"
