"""Patterns and events that show what each operator of EventBridge accepts, and what it refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """Hold what a leaf of a pattern lists, and the values of `detail.x` on either side."""

    leaf: Sequence[Any]
    accepted: Sequence[Any]
    refused: Sequence[Any]


class Absent:
    """Stand for a field that an event does not have."""


ABSENT = Absent()
CASES = [
    Case(["lead"], ["lead", ["account", "lead"], [["lead"]]], ["Lead", "", None, [], ABSENT]),
    Case(["lead", 5], ["lead", 5, [1, 5]], ["5", True, 50, {"lead": 5}]),
    Case([None], [None], ["", "null", 0, False, [], ABSENT]),
    Case([True], [True], ["true", 1, ABSENT]),
    Case([""], [""], [" ", None, ABSENT]),
    Case([{"prefix": "acme-"}], ["acme-", "acme-2", ["b", "acme-2"]], ["acme", "ACME-2", 5]),
    Case([{"prefix": {"equals-ignore-case": "acme-"}}], ["ACME-2"], ["acme", ABSENT, 5]),
    Case([{"suffix": ".png"}], [".png", "a.png"], ["a.PNG", "a.png ", None]),
    Case([{"suffix": {"equals-ignore-case": ".png"}}], ["a.PNG"], ["a.pn", ABSENT]),
    Case([{"equals-ignore-case": "Lead"}], ["lead", "LEAD"], ["leads", 5, ABSENT]),
    Case([{"wildcard": "a*c"}], ["ac", "abc", "a\nc", "abcbc"], ["abcd", "bc", 5, ABSENT]),
    Case([{"wildcard": r"a\*c"}], ["a*c"], ["abc", r"a\*c"]),
    Case([{"wildcard": r"a\\*"}], ["a\\", "a\\b"], ["a*", "ab"]),
    Case([{"wildcard": "*.p*g"}], ["x.png", ".pg"], ["xpng", "x.pn"]),
    Case([{"anything-but": "lead"}], ["account", 5, "", ["lead", "account"]], ["lead", ABSENT]),
    Case([{"anything-but": ["lead", "account"]}], ["contact"], ["lead", ["account"], [], ABSENT]),
    Case([{"anything-but": [5, 6]}], [7, "5"], [5, 6, ABSENT]),
    Case([{"anything-but": {"prefix": "a"}}], ["b", "A"], ["a", "abc", ABSENT]),
    Case([{"anything-but": {"prefix": ["a", "b"]}}], ["c"], ["a1", "b1"]),
    Case([{"anything-but": {"suffix": ".png"}}], ["a.gif"], ["a.png", ABSENT]),
    Case([{"anything-but": {"suffix": [".png", ".gif"]}}], ["a.jpg"], ["a.png", "a.gif"]),
    Case([{"anything-but": {"wildcard": "a*c"}}], ["ab"], ["abc", ABSENT]),
    Case([{"anything-but": {"wildcard": ["a*c", "x*"]}}], ["ab"], ["abc", "xy"]),
    Case([{"anything-but": {"equals-ignore-case": "lead"}}], ["leads"], ["LEAD", ABSENT]),
    Case([{"anything-but": {"equals-ignore-case": ["lead", "x"]}}], ["y"], ["LEAD", "X"]),
    Case([{"numeric": ["=", 5]}], [5, 5.0, [1, 5]], [6, "5", ABSENT]),
    Case([{"numeric": [">", 0, "<=", 5]}], [5, 0.1], [0, 5.1, -1, None, ABSENT]),
    Case([{"numeric": [">=", -3, "<", 5]}], [-3, 4.9], [-3.1, 5]),
    Case([{"exists": True}], ["", None, 5, ["a"]], [ABSENT, []]),
    Case([{"exists": False}], [ABSENT], ["", None, 5]),
    Case([{"exists": False}, "lead"], [ABSENT, "lead"], ["account"]),
    Case([{"cidr": "10.0.0.0/24"}], ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "lead", 5, ABSENT]),
    Case([{"cidr": "2001:db8::/32"}], ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]),
]


def examples() -> Iterator[tuple[dict[str, Any], dict[str, Any], bool]]:
    """Yield each case as a pattern, an event, and whether the one accepts the other."""
    for case in CASES:
        for values, accepted in ((case.accepted, True), (case.refused, False)):
            for value in values:
                yield {"detail": {"x": case.leaf}}, on_bus(x=value), accepted
    yield from SHAPED


def on_bus(**detail: Any) -> dict[str, Any]:
    """Wrap a detail as the bus does."""
    return {
        "id": "1",
        "account": "000000000000",
        "source": "crm",
        "detail-type": "LeadCreated",
        "time": "2026-03-31T07:30:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {name: value for name, value in detail.items() if value is not ABSENT},
    }


NESTED = {"detail": {"x": {"y": ["a"], "z": ["b"]}}}
EITHER = {"detail": {"$or": [{"x": ["a"]}, {"y": [{"numeric": [">", 0]}]}]}}
BOTH_LEVELS = {"source": ["crm"], "$or": [{"detail": {"x": ["a"]}}, {"detail-type": ["Other"]}]}
SHAPED: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"source": ["crm"], "detail-type": [{"prefix": "Lead"}]}, on_bus(), True),
    ({"source": ["crm"], "detail-type": ["AccountCreated"]}, on_bus(), False),
    ({"source": [{"prefix": ""}]}, on_bus(), True),
    (NESTED, on_bus(x={"y": "a", "z": "b"}), True),
    (NESTED, on_bus(x={"y": "a", "z": "c"}), False),
    (NESTED, on_bus(x="a"), False),
    (NESTED, on_bus(), False),
    (NESTED, on_bus(x=[{"y": "c", "z": "d"}, {"y": "a", "z": "b"}]), True),
    (NESTED, on_bus(x=[{"y": "a", "z": "d"}, {"y": "c", "z": "b"}]), False),
    ({"detail": {"x": {"y": [{"exists": False}]}}}, on_bus(), True),
    ({"detail": {"x": {"y": [{"exists": False}]}}}, on_bus(x={"y": 1}), False),
    (EITHER, on_bus(x="a"), True),
    (EITHER, on_bus(y=1), True),
    (EITHER, on_bus(x="b", y=0), False),
    (BOTH_LEVELS, on_bus(x="a"), True),
    (BOTH_LEVELS, on_bus(x="b"), False),
]
