"""Comparing JSON documents to the letter, and naming what differs."""

from collections.abc import Iterator, Mapping
from typing import Any

from support.judging.values import show

TEXTS = frozenset({str, type(None)})
NOT_THERE = "(not there)"


def alike(one: Any, other: Any) -> bool:
    """Say whether two values are the same JSON: 1 is neither true nor 1.0."""
    return bool(one == other) and _same_types(one, other)


def _same_types(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return isinstance(one, str) and isinstance(other, str)
    if type(one) in TEXTS:
        return True
    if isinstance(one, Mapping):
        return all(_same_types(v, other[k]) for k, v in one.items())
    return not isinstance(one, list | tuple) or all(map(_same_types, one, other))


def only_texts(one: Mapping[str, Any]) -> bool:
    """Say whether a document holds nothing but texts and none: what equals it is alike."""
    return TEXTS.issuperset(map(type, one.values()))


def differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Name the fields of `wanted`, or besides it, that differ, each with both its values."""
    return ", ".join(_differences(found, wanted, ""))


def _differences(found: Mapping[str, Any], wanted: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in {**wanted, **found}:
        has, should = found.get(name, NOT_THERE), wanted.get(name, NOT_THERE)
        if isinstance(has, Mapping) and isinstance(should, Mapping):
            yield from _differences(has, should, f"{path}{name}.")
        elif not alike(has, should):
            yield f"{path}{name} {_shown(has)} instead of {_shown(should)}"


def _shown(value: Any) -> str:
    return NOT_THERE if value is NOT_THERE else show(value)
