"""Tenant ids that are nearly another's: where a careless comparison takes one for the other."""

from collections.abc import Callable, Mapping
from enum import StrEnum


class Likeness(StrEnum):
    """Say what is different about an id."""

    SUFFIX = "with a suffix"
    LONGER = "with one more letter"
    CAPITALS = "in capitals"


# No id is made by cutting another one short: `acme-1` is `acme-12` cut short, which is somebody's.
# The longer one has the shorter one for its neighbour, which is the same near miss.
ALIKE: Mapping[Likeness, Callable[[str], str]] = {
    Likeness.SUFFIX: lambda own: f"{own}-2",
    Likeness.LONGER: lambda own: f"{own}x",
    Likeness.CAPITALS: str.upper,
}


def near_miss(tenant_id: str, likeness: Likeness) -> str:
    """Return an id that is nearly this one; what marks the run in it stays as it is."""
    run, _, own = tenant_id.partition("-")
    return f"{run}-{ALIKE[likeness](own)}"
