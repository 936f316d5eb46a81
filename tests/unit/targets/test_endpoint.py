"""An endpoint that is of no use ends the run with one sentence that helps."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import pytest
import yaml

from support.errors import ConfigurationError
from support.observing.waiting import Backoff
from support.settings import LOCALSTACK_URL
from support.targets.aws import Aws
from support.targets.embedded import edition
from support.targets.preflight import (
    LOCALSTACK_VERSION,
    endpoint_lost,
    require_endpoint,
    require_localstack,
)
from support.targets.processes import free_port
from tests.support.silent_server import silent_server

LONG_S = 10.0
COMPOSE = Path(__file__).parents[3] / "docker-compose.yml"


@contextmanager
def _web_server(status: int, body: str) -> Iterator[str]:
    """Answer everything alike; return the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer()

        def _answer(self) -> None:
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
            "An error occurred (404) when calling the ListEventBuses operation: a web page",
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


def test_an_endpoint_that_never_answers_is_not_waited_for_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that hangs accepts connections all the same."""
    monkeypatch.setattr("support.targets.aws.PROBE_TIMEOUT_S", 0.1)
    with silent_server() as url, pytest.raises(ConfigurationError) as trouble:
        require_endpoint(Aws(url, "us-east-1"))
    assert str(trouble.value) == (
        f"{url} accepts connections, and does not answer within 10 s: restart it, or choose "
        "another with -D target=..."
    )


def _error(code: str) -> str:
    return json.dumps({"__type": code, "message": "No."})


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "ExpiredTokenException",
            "{url} says that the AWS credentials have expired (ExpiredTokenException): renew them, "
            "for instance with `aws sso login`",
        ),
        (
            "UnrecognizedClientException",
            "{url} does not know the AWS credentials (UnrecognizedClientException): look at "
            "AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
        (
            "AccessDeniedException",
            "{url} does not allow what the suite needs (An error occurred (AccessDeniedException) "
            "when calling the ListEventBuses operation: No.): the README has a policy",
        ),
    ],
)
def test_who_is_not_let_in_reads_what_to_do(code: str, sentence: str) -> None:
    """The credentials are outdated, unknown, or allow too little."""
    with _web_server(400, _error(code)) as url, pytest.raises(ConfigurationError) as trouble:
        require_endpoint(Aws(url, "us-east-1"))
    assert str(trouble.value) == sentence.format(url=url)


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException"])
def test_who_has_too_much_to_do_is_there(code: str) -> None:
    """To be throttled is an answer."""
    with _web_server(400, _error(code)) as url:
        require_endpoint(Aws(url, "us-east-1"))


@pytest.mark.parametrize(
    ("answers", "lost"),
    [([None], None), (["slow", "slow", None], None), (["away"], "away")],
)
def test_an_endpoint_is_lost_only_if_it_stays_away(
    monkeypatch: pytest.MonkeyPatch, answers: list[str | None], lost: str | None
) -> None:
    """One call that is slow or broken off is no reason to end a run."""
    monkeypatch.setattr("support.targets.preflight.AGAIN", Backoff(0.001, 0.001))
    monkeypatch.setattr("support.targets.preflight.STILL_S", LONG_S if lost is None else 0.01)
    told = [*answers]

    def require(_aws: Aws) -> None:
        if sentence := told.pop(0) if len(told) > 1 else told[0]:
            raise ConfigurationError(sentence)

    monkeypatch.setattr("support.targets.preflight.require_endpoint", require)
    assert endpoint_lost(Aws("http://127.0.0.1:1", "us-east-1")) == lost


def test_aws_without_credentials_reads_where_to_give_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is sent to AWS then."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers credentials once found
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigurationError) as trouble:
        require_endpoint(Aws(None, "us-east-1"))
    assert str(trouble.value) == (
        "there are no AWS credentials (Unable to locate credentials): set AWS_PROFILE, or "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose another with -D target=..."
    )


def test_no_localstack_answers() -> None:
    """The sentence says how to start it, and which ones start at all."""
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ConfigurationError) as trouble:
        require_localstack(url)
    assert str(trouble.value) == (
        f"LocalStack does not answer at {url}: `docker compose up -d --wait` starts it; "
        "only 4.14.0 and older start without an auth token"
    )


@pytest.mark.parametrize("body", ["<html>", "[]", "{}"])
def test_who_has_taken_the_emulators_port_is_not_taken_for_it(body: str) -> None:
    """It may be a server of somebody's own: another port is tried then."""
    with _web_server(200, body) as url:
        assert edition(url) is None


@pytest.mark.parametrize("body", ["<html>", "[]", "{}"])
def test_something_else_is_not_taken_for_localstack(body: str) -> None:
    """It may be a server of somebody's own at the usual port."""
    with _web_server(200, body) as url, pytest.raises(ConfigurationError) as trouble:
        require_localstack(url)
    assert str(trouble.value) == (
        f"what answers at {url} is no LocalStack: `docker compose up -d --wait` starts it, "
        "or name its URL with -D target=..."
    )


def test_another_localstack_is_not_taken_for_the_tested_one() -> None:
    """It may be tried by its URL."""
    body = '{"version": "2026.3.1"}'
    with _web_server(200, body) as url, pytest.raises(ConfigurationError) as trouble:
        require_localstack(url)
    assert str(trouble.value) == (
        f"the LocalStack at {url} is 2026.3.1, and -D target=localstack is tested with 4.14.0, "
        "the last that asks for no auth token: `docker compose up -d --wait` starts it, "
        f"or try yours with -D target={url}"
    )


def test_the_tested_localstack_is_let_in() -> None:
    """A build that names its date is the same release."""
    with _web_server(200, '{"version": "4.14.0.dev12"}') as url:
        require_localstack(url)


def test_docker_compose_starts_the_tested_localstack_on_loopback() -> None:
    """It says itself when it is ready, and nobody else can reach it."""
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["localstack"]
    assert service["image"] == f"localstack/localstack:{LOCALSTACK_VERSION}"
    assert service["ports"] == ["127.0.0.1:4566:4566"]
    assert service["healthcheck"]["test"][-1] == f"{LOCALSTACK_URL}/_localstack/health"
    assert not [name for name in service["environment"] if "TOKEN" in name]
