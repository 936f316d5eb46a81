"""Before and after a run at an endpoint: what the dead left goes; nothing has its name before."""

from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from support.errors import ConfigurationError
from support.observing.taps import passes
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws
from support.targets.inventory import described, find
from support.targets.leases import Thing
from support.targets.leftovers import Tell
from support.targets.preflight import FORBIDDEN
from support.targets.sweep import LeftBehind, look_for_expired, remove_expired, remove_run

AGAIN = Backoff(first=0.1, ceiling=2.0)
PATIENCE_S = 10.0


def sweep_before(aws: Aws, tell: Tell) -> None:
    """Remove what dead runs left, and tell it; trouble is told, too, and ends nothing.

    On AWS nobody waits for a stack to go: what it leaves is the next run's to remove.
    """
    try:
        found = look_for_expired(aws)
        troubles = remove_expired(aws, found, None if aws.endpoint_url else 0)
    except (BotoCoreError, ClientError) as error:
        tell(f"What dead runs left at {aws.place} could not be looked for: {error}")
        return
    if found.expired:
        tell(f"Removed what dead runs had left: {described(found.expired)}.")
    for trouble in troubles:
        tell(f"Of what dead runs left, this could not be removed: {trouble}.")


def require_unused(aws: Aws, run_id: str) -> None:
    """Raise ConfigurationError if anything has a name that only this run's things may have.

    At its end the run removes whatever has, so it does not begin either where nobody can tell. Only
    who may not look is not kept from running: at the end that finds, and removes, nothing.
    """
    try:
        there = _find(aws, run_id)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in FORBIDDEN:
            return
        raise ConfigurationError(
            f"{aws.place} does not tell whether anything there is called as if it were of run "
            f"{run_id}, and would be removed at its end ({error}): try again in a moment"
        ) from error
    if there:
        where = aws.endpoint_url or f"aws --region {aws.region}"
        raise ConfigurationError(
            f"{described(there)} at {aws.place} is called as if it were of run {run_id}: name "
            "another one with -D run_id=..., or remove it with "
            f"`python -m support sweep --target {where} --run {run_id}`"
        )


def _find(aws: Aws, run_id: str) -> Sequence[Thing]:
    """Find what is a run's; where the same call may succeed a moment later, it is asked again."""

    def look(_: float) -> Sequence[Thing] | None:
        try:
            return find(aws, run_id)
        except (BotoCoreError, ClientError) as error:
            if not passes(error):
                raise
            return None

    try:
        there = Waiter(AGAIN).until(look, lambda told: told is not None, PATIENCE_S)
    except WaitTimeout:
        there = None  # the last look tells its error
    return find(aws, run_id) if there is None else there


def sweep_after(aws: Aws, run_id: str) -> str | None:
    """Remove what a run left that is known to be dead; say what stays."""
    try:
        remove_run(aws, run_id)
    except (LeftBehind, BotoCoreError, ClientError) as error:
        return f"What run {run_id} left at {aws.place} is there still: {error}"
    return None
