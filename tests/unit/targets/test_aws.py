"""The suite's AWS clients: short time-outs, no retries of their own, no real credentials lent."""

from typing import Any

import pytest

from support.targets.aws import Aws

OTHERS = ("events", "cloudformation", "dynamodb")
EMULATOR = Aws("http://127.0.0.1:4566", "eu-central-1")


@pytest.mark.parametrize(("service", "seconds"), [("sqs", 5), *((each, 25) for each in OTHERS)])
def test_a_client_gives_up_soon_and_tries_once(service: str, seconds: int) -> None:
    """One place retries; a call that receives cannot outlast a deadline by much."""
    client: Any = getattr(EMULATOR, service)
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, seconds)
    assert config.retries["total_max_attempts"] == 1
    assert client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert client.meta.region_name == "eu-central-1"


def test_a_long_poll_at_aws_may_end_before_the_client_gives_up() -> None:
    """An empty queue answers after 5 seconds."""
    client: Any = Aws(None, "eu-central-1").sqs
    assert client.meta.config.read_timeout == 8


def test_a_client_is_made_once() -> None:
    """Making one takes longer than a call."""
    assert EMULATOR.sqs is EMULATOR.sqs


def test_an_emulator_never_gets_real_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the suite's clients nor a child lend it those of the user."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    client: Any = Aws("http://127.0.0.1:4566", "eu-central-1").sqs
    assert client._request_signer._credentials.access_key == "test"
    assert EMULATOR.environment() == {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }


def test_a_child_at_aws_uses_the_credentials_of_the_user() -> None:
    """The suite names the region only."""
    assert Aws(None, "eu-central-1").environment() == {
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
