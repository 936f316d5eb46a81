"""Comparing expected rows with what arrived: exact by default, with the nearest misses named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from support.judging.values import show

Row = Mapping[str, object]
ABSENT = "(not there)"
NEAR_MISSES = 3


class Ending(StrEnum):
    """Say how strictly a sentence ends."""

    EXACTLY = "exactly"
    IN_ORDER = "in order"


@dataclass(frozen=True)
class Difference:
    """Name one value that is not as expected."""

    heading: str
    expected: object
    actual: object

    def __str__(self) -> str:
        return f"{self.heading}: expected {show(self.expected)}, found {show(self.actual)}"


@dataclass(frozen=True)
class NearMiss:
    """Hold an actual row that is left over: its number among what arrived, and where it differs."""

    number: int
    actual: Row
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Unmet:
    """Pair an expected row that nothing met with what came nearest, the nearest first."""

    expected: Row
    near: tuple[NearMiss, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Say what is missing, what nobody expected, and whether the order is wrong."""

    missing: tuple[Unmet, ...]
    unexpected: tuple[Row, ...]
    arrived: tuple[Row, ...]
    order_broken: bool

    @property
    def holds(self) -> bool:
        """Return whether the expectation was met."""
        return not (self.missing or self.unexpected or self.order_broken)

    def lines(self) -> list[str]:
        """Return the failure, a line a fact, missing rows first."""
        told = {id(miss.actual) for each in self.missing for miss in each.near}
        return [
            *(line for each in self.missing for line in _missing_lines(each)),
            *(f"unexpected: {spell(row)}" for row in self.unexpected if id(row) not in told),
            *(["the order is not the expected one"] if self.order_broken else []),
            *_arrived_lines(self.arrived),
        ]


def judge(expected: Sequence[Row], actual: Sequence[Row], ending: Ending) -> Judgement:
    """Strike each expected row from a copy of what arrived; nothing may be left on either side.

    A row matches when every heading it has is equal; IN_ORDER also wants the matches in the order
    of the rows. `actual` is in commit order.
    """
    matches = _assign(expected, actual)
    left = {n: row for n, row in enumerate(actual, 1) if n - 1 not in matches.values()}
    missing = tuple(
        Unmet(row, _nearest(row, left))
        for index, row in enumerate(expected)
        if index not in matches
    )
    return Judgement(
        missing=missing,
        unexpected=tuple(left.values()),
        arrived=tuple(actual),
        order_broken=ending is Ending.IN_ORDER and not missing and _disordered(expected, actual),
    )


def differences(expected: Row, actual: Row) -> tuple[Difference, ...]:
    """Return every heading of the expected row whose value is another one."""
    return tuple(
        Difference(heading, value, actual.get(heading, ABSENT))
        for heading, value in expected.items()
        if not same(actual.get(heading, ABSENT), value)
    )


def same(one: object, other: object) -> bool:
    """Say whether two values are equal and of one kind: 1 is not true, and "1" is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def spell(row: Row) -> str:
    """Spell a row on one line."""
    return ", ".join(f"{heading} {show(value)}" for heading, value in row.items())


def _disordered(expected: Sequence[Row], actual: Sequence[Row]) -> bool:
    return len(expected) == len(actual) and any(
        differences(row, found) for row, found in zip(expected, actual, strict=True)
    )


def _assign(expected: Sequence[Row], actual: Sequence[Row]) -> dict[int, int]:
    """Match rows one to one, as many as can be (augmenting paths): a loose row never starves."""
    taken: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for index, candidate in enumerate(actual):
            if index in tried or differences(expected[row], candidate):
                continue
            tried.add(index)
            if index not in taken or place(taken[index], tried):
                taken[index] = row
                return True
        return False

    for row in range(len(expected)):
        place(row, set())
    return {row: index for index, row in taken.items()}


def _nearest(row: Row, candidates: Mapping[int, Row]) -> tuple[NearMiss, ...]:
    """Return what differs least, of all that shares a value with the row."""
    misses = [NearMiss(n, each, differences(row, each)) for n, each in candidates.items()]
    near = [miss for miss in misses if len(miss.differences) < len(row)]
    return tuple(sorted(near, key=lambda miss: len(miss.differences))[:NEAR_MISSES])


def _missing_lines(unmet: Unmet) -> Iterator[str]:
    yield f"missing: {spell(unmet.expected)}"
    if not unmet.near:
        yield "  nothing came near it"
    for place, miss in zip(("nearest", *["then"] * NEAR_MISSES), unmet.near, strict=False):
        yield f"  {place}: number {miss.number} of what arrived, except"
        yield from (f"    {difference}" for difference in miss.differences)


def _arrived_lines(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return ["arrived: nothing"]
    return ["arrived:", *(f"  {number}. {spell(row)}" for number, row in enumerate(rows, 1))]
