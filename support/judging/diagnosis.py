"""Which hop lost an event, from what is known of each hop, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from support.judging.case import BUS
from support.judging.hops import Hops, Obstacle, Route, Stop

GROUPS = 3
NAMED = 3
BEFORE_STORE = "the CRM's answer and the event store"
OTHER_ID = "one like it came, and not under its event_id"
NO_RULE = "no rule of the bus delivers to its queue"
ANSWERED = {True: "yes", False: "no", None: "not known"}


# What is so of a subscriber's queue for every event, in the words of a message.
CLOSED = {
    Obstacle.NO_QUEUE: "its queue is gone",
    Obstacle.DENIED: "the policy of its queue denies the bus to send",
}


@dataclass(frozen=True)
class Loss:
    """Name the two hops between which an event was lost, and what shows it."""

    hop: str
    why: str
    obstacle: Obstacle | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"between {self.hop}: {self.why}"


def losses(hops: Hops) -> tuple[Loss, ...]:
    """Return the first hops without a trace: one, or one for each subscriber that lacks it."""
    if not hops.on_bus:
        return tuple(_before_bus(hops))
    if hops.committed is False:
        return tuple(_without_history(hops))
    lost = tuple(loss for stop in hops.stops if (loss := _at(stop)))
    if lost or any(stop.applied is None for stop in hops.stops):
        return lost
    return tuple(_shown(hops))


def headline(hops: Hops) -> str:
    """Say in one sentence, for any reader, where an event was lost."""
    if lost := losses(hops):
        other = "arrived on the bus other than it was committed, and " if hops.altered else ""
        return f"{hops.title} {other}was lost " + "; and ".join(str(each) for each in lost)
    if not hops.on_bus:
        return f"{hops.title} is missing; whether it came to the bus is not known"
    if hops.committed is False:
        return f"{hops.title} is on the bus: it is not in the history, and no receipt names it"
    if unknown := [stop.subscriber for stop in hops.stops if stop.applied is None]:
        names = ", ".join(unknown)
        return f"{hops.title} reached the bus; whether it reached {names} is not known"
    return f"{hops.title} is there by now: it came after the waiting had ended"


def known(hops: Hops) -> Iterator[str]:
    """Say hop by hop what is known of an event, up to where it was lost."""
    yield f"accepted by the CRM: {'yes' if hops.accepted else 'no receipt names it'}"
    yield f"committed to the event store: {ANSWERED[hops.committed]}"
    if hops.committed is False and not hops.on_bus and not hops.kin:
        return
    if not hops.on_bus:
        yield f"on the bus: {hops.unreadable or _unseen(hops)}"
        if hops.set_aside:
            yield f"set aside: {hops.set_aside}"
        return
    yield "on the bus: yes"
    if hops.altered:
        yield f"  other than it was committed: {hops.altered}"
    for stop in hops.stops:
        first, *others = _traces(stop)
        yield f"{stop.subscriber}: {first}"
        yield from (f"  {line}" for line in others)
    if hops.is_on_record is not None:
        yield f"in the audit trail: {ANSWERED[hops.is_on_record]}"
    if hops.view is not None:
        yield f"in the view: {f'version {hops.view}' if hops.view else 'there is none'}"


def _unseen(hops: Hops) -> str:
    if hops.kin:
        return f"{ANSWERED[hops.on_bus]}, but one like it came {hops.kin}"
    return ANSWERED[None] if hops.on_bus is None else "no, the tap has not seen it"


def diagnose(traced: Sequence[Hops], unknown: Sequence[str] = ()) -> list[str]:
    """Return the lines of a message: where each event was lost, and what shows it.

    Events that were lost on the same hops are told together; `unknown` is what gave no answer.
    """
    together: dict[tuple[str, ...], list[Hops]] = {}
    for hops in traced:
        together.setdefault(_way(hops), []).append(hops)
    groups = list(together.values())
    left = sum(len(group) for group in groups[GROUPS:])
    return [
        *(line for group in groups[:GROUPS] for line in _group(group)),
        *([f"lost in other ways: {left} more event(s)"] if left else []),
        *(f"not known: {each}" for each in unknown),
    ]


def _way(hops: Hops) -> tuple[str, ...]:
    """Return what is the same for all that was lost alike, or is in no history, or was late."""
    if lost := losses(hops):
        return tuple(loss.hop if hops.on_bus else str(loss) for loss in lost)
    return (headline(replace(hops, title="")),)


def _group(group: Sequence[Hops]) -> Iterator[str]:
    first, *others = group
    yield headline(first)
    yield from (f"  {line}" for line in known(first))
    if others:
        named = ", ".join(each.title for each in others[:NAMED])
        rest = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        yield f"  the same holds for {named}{rest}"


def _shown(hops: Hops) -> Iterator[Loss]:
    if hops.is_on_record is False:
        yield Loss(
            "the subscribers and the audit trail", "all have applied it, and no entry has it"
        )
    if hops.view is not None and hops.view < hops.version:
        shows = f"it shows version {hops.view}" if hops.view else "there is none"
        yield Loss("the subscribers and the view", f"all have applied it, and {shows}")


def _before_bus(hops: Hops) -> Iterator[Loss]:
    if hops.unreadable:
        yield Loss(BUS, f"what arrived in its name is {hops.unreadable}")
    elif hops.committed is False and hops.accepted:
        yield Loss(BEFORE_STORE, "it was accepted, and is not committed")
    elif hops.committed is False:
        yield Loss("the suite and the CRM", "no command that was accepted made it")
    elif hops.on_bus is not None:
        yield _unpublished(hops)


def _without_history(hops: Hops) -> Iterator[Loss]:
    if hops.accepted:
        yield Loss(BEFORE_STORE, "it was accepted and published, and is not in the history")


def _unpublished(hops: Hops) -> Loss:
    if hops.set_aside:
        return Loss(BUS, f"it was set aside: {hops.set_aside}")
    if hops.committed:
        return Loss(BUS, OTHER_ID if hops.kin else "it is committed, and was not published")
    why = OTHER_ID if hops.kin else "it was not published"
    return Loss("the CRM and the bus", f"{why}; whether it is committed, is not known")


def _at(stop: Stop) -> Loss | None:
    """Return what shows where a subscriber's copy was lost; certain evidence goes first."""
    if stop.applied != 0:
        return None
    bus = f"the bus and the subscriber {stop.subscriber}"
    queue = f"the queue of the subscriber {stop.subscriber} and the subscriber"
    if stop.is_dead_letter:
        return Loss(queue, "the subscriber gave it up, and it is among its dead letters")
    if stop.routes is not None and not any(route.may_deliver for route in stop.routes):
        return _no_route(bus, stop, stop.routes)
    if stop.closed:
        return Loss(bus, CLOSED[stop.closed], stop.closed)
    if stop.waiting:
        return Loss(queue, f"{_messages(stop.waiting)} there, not taken in time")
    if stop.lacks is not None:
        return Loss(queue, f"the subscriber keeps it back until it has had version {stop.lacks}")
    if None in (stop.routes, stop.waiting, stop.is_dead_letter):
        return Loss(bus, "what its rules and queues would show is not known")
    return Loss(
        bus,
        "a rule lets it pass and no queue holds it, so either the queue did not get it, "
        "the subscriber took it and did nothing, or `applied` leaves it out",
    )


def _no_route(hop: str, stop: Stop, routes: Sequence[Route]) -> Loss:
    if not routes:
        return Loss(hop, "; ".join([NO_RULE, *_aimless(stop)]), Obstacle.NO_TARGET)
    is_off = not any(route.is_enabled for route in routes)
    obstacle = Obstacle.DISABLED if is_off else Obstacle.REFUSED
    return Loss(hop, "; ".join(each.gist for each in routes), obstacle)


def _aimless(stop: Stop) -> Iterator[str]:
    yield from (f"the rule {rule} lets it pass, and has no target" for rule in stop.aimless)


def _traces(stop: Stop) -> Iterator[str]:
    yield _applied(stop.applied)
    if stop.applied != 0:
        return
    yield from _routes(stop.routes)
    yield from _aimless(stop)
    if stop.closed:
        yield CLOSED[stop.closed]
    yield f"in its queue {_messages(stop.waiting)}"
    among = ", this event among them" if stop.is_dead_letter else ""
    yield f"in its dead-letter queue {_messages(stop.dead)}{among}"
    if stop.lacks is not None:
        yield f"it lacks version {stop.lacks} of the same entity, too"


def _routes(routes: Sequence[Route] | None) -> Iterator[str]:
    if routes is None:
        yield "its rules are not known"
    elif not routes:
        yield NO_RULE
    else:
        yield from (str(route) for route in routes)


def _applied(times: int | None) -> str:
    if times is None:
        return "whether it was applied is not known"
    return {0: "not applied", 1: "applied once"}.get(times, f"applied {times} times")


def _messages(count: int | None) -> str:
    if count is None:
        return "an unknown number of messages"
    return "1 message" if count == 1 else f"{count or 'no'} messages"
