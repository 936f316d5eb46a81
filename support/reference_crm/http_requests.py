"""From the bytes and headers of a request to a command request; anything odd is refused."""

from collections.abc import Mapping
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError
from pydantic_core import ErrorDetails, from_json

from support.reference_crm.credentials import checked_id, wrong_tenant
from support.reference_crm.domain import Json, Refused
from support.reference_crm.request import Request

MAX_HEADER = 255
INVALID_BODY = "The body has to be a JSON object with the key data, an object, in it."


class CommandBody(BaseModel):
    """Hold the body of a command; `data` is checked by the domain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entity_id: str | None = None
    expected_version: StrictInt | None = Field(None, ge=0)
    tenant_id: str | None = None
    data: dict[str, Json]


def read_json(raw: bytes) -> dict[str, Json]:
    """Return the object that a body holds, refuse any other body."""
    try:
        body = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise Refused("invalid_body", INVALID_BODY) from error
    if not isinstance(body, dict):
        raise Refused("invalid_body", INVALID_BODY)
    return body


def command_request(
    tenant_id: str, command_type: str, raw: bytes, headers: Mapping[str, str]
) -> Request:
    """Return the command that a request of an admitted tenant asks for."""
    body = _body(tenant_id, raw)
    return Request(
        tenant_id=tenant_id,
        command_type=command_type,
        data=body.data,
        entity_id=_entity_id(body),
        expected_version=body.expected_version,
        idempotency_key=_required(headers, "Idempotency-Key", "idempotency_key"),
        actor=_required(headers, "X-Actor", "actor"),
        correlation_id=_header(headers, "X-Correlation-Id", "correlation_id") or str(uuid4()),
    )


def _body(tenant_id: str, raw: bytes) -> CommandBody:
    body = read_json(raw)
    data = body.get("data")
    for part in (body, data if isinstance(data, dict) else {}):
        if part.get("tenant_id", tenant_id) != tenant_id:
            raise wrong_tenant()
    try:
        return CommandBody.model_validate(body)
    except ValidationError as error:
        raise _refusal(error.errors(include_input=False)[0]) from error


def _refusal(detail: ErrorDetails) -> Refused:
    field = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden":
        return Refused("unknown_field", "The body has a key that it cannot have.")
    if field == "data":
        return Refused("invalid_body", INVALID_BODY)
    return Refused(f"invalid_{field}", f"The {field} of the body is not valid: {detail['msg']}.")


def _entity_id(body: CommandBody) -> str | None:
    return None if body.entity_id is None else checked_id(body.entity_id, "invalid_entity_id")


def _required(headers: Mapping[str, str], name: str, field: str) -> str:
    value = _header(headers, name, field)
    if not value:
        raise Refused(f"{field}_missing", f"The request needs the header {name}.")
    return value


def _header(headers: Mapping[str, str], name: str, field: str) -> str:
    value = _decoded(headers.get(name) or "").strip()
    if len(value) > MAX_HEADER:
        raise Refused(f"invalid_{field}", f"The header {name} is longer than {MAX_HEADER}.")
    return value


def _decoded(value: str) -> str:
    """Return a header's text; its bytes came as Latin-1, but most who write names mean UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value
