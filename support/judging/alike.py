"""Comparing JSON documents to the letter, and naming what differs."""

from collections.abc import Iterator, Mapping
from typing import Any

from support.judging.values import show

TEXTS = frozenset({str, type(None)})
NOT_THERE = "(not there)"


def alike(one: Any, other: Any) -> bool:
    """Say whether two values are the same JSON: 1 is neither true nor 1.0."""
    if type(one) is not type(other):
        return isinstance(one, str) and isinstance(other, str) and one == other
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(alike(v, other[k]) for k, v in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def same_fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether `other` has all the fields of one, alike; quick where all of them are texts."""
    return one.items() <= other.items() and (
        only_texts(one) or all(alike(v, other[k]) for k, v in one.items())
    )


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
