"""What the CRM is told from outside: by its environment and its command line."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field


class SettingsError(Exception):
    """Say in one sentence which setting is missing or wrong."""


@dataclass(frozen=True)
class AwsSettings:
    """Hold where AWS, or what stands for it, answers."""

    endpoint_url: str | None
    region: str
    short_poll_seconds: float = 0.0
    detour_url: str | None = None

    @property
    def client_url(self) -> str | None:
        """Return where clients call: a detour leads to the same AWS, and changes no pace."""
        return self.detour_url or self.endpoint_url

    @property
    def visibility_seconds(self) -> int:
        """Return after how many seconds a message that was not deleted comes again."""
        return 30 if self.endpoint_url is None else 2

    @property
    def thorough_poll_seconds(self) -> int:
        """Return how long to ask a queue so that an empty answer means that it is empty.

        A short poll asks some of the servers of AWS only, and all that an emulator has.
        """
        return 1 if self.endpoint_url is None else 0

    @property
    def idle_poll_seconds(self) -> float:
        """Return how long the publisher rests when its stream has nothing new.

        An emulator is asked often because asking is quick; AWS allows five reads a second of a
        shard.
        """
        return 0.25 if self.endpoint_url is None else 0.025


@dataclass(frozen=True)
class Secrets:
    """Hold what proves who may open tenants and what signs their credentials."""

    operator_token: str = field(repr=False)
    credential_key: bytes = field(repr=False)


class Stack(BaseModel):
    """Hold the outputs of the CloudFormation stack that the CRM runs on, and its tags."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    bus: str = Field(alias="BusName")
    event_table: str = Field(alias="EventTableName")
    event_stream_arn: str = Field(alias="EventStreamArn")
    checkpoint_table: str = Field(alias="CheckpointTableName")
    projection_table: str = Field(alias="ProjectionTableName")
    outputs: Mapping[str, str]
    tags: Mapping[str, str] = Field(default_factory=dict)

    def queue_url(self, subscriber: str) -> str:
        """Return the URL of a subscriber's queue."""
        return self.outputs[_logical(subscriber) + "QueueUrl"]

    def dead_letter_queue_url(self, subscriber: str) -> str:
        """Return the URL of a subscriber's dead-letter queue."""
        return self.outputs[_logical(subscriber) + "DeadLetterQueueUrl"]


def _logical(subscriber: str) -> str:
    return subscriber.title().replace("-", "")


def aws_settings(environ: Mapping[str, str] = os.environ) -> AwsSettings:
    """Read the endpoint and the region from the environment."""
    endpoint = environ.get("CRM_AWS_ENDPOINT_URL") or environ.get("AWS_ENDPOINT_URL") or None
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    if endpoint:
        check_url(endpoint)
    return AwsSettings(endpoint, region, _short_poll(environ.get("CRM_SHORT_POLL_MS") or "0"))


def check_url(endpoint: str) -> None:
    """Raise SettingsError for an endpoint that is no URL."""
    if not endpoint.startswith(("http://", "https://")):
        raise SettingsError(
            f"The endpoint {endpoint!r} is not a URL such as http://127.0.0.1:4566."
        )


def _short_poll(milliseconds: str) -> float:
    if not milliseconds.isascii() or not milliseconds.isdigit():
        raise SettingsError(f"CRM_SHORT_POLL_MS is {milliseconds!r}, not a number of milliseconds.")
    return int(milliseconds) / 1000


def secrets(environ: Mapping[str, str] = os.environ) -> Secrets:
    """Read the operator token, and the key of credentials or derive it from the token."""
    token = environ.get("CRM_OPERATOR_TOKEN")
    if not token:
        raise SettingsError("CRM_OPERATOR_TOKEN is not set: it is what may open tenants.")
    own_key = environ.get("CRM_CREDENTIAL_SECRET")
    derived = hmac.new(token.encode(), b"crm credentials", hashlib.sha256).digest()
    return Secrets(token, own_key.encode() if own_key else derived)
