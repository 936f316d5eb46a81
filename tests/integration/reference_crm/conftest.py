"""An emulator for the tests of the reference CRM, and a CRM that most of them share."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from uuid import uuid4

import httpx
import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.settings import AwsSettings, Stack
from support.reference_crm.stack import StackDeployer
from tests.integration.reference_crm.crm_process import OPERATOR, Crm, eventually

PARAMETERS = {"VisibilityTimeout": "1", "MaxReceiveCount": "2"}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Start MiniStack on a free port, or take the endpoint that the environment names."""
    if named := os.environ.get("CRM_TEST_ENDPOINT_URL"):
        yield named
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "SERVICES": "dynamodb,dynamodbstreams,sqs,events,cloudformation,sts",
    }
    command = [sys.executable, "-m", "ministack.app"]
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: _answers(f"{url}/_ministack/health"))
        yield url
        process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def environment(endpoint: str) -> Mapping[str, str]:
    """Return what the CRM is told by its environment."""
    return {
        "CRM_AWS_ENDPOINT_URL": endpoint,
        "CRM_OPERATOR_TOKEN": OPERATOR,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }


@pytest.fixture(scope="session")
def aws(environment: Mapping[str, str]) -> Iterator[Aws]:
    """Return clients of the emulator."""
    with pytest.MonkeyPatch.context() as patch:
        # No more than boto3 asks for: the suite heeds the CRM's variables, and other tests run it.
        for name in (each for each in environment if each.startswith("AWS_")):
            patch.setenv(name, environment[name])
        yield Aws(AwsSettings(environment["CRM_AWS_ENDPOINT_URL"], "us-east-1"))


@pytest.fixture(scope="session")
def bare_stack(aws: Aws) -> Iterator[Stack]:
    """Deploy a stack that no role works on."""
    deployer = StackDeployer(aws, f"bare-{uuid4().hex[:8]}")
    yield deployer.ensure(PARAMETERS)
    deployer.delete()


@pytest.fixture(scope="module")
def crm(environment: Mapping[str, str]) -> Iterator[Crm]:
    """Start a CRM; the queues deliver again after a second, twice at most."""
    options = ("--visibility", "1", "--attempts", "2")
    started = Crm(environment, "--stack", "shared", "--delete-stack", *options)
    yield started
    started.hang_up()


@pytest.fixture
def stack(crm: Crm, aws: Aws) -> Stack:
    """Return the outputs of the CRM's stack."""
    return StackDeployer(aws, crm.ready["stack"]).describe()
