"""The command line of the reference CRM."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from support.reference_crm import operations
from support.reference_crm.credentials import ID
from support.reference_crm.keeper import StartError
from support.reference_crm.operations import REBUILDABLE, Kind
from support.reference_crm.program import ProgramError, down, operate, up
from support.reference_crm.roles import Role
from support.reference_crm.settings import SettingsError
from support.reference_crm.stack import TEMPLATE, StackError

ENVIRONMENT = """\
environment:
  CRM_OPERATOR_TOKEN      what may open tenants (needed by up)
  CRM_CREDENTIAL_SECRET   the key of the tenants' credentials (default: from the token)
  CRM_AWS_ENDPOINT_URL    where AWS answers (default: AWS_ENDPOINT_URL, or AWS itself)
  CRM_SHORT_POLL_MS       rest between short polls of a busy queue; 0 for long polls (default: 0)
  CRM_LOG_LEVEL           DEBUG, INFO, WARNING or ERROR (default: WARNING)
  AWS_REGION              the region (default: AWS_DEFAULT_REGION, or us-east-1)
"""
Parser: TypeAlias = argparse.ArgumentParser
Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - has no other name
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMAT = "%(levelname)s %(processName)s: %(message)s"
FAILURES = (ProgramError, SettingsError, StackError, StartError, *operations.FAILURES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit code, 2 for what could not be done."""
    options = _parser().parse_args(arguments)
    level = os.environ.get("CRM_LOG_LEVEL", "WARNING").upper()
    if level not in LEVELS:
        return _failed(f"CRM_LOG_LEVEL has to be one of {', '.join(LEVELS)}.")
    logging.basicConfig(stream=sys.stderr, level=level, format=LOG_FORMAT)
    try:
        options.run(options)
    except FAILURES as error:
        return _failed(str(error))
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(f"reference_crm: {sentence}\n")
    return 2


def _parser() -> Parser:
    parser = argparse.ArgumentParser(
        prog="python -m support.reference_crm",
        description="A small event-sourced, multi-tenant CRM on DynamoDB, EventBridge and SQS.",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_up(_command(commands, "up", "deploy the stack if it is not there, and serve", up))
    _command(commands, "down", "delete the stack and all that is in it", down)
    for add in (_add_redrive, _add_replay, _add_rebuild):
        add(commands)
    template = commands.add_parser("template", help="print the CloudFormation template")
    template.set_defaults(run=lambda _: sys.stdout.write(TEMPLATE.read_text(encoding="utf-8")))
    return parser


def _command(commands: Subparsers, name: str, summary: str, run: object) -> Parser:
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument("--stack", required=True, metavar="NAME", help="the name of the stack")
    parser.set_defaults(run=run)
    return parser


def _add_up(parser: Parser) -> None:
    for flag, kind, metavar, default, what in UP_OPTIONS:
        parser.add_argument(flag, type=kind, metavar=metavar, default=default, help=what)
    add = parser.add_argument
    names = ", ".join(Role)
    add(
        "--roles",
        nargs="+",
        type=Role,
        metavar="ROLE",
        default=list(Role),
        help=f"of {names}; all by default",
    )
    add(
        "--delete-stack",
        action="store_true",
        help="at the end, delete the stack, and the rules and queues NAME-tap-..., NAME-own-...",
    )
    add(
        "--tag",
        action="append",
        type=_tag,
        metavar="KEY=VALUE",
        default=[],
        help="a tag of a stack that is deployed; its tenants' own subscriptions get it too",
    )
    add(
        "--control",
        action="store_true",
        help="take orders on standard input, answer on output, end with it",
    )


def _add_redrive(commands: Subparsers) -> None:
    what = (
        "publish what the publisher has set aside, as it is stored now;"
        " or give a subscriber its dead letters again"
    )
    parser = _operation(commands, Kind.REDRIVE, what)
    roles = [role for role in Role if role != Role.API]
    parser.add_argument(
        "--from",
        dest="role",
        type=Role,
        choices=roles,
        required=True,
        metavar="ROLE",
        help=f"who gave up: one of {', '.join(roles)}",
    )


def _add_replay(commands: Subparsers) -> None:
    what = "publish every stored event again, or those of one tenant in the order of their commits"
    _operation(commands, Kind.REPLAY, what).set_defaults(role=None)


def _add_rebuild(commands: Subparsers) -> None:
    what = "build what a subscriber shows anew from the event store, while the subscriber is down"
    _operation(commands, Kind.REBUILD, what).add_argument(
        "--subscriber",
        dest="role",
        type=Role,
        choices=REBUILDABLE,
        required=True,
        metavar="NAME",
        help=f"one of {', '.join(REBUILDABLE)}",
    )


def _operation(commands: Subparsers, kind: Kind, summary: str) -> Parser:
    parser = _command(commands, kind, summary, operate)
    parser.add_argument("--tenant", type=_tenant, metavar="TENANT", help="of this tenant only")
    parser.set_defaults(kind=kind)
    return parser


def _tenant(value: str) -> str:
    if not ID.fullmatch(value):
        raise argparse.ArgumentTypeError(f"{value!r} is no id of a tenant")
    return value


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def _seconds(value: str) -> int:
    return _within(value, 0, 43_200)


def _attempts(value: str) -> int:
    return _within(value, 1, 1_000)


def _within(value: str, least: int, most: int) -> int:
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from {least} to {most}")
    return int(value)


UP_OPTIONS: tuple[tuple[str, Callable[[str], object], str, object, str], ...] = (
    ("--host", str, "ADDRESS", "127.0.0.1", "the address to serve at (default: %(default)s)"),
    ("--port", int, "PORT", 0, "the port to serve at (default: a free one)"),
    (
        "--visibility",
        _seconds,
        "SECONDS",
        None,
        "until the messages of a killed subscriber come again"
        " (default: 2 at an endpoint, 30 on AWS itself)",
    ),
    (
        "--attempts",
        _attempts,
        "COUNT",
        5,
        "until a message is a dead letter (default: %(default)s)",
    ),
)


if __name__ == "__main__":
    sys.exit(main())
