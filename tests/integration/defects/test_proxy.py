"""The proxy on a real connection: what it leaves alone arrives as it was sent."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.defects.wire.proxy import Call, Plan, Proxy, serving

TARGET = {"x-amz-target": "DynamoDB_20120810.PutItem"}


@dataclass
class Upstream:
    """Answer every request in the same way, and remember what was asked."""

    url: str = ""
    seen: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """Answer with a checksum and a header that comes twice."""
        body = await request.body()
        asked = f"{request.scope['raw_path'].decode()}?{request.scope['query_string'].decode()}"
        self.seen.append((request.method, asked, body, dict(request.headers)))
        response = Response(b'{"Said": "\xc3\xa4"}', 201 if b"odd" in body else 200)
        response.headers["x-amz-crc32"] = "123"
        response.headers.append("x-twice", "one")
        response.headers.append("x-twice", "two")
        return response


class Louder:
    """Ask and answer something else."""

    def plan(self, call: Call) -> Plan:
        """Ask louder, and answer nothing of what was said."""
        asked = {key: f"{value}!" for key, value in call.body.items()}
        return Plan(asked, lambda _: {"Said": "nothing"})


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Serve on loopback."""
    found = Upstream()
    app = Starlette(routes=[Route("/{path:path}", found.answer, methods=["GET", "POST"])])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        found.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield found
        server.should_exit = True
        thread.join()


def test_a_request_and_its_answer_pass_unchanged(upstream: Upstream) -> None:
    """Method, path, query, body, status, and headers that come twice."""
    proxy = Proxy(upstream.url)
    with serving(proxy) as url:
        answer = httpx.post(f"{url}/1/a%2Fb?x=1&x=2", content=b"odd \xff", headers=TARGET)
    method, asked, body, headers = upstream.seen[0]
    assert (method, asked, body) == ("POST", "/1/a%2Fb?x=1&x=2", b"odd \xff")
    assert headers["x-amz-target"] == TARGET["x-amz-target"]
    assert (answer.status_code, answer.content) == (201, b'{"Said": "\xc3\xa4"}')
    assert answer.headers.get_list("x-twice") == ["one", "two"]
    assert answer.headers["x-amz-crc32"] == "123"
    assert proxy.operations == {"PutItem": 1}


def test_what_a_tamperer_plans_is_asked_and_answered(upstream: Upstream) -> None:
    """Without the checksum, which is of another body."""
    with serving(Proxy(upstream.url, Louder())) as url:
        answer = httpx.post(url, content=b'{"Say": "it"}', headers=TARGET)
    assert json.loads(upstream.seen[0][2]) == {"Say": "it!"}
    assert upstream.seen[0][3]["content-length"] == str(len(upstream.seen[0][2]))
    assert (answer.json(), "x-amz-crc32" in answer.headers) == ({"Said": "nothing"}, False)


def test_what_is_no_json_call_is_not_tampered_with(upstream: Upstream) -> None:
    """CloudFormation speaks another protocol."""
    proxy = Proxy(upstream.url, Louder())
    with serving(proxy) as url:
        httpx.post(url, content=b"Action=DescribeStacks")
    assert (upstream.seen[0][2], proxy.operations) == (b"Action=DescribeStacks", {"other": 1})


def test_where_nobody_answers_it_says_so() -> None:
    """A client knows 502 for trouble that may pass."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with serving(Proxy(f"http://127.0.0.1:{taken.getsockname()[1]}")) as url:
            assert httpx.get(url).status_code == httpx.codes.BAD_GATEWAY
