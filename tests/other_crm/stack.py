"""What is deployed: a table of drawers, a bus, and three readers with a queue each.

Nothing is called as in any other CRM: names are drawn from the stack's, by a hash.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

ALL = ("account", "contact", "lead", "opportunity", "activity", "product", "address")
READERS: Mapping[str, tuple[str, ...]] = {
    "scribe": ALL,
    "mirror": ALL,
    "broom": ("account",),
}
# Who reads nothing but this of its kinds.
ONLY: Mapping[str, tuple[str, ...]] = {"broom": ("AccountDeactivated",)}
ATTEMPTS = 5
VISIBILITY_S = 2


@dataclass(frozen=True)
class Places:
    """Name where everything is; `queues` are URLs by the reader's name."""

    table: str
    bus: str
    queues: Mapping[str, str]


@dataclass(frozen=True)
class Aws:
    """Make clients by the usual variables of AWS."""

    endpoint: str | None
    region: str

    def client(self, service: str) -> Any:
        """Return a client that does not wait for ever."""
        return boto3.client(  # type: ignore[call-overload]  # the service is not a literal here
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            config=Config(connect_timeout=2, read_timeout=20, max_pool_connections=32),
        )


def deploy(cloudformation: "CloudFormationClient", name: str) -> Places:
    """Make the stack, or find it, and return what is in it."""
    with suppress(cloudformation.exceptions.AlreadyExistsException):
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template(name)))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    at = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
    queues = {reader: at[f"{reader.title()}Tray"] for reader in READERS}
    return Places(at["Cabinet"], at["Nerve"], queues)


def template(stack: str) -> dict[str, Any]:
    """Return the stack's template."""
    mark = sha256(stack.encode()).hexdigest()[:10]
    resources: dict[str, Any] = {
        "Cabinet": _resource(
            "DynamoDB::Table",
            TableName=f"cabinet-of-{mark}",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("drawer", "card")
            ],
            KeySchema=[
                {"AttributeName": "drawer", "KeyType": "HASH"},
                {"AttributeName": "card", "KeyType": "RANGE"},
            ],
        ),
        "Nerve": _resource("Events::EventBus", Name=f"salesforce-of-habit-{mark}"),
    }
    for reader, kinds in READERS.items():
        only = {"detail-type": list(ONLY[reader])} if reader in ONLY else {}
        resources |= _reader(reader.title(), mark, kinds, only)
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def _reader(
    name: str, mark: str, kinds: tuple[str, ...], only: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a reader's queues, and a rule for each half of what it reads, if it is enough."""
    tray, bin_ = f"{name}Tray", f"{name}Bin"
    halves = [half for half in (kinds[:4], kinds[4:]) if half]
    rules = {
        f"{name}Filter{number}": _resource(
            "Events::Rule",
            Name=f"f-{mark}-{name.lower()}-{number}",
            EventBusName={"Ref": "Nerve"},
            EventPattern={"source": ["crm"], "detail": {"entity_type": list(half)}, **only},
            Targets=[{"Id": "tray", "Arn": {"Fn::GetAtt": [tray, "Arn"]}}],
        )
        for number, half in enumerate(halves, 1)
    }
    return {
        bin_: _resource("SQS::Queue", QueueName=_queue(mark, bin_)),
        tray: _resource(
            "SQS::Queue",
            QueueName=_queue(mark, tray),
            VisibilityTimeout=VISIBILITY_S,
            RedrivePolicy={
                "deadLetterTargetArn": {"Fn::GetAtt": [bin_, "Arn"]},
                "maxReceiveCount": ATTEMPTS,
            },
        ),
        f"{name}Leave": _resource(
            "SQS::QueuePolicy",
            Queues=[{"Ref": tray}],
            PolicyDocument={
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": {"Fn::GetAtt": [tray, "Arn"]},
                    }
                ],
            },
        ),
        **rules,
    }


def _queue(mark: str, logical: str) -> str:
    return f"q-{sha256((mark + logical).encode()).hexdigest()[:16]}"


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}
