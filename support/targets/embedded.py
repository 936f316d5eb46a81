"""The embedded emulator: MiniStack as a process of the suite's own, on a free loopback port."""

import sys
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx

from support.observing.waiting import Waiter, WaitTimeout
from support.targets.processes import LOOPBACK, Child, free_port, guarded

START_PATIENCE_S = 20.0
# The server that MiniStack brings takes twice as much time for a call, most of it its own. The app
# sets all headers itself; who ends does not wait for open long polls.
SERVED = (
    "ministack.app:app",
    *("--no-access-log", "--no-server-header", "--no-date-header", "--log-level", "warning"),
    *("--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "1"),
)
SERVICES = "dynamodb,dynamodbstreams,sqs,events,cloudformation,sts"


def start_emulator(log: Path) -> tuple[Child, str]:
    """Start MiniStack; return its process and its URL once it answers.

    Raises ConfigurationError if it ends, on a second port too, or does not answer.
    """
    child, url = _start(log)
    if child.ended:  # somebody may have taken its port before it could
        child.stop()
        child, url = _start(log)
    if child.ended:
        problem = child.trouble("ended")
        child.stop()
        raise problem
    return child, url


def _start(log: Path) -> tuple[Child, str]:
    """Start MiniStack and wait until it answers or ends."""
    port, name = free_port(), uuid4().hex
    url = f"http://{LOOPBACK}:{port}"
    child = Child(
        "the embedded emulator (MiniStack)",
        guarded(
            [sys.executable, "-m", "uvicorn", *SERVED, "--host", LOOPBACK, "--port", str(port)]
        ),
        {
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_EDITION": name,
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "SERVICES": SERVICES,
        },
        log,
        speaks=False,
    )
    with ExitStack() as undo:
        undo.callback(child.stop)
        try:
            Waiter().until(lambda _: child.ended or edition(url) == name, bool, START_PATIENCE_S)
        except WaitTimeout as error:
            raise child.trouble(f"did not answer within {error.elapsed:.0f} s") from error
        undo.pop_all()
    return child, url


def edition(url: str) -> str | None:
    """Return what the MiniStack at a URL calls itself, or None where none answers.

    It tells ours from one of another run that took the port.
    """
    try:
        health = httpx.get(f"{url}/_ministack/health", timeout=1.0, trust_env=False).json()
    except (httpx.TransportError, ValueError):
        return None
    return str(health["edition"]) if isinstance(health, dict) and "edition" in health else None
