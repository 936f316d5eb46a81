"""The words for a broken rule: where in the event, what is there, and what must be there."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from jsonschema import ValidationError

Schema = Mapping[str, Any]

_LONGEST = 80  # characters of a value that a sentence shows


def sentences(error: ValidationError) -> Iterator[str]:
    """Say what a schema error means: one sentence, or one for each key that is concerned."""
    schema, instance = cast(Schema, error.schema), cast(Any, error.instance)
    if error.validator == "required":
        missing = (key for key in schema["required"] if key not in instance)
        return (f"{_place(error, key)}: is missing" for key in missing)
    if error.validator == "additionalProperties":
        extra = (key for key in instance if key not in schema["properties"])
        return (f"{_place(error, key)}: is not part of this event" for key in extra)
    words = _WORDS[str(error.validator)](schema)
    return iter((f"{_place(error)}: {_shown(instance)} {words}",))


def _place(error: ValidationError, *key: str) -> str:
    return ".".join(str(step) for step in (*error.absolute_path, *key)) or "event"


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
