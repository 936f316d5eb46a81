"""Removing what runs left at an endpoint: one run's at its end, and what has expired of any."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from support.observing.rules import targets_of
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.targets.aws import Aws
from support.targets.inventory import described, find, with_lease
from support.targets.leases import Kind, SortedOut, Thing, by_run, end_of, now, sort_out

GONE = (
    "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "ResourceInUseException",  # a table that is being deleted; whoever looks again sees it go
)
# AWS takes its time to delete a stack, and goes on listing a deleted queue for a minute.
EMULATED_PATIENCE_S, PATIENCE_S = 10.0, 120.0
LOOKING = Backoff(first=0.05, ceiling=1.0)


class LeftBehind(Exception):
    """Say in one sentence what a run left, or what could not be removed, and why."""


def look_for_expired(aws: Aws, older_than: timedelta = timedelta()) -> SortedOut:
    """Find all that is any run's, and tell what has expired.

    Tags are read of those only whose stack is not on lease.
    """
    at = now()
    found = find(aws)
    live = {run for run, group in by_run(found).items() if (ends := end_of(group)) and ends > at}
    known = [thing if thing.run_id in live else with_lease(aws, thing) for thing in found]
    return sort_out(known, at, older_than)


def remove_expired(aws: Aws, found: SortedOut, patience: float | None = None) -> list[str]:
    """Remove what has expired, and only that; return what went wrong, in words.

    Waits so many seconds for stacks to go (0: not at all).
    """
    return remove(aws, found.expired, _patience(aws) if patience is None else patience)


def remove_run(aws: Aws, run_id: str) -> list[Thing]:
    """Remove all that is one run's, whatever its lease; return what was there.

    Raises LeftBehind with the names if anything stays.
    """
    patience = _patience(aws)
    there = find(aws, run_id)
    troubles = remove(aws, there, patience)
    if left := _stays(aws, run_id, patience if there else 0):
        told = [described(left), *troubles]
        raise LeftBehind(f"not all of run {run_id} could be removed: {'; '.join(told)}")
    return there


def _patience(aws: Aws) -> float:
    return EMULATED_PATIENCE_S if aws.endpoint_url else PATIENCE_S


def _stays(aws: Aws, run_id: str, patience: float) -> list[Thing]:
    """Return what is there still after so many seconds: what is deleted is listed for a while."""
    if not patience:
        return []
    try:
        return Waiter(LOOKING).until(lambda _: find(aws, run_id), lambda left: not left, patience)
    except WaitTimeout as late:
        left: list[Thing] = late.last
        return left


def remove(aws: Aws, things: Sequence[Thing], patience: float) -> list[str]:
    """Remove things; return what went wrong, in words.

    Rules go before their buses, and stacks before the rest: what is a stack's it deletes itself.
    Then comes what a stack leaves; while stacks are still going, that is theirs.
    """
    broom = _Broom(aws)
    of = {kind: [each for each in things if each.kind is kind] for kind in Kind}
    for each in (*of[Kind.ARCHIVE], *of[Kind.RULE], *of[Kind.STACK]):
        broom.remove(each)
    if broom.stacks_are_gone(of[Kind.STACK], patience):
        for each in (*of[Kind.BUS], *of[Kind.QUEUE], *of[Kind.TABLE]):
            broom.remove(each)
    return broom.troubles


@dataclass
class _Broom:
    """Go on after trouble, and remember it."""

    aws: Aws
    troubles: list[str] = field(default_factory=list)

    def remove(self, thing: Thing) -> None:
        """Remove one thing; that it is gone already is no trouble."""
        aws = self.aws
        calls: dict[Kind, Callable[[], object]] = {
            Kind.STACK: partial(aws.cloudformation.delete_stack, StackName=thing.name),
            Kind.ARCHIVE: partial(aws.events.delete_archive, ArchiveName=thing.name),
            Kind.RULE: partial(_remove_rule, aws, thing),
            Kind.BUS: partial(aws.events.delete_event_bus, Name=thing.name),
            Kind.QUEUE: partial(aws.sqs.delete_queue, QueueUrl=thing.address),
            Kind.TABLE: partial(aws.dynamodb.delete_table, TableName=thing.name),
        }
        with self._forgiving(thing):
            calls[thing.kind]()

    def stacks_are_gone(self, stacks: Sequence[Thing], patience: float) -> bool:
        """Wait until the stacks are gone; say whether what is left is nobody's any more."""
        if not stacks:
            return True
        if not patience:
            return False
        names = {stack.name for stack in stacks}

        def going(_: float) -> bool:
            pages = self.aws.cloudformation.get_paginator("describe_stacks").paginate()
            return any(
                stack["StackName"] in names and stack["StackStatus"] == "DELETE_IN_PROGRESS"
                for page in pages
                for stack in page["Stacks"]
            )

        try:
            Waiter(LOOKING).until(going, lambda still: not still, patience)
        except WaitTimeout:
            return False
        return True

    @contextmanager
    def _forgiving(self, thing: Thing) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            if not (isinstance(error, ClientError) and error.response["Error"]["Code"] in GONE):
                self.troubles.append(f"{thing} ({error})")


def _remove_rule(aws: Aws, rule: Thing) -> None:
    if ids := [target["Id"] for target in targets_of(aws.events, rule.bus, rule.name)]:
        aws.events.remove_targets(Rule=rule.name, EventBusName=rule.bus, Ids=ids)
    aws.events.delete_rule(Name=rule.name, EventBusName=rule.bus)
