"""The catalogue of event types, and the check of an event against its published schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, cast

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from support.contract.entities import EntityType
from support.contract.formats import FORMATS
from support.contract.sentences import Schema, sentences


@dataclass(frozen=True)
class Check:
    """Check documents against one schema."""

    validator: Draft202012Validator
    registry: Registry

    def violations(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """Name what breaks the schema."""
        try:
            errors = [*self.validator.iter_errors(document)]
        except ValueError as error:
            return (f"event: is no JSON that everybody can read: {error}",)
        return tuple(sorted({text for each in errors for text in self._sentences(each)}))

    def _sentences(self, error: ValidationError) -> Iterator[str]:
        rule, _, _ = str(error.absolute_keyword_location).rpartition("/")
        return sentences(error, cast(Schema, self.registry.resolver("").lookup(rule).contents))


class Catalogue:
    """Know every event type of the contract, and what an event of each must look like."""

    def __init__(self) -> None:
        """Load the published schemas and build one validator for each."""
        schemas = read_schemas()
        checks = checks_of(schemas)
        events = {path: _constants(schema) for path, schema in schemas.items() if "/" in path}
        self._envelope = checks["envelope.v1.json"]
        self._published = {
            (event["event_type"], str(event["schema_version"])): checks[path]
            for path, event in events.items()
        }
        self._entity_types = {
            event["event_type"]: EntityType(event["entity_type"]) for event in events.values()
        }
        self._versions: dict[str, list[int]] = {}
        for event in events.values():
            self._versions.setdefault(event["event_type"], []).append(event["schema_version"])

    def event_types(self) -> Mapping[str, EntityType]:
        """Say which event types there are, and whose life each belongs to."""
        return MappingProxyType(self._entity_types)

    def versions(self, event_type: str) -> Sequence[int]:
        """Say in which schema versions a type is published, the newest first.

        The newest is how such an event is told today, the others how it was told before.
        """
        return sorted(self._versions[event_type], reverse=True)

    def violations(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """Name what breaks the contract, in sentences that are always in the same order.

        An event of an unknown type or version is checked against the envelope alone.
        """
        event_type, version = str(document.get("event_type")), str(document.get("schema_version"))
        if (event_type, version) in self._published:
            return self._published[event_type, version].violations(document)
        return (*self._unpublished(document), *self._envelope.violations(document))

    def _unpublished(self, document: Mapping[str, Any]) -> Iterator[str]:
        known = str(document.get("event_type")) in self._entity_types
        if not known and "event_type" in document:
            yield f"event_type: {document['event_type']!r} is not in the contract"
        if known and "schema_version" in document:
            yield f"schema_version: {document['schema_version']!r} of this type is not published"


def read_schemas() -> Mapping[str, Schema]:
    """Read every published schema, by its path in the contract, such as account/X.v1.json."""
    folder = files("support.contract") / "schemas"
    return {path: json.loads(file.read_text("utf-8")) for path, file in _files_in(folder)}


def _files_in(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files_in(entry, f"{entry.name}/")
        else:
            yield prefix + entry.name, entry


def checks_of(schemas: Mapping[str, Schema]) -> Mapping[str, Check]:
    """Build one check for each schema, by its path in the contract."""
    registry = Registry([(schema["$id"], schema) for schema in schemas.values()])
    return {
        path: Check(
            Draft202012Validator(schema, registry=registry, formats=FORMATS, validate_formats=True),
            registry,
        )
        for path, schema in schemas.items()
    }


def _constants(schema: Schema) -> Mapping[str, Any]:
    """Give the values that a schema of one event type nails down: its type, entity, version."""
    return {key: rule["const"] for key, rule in schema["properties"].items() if "const" in rule}
