"""Whether an EventBridge pattern lets an event pass, and if not, at which leaf it refuses it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from support.judging.operators import UnknownOperator, accepts, spell

ALTERNATIVES = "$or"


class Answer(StrEnum):
    """Say what a pattern does with an event."""

    MATCHES = "matches"
    REFUSES = "refuses"
    UNKNOWN = "cannot be judged"


@dataclass(frozen=True)
class Leaf:
    """Name a leaf of a pattern, what it wants, and what the event has there."""

    path: str
    wants: str
    has: str

    def __str__(self) -> str:
        return f"{self.path} should be {self.wants}, and is {self.has}"


@dataclass(frozen=True)
class Verdict:
    """Say what a pattern does with an event; `leaves` are those that refuse or are not known."""

    answer: Answer
    leaves: tuple[Leaf, ...] = ()

    def __str__(self) -> str:
        return "; ".join(str(leaf) for leaf in self.leaves)


MATCHES = Verdict(Answer.MATCHES)


def match(pattern: object, event: object) -> Verdict:
    """Match an event, as it is on the bus, against a rule's pattern, both as parsed JSON.

    What AWS does not document is UNKNOWN, not guessed. A list of objects in the event matches if
    one of them does as a whole.
    """
    if not isinstance(pattern, Mapping) or not pattern:
        return Verdict(Answer.UNKNOWN, (Leaf("the pattern", spell(pattern), "an event"),))
    return _object(pattern, event, "")


def _object(pattern: Mapping[str, Any], event: object, path: str) -> Verdict:
    candidates = [each for each in _flat(event) if isinstance(each, Mapping)] or [{}]
    return _any([_all(list(_parts(pattern, each, path))) for each in candidates])


def _parts(pattern: Mapping[str, Any], event: Mapping[str, Any], path: str) -> Iterator[Verdict]:
    for name, wanted in pattern.items():
        where = f"{path}.{name}" if path else name
        if name == ALTERNATIVES and _is_alternatives(wanted):
            yield _every([_all(list(_parts(each, event, path))) for each in wanted])
        elif isinstance(wanted, Mapping) and wanted:
            yield _object(wanted, event.get(name), where)
        else:
            yield _leaf(wanted, event, name, where)


def _leaf(wanted: object, event: Mapping[str, Any], name: str, path: str) -> Verdict:
    has = spell(event[name]) if name in event else "not there"
    if not isinstance(wanted, list) or not wanted:
        return Verdict(Answer.UNKNOWN, (Leaf(path, spell(wanted), has),))
    found = _flat(event[name]) if name in event else ()
    values = [each for each in found if not isinstance(each, Mapping)]
    unknown: list[str] = []
    for entry in wanted:
        try:
            if accepts(entry, values):
                return MATCHES
        except UnknownOperator as operator:
            unknown.append(str(operator))
    wants = " or ".join(unknown or [spell(entry) for entry in wanted])
    return Verdict(Answer.UNKNOWN if unknown else Answer.REFUSES, (Leaf(path, wants, has),))


def _all(verdicts: Sequence[Verdict]) -> Verdict:
    """Combine what must all match: one refusal decides, whatever else is not known."""
    for answer in (Answer.REFUSES, Answer.UNKNOWN):
        if leaves := [leaf for each in verdicts if each.answer is answer for leaf in each.leaves]:
            return Verdict(answer, tuple(leaves))
    return MATCHES


def _any(verdicts: Sequence[Verdict]) -> Verdict:
    """Combine what may match: if nothing does, the nearest says why."""
    for answer in (Answer.MATCHES, Answer.UNKNOWN):
        if found := [each for each in verdicts if each.answer is answer]:
            return found[0]
    return min(verdicts, key=lambda each: len(each.leaves))


def _every(verdicts: Sequence[Verdict]) -> Verdict:
    """Combine alternatives: if none matches, each says why."""
    nearest = _any(verdicts)
    if nearest.answer is not Answer.REFUSES:
        return nearest
    return Verdict(Answer.REFUSES, tuple(leaf for each in verdicts for leaf in each.leaves))


def _is_alternatives(wanted: object) -> bool:
    return isinstance(wanted, list) and bool(wanted) and all(isinstance(e, Mapping) for e in wanted)


def _flat(value: object) -> Iterator[object]:
    if not isinstance(value, list):
        yield value
        return
    for each in value:
        yield from _flat(each)
