"""An endpoint that is of no use ends the run with one sentence that helps."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from support.errors import ConfigurationError
from support.targets.aws import Aws
from support.targets.embedded import edition, require_endpoint
from support.targets.processes import free_port


@contextmanager
def _web_server(status: int, body: str) -> Iterator[str]:
    """Answer everything alike; return the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_nothing_answers_at_a_free_port() -> None:
    """The sentence names the URL and the way out."""
    url = f"http://127.0.0.1:{free_port()}"
    assert edition(url) is None
    with pytest.raises(ConfigurationError) as trouble:
        require_endpoint(Aws(url, "us-east-1"))
    assert str(trouble.value) == (
        f"nothing answers at {url}: start it (`docker compose up -d` starts LocalStack), "
        "or choose another with -D target=..."
    )


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, "<html>\nWelcome", "it was asked for its event buses and named none"),
        (200, "[]", "'list' object has no attribute 'get'"),
        (
            404,
            "<html>\nNot here",
            "An error occurred (404) when calling the ListEventBuses operation: <html> Not here",
        ),
    ],
)
def test_a_web_server_is_not_taken_for_aws(status: int, body: str, why: str) -> None:
    """What it said is quoted on one line."""
    with _web_server(status, body) as url, pytest.raises(ConfigurationError) as trouble:
        require_endpoint(Aws(url, "us-east-1"))
    assert str(trouble.value) == (
        f"{url} answers, but not like AWS: {why}; choose another with -D target=..."
    )
