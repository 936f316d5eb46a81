"""What the pinned local targets can carry: proved by a test against each, so that no run asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from support.crm.needs import NEEDS
from support.targets.preflight import LOCALSTACK_VERSION

THROUGH_A_DISABLED_RULE = "this target delivers through a disabled rule"
DESPITE_A_POLICY = "this target lets the bus send where the queue's policy denies it"
YES = "yes"
NOT_ASKED = "not found out: no scenario of this run had to know"
HEADINGS = ("need", "what it asks for")


@dataclass(frozen=True)
class Pinned:
    """Know what one version of an emulator, with the reference CRM beside it, cannot carry.

    `lacks` has the reason for each need that cannot be met there; all others can.
    """

    target: str
    emulator: str
    version: str
    lacks: Mapping[str, str]


EMBEDDED = Pinned("embedded", "MiniStack", "1.5.33", {"needs-queue-policies": DESPITE_A_POLICY})
LOCALSTACK = Pinned(
    "localstack",
    "LocalStack",
    LOCALSTACK_VERSION,
    {
        "needs-disabled-rules": THROUGH_A_DISABLED_RULE,
        "needs-queue-policies": DESPITE_A_POLICY,
    },
)
PINNED = (EMBEDDED, LOCALSTACK)


def pinned(target: str) -> Pinned | None:
    """Return what is known of a run's target, or None where it has to be found out.

    An embedded emulator of another version than the pinned one is none that is known.
    """
    if target == EMBEDDED.target and version("ministack") != EMBEDDED.version:
        return None
    return next((each for each in PINNED if each.target == target), None)


def known(target: str) -> Mapping[str, str | None]:
    """Return for each need why a pinned target cannot meet it, or None; of others nothing."""
    found = pinned(target)
    return {need: found.lacks.get(need) for need in NEEDS} if found else {}


def markdown() -> str:
    """Return the table of all needs, a column for each pinned target, as the README has it."""
    targets = [f"`{each.target}` ({each.emulator} {each.version})" for each in PINNED]
    rows = [
        (f"`@{need}`", meaning, *(each.lacks.get(need, YES) for each in PINNED))
        for need, meaning in NEEDS.items()
    ]
    lines = [(*HEADINGS, *targets), ("---",) * (len(HEADINGS) + len(PINNED)), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
