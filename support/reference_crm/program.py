"""What the command line does."""

import argparse
import gc
import json
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event as Flag
from types import FrameType
from typing import NoReturn

from support.reference_crm.aws import Aws
from support.reference_crm.control import Control
from support.reference_crm.meter import Meter
from support.reference_crm.operations import Kind, Operation, Operator, Progress
from support.reference_crm.roles import Surroundings
from support.reference_crm.settings import Secrets, aws_settings, secrets
from support.reference_crm.stack import StackDeployer
from support.reference_crm.supervisor import Supervisor
from support.reference_crm.taps import delete_added

ENDING = (signal.SIGTERM, signal.SIGINT)
ENDED = "It was ended before it was done; what it has done stays."
STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")


class ProgramError(Exception):
    """Say in one sentence what the command line asks for and cannot have."""


class ToldToEndError(BaseException):
    """Say that a signal came before there was anything to supervise.

    No Exception: botocore would take it for trouble with the line, and try again.
    """


def up(options: argparse.Namespace) -> None:
    """Deploy, fork the roles, say that they are ready, serve until told to end."""
    with _listener(options.host, options.port) as listener:
        keys, aws = secrets(), Aws(aws_settings())
        deployer = StackDeployer(aws, _stack_name(options.stack))
        aws.warm_up()
        with _ending(), ExitStack() as leftovers:
            is_new = not deployer.exists()
            if options.delete_stack or is_new:
                leftovers.callback(deployer.delete)
            if options.delete_stack:
                leftovers.callback(delete_added, aws, options.stack)
            stack = deployer.ensure(_parameters(options, aws), dict(options.tag))
            _serve(Surroundings(aws, stack, keys, listener), options, leftovers)


def down(options: argparse.Namespace) -> None:
    """Delete the stack, and what was added to its bus."""
    aws = Aws(aws_settings())
    deployer = StackDeployer(aws, _stack_name(options.stack))
    with _ending():
        delete_added(aws, options.stack)
        deployer.delete()
        return
    raise ProgramError(ENDED)


def operate(options: argparse.Namespace) -> None:
    """Redrive, replay or rebuild; say how far it is, and at the end to how many it was done."""
    aws = Aws(aws_settings())
    deployer = StackDeployer(aws, _stack_name(options.stack))
    # An operation serves nobody: what only the API needs is left empty.
    with socket.socket() as nowhere, _ending():
        stack = deployer.describe()
        around = Surroundings(aws, stack, Secrets("", b""), nowhere)
        meter = Meter(sys.stderr)
        operator = Operator(around, Flag(), Progress(meter.expect, meter.tell))
        operation = Operation(options.kind, options.role, options.tenant)
        count = operator.carry_out(operation)
        sys.stdout.write(json.dumps(_result(operation, count)) + "\n")
        return
    raise ProgramError(ENDED)


def _result(operation: Operation, count: int) -> dict[str, object]:
    if operation.kind == Kind.REPLAY:
        return {"replayed": count}
    return {"role": operation.role, "done": count}


def _serve(around: Surroundings, options: argparse.Namespace, leftovers: ExitStack) -> None:
    # What the imports made is never garbage; frozen, it is not copied by every fork's collector.
    gc.collect()
    gc.freeze()
    supervisor = Supervisor(around)
    control = _control()
    try:
        supervisor.start(options.roles)
        control.say(json.dumps(_ready(around, supervisor)))
        if not options.delete_stack:
            # From here on a new stack holds somebody's data, whatever ends the program.
            leftovers.pop_all()
        supervisor.serve(control if options.control else None)
    finally:
        supervisor.stop()


def _control() -> Control:
    return Control(sys.stdin.fileno(), sys.stdout.fileno())


def _ready(around: Surroundings, supervisor: Supervisor) -> dict[str, object]:
    host, port = around.listener.getsockname()[:2]
    return {
        "ready": True,
        "url": f"http://{host}:{port}",
        "stack": around.stack.name,
        "roles": supervisor.pids(),
    }


def _stack_name(name: str) -> str:
    if not STACK_NAME.fullmatch(name):
        raise ProgramError(
            f"The stack name {name!r} has to be a letter and up to 39 letters, digits and dashes."
        )
    return name


def _listener(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once instead of 40 ms later.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ProgramError(f"The CRM cannot serve at {host}:{port}: {error}.") from error
    return listener


def _parameters(options: argparse.Namespace, aws: Aws) -> dict[str, str]:
    asked, usual = options.visibility, aws.settings.visibility_seconds
    return {
        "VisibilityTimeout": str(usual if asked is None else asked),
        "MaxReceiveCount": str(options.attempts),
    }


def _on_signals(handler: Callable[[int, FrameType | None], NoReturn] | signal.Handlers) -> None:
    for number in ENDING:
        signal.signal(number, handler)


@contextmanager
def _ending() -> Iterator[None]:
    """End softly when a signal comes before the supervisor takes care of signals."""

    def end(_signal: int, _frame: FrameType | None) -> NoReturn:
        _on_signals(signal.SIG_IGN)
        raise ToldToEndError

    before = [signal.getsignal(number) for number in ENDING]
    _on_signals(end)
    try:
        yield
    except ToldToEndError:
        return
    finally:
        for number, handler in zip(ENDING, before, strict=True):
            signal.signal(number, handler)
