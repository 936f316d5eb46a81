"""What one entry of an EventBridge pattern's list accepts, as AWS documents its operators."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any

IGNORE_CASE = "equals-ignore-case"
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
ESCAPED = re.compile(r"\\[*\\]|\*|[^*]")


class UnknownOperator(Exception):
    """Say which entry of a pattern this suite cannot judge."""


def accepts(entry: object, values: Sequence[object]) -> bool:
    """Say whether an entry of a leaf accepts one of an event's values; none: the field is absent.

    Raises UnknownOperator for what AWS does not document, instead of guessing.
    """
    if not isinstance(entry, Mapping):
        return any(same(entry, value) for value in values)
    name, wanted = _only(entry)
    if name == "exists" and isinstance(wanted, bool):
        return bool(values) == wanted
    operator = OPERATORS.get(name)
    if operator is None:
        raise UnknownOperator(spell(entry))
    return any([operator(wanted, value) for value in values] or _checked(operator, wanted))


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are written alike: 300 is not 300.0, and true is not 1."""
    return json.dumps(one) == json.dumps(other)


def spell(entry: object) -> str:
    """Spell an entry of a pattern, or a value of an event."""
    if isinstance(entry, Mapping) and len(entry) == 1:
        name, wanted = _only(entry)
        return f"{name} {spell(wanted)}"
    return json.dumps(entry, ensure_ascii=False, default=str)


def _only(entry: Mapping[str, Any]) -> tuple[str, Any]:
    if len(entry) != 1:
        raise UnknownOperator(json.dumps(entry, default=str))
    return next(iter(entry.items()))


def _checked(operator: Callable[[Any, object], bool], wanted: object) -> list[bool]:
    """Judge an absent field: nothing accepts it, but what cannot be judged is told all the same."""
    operator(wanted, "")
    return []


def _text(wanted: object, whole: object) -> str:
    if not isinstance(wanted, str):
        raise UnknownOperator(spell(whole))
    return wanted


def _affix(compare: Callable[[str, str], bool]) -> Callable[[Any, object], bool]:
    def accepted(wanted: Any, value: object) -> bool:
        folds = isinstance(wanted, Mapping) and list(wanted) == [IGNORE_CASE]
        affix = _text(wanted[IGNORE_CASE] if folds else wanted, wanted)
        if not isinstance(value, str):
            return False
        return compare(value.casefold(), affix.casefold()) if folds else compare(value, affix)

    return accepted


def _equals_ignoring_case(wanted: Any, value: object) -> bool:
    text = _text(wanted, wanted)
    return isinstance(value, str) and value.casefold() == text.casefold()


def _wildcard(wanted: Any, value: object) -> bool:
    text = _text(wanted, wanted)
    pieces = [".*" if each == "*" else re.escape(each[-1]) for each in ESCAPED.findall(text)]
    return isinstance(value, str) and bool(re.fullmatch("".join(pieces), value, re.DOTALL))


def _numeric(wanted: Any, value: object) -> bool:
    if not isinstance(wanted, Sequence) or not wanted or len(wanted) % 2:
        raise UnknownOperator(spell({"numeric": wanted}))
    pairs = list(zip(wanted[::2], wanted[1::2], strict=True))
    if any(sign not in COMPARISONS or not _is_number(bound) for sign, bound in pairs):
        raise UnknownOperator(spell({"numeric": wanted}))
    return _is_number(value) and all(COMPARISONS[sign](value, bound) for sign, bound in pairs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cidr(wanted: Any, value: object) -> bool:
    try:
        network = ip_network(wanted, strict=False)
    except ValueError as error:
        raise UnknownOperator(spell({"cidr": wanted})) from error
    try:
        return isinstance(value, str) and ip_address(value) in network
    except ValueError:
        return False


def _anything_but(wanted: Any, value: object) -> bool:
    if not isinstance(wanted, Mapping):
        return not any(same(each, value) for each in _listed(wanted))
    name, inner = _only(wanted)
    if name not in AFTER_ANYTHING_BUT:
        raise UnknownOperator(spell({"anything-but": wanted}))
    return not any(OPERATORS[name](each, value) for each in _listed(inner))


def _listed(wanted: Any) -> Sequence[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


AFTER_ANYTHING_BUT = ("prefix", "suffix", "wildcard", IGNORE_CASE)
OPERATORS: Mapping[str, Callable[[Any, object], bool]] = {
    "prefix": _affix(str.startswith),
    "suffix": _affix(str.endswith),
    IGNORE_CASE: _equals_ignoring_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}
