"""Finding what a CRM deployed: its stack names its bus."""

from botocore.exceptions import BotoCoreError, ClientError

from support.errors import ConfigurationError
from support.targets.aws import Aws

EVENT_BUS = "AWS::Events::EventBus"


def bus_of(aws: Aws, stack_name: str) -> str:
    """Return the name of a stack's event bus.

    Raises ConfigurationError if there is no such stack, no bus in it, or no answer.
    """
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    try:
        resources = [each for page in pages for each in page["StackResourceSummaries"]]
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationError(
            f"the stack {stack_name} cannot be read ({error}): name your CRM's with -D stack=..."
        ) from error
    buses = [r["PhysicalResourceId"] for r in resources if r["ResourceType"] == EVENT_BUS]
    if not buses:
        raise ConfigurationError(
            f"the stack {stack_name} has no event bus: name your CRM's own stack"
        )
    return buses[0]
