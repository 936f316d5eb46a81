"""What is asked of a target before anything is made there: trouble is told in one sentence."""

import httpx
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from support.errors import ConfigurationError
from support.observing.taps import THROTTLED
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import PROBE_TIMEOUT_S, Aws

LOCALSTACK_VERSION = "4.14.0"
PATIENCE_S = 5.0
SHOWN = 200
STILL_S = 15.0  # longer than one call may take
AGAIN = Backoff(first=0.1, ceiling=2.0)
OUTDATED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
UNKNOWN = ("UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException")
FORBIDDEN = ("AccessDenied", "AccessDeniedException")


def require_endpoint(aws: Aws) -> None:
    """Raise ConfigurationError unless AWS, or something that answers like it, lets the suite in."""
    try:
        answer = aws.probe.list_event_buses(Limit=1)
    except (ConnectTimeoutError, EndpointConnectionError) as error:
        raise ConfigurationError(
            f"nothing answers at {aws.endpoint_url or 'AWS'}: {_way_out(aws)}, "
            "or choose another with -D target=..."
        ) from error
    except ReadTimeoutError as error:
        raise ConfigurationError(
            f"{aws.endpoint_url or 'AWS'} accepts connections, and does not answer within "
            f"{PROBE_TIMEOUT_S} s: restart it, or choose another with -D target=..."
        ) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise ConfigurationError(
            f"there are no AWS credentials ({error}): set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or choose another with -D target=..."
        ) from error
    except (BotoCoreError, ClientError, ResponseParserError, AttributeError) as error:
        if _code(error) in THROTTLED:
            return  # who has too much to do is there
        # An AttributeError is what botocore makes of JSON that is no object.
        raise _refused(aws, error) from error
    if "EventBuses" not in answer:
        raise _not_like_aws(aws, "it was asked for its event buses and named none")


def endpoint_lost(aws: Aws) -> str | None:
    """Say in one sentence why AWS, or what answers like it, is there no more; None if it is.

    It is asked again for STILL_S seconds: one call that is slow, or broken off, is no loss.
    """

    def ask(_: float) -> str | None:
        try:
            require_endpoint(aws)
        except ConfigurationError as error:
            return str(error)
        return None

    try:
        return Waiter(AGAIN).until(ask, lambda told: told is None, STILL_S)
    except WaitTimeout as late:
        last: str | None = late.last
        return last


def require_localstack(url: str) -> None:
    """Raise ConfigurationError unless the LocalStack that is tested answers at the URL."""
    start = "`docker compose up -d --wait` starts it"
    try:
        health = httpx.get(f"{url}/_localstack/health", timeout=PATIENCE_S, trust_env=False)
        version = health.json()["version"]
    except httpx.TransportError as error:
        raise ConfigurationError(
            f"LocalStack does not answer at {url}: {start}; only {LOCALSTACK_VERSION} and older "
            "start without an auth token"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"what answers at {url} is no LocalStack: {start}, or name its URL with -D target=..."
        ) from error
    if str(version).split(".dev")[0] != LOCALSTACK_VERSION:
        raise ConfigurationError(
            f"the LocalStack at {url} is {version}, and -D target=localstack is tested with "
            f"{LOCALSTACK_VERSION}, the last that asks for no auth token: {start}, "
            f"or try yours with -D target={url}"
        )


def is_about_credentials(error: Exception) -> bool:
    """Say whether an answer is about who asks: that says nothing of what the target can do."""
    return _code(error) in OUTDATED + UNKNOWN


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


def _way_out(aws: Aws) -> str:
    if aws.endpoint_url is None:
        return f"look at the network and at -D region={aws.region}"
    return "start it (`docker compose up -d` starts LocalStack)"


def _refused(aws: Aws, error: Exception) -> ConfigurationError:
    code = _code(error)
    where, said = aws.endpoint_url or "AWS", _shown(" ".join(str(error).split()))
    if code in OUTDATED:
        return ConfigurationError(
            f"{where} says that the AWS credentials have expired ({code}): renew them, for "
            "instance with `aws sso login`"
        )
    if code in UNKNOWN:
        return ConfigurationError(
            f"{where} does not know the AWS credentials ({code}): look at AWS_PROFILE, "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if code in FORBIDDEN:
        return ConfigurationError(
            f"{where} does not allow what the suite needs ({said}): the README has a policy"
        )
    return _not_like_aws(aws, said)


def _shown(said: str) -> str:
    """Return the beginning of an answer; of a web page, what came before it."""
    before, page, _ = said.partition("<")
    return f"{before}a web page" if page else before[:SHOWN]


def _not_like_aws(aws: Aws, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{aws.endpoint_url or 'AWS'} answers, but not like AWS: {why}; "
        "choose another with -D target=..."
    )
