"""A proxy on loopback between the CRM under test and AWS, which tampers as it is told."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Document = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

LOOPBACK = "127.0.0.1"
PATIENCE_S = 30.0
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"]
# They belong to one connection, or are made anew for the body that goes on.
ONE_HOP = frozenset(
    {b"connection", b"content-encoding", b"content-length", b"keep-alive", b"transfer-encoding"}
)
# Of a body that was altered it is not true any more, and botocore checks it.
CHECKSUM = b"x-amz-crc32"
JSON_TYPE = b"application/x-amz-json-1.0"


@dataclass(frozen=True)
class Call:
    """Hold one call of the AWS API: its operation, and its JSON."""

    operation: str
    body: Document


@dataclass(frozen=True)
class Plan:
    """Say what becomes of a call.

    It is held up for `pause` seconds; then `body` is asked instead (None: nothing is), and what
    `answer` makes of AWS's answer (None: there was none) is answered.
    """

    body: Document | None
    answer: Callable[[Document | None], Document] = lambda told: told or {}
    pause: float = 0.0


class Tamperer(Protocol):
    """Plan what becomes of each call."""

    def plan(self, call: Call) -> Plan | None:
        """Return what becomes of a call, None for what should; the call is not to be changed."""


@dataclass(frozen=True)
class Message:
    """Hold a request or an answer as it travels."""

    headers: Headers
    body: bytes
    status: int = httpx.codes.OK

    def saying(self, document: Document) -> "Message":
        """Return the same with another body."""
        kept = [pair for pair in self.headers if pair[0].lower() != CHECKSUM]
        return Message(kept, json.dumps(document).encode(), self.status)


@dataclass
class Proxy:
    """Pass every request on to one upstream, and its answer back, tampered with or not.

    `operations` counts what passed, by operation; what is no JSON call of AWS is "other".
    """

    upstream: str
    tamperer: Tamperer | None = None
    operations: dict[str, int] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return the web application."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
            async with httpx.AsyncClient(
                base_url=self.upstream, timeout=PATIENCE_S, limits=limits, trust_env=False
            ) as client:
                yield {"client": client}

        return Starlette(
            routes=[Route("/{path:path}", self._serve, methods=METHODS)], lifespan=lifespan
        )

    async def _serve(self, request: Request) -> Response:
        asked = Message(_one_hop_less(request.headers.raw), await request.body())
        operation = request.headers.get("x-amz-target", ".other").rpartition(".")[2]
        self.operations[operation] = self.operations.get(operation, 0) + 1
        hop = _Hop(request.state.client, request)
        plan = None
        if self.tamperer is not None and operation != "other":
            plan = self.tamperer.plan(Call(operation, json.loads(asked.body)))
        answer = await hop.cross(asked) if plan is None else await _follow(plan, asked, hop)
        response = Response(answer.body, answer.status)
        # As they were, also such as come twice.
        response.raw_headers = [
            *answer.headers,
            (b"content-length", str(len(answer.body)).encode()),
        ]
        return response


@dataclass(frozen=True)
class _Hop:
    """Ask the upstream what a request asks."""

    client: httpx.AsyncClient
    request: Request

    async def cross(self, asked: Message) -> Message:
        path = self.request.scope["raw_path"].decode()
        query = self.request.scope["query_string"].decode()
        try:
            got = await self.client.request(
                self.request.method,
                f"{path}?{query}" if query else path,
                headers=asked.headers,
                content=asked.body,
            )
        except httpx.TransportError as error:
            return Message([], str(error).encode(), httpx.codes.BAD_GATEWAY)
        return Message(_one_hop_less(got.headers.raw), got.content, got.status_code)


async def _follow(plan: Plan, asked: Message, hop: _Hop) -> Message:
    await asyncio.sleep(plan.pause)
    if plan.body is None:
        return Message([(b"content-type", JSON_TYPE)], b"").saying(plan.answer(None))
    answer = await hop.cross(asked.saying(plan.body))
    if answer.status != httpx.codes.OK:
        return answer
    return answer.saying(plan.answer(json.loads(answer.body)))


def _one_hop_less(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0].lower() not in ONE_HOP]


@contextmanager
def serving(proxy: Proxy) -> Iterator[str]:
    """Serve a proxy in a thread of this process; yield its URL."""
    # With the protocol named, asyncio sends small answers at once instead of 40 ms later.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen(128)
        config = uvicorn.Config(
            proxy.app(),
            log_config=None,
            access_log=False,
            timeout_keep_alive=120,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
