"""The one place that makes clients of AWS."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from support.reference_crm.settings import AwsSettings

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient

AWS_TROUBLE = (ClientError, BotoCoreError)
# Its own, botocore puts together anew for each request, in an eighth of a call's time.
USER_AGENT = "reference-crm"
TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalException",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TransactionInProgressException",
        "500",
        "502",
        "503",
        "504",
    }
)


def error_code(error: BaseException) -> str:
    """Return the code of an error answer, or the name of what went wrong before an answer."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__


def is_transient(error: BaseException) -> bool:
    """Say whether the same call may succeed a moment later."""
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
        return error_code(error) in TRANSIENT_CODES or status >= 500
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


class Aws:
    """Make the clients of one process; each client is safe to share between its threads."""

    def __init__(self, settings: AwsSettings, session: boto3.session.Session | None = None) -> None:
        self.settings = settings
        self._session = session or boto3.session.Session(region_name=settings.region)

    def by_way_of(self, url: str) -> "Aws":
        """Return the same AWS, called at another URL; what was read to warm up is shared."""
        return Aws(replace(self.settings, detour_url=url), self._session)

    def _client(self, service: Any, attempts: int = 1, read_timeout: float = 5) -> Any:
        config = Config(
            connect_timeout=2,
            read_timeout=read_timeout,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            user_agent=USER_AGENT,
            max_pool_connections=50,
            tcp_keepalive=True,
        )
        return self._session.client(service, endpoint_url=self.settings.client_url, config=config)

    def cloudformation(self) -> "CloudFormationClient":
        """Make a client of CloudFormation, which is slow and throttles who asks often."""
        client: CloudFormationClient = self._client("cloudformation", 3, read_timeout=10)
        return client

    def dynamodb(self) -> "DynamoDBClient":
        """Make a client of DynamoDB that tries once: who writes decides what to repeat."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    def dynamodb_for_reading(self) -> "DynamoDBClient":
        """Make a client of DynamoDB that repeats a failed read by itself."""
        client: DynamoDBClient = self._client("dynamodb", attempts=3)
        return client

    def streams(self) -> "DynamoDBStreamsClient":
        """Make a client of DynamoDB Streams."""
        client: DynamoDBStreamsClient = self._client("dynamodbstreams")
        return client

    def events(self) -> "EventBridgeClient":
        """Make a client of EventBridge."""
        client: EventBridgeClient = self._client("events")
        return client

    def sqs(self) -> "SQSClient":
        """Make a client of SQS."""
        client: SQSClient = self._client("sqs")
        return client

    def warm_up(self) -> None:
        """Read the descriptions of the services once, so that forked processes have them.

        A client opens no connection before its first call, so none is shared by the forks.
        """
        for service in ("dynamodb", "dynamodbstreams", "events", "sqs"):
            self._client(service).close()
