"""Comparing expected rows with what arrived: exact by default, with the nearest miss named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from support.judging.values import show

Row = Mapping[str, object]
ABSENT = "(not there)"


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
    """Pair an expected row with the actual one that differs least, if any is left."""

    expected: Row
    actual: Row | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Judgement:
    """Say what is missing, what nobody expected, and whether the order is wrong."""

    missing: tuple[NearMiss, ...]
    unexpected: tuple[Row, ...]
    arrived: tuple[Row, ...]
    order_broken: bool

    @property
    def holds(self) -> bool:
        """Return whether the expectation was met."""
        return not (self.missing or self.unexpected or self.order_broken)

    def lines(self) -> list[str]:
        """Return the failure, a line a fact, missing rows first."""
        told = {id(miss.actual) for miss in self.missing}
        return [
            *(line for miss in self.missing for line in _missing_lines(miss)),
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
    left = [row for index, row in enumerate(actual) if index not in matches.values()]
    missing = tuple(
        _nearest(row, left) for index, row in enumerate(expected) if index not in matches
    )
    return Judgement(
        missing=missing,
        unexpected=tuple(left),
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


def _nearest(row: Row, candidates: Sequence[Row]) -> NearMiss:
    ranked = sorted(candidates, key=lambda candidate: len(differences(row, candidate)))
    if not ranked or len(differences(row, ranked[0])) == len(row):
        return NearMiss(row, None, ())
    return NearMiss(row, ranked[0], differences(row, ranked[0]))


def _missing_lines(miss: NearMiss) -> list[str]:
    if miss.actual is None:
        return [f"missing: {spell(miss.expected)}", "  nothing came near it"]
    return [
        f"missing: {spell(miss.expected)}",
        f"  nearest: {spell(miss.actual)}",
        *(f"    {difference}" for difference in miss.differences),
    ]


def _arrived_lines(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return ["arrived: nothing"]
    return ["arrived:", *(f"  {number}. {spell(row)}" for number, row in enumerate(rows, 1))]
