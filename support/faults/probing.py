"""Finding out what a target can carry: by doing it to a bus, a rule and a queue of our own."""

import json
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from threading import Event as Flag
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from support.errors import Inconclusive
from support.faults.deliveries import Inboxes
from support.faults.plane import FaultError
from support.faults.routes import Breakage, Routes
from support.faults.way import READY_S, GivenUp, Way, own_way
from support.observing.pattern_taps import patterns_of
from support.observing.taps import NO_TAGS, WHOLE_BUS, passes
from support.targets.aws import Aws
from support.targets.capabilities import DESPITE_A_POLICY, THROUGH_A_DISABLED_RULE
from support.targets.preflight import is_about_credentials

AT_THE_START_S = 2.0
AT_ONCE_S = 0.001
SIDE_BY_SIDE = 4  # as many as a client has connections
# What somebody's idea of AWS may come to: a LookupError where an answer lacks what it must have.
NOT_LIKE_AWS = (
    AttributeError,
    BotoCoreError,
    ClientError,
    FaultError,
    LookupError,
    ResponseParserError,
)
STILL_DELIVERS: Mapping[Breakage, str] = {
    Breakage.SWITCHED_OFF: THROUGH_A_DISABLED_RULE,
    Breakage.LEADS_NOWHERE: "this target delivers to a target that was removed",
    Breakage.TURNED_AWAY: DESPITE_A_POLICY,
    Breakage.DOOR_GONE: "this target delivers to a queue that was deleted",
}
NOTHING_COMES = "this target brings nothing through a bus and a rule of the suite's own"
STAYS_BROKEN = "this target brings nothing any more through a subscription that {} and is mended"
NOT_PUT = "this target does not bring what is put into a queue"
UNREADABLE = "this target does not tell the rules of a bus"


Probe = Callable[[Way], str | None]


def _stopped_by(*breakages: Breakage) -> Probe:
    """Return what says why not each of these stops deliveries until it is mended."""

    def probe(way: Way) -> str | None:
        return next((why for each in breakages if (why := _not_stopped(way, each))), None)

    return probe


def _not_stopped(way: Way, breakage: Breakage) -> str | None:
    broken = Routes(way.aws, way.tap.bus, way.over.is_set).breaking(breakage, way.queue)
    broken.do()
    # On emulators what is changed counts at once.
    patience = AT_ONCE_S if way.aws.endpoint_url else READY_S
    try:
        if not way.until(lambda: not way.comes(), patience):
            return STILL_DELIVERS[breakage]
    finally:
        if not way.over.is_set():  # else all of it is about to be taken down
            broken.undo()
    return None if way.is_ready() else STAYS_BROKEN.format(breakage)


def _takes_messages(way: Way) -> str | None:
    mark = uuid4().hex
    Inboxes(way.aws).deliver(way.queue, [mark])
    return None if way.brings(mark) else NOT_PUT


def _can_be_copied(way: Way) -> str | None:
    told = {
        rule.name: json.loads(rule.pattern) for rule in patterns_of(way.aws.events, way.tap.bus)
    }
    return None if told == {way.tap.rule: WHOLE_BUS} else UNREADABLE


PROBES: Mapping[str, Probe] = {
    "needs-broken-routes": _stopped_by(Breakage.LEADS_NOWHERE, Breakage.DOOR_GONE),
    "needs-deliveries": _takes_messages,
    "needs-disabled-rules": _stopped_by(Breakage.SWITCHED_OFF),
    "needs-held-deliveries": _stopped_by(Breakage.LEADS_NOWHERE),
    "needs-pattern-taps": _can_be_copied,
    "needs-publishing": lambda _: None,  # an event has come by then
    "needs-queue-policies": _stopped_by(Breakage.TURNED_AWAY),
}


class Probes:
    """Say what the target cannot do, each asked once a run, unless it is `known`.

    `name` is of the suite's own: the bus, the rule and the queue that are broken to find out.
    Several are asked at the same time; `known` has the reason why not, or None, by need; `tags` are
    on what is put up.
    """

    def __init__(
        self,
        aws: Aws,
        name: str,
        known: Mapping[str, str | None] | None = None,
        tags: Mapping[str, str] = NO_TAGS,
    ) -> None:
        self._aws = aws
        self._name = name
        self._tags = tags
        self._known = known or {}
        self._asked: dict[str, Future[str | None]] = {}
        self._over = Flag()
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    def begin(self, needs: Collection[str], patience: float = AT_THE_START_S) -> list[str]:
        """Ask for needs that are not known, waiting `patience` seconds for all of them together.

        Return those that have no answer by then: it is waited for when a scenario needs it.
        """
        # In the order of PROBES: what takes longest begins first.
        asked = {need: self._ask(need) for need in PROBES if need in needs and self._is_open(need)}
        wait(asked.values(), patience)
        return sorted(need for need, answer in asked.items() if not answer.done())

    def lacks(self, need: str) -> str | None:
        """Say why a need cannot be met, or None; also for what it knows nothing of.

        Raises Inconclusive where trouble on the way there allows no answer, for this once.
        """
        if not self._is_open(need):
            return self._known.get(need)
        try:
            return self._ask(need).result()
        except NOT_LIKE_AWS as trouble:
            untold = f"nobody can tell whether this target can do what {need} takes: {trouble}"
            raise Inconclusive(untold) from trouble

    def has_asked(self, need: str) -> bool:
        """Say whether a need is known, or an answer is there, or none has to be."""
        return not self._is_open(need) or _is_answered(self._asked.get(need))

    def close(self) -> None:
        """Give up what nobody waits for any more; all that was put up for it goes."""
        self._over.set()
        self._pool.shutdown(cancel_futures=True)

    def _is_open(self, need: str) -> bool:
        return need in PROBES and need not in self._known

    def _ask(self, need: str) -> Future[str | None]:
        asked = self._asked.get(need)
        if asked is None or (asked.done() and not _is_answered(asked)):
            self._asked[need] = self._pool.submit(self._probe, PROBES[need])
        return self._asked[need]

    def _probe(self, probe: Probe) -> str | None:
        name = f"{self._name}-{uuid4().hex[:4]}"
        # What cannot be taken down again is no need that is lacking: it is trouble.
        with suppress(GivenUp), ExitStack() as down:
            try:
                way = down.enter_context(own_way(self._aws, name, self._over, self._tags))
                return probe(way) if way.is_ready() else NOTHING_COMES
            except NOT_LIKE_AWS as error:
                if passes(error) or is_about_credentials(error):
                    raise
                return f"this target does not do what it takes ({error})"
        return None


def _is_answered(asked: Future[str | None] | None) -> bool:
    return asked is not None and asked.done() and asked.exception() is None
