"""A sample event of every type of the contract, made from its published schema."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from support.contract.catalogue import read_schemas
from support.contract.sentences import Schema

LATER = 2  # the version of an event that is not its entity's first
Document = dict[str, Any]
# What the contract's shared values look like, by their names.
VALUES: Mapping[str, Any] = {
    "text": "Sample",
    "optional_text": None,
    "long_text": None,
    "phone": None,
    "email": None,
    "entity_id": "sample",
    "optional_entity_id": None,
    "amount": "10.00",
    "currency": "EUR",
    "country": "DE",
    "date": "2026-03-31",
    "timestamp": "2026-03-31T09:30:00+02:00",
    "utc_timestamp": "2026-03-31T07:30:00.000Z",
    "sku": "SAMPLE-1",
}


class Samples:
    """Know the schemas, and make events that follow them."""

    def __init__(self) -> None:
        self._schemas = read_schemas()
        events = [path for path in self._schemas if "/" in path]
        # Of several versions of a type the newest comes last, and is how events are told today.
        self._newest = {path.rpartition(".v")[0]: path for path in sorted(events, key=_version)}

    def of(self, tenant_id: str) -> Iterator[Document]:
        """Make one event of every type for a tenant; each has an event id of its own."""
        for path in self._newest.values():
            yield self._event(path, self._schemas[path], tenant_id)

    def _event(self, path: str, schema: Schema, tenant_id: str) -> Document:
        own = schema["properties"]
        return {
            "event_id": str(uuid4()),
            "event_type": own["event_type"]["const"],
            "schema_version": own["schema_version"]["const"],
            "tenant_id": tenant_id,
            "entity_type": own["entity_type"]["const"],
            "entity_id": VALUES["entity_id"],
            "version": own.get("version", {}).get("const", LATER),
            "occurred_at": VALUES["utc_timestamp"],
            "actor": "acceptance-suite",
            "correlation_id": str(uuid4()),
            "causation_id": None,
            "payload": self._value(path, own["payload"]),
        }

    def _value(self, path: str, schema: Schema) -> Any:
        if "$ref" in schema:
            return self._referred(path, schema["$ref"])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        return self._structure(path, schema)

    def _referred(self, path: str, reference: str) -> Any:
        file, _, pointer = reference.partition("#")
        name = PurePosixPath(pointer).name
        if name in VALUES:
            return VALUES[name]
        target = PurePosixPath(file).name if file else path
        return self._value(target, self._schemas[target]["$defs"][name])

    def _structure(self, path: str, schema: Schema) -> Any:
        match schema["type"]:
            case "object":
                # An event about changed fields requires none of them, and has at least one.
                named = schema.get("required") or [next(iter(schema["properties"]))]
                return {name: self._value(path, schema["properties"][name]) for name in named}
            case "integer":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case kind:
                raise KeyError(f"{path}: no sample is known of a value of type {kind}")


def _version(path: str) -> int:
    """Read the version of a schema from its path, such as account/AccountCreated.v1.json."""
    return int(path.rpartition(".v")[2].removesuffix(".json"))
