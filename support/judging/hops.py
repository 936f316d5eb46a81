"""What is known of an event at each hop of its way.

None stands for what is not known, because it was not answered in time.
"""

from dataclasses import dataclass
from enum import Enum

from support.judging.patterns import Answer, Verdict


class Obstacle(Enum):
    """Name what stands between the bus and a subscriber's queue, by what was found there."""

    DISABLED = "its rule is disabled"
    REFUSED = "its rule refuses the event"
    NO_TARGET = "no rule delivers to its queue"
    DENIED = "its queue lets nobody send"
    NO_QUEUE = "its queue is not there"


@dataclass(frozen=True)
class Route:
    """Say what a rule that delivers to a subscriber's queue does with an event."""

    rule: str
    is_enabled: bool
    verdict: Verdict

    @property
    def may_deliver(self) -> bool:
        """Return whether nothing is known that stops the event here."""
        return self.is_enabled and self.verdict.answer is not Answer.REFUSES

    @property
    def gist(self) -> str:
        """Return why it does not let the event pass, without the values."""
        if not self.is_enabled:
            return str(self)
        paths = " and ".join(leaf.path for leaf in self.verdict.leaves)
        return f"the rule {self.rule} refuses it, by its {paths}"

    def __str__(self) -> str:
        if not self.is_enabled:
            return f"the rule {self.rule} is disabled"
        if self.verdict.answer is Answer.MATCHES:
            return f"the rule {self.rule} lets it pass"
        if self.verdict.answer is Answer.REFUSES:
            return f"the rule {self.rule} refuses it: {self.verdict}"
        return f"the rule {self.rule} cannot be judged: {self.verdict}"


@dataclass(frozen=True)
class Stop:
    """Hold the traces of an event at a subscriber that listens to it.

    `waiting` and `dead` count messages, whosoever they are; `lacks` is an earlier version of the
    same entity that the subscriber has not applied either. `aimless` are rules that let the event
    pass and lead nowhere; `closed` says in words why the queue takes nothing from the bus.
    """

    subscriber: str
    applied: int | None
    routes: tuple[Route, ...] | None = None
    waiting: int | None = None
    dead: int | None = None
    is_dead_letter: bool | None = None
    lacks: int | None = None
    aimless: tuple[str, ...] = ()
    closed: Obstacle | None = None


@dataclass(frozen=True)
class Hops:
    """Hold the traces of one event.

    `unreadable` says why what the bus brought in its name is no event, `kin` how one came that is
    like it but for its id, `set_aside` why the CRM could not publish it; `altered` names what is
    otherwise on the bus than committed; `is_on_record` says whether the audit trail has it; `view`
    is the version that the view of its entity shows, 0 if there is none.
    """

    title: str
    version: int
    accepted: bool
    committed: bool | None
    on_bus: bool | None
    unreadable: str = ""
    kin: str = ""
    set_aside: str = ""
    altered: str = ""
    stops: tuple[Stop, ...] = ()
    is_on_record: bool | None = None
    view: int | None = None
