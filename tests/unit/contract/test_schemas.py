"""The schema files themselves: sound, readable, and found where their name says."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
from jsonschema_rs import meta

from support.contract.catalogue import read_schemas
from support.contract.formats import FORMATS

SCHEMAS = read_schemas()
EVENTS = {path: schema for path, schema in SCHEMAS.items() if "/" in path}


def _parts(node: Any) -> Iterator[Mapping[str, Any]]:
    """Walk over every object inside a schema."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _parts(child)


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_schema_is_valid_json_schema(path: str) -> None:
    """A schema that is none would accept anything."""
    meta.validate(SCHEMAS[path])


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_schema_file_is_formatted_like_all_others(path: str) -> None:
    """Differences between versions show what changed, and nothing else."""
    text = (files("support.contract") / "schemas" / path).read_text(encoding="utf-8")
    assert text == json.dumps(SCHEMAS[path], indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", EVENTS)
def test_a_schema_is_found_where_its_name_says(path: str) -> None:
    """The path, the id and the constants of an event schema agree."""
    rules = EVENTS[path]["properties"]
    event_type, entity_type = rules["event_type"]["const"], rules["entity_type"]["const"]
    assert path == f"{entity_type}/{event_type}.v{rules['schema_version']['const']}.json"
    assert EVENTS[path]["$id"].endswith(f"/{path}")


@pytest.mark.parametrize("path", EVENTS)
def test_a_schema_explains_itself(path: str) -> None:
    """Whoever writes another CRM reads what an event and each of its fields mean."""
    schema = EVENTS[path]
    assert schema["title"]
    assert schema["description"].endswith(".")
    fields = schema["properties"]["payload"]["properties"].values()
    assert all(field["description"].endswith(".") for field in fields)


@pytest.mark.parametrize("path", EVENTS)
def test_a_payload_is_closed(path: str) -> None:
    """A payload names its fields, and all are there or at least one of those that can change."""
    payload = EVENTS[path]["properties"]["payload"]
    assert payload["additionalProperties"] is False
    expected = (
        {"minProperties": 1}
        if "minProperties" in payload
        else {"required": [*payload["properties"]]}
    )
    assert expected.items() <= payload.items()


@pytest.mark.parametrize("path", SCHEMAS)
def test_every_format_is_known_and_every_rule_of_form_has_words(path: str) -> None:
    """An unknown format would check nothing; a sentence about a form needs its name."""
    for part in _parts(SCHEMAS[path]):
        if isinstance(part.get("pattern"), str) or isinstance(part.get("format"), str):
            assert {"title", "description"} <= part.keys()
        if isinstance(part.get("format"), str):
            assert part["format"] in FORMATS
