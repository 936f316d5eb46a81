"""Before and after a run at an endpoint: what the dead left goes; nothing has its name before."""

from botocore.exceptions import BotoCoreError, ClientError

from support.errors import ConfigurationError
from support.targets.aws import Aws
from support.targets.inventory import described, find
from support.targets.leftovers import Tell
from support.targets.sweep import LeftBehind, look_for_expired, remove_expired, remove_run


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
    """Raise ConfigurationError if anything has a name that only this run's things may have."""
    try:
        there = find(aws, run_id)
    except (BotoCoreError, ClientError):
        return  # whoever may not list is not kept from running: the end tells
    if there:
        raise ConfigurationError(
            f"{described(there)} at {aws.place} is called as if it were of run {run_id}: name "
            "another one with -D run_id=..., or remove it with "
            f"`python -m support sweep --run {run_id}`"
        )


def sweep_after(aws: Aws, run_id: str) -> str | None:
    """Remove what a run left that is known to be dead; say what stays."""
    try:
        remove_run(aws, run_id)
    except (LeftBehind, BotoCoreError, ClientError) as error:
        return f"What run {run_id} left at {aws.place} is there still: {error}"
    return None
