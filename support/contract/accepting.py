"""A quick yes for what follows its schema: JSON Schema, as far as the contract uses it.

jsonschema takes half a millisecond an event, and nearly every event is sound. What is not accepted
here, jsonschema looks at again, and names what is wrong: the words and the last say are its own.
Nothing is accepted here by a schema with a keyword that is not known here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urldefrag, urljoin

from jsonschema import FormatChecker

Schema = Mapping[str, Any]
Test = Callable[[Any], bool]


class _UnknownRuleError(Exception):
    """Say that a schema has a rule that is not known here."""


@dataclass(frozen=True)
class _Place:
    """Hold a schema, the address of the document it is in, and tests of what it refers to."""

    schema: Schema
    address: str
    refer: Callable[[str], Test]
    formats: FormatChecker


def acceptors(schemas: Mapping[str, Schema], formats: FormatChecker) -> Mapping[str, Test]:
    """Return for each schema, by its path in the contract, a test of what follows it."""
    documents = {schema["$id"]: schema for schema in schemas.values()}

    @cache
    def refer(reference: str) -> Test:
        address, pointer = urldefrag(reference)
        schema: Any = documents[address]
        for step in pointer.split("/")[1:]:
            schema = schema[step]
        return _acceptor(_Place(schema, address, refer, formats))

    def known(address: str) -> Test:
        try:
            return refer(address)
        except _UnknownRuleError:
            return lambda _: False

    return {path: known(schema["$id"]) for path, schema in schemas.items()}


def _acceptor(place: _Place) -> Test:
    rules = place.schema.keys() - _WORDS_ONLY
    if unknown := rules - _KEYWORDS.keys():
        raise _UnknownRuleError(*unknown)
    # In the order of the table: what is quick comes first.
    tests = [build(place.schema[name], place) for name, build in _KEYWORDS.items() if name in rules]
    if len(tests) == 1:
        return tests[0]

    def accepts(instance: Any) -> bool:
        for test in tests:  # noqa: SIM110 - all() would take twice as long
            if not test(instance):
                return False
        return True

    return accepts


def _part(schema: Schema, place: _Place) -> Test:
    return _acceptor(_Place(schema, place.address, place.refer, place.formats))


def _reference(reference: str, place: _Place) -> Test:
    return place.refer(urljoin(place.address, reference))


def _const(wanted: Any, _: _Place) -> Test:
    if not isinstance(wanted, str | int | None):
        raise _UnknownRuleError(wanted)
    # To Python true is 1, to JSON it is not.
    is_bool = isinstance(wanted, bool)
    return lambda instance: bool(instance == wanted) and isinstance(instance, bool) is is_bool


def _enum(listed: list[Any], place: _Place) -> Test:
    if all(isinstance(each, str) for each in listed):
        texts = {*listed}
        return lambda instance: isinstance(instance, str) and instance in texts
    tests = [_const(each, place) for each in listed]
    return lambda instance: any(test(instance) for test in tests)


def _type(names: str | list[str], _: _Place) -> Test:
    tests = [_TYPES[name] for name in ([names] if isinstance(names, str) else names)]
    if len(tests) == 1:
        return tests[0]
    return lambda instance: any(test(instance) for test in tests)


def _is_number(instance: Any) -> bool:
    return isinstance(instance, _NUMBERS) and not isinstance(instance, bool)


def _is_integer(instance: Any) -> bool:
    return type(instance) is int or (
        _is_number(instance) and (isinstance(instance, int) or instance.is_integer())
    )


def _minimum(least: int, _: _Place) -> Test:
    return lambda instance: not _is_number(instance) or instance >= least


def _maximum(most: int, _: _Place) -> Test:
    return lambda instance: not _is_number(instance) or instance <= most


def _min_length(least: int, _: _Place) -> Test:
    return lambda instance: not isinstance(instance, str) or len(instance) >= least


def _max_length(most: int, _: _Place) -> Test:
    return lambda instance: not isinstance(instance, str) or len(instance) <= most


def _pattern(pattern: str, _: _Place) -> Test:
    search = re.compile(to_the_last_character(pattern)).search
    return lambda instance: not isinstance(instance, str) or search(instance) is not None


def to_the_last_character(pattern: str) -> str:
    """Return a pattern as JSON Schema means it: Python's `$` also matches before a newline."""
    return re.sub(r"\$$", r"\\Z", pattern)


def _format(name: str, place: _Place) -> Test:
    if name not in place.formats.checkers:
        return lambda _: True  # as jsonschema has it
    conforms, raises = place.formats.checkers[name]

    def accepts(instance: Any) -> bool:
        try:
            return bool(conforms(instance))
        except raises:
            return False

    return accepts


def _min_properties(least: int, _: _Place) -> Test:
    return lambda instance: not isinstance(instance, dict) or len(instance) >= least


def _required(names: list[str], _: _Place) -> Test:
    wanted = {*names}
    return lambda instance: not isinstance(instance, dict) or wanted <= instance.keys()


def _properties(schemas: Mapping[str, Schema], place: _Place) -> Test:
    tests = {name: _part(schema, place) for name, schema in schemas.items()}

    def accepts(instance: Any) -> bool:
        if isinstance(instance, dict):
            for name, value in instance.items():
                test = tests.get(name)
                if test and not test(value):
                    return False
        return True

    return accepts


def _additional_properties(allowed: bool | Schema, place: _Place) -> Test:  # noqa: FBT001 - JSON's
    if allowed is not False:
        raise _UnknownRuleError(allowed)
    names = place.schema.get("properties", {}).keys()
    return lambda instance: not isinstance(instance, dict) or instance.keys() <= names


def _condition(schema: Schema, place: _Place) -> Test:
    holds = _part(schema, place)
    then, otherwise = (_part(place.schema.get(name, {}), place) for name in ("then", "else"))
    return lambda instance: then(instance) if holds(instance) else otherwise(instance)


# As one object: a union would be made anew at each look.
_NUMBERS = (int, float)
_WORDS_ONLY = {"$schema", "$id", "$defs", "title", "description", "then", "else"}
_TYPES: Mapping[str, Test] = {
    "string": lambda instance: isinstance(instance, str),
    "integer": _is_integer,
    "boolean": lambda instance: isinstance(instance, bool),
    "object": lambda instance: isinstance(instance, dict),
    "null": lambda instance: instance is None,
}
_KEYWORDS: Mapping[str, Callable[[Any, _Place], Test]] = {
    "$ref": _reference,
    "const": _const,
    "enum": _enum,
    "type": _type,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "format": _format,
    "minProperties": _min_properties,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "if": _condition,
}
