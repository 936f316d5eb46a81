"""What the API of the reference CRM answers when it has failed itself."""

import asyncio

import httpx
from fastapi import FastAPI

from support.reference_crm.api import tell_refusals


def _failing() -> FastAPI:
    def fail() -> None:
        raise LookupError

    app = FastAPI()
    app.add_api_route("/", fail)
    tell_refusals(app)
    return app


async def _get(app: FastAPI) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm") as client:
        return await client.get("/")


def test_who_hears_of_a_defect_hears_that_the_connection_ends() -> None:
    """The server hangs up then: the next request must not be sent into the void."""
    answer = asyncio.run(_get(_failing()))
    told = {"code": "internal_error", "message": "The CRM failed: LookupError."}
    assert (answer.status_code, answer.json(), answer.headers["connection"]) == (500, told, "close")
