"""The words for a broken rule: where in the event, what is there, and what must be there."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

Schema = dict[str, Any]

_LONGEST = 80  # characters of a value that a sentence shows


def sentences(error: ValidationError, schema: Schema) -> Iterator[str]:
    """Say what an error means by the schema that has the rule: a sentence for each key."""
    match error.kind:
        case ValidationErrorKind.Required(key):
            yield f"{_place(error, key)}: is missing"
        case ValidationErrorKind.AdditionalProperties(keys):
            yield from (f"{_place(error, key)}: is not part of this event" for key in keys)
        case kind:
            yield f"{_place(error)}: {_shown(error.instance)} {_WORDS[kind.name](schema)}"


def _place(error: ValidationError, *key: str) -> str:
    return ".".join(str(step) for step in (*error.instance_path, *key)) or "event"


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def _too_short(schema: Schema) -> str:
    return f"is too short, must have {_length(schema)}"


def _too_long(schema: Schema) -> str:
    return f"is too long, must have {_length(schema)}"


def _length(schema: Schema) -> str:
    return f"{schema.get('minLength', 0)} to {schema['maxLength']} characters"


def _malformed(schema: Schema) -> str:
    return f"is not a valid {schema['title']}: {schema['description']}"


def _mistyped(schema: Schema) -> str:
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return f"must be {' or '.join(_TYPES[name] for name in types)}"


def _not_the_constant(schema: Schema) -> str:
    return f"must be {_shown(schema['const'])}"


def _not_listed(schema: Schema) -> str:
    return f"must be one of {', '.join(schema['enum'])}"


def _out_of_range(schema: Schema) -> str:
    if "maximum" in schema:
        return f"must be {schema['minimum']} to {schema['maximum']}"
    return f"must be {schema['minimum']} or more"


def _too_few(_: Schema) -> str:
    return "must name at least one field that changed"


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "an object",
    "null": "null",
}
_WORDS: Mapping[str, Callable[[Schema], str]] = {
    "minLength": _too_short,
    "maxLength": _too_long,
    "pattern": _malformed,
    "format": _malformed,
    "type": _mistyped,
    "const": _not_the_constant,
    "enum": _not_listed,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "minProperties": _too_few,
}
