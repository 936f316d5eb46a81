"""The embedded emulator: MiniStack as a process of the suite's own, on a free loopback port."""

import sys
from pathlib import Path

import httpx

from support.errors import ConfigurationError
from support.observing.waiting import Waiter, WaitTimeout
from support.targets.processes import LOOPBACK, Child, free_port, guarded

START_PATIENCE_S = 20.0
SERVICES = "dynamodb,dynamodbstreams,sqs,events,cloudformation,sts"


def start_emulator(log: Path) -> tuple[Child, str]:
    """Start MiniStack; return its process and its URL once it answers.

    Raises ConfigurationError if it ends or does not answer.
    """
    port = free_port()
    child = Child(
        "the embedded emulator (MiniStack)",
        guarded([sys.executable, "-m", "ministack"]),
        {
            "BIND_HOST": LOOPBACK,
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "SERVICES": SERVICES,
        },
        log,
    )
    url = f"http://{LOOPBACK}:{port}"
    try:
        Waiter().until(
            lambda _: child.ended or answers(f"{url}/_ministack/health"), bool, START_PATIENCE_S
        )
    except WaitTimeout as error:
        problem = child.trouble(f"did not answer within {error.elapsed:.0f} s")
        child.stop()
        raise problem from error
    if child.ended:
        problem = child.trouble("ended")
        child.stop()
        raise problem
    return child, url


def answers(url: str) -> bool:
    """Say whether something answers HTTP at a URL."""
    try:
        return httpx.get(url, timeout=1.0, trust_env=False).is_success
    except httpx.TransportError:
        return False


def require_endpoint(url: str) -> None:
    """Raise ConfigurationError unless something answers like AWS at the URL."""
    try:
        httpx.get(url, timeout=5.0, trust_env=False)
    except httpx.TransportError as error:
        raise ConfigurationError(
            f"nothing answers at {url}: start it (`docker compose up -d` starts LocalStack), "
            "or choose another with -D target=..."
        ) from error
