"""The only maker of AWS clients for the suite: short time-outs, and no retries of their own."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient

CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 25
LONG_POLL_S = 5
BRIEF_POLL_S = 1
PROBE_TIMEOUT_S = 10  # an emulator may load a service at its first call
# Its own, botocore puts together anew for each request, in an eighth of a call's time.
USER_AGENT = "crm-acceptance"
RECEIVE_TIMEOUT_S = 5  # a deadline of the collector is missed by one call at most


@dataclass(frozen=True)
class Aws:
    """Make the suite's clients for one endpoint (None: AWS itself) and region.

    An emulator takes any credentials, so it gets the well-known test ones; AWS gets the usual ones.
    """

    endpoint_url: str | None
    region: str

    @property
    def place(self) -> str:
        """Return in words where this is."""
        return self.endpoint_url or f"AWS in {self.region}"

    @cached_property
    def sqs(self) -> "SQSClient":
        """Return the client for queues."""
        timeout = RECEIVE_TIMEOUT_S if self.endpoint_url else LONG_POLL_S + 3
        client: SQSClient = self._client("sqs", timeout)
        return client

    @cached_property
    def events(self) -> "EventBridgeClient":
        """Return the client for buses and rules."""
        client: EventBridgeClient = self._client("events")
        return client

    @cached_property
    def probe(self) -> "EventBridgeClient":
        """Return the client that asks whether anybody answers, and does not wait long for it."""
        client: EventBridgeClient = self._client("events", PROBE_TIMEOUT_S)
        return client

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """Return the client for stacks."""
        client: CloudFormationClient = self._client("cloudformation")
        return client

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """Return the client for tables."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @cached_property
    def streams(self) -> "DynamoDBStreamsClient":
        """Return the client for tables' streams."""
        client: DynamoDBStreamsClient = self._client("dynamodbstreams")
        return client

    def environment(self) -> dict[str, str]:
        """Return the variables that give a child process the same credentials and region."""
        if self.endpoint_url is None:
            return {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def _client(self, service: str, read_timeout: float = READ_TIMEOUT_S) -> Any:
        known = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(  # type: ignore[call-overload]  # the service is not a literal here
            service,
            endpoint_url=self.endpoint_url,
            region_name=self.region,
            config=Config(
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=read_timeout,
                retries={"total_max_attempts": 1},
                user_agent=USER_AGENT,
                max_pool_connections=4,
            ),
            **(known if self.endpoint_url else {}),
        )
