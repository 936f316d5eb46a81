"""What the pattern of each rule lets through, held against what it is there for."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from support.judging.case import Document

SHOWN = 4


@dataclass(frozen=True)
class Rule:
    """Name a rule of the bus, its pattern as JSON, and the queues that it delivers to."""

    name: str
    pattern: str
    queues: tuple[str, ...]


@dataclass(frozen=True)
class Purpose:
    """Say who a queue is for, and which events are meant for it."""

    whose: str
    takes: Callable[[Document], bool]


def undeclared(rules: Sequence[Rule], purposes: Mapping[str, Purpose]) -> Iterator[str]:
    """Name the rules that deliver to a queue, or to none, of which nobody said what it is for.

    `purposes` are by the names of queues.
    """
    for rule in rules:
        unknown = [queue for queue in rule.queues if queue not in purposes]
        if unknown or not rule.queues:
            where = f"to {', '.join(unknown)}" if unknown else "nowhere"
            yield f"the rule {rule.name} delivers {where}, and nobody declared what it is for"
    served = {queue for rule in rules for queue in rule.queues}
    for queue, purpose in purposes.items():
        if queue not in served:
            yield f"{purpose.whose} was declared, and no rule delivers to {queue}"


def let_through(
    rule: str, purpose: Purpose, samples: Sequence[Document], passed: Sequence[Document]
) -> Iterator[str]:
    """Name what a rule's pattern keeps back though it is meant for it, and the other way round."""
    times = Counter(sample["event_id"] for sample in passed)
    meant = {sample["event_id"]: sample for sample in samples if purpose.takes(sample)}
    strange = [sample for sample in passed if sample["event_id"] not in meant]
    missing = [sample for event_id, sample in meant.items() if event_id not in times]
    twice = [sample for event_id, sample in meant.items() if times[event_id] > 1]
    said = f"the rule {rule} of {purpose.whose}"
    if strange:
        yield f"{said} lets through what is not meant for it: {_named(strange)}"
    if missing:
        yield f"{said} keeps back what is meant for it: {_named(missing)}"
    if twice:
        yield f"{said} lets through more than once: {_named(twice)}"


def _named(samples: Sequence[Document]) -> str:
    names = [f"{each['event_type']} of tenant {each['tenant_id']}" for each in samples]
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return ", ".join([*names[:SHOWN], *more])
