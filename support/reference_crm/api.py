"""The HTTP API: routes, and how a refusal is told."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from support.reference_crm.aws import AWS_TROUBLE
from support.reference_crm.commands import CommandHandler
from support.reference_crm.credentials import Gatekeeper, checked_id
from support.reference_crm.domain import COMMANDS, Refused
from support.reference_crm.envelope import Receipt
from support.reference_crm.http_requests import command_request, read_json
from support.reference_crm.openapi import Refusal, publish
from support.reference_crm.own_subscriptions import OwnSubscription, OwnSubscriptions
from support.reference_crm.reading import Answer, Reading, entity_ref
from support.reference_crm.settings import Stack

STATUS_BY_CODE = {
    "invalid_credential": HTTPStatus.UNAUTHORIZED,
    "wrong_tenant": HTTPStatus.FORBIDDEN,
    "unknown_entity": HTTPStatus.NOT_FOUND,
    "unknown_command": HTTPStatus.NOT_FOUND,
    "unknown_subscriber": HTTPStatus.NOT_FOUND,
    "version_conflict": HTTPStatus.CONFLICT,
    "already_exists": HTTPStatus.CONFLICT,
    "in_flight": HTTPStatus.CONFLICT,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
MAX_LIMIT = 1000

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Position = Annotated[int, Query(ge=0)]
Cursor = Annotated[str | None, Query()]
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": "Refused"} for status in (401, 403, 404, 409, 422)
}

log = logging.getLogger(__name__)


class Api:
    """Answer the requests of one CRM."""

    def __init__(
        self,
        gatekeeper: Gatekeeper,
        handler: CommandHandler,
        reading: Reading,
        own: OwnSubscriptions,
        stack: Stack,
    ) -> None:
        self._gatekeeper = gatekeeper
        self._handler = handler
        self._reading = reading
        self._own = own
        self._stack = stack

    def app(self) -> FastAPI:
        """Return the application with all its routes."""
        app = FastAPI(title="Reference CRM", version="1", docs_url=None, redoc_url=None)
        self._add_operation(app)
        for name in COMMANDS:
            self._add_command(app, name)
        app.add_api_route(
            "/tenants/{tenant_id}/commands/{command_type}",
            self._unknown_command,
            methods=["POST"],
            include_in_schema=False,
        )
        self._add_reading(app)
        self._add_own_subscription(app)
        tell_refusals(app)
        publish(app)
        return app

    def _add_operation(self, app: FastAPI) -> None:
        app.add_api_route("/health", self._health, methods=["GET"], response_model=None)
        app.add_api_route(
            "/subscribers", self._reading.subscribers, methods=["GET"], response_model=None
        )
        app.add_api_route(
            "/tenants", self._open_tenant, methods=["POST"], status_code=201, response_model=None
        )

    def _add_command(self, app: FastAPI, name: str) -> None:
        async def command(tenant_id: str, request: Request) -> JSONResponse:
            return await self._command(tenant_id, name, request)

        app.add_api_route(
            f"/tenants/{{tenant_id}}/commands/{name}",
            command,
            methods=["POST"],
            name=name,
            status_code=201,
            response_model=Receipt,
            responses={200: {"model": Receipt}, **REFUSALS},
        )

    def _add_reading(self, app: FastAPI) -> None:
        answers: Mapping[str, Callable[..., Answer]] = {
            "/history": self._history,
            "/set-aside": self._set_aside,
            "/audit-trail": self._audit_trail,
            "/pipeline": self._pipeline,
            "/subscribers/{name}/applied": self._applied,
            "/subscribers/{name}/parked": self._parked,
            "/{entity_type}/{entity_id}": self._view,
        }
        for path, answer in answers.items():
            app.add_api_route(
                "/tenants/{tenant_id}" + path,
                answer,
                methods=["GET"],
                dependencies=[Depends(self._admit)],
                response_model=None,
                responses=REFUSALS,
            )

    def _add_own_subscription(self, app: FastAPI) -> None:
        answers: Mapping[str, tuple[Callable[..., OwnSubscription | None], HTTPStatus]] = {
            "POST": (self._own.open, HTTPStatus.CREATED),
            "DELETE": (self._own.close, HTTPStatus.NO_CONTENT),
        }
        for method, (answer, status) in answers.items():
            app.add_api_route(
                "/tenants/{tenant_id}/subscription",
                answer,
                methods=[method],
                status_code=status,
                dependencies=[Depends(self._admit)],
                responses=REFUSALS,
            )

    def _admit(self, tenant_id: str, request: Request) -> None:
        self._gatekeeper.admit(request.headers.get("Authorization"), tenant_id)

    def _health(self) -> Answer:
        return {"status": "ok", "stack": self._stack.name, "bus": self._stack.bus}

    async def _open_tenant(self, request: Request) -> Answer:
        self._gatekeeper.admit_operator(request.headers.get("Authorization"))
        body = read_json(await request.body())
        tenant_id = checked_id(body.get("tenant_id"), "invalid_tenant_id")
        return {"tenant_id": tenant_id, "credential": self._gatekeeper.credential(tenant_id)}

    async def _command(self, tenant_id: str, name: str, request: Request) -> JSONResponse:
        self._admit(tenant_id, request)
        asked = command_request(tenant_id, name, await request.body(), request.headers)
        answer = await run_in_threadpool(self._handler.handle, asked)
        status = HTTPStatus.OK if answer.repeated else HTTPStatus.CREATED
        return JSONResponse(answer.receipt.model_dump(mode="json"), status)

    async def _unknown_command(self, tenant_id: str, request: Request) -> JSONResponse:
        self._admit(tenant_id, request)
        raise Refused("unknown_command", "There is no command of this name.")

    def _history(self, tenant_id: str, after: Position = 0, limit: Limit = 100) -> Answer:
        return self._reading.history(tenant_id, after, limit)

    def _set_aside(self, tenant_id: str, after: Cursor = None, limit: Limit = 100) -> Answer:
        return self._reading.set_aside(tenant_id, after, limit)

    def _audit_trail(self, tenant_id: str, after: Cursor = None, limit: Limit = 100) -> Answer:
        return self._reading.audit_trail(tenant_id, after, limit)

    def _pipeline(self, tenant_id: str) -> Answer:
        return self._reading.pipeline(tenant_id)

    def _applied(
        self, tenant_id: str, name: str, after: Cursor = None, limit: Limit = 100
    ) -> Answer:
        return self._reading.applied(tenant_id, name, after, limit)

    def _parked(
        self, tenant_id: str, name: str, after: Cursor = None, limit: Limit = 100
    ) -> Answer:
        return self._reading.parked(tenant_id, name, after, limit)

    def _view(self, tenant_id: str, entity_type: str, entity_id: str) -> Answer:
        return self._reading.view(tenant_id, entity_ref(entity_type, entity_id))


def tell_refusals(app: FastAPI) -> None:
    """Let every failure come out as a code and a sentence."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _no_route)
    for trouble in AWS_TROUBLE:
        app.add_exception_handler(trouble, _trouble)
    app.add_exception_handler(Exception, _defect)


def _refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Refused):
        raise error
    status = STATUS_BY_CODE.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _refusal(status, error.code, error.message)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Tell which parameter of a path or query is wrong."""
    if not isinstance(error, RequestValidationError):
        raise error
    field = error.errors()[0]["loc"][-1]
    return _refusal(422, f"invalid_{field}", f"The parameter {field} is not valid.")


async def _no_route(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = HTTPStatus(error.status_code).name.lower()
    return _refusal(error.status_code, code, f"{error.detail}.")


async def _trouble(_request: Request, error: Exception) -> JSONResponse:
    log.warning("the store does not answer: %s", error)
    return _refusal(503, "busy", "The store does not answer; try again.")


async def _defect(_request: Request, error: Exception) -> JSONResponse:
    """Tell that it is our fault; the server logs what happened, and hangs up.

    Who is not told so may send the next request where nobody listens any more.
    """
    answer = _refusal(500, "internal_error", f"The CRM failed: {type(error).__name__}.")
    answer.headers["Connection"] = "close"
    return answer
