"""Leases: by its tags, what a run creates says whose it is and until when.

A run that dies renews its lease no more; once it has ended, whoever sweeps may remove what is left.
Tags do not arrive everywhere (LocalStack gives a stack's to nothing in it, MiniStack not to rules),
so what a run creates carries the run's id in its name, too, and the lease of a run is the one that
ends last among all that is the run's.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

RUN_TAG = "crm-acceptance:run"
EXPIRES_TAG = "crm-acceptance:expires"
RUN_ID = r"(?P<run>[a-z0-9]{4,12})"
# What carries such a name is a run's; nothing else has its name when the run begins.
OURS = re.compile(rf"crm-{RUN_ID}(-.*)?")
# What stands beside a deployed CRM is a run's only if its tags say so, too.
LENT = re.compile(rf"(tap|scratch)-{RUN_ID}(-\d+)?")
LASTING_S = 1e9
FAMILIES = ("crm-", "tap-", "scratch-")

Tags = Mapping[str, str]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """Say whose something is, and until when."""

    run_id: str
    expires: datetime

    @property
    def tags(self) -> dict[str, str]:
        """Return the tags that say so."""
        return {RUN_TAG: self.run_id, EXPIRES_TAG: self.expires.isoformat(timespec="seconds")}

    @classmethod
    def read(cls, tags: Tags) -> "Lease | None":
        """Return what tags say, or None where they say nothing that can be understood."""
        try:
            expires = datetime.fromisoformat(tags[EXPIRES_TAG])
            return cls(tags[RUN_TAG], expires) if expires.tzinfo else None
        except (KeyError, ValueError):
            return None


def lease_of(run_id: str, seconds: float, begins: datetime | None = None) -> Lease:
    """Return a lease that ends so many seconds after it begins (default: now)."""
    return Lease(run_id, (begins or now()) + timedelta(seconds=seconds))


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass
class Renewal:
    """Renew a run's lease when half of it is over; `write` puts tags on something of the run's.

    A lease that cannot be renewed is no reason to end a run: it is logged.
    """

    run_id: str
    seconds: float
    write: Callable[[Tags], object]
    clock: Callable[[], datetime] = now
    _due: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._due = self._half_time()

    def if_due(self) -> None:
        """Renew the lease if it is time to."""
        if self.clock() < self._due:
            return
        self._due = self._half_time()
        try:
            self.write(lease_of(self.run_id, self.seconds, self.clock()).tags)
        except (BotoCoreError, ClientError) as error:
            log.warning("The lease of run %s could not be renewed: %s", self.run_id, error)

    def _half_time(self) -> datetime:
        return self.clock() + timedelta(seconds=self.seconds / 2)


def no_lease() -> Renewal:
    """Return what renews nothing, for what needs no lease."""
    return Renewal("none", LASTING_S, lambda _: None)


class Kind(StrEnum):
    """Name the kinds of things that a run can leave at an endpoint."""

    STACK = "stack"
    TABLE = "table"
    STREAM = "stream"
    BUS = "bus"
    ARCHIVE = "archive"
    RULE = "rule"
    TARGET = "target"
    QUEUE = "queue"


@dataclass(frozen=True)
class Thing:
    """Hold something that is a run's; `address` is its ARN or URL, `bus` that of a rule or target.

    The lease is the thing's own.
    """

    kind: Kind
    name: str
    run_id: str
    address: str = ""
    bus: str = ""
    lease: Lease | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Things = Iterable[Thing]


@dataclass(frozen=True)
class SortedOut:
    """Hold things by what may be done with them."""

    expired: list[Thing]
    on_lease: list[Thing]
    unreadable: list[Thing]


def sort_out(things: Things, at: datetime, older_than: timedelta = timedelta()) -> SortedOut:
    """Tell what has expired at least so long ago from what is on lease, or says nothing of one.

    All that is one run's goes together, by the lease that ends last.
    """
    sorted_out = SortedOut([], [], [])
    for group in by_run(things).values():
        if (ends := end_of(group)) is None:
            sorted_out.unreadable.extend(group)
        elif ends + older_than <= at:
            sorted_out.expired.extend(group)
        else:
            sorted_out.on_lease.extend(group)
    return sorted_out


def by_run(things: Things) -> Mapping[str, list[Thing]]:
    """Return things by their run's id, in their order."""
    groups: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        groups[thing.run_id].append(thing)
    return groups


def end_of(things: Things) -> datetime | None:
    """Return when the last lease ends, or None if no lease of theirs can be read."""
    ends = (thing.lease.expires for thing in things if thing.lease is not None)
    return max(ends, default=None)
