"""Finding what a CRM deployed: its stack names its bus, and the queues of its subscribers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from support.errors import ConfigurationError
from support.targets.aws import Aws

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef

EVENT_BUS = "AWS::Events::EventBus"
QUEUE = "AWS::SQS::Queue"
RULE = "AWS::Events::Rule"
NESTED = "AWS::CloudFormation::Stack"
# What a stack calls its bus where none, or more than one, is among its resources.
OUTPUT = "EventBusName"
OUR_CREDENTIALS = (
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)


@dataclass(frozen=True)
class Resource:
    """Name one thing that a stack has: what it is called there, and what it really is."""

    kind: str
    logical: str
    physical: str


def bus_of(aws: Aws, stack_name: str) -> str:
    """Return the name of a stack's event bus.

    It is the only bus among the stack's resources, or the one that its output `EventBusName` names
    (by name or ARN), or the only one that its rules are on.
    Raises ConfigurationError if there is no such stack, no answer, or not one bus.
    """
    resources = resources_of(aws, stack_name)
    buses = {each.physical for each in resources if each.kind == EVENT_BUS}
    if len(buses) == 1:
        return buses.pop()
    found = _output(aws, stack_name) or _only(_of_rules(resources))
    if found is None:
        has = f"the event buses {', '.join(sorted(buses))}" if buses else "no event bus"
        raise ConfigurationError(
            f"the stack {stack_name} has {has}: name your CRM's own stack, or give it an output "
            f"{OUTPUT}"
        )
    return found.rsplit("/", 1)[-1]


def resources_of(aws: Aws, stack_name: str) -> Sequence[Resource]:
    """Return what a stack has, and the stacks in it; raises ConfigurationError."""
    with _explaining(stack_name):
        return [*_resources(aws, stack_name)]


@contextmanager
def _explaining(stack_name: str) -> Iterator[None]:
    """Say what to do about a stack that cannot be read; raises ConfigurationError."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationError(_unreadable(stack_name, error)) from error


def _resources(aws: Aws, stack_name: str) -> Iterator[Resource]:
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    for page in pages:
        for each in page["StackResourceSummaries"]:
            resource = _resource(each)
            yield resource
            if resource.kind == NESTED and resource.physical:
                yield from _resources(aws, resource.physical)


def _resource(said: "StackResourceSummaryTypeDef") -> Resource:
    physical = said.get("PhysicalResourceId", "")  # none while it is not there yet
    return Resource(said["ResourceType"], said["LogicalResourceId"], physical)


def _unreadable(stack_name: str, error: BotoCoreError | ClientError) -> str:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code in OUR_CREDENTIALS or isinstance(error, NoCredentialsError):
        return (
            f"AWS does not let the suite read the stack {stack_name} ({error}): give it AWS "
            "credentials that are valid and allow that"
        )
    return f"the stack {stack_name} cannot be read ({error}): name your CRM's with -D stack=..."


def _output(aws: Aws, stack_name: str) -> str | None:
    with _explaining(stack_name):
        (stack,) = aws.cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    named = (each for each in stack.get("Outputs", []) if each.get("OutputKey") == OUTPUT)
    return next((each.get("OutputValue") for each in named), None)


def _of_rules(resources: Sequence[Resource]) -> set[str]:
    """Return the buses that rules are on: AWS calls such a rule "bus|rule"."""
    rules = (each.physical for each in resources if each.kind == RULE)
    return {bus for bus, bar, _ in (each.partition("|") for each in rules) if bar}


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
