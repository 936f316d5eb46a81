"""The command line of the reference CRM."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from support.reference_crm.aws import AWS_TROUBLE
from support.reference_crm.credentials import ID
from support.reference_crm.program import ProgramError, down, replay_all, up
from support.reference_crm.roles import Role
from support.reference_crm.settings import SettingsError
from support.reference_crm.stack import TEMPLATE, StackError
from support.reference_crm.supervisor import StartError

ENVIRONMENT = """\
environment:
  CRM_OPERATOR_TOKEN      what may open tenants (needed by up)
  CRM_CREDENTIAL_SECRET   the key of the tenants' credentials (default: from the token)
  CRM_AWS_ENDPOINT_URL    where AWS answers (default: AWS_ENDPOINT_URL, or AWS itself)
  CRM_LOG_LEVEL           DEBUG, INFO, WARNING or ERROR (default: WARNING)
  AWS_REGION              the region (default: AWS_DEFAULT_REGION, or us-east-1)
"""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMAT = "%(levelname)s %(processName)s: %(message)s"
FAILURES = (ProgramError, SettingsError, StackError, StartError, *AWS_TROUBLE)


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m support.reference_crm",
        description="A small event-sourced, multi-tenant CRM on DynamoDB, EventBridge and SQS.",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_up(_command(commands, "up", "deploy the stack if it is not there, and serve", up))
    _command(commands, "down", "delete the stack and all that is in it", down)
    _command(commands, "replay", "publish every stored event again", replay_all)
    template = commands.add_parser("template", help="print the CloudFormation template")
    template.set_defaults(run=lambda _: sys.stdout.write(TEMPLATE.read_text(encoding="utf-8")))
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help_: str,
    run: object,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=help_, description=help_, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--stack", required=True, help="the name of the stack")
    parser.set_defaults(run=run)
    return parser


def _add_up(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to serve at")
    add("--port", type=int, default=0, help="the port to serve at, 0 for a free one")
    add(
        "--subscribing-tenant",
        type=_tenant,
        default="",
        help="a tenant with a subscription of its own",
    )
    add(
        "--visibility", type=_seconds, default=30, help="seconds until a failed message comes again"
    )
    add("--attempts", type=_attempts, default=5, help="attempts before a message is a dead letter")
    add("--roles", nargs="+", type=Role, default=list(Role), help="the roles to start")
    add("--delete-stack", action="store_true", help="delete the stack at the end")
    add("--control", action="store_true", help="take orders on standard input, end with it")


def _tenant(value: str) -> str:
    if value and not ID.fullmatch(value):
        raise argparse.ArgumentTypeError(f"{value!r} is not the id of a tenant")
    return value


def _seconds(value: str) -> int:
    return _within(value, 0, 43_200)


def _attempts(value: str) -> int:
    return _within(value, 1, 1_000)


def _within(value: str, least: int, most: int) -> int:
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from {least} to {most}")
    return int(value)


if __name__ == "__main__":
    sys.exit(main())
