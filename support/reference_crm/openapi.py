"""The published contract: what FastAPI cannot know of the commands' bodies is added to it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from support.reference_crm.domain import COMMANDS, CommandSpec

SCHEMAS = "#/components/schemas/"
HEADERS = (("Idempotency-Key", True), ("X-Actor", True), ("X-Correlation-Id", False))


class Refusal(BaseModel):
    """Say why a request was refused: a stable code, and one sentence for people."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str


def publish(app: FastAPI) -> None:
    """Let the application answer with the whole contract."""
    app.openapi = cache(_document(app))  # type: ignore[method-assign]  # as FastAPI has it extended


def _document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def document() -> dict[str, Any]:
        made = get_openapi(title=app.title, version=app.version, routes=app.routes)
        references, definitions = models_json_schema(
            [(spec.model, "validation") for spec in COMMANDS.values()],
            ref_template=SCHEMAS + "{model}",
        )
        made["components"]["schemas"].update(definitions["$defs"])
        made["components"]["securitySchemes"] = {"credential": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"credential": []}]
        for spec in COMMANDS.values():
            operation = made["paths"][f"/tenants/{{tenant_id}}/commands/{spec.name}"]["post"]
            operation["requestBody"] = _body(spec, references[spec.model, "validation"])
            operation["parameters"] += [_header(name, required) for name, required in HEADERS]
        return made

    return document


def _body(spec: CommandSpec, data: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["data"] if spec.creates else ["data", "entity_id"],
        "properties": {
            "entity_id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
            "expected_version": {"type": "integer", "minimum": 0},
            "tenant_id": {"type": "string"},
            "data": data,
        },
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _header(name: str, required: object) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {"name": name, "in": "header", "required": bool(required), "schema": schema}
