"""The command `python -m support sweep`: remove what dead runs left at an endpoint."""

import argparse
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from support.errors import ConfigurationError
from support.settings import load_settings
from support.targets.aws import Aws
from support.targets.inventory import described, find
from support.targets.leases import SortedOut, Thing, by_run, end_of
from support.targets.preflight import require_endpoint
from support.targets.sweep import LeftBehind, look_for_expired, remove_expired, remove_run

CLEAN, NOT_ALL, NO_USE = 0, 1, 2
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
AGE = re.compile(r"(\d+)([smhd])")
DESCRIPTION = """\
Remove what dead runs of the suite left: stacks, tables, buses with their rules, queues, archives.
Only what carries a run's name and tags, and whose lease has ended, is removed. A living run renews
its lease. What is called like ours and tells of no lease is listed, and left alone. With --run, all
that has that run's name is removed, with a lease or without.
"""
EXIT_CODES = """\
The exit code is 0 if all that was found was removed, or was only to be listed, 1 if something was
not removed, 2 if the target does not answer.
"""

Say = Callable[[str], None]


def add_sweep(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the others."""
    parser = commands.add_parser(
        "sweep",
        help="remove what dead runs left at an endpoint",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
    )
    add = parser.add_argument
    add("--target", default="localstack", help="localstack (default), aws, or a URL")
    add("--region", help="the AWS region (default: us-east-1)")
    add(
        "--older-than",
        type=_age,
        default=timedelta(),
        metavar="AGE",
        help="only what expired at least so long ago: 90s, 10m, 1h, 2d",
    )
    add("--run", metavar="RUN_ID", help="what this run left, its lease notwithstanding")
    add("--dry-run", action="store_true", help="list it, and remove nothing")


def sweep(options: argparse.Namespace, say: Say, complain: Say) -> int:
    """Do what the command line says, and return the exit code."""
    try:
        aws = _aws(options)
        require_endpoint(aws)
        say(f"Looking at {aws.place} ...")
        if options.run:
            return _sweep_run(aws, options, say)
        return _sweep_expired(aws, options, say, complain)
    except LeftBehind as error:
        complain(str(error))
        return NOT_ALL
    except KeyboardInterrupt:
        complain("interrupted: what is not removed yet is still there; sweep again")
        return NOT_ALL
    except (ConfigurationError, BotoCoreError, ClientError) as error:
        complain(str(error).replace("-D target=", "--target "))
        return NO_USE


def _aws(options: argparse.Namespace) -> Aws:
    told = {"target": options.target, **({"region": options.region} if options.region else {})}
    settings = load_settings(told, os.environ)
    if settings.target == "embedded":
        raise ConfigurationError(
            "an embedded emulator ends with its run, and all that is in it: name another --target"
        )
    return Aws(settings.endpoint_url, settings.region)


def _sweep_run(aws: Aws, options: argparse.Namespace, say: Say) -> int:
    there = find(aws, options.run) if options.dry_run else remove_run(aws, options.run)
    done = "would be removed" if options.dry_run else "removed"
    say(f"run {options.run}: {done}: {described(there) or 'nothing, there is nothing of it'}")
    return CLEAN


def _sweep_expired(aws: Aws, options: argparse.Namespace, say: Say, complain: Say) -> int:
    found = look_for_expired(aws, older_than=options.older_than)
    for line in _told(found, "would be removed" if options.dry_run else "to be removed"):
        say(line)
    troubles = [] if options.dry_run else remove_expired(aws, found)
    for trouble in troubles:
        complain(f"could not be removed: {trouble}")
    removed = 0 if options.dry_run else len(found.expired) - len(troubles)
    say(
        f"{removed} removed; {len(found.on_lease)} on lease, of {len(by_run(found.on_lease))} "
        f"run(s); {len(found.unreadable)} without a lease, left alone."
    )
    return NOT_ALL if troubles else CLEAN


def _told(found: SortedOut, doomed: str) -> Iterator[str]:
    for run_id, things in by_run(found.expired).items():
        yield f"run {run_id}, whose lease ended {_moment(things)}: {doomed}: {described(things)}"
    for run_id, things in by_run(found.unreadable).items():
        yield (
            f"called like things of a run {run_id}, but without a lease, so left alone: "
            f"{described(things)}"
        )


def _moment(things: Sequence[Thing]) -> str:
    ends = end_of(things)
    return f"{ends:%Y-%m-%d %H:%M:%S} UTC" if ends else "nobody knows when"


def _age(text: str) -> timedelta:
    match = AGE.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no age: write 90s, 10m, 1h or 2d")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
