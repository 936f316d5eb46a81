"""A stack that has what a test says, and the clients of an AWS where it was deployed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from botocore.exceptions import ClientError

from support.targets.aws import Aws

GONE = "AWS.SimpleQueueService.NonExistentQueue"


def refusal(code: str, operation: str = "ListStackResources") -> ClientError:
    """Return what boto3 raises where AWS says no."""
    return ClientError({"Error": {"Code": code, "Message": "No."}}, operation)


@dataclass
class StillStack:
    """Answer for stacks, rules and queues.

    `resources` are kind, logical and physical name, by the stack's name; `outputs` those of every
    stack, `rules` those of every bus; `queues` are redrive policies by the queue's URL. `error` is
    raised by whatever is asked of stacks and buses, `untold` by what describes stacks.
    """

    resources: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[str] = ()
    queues: Mapping[str, str] = field(default_factory=dict)
    error: Exception | None = None
    untold: Exception | None = None

    def as_aws(self) -> Aws:
        """Return the clients."""
        return cast(Aws, SimpleNamespace(cloudformation=self, events=self, sqs=self))

    def get_paginator(self, _: str) -> Any:
        """Return what lists the resources of a stack, a page each."""
        return SimpleNamespace(paginate=self._pages)

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        """Describe a stack by its outputs."""
        if self.untold:
            raise self.untold
        outputs = [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs.items()]
        return {"Stacks": [{"Outputs": outputs} if outputs else {}]}

    def list_rules(self, **_: object) -> dict[str, Any]:
        """List the rules of a bus."""
        self._fail()
        return {"Rules": [{"Name": name} for name in self.rules]}

    def get_queue_url(self, **asked: str) -> dict[str, str]:
        """Find a queue by its name."""
        return {"QueueUrl": self._known(f"https://sqs/1/{asked['QueueName']}")}

    def get_queue_attributes(self, **asked: Any) -> dict[str, Any]:
        """Tell a queue's redrive policy, if it has one."""
        policy = self.queues[self._known(asked["QueueUrl"])]
        return {"Attributes": {"RedrivePolicy": policy}} if policy else {}

    def _pages(self, **asked: str) -> Iterator[dict[str, Any]]:
        self._fail()
        for kind, logical, physical in self.resources[asked["StackName"]]:
            named = {"PhysicalResourceId": physical} if physical else {}
            yield {
                "StackResourceSummaries": [
                    {"ResourceType": kind, "LogicalResourceId": logical, **named}
                ]
            }

    def _known(self, url: str) -> str:
        if url not in self.queues:
            raise refusal(GONE, "GetQueueUrl")
        return url

    def _fail(self) -> None:
        if self.error:
            raise self.error
