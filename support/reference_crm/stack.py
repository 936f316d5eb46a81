"""The CRM's CloudFormation stack: deployed, described, deleted."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import ClientError

from support.reference_crm.aws import AWS_TROUBLE, Aws, error_code
from support.reference_crm.patience import look_until
from support.reference_crm.settings import Stack

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef

TEMPLATE = Path(__file__).with_name("template.yaml")
POLL_SECONDS = 0.2
LONGEST_POLL_SECONDS = 3.0
PATIENCE_SECONDS = 300.0
GONE = "DELETE_COMPLETE"
NO_TAGS: Mapping[str, str] = {}


class StackError(Exception):
    """Say in one sentence why the stack is not there, or not gone."""


class StackDeployer:
    """Deploy and delete one stack."""

    def __init__(self, aws: Aws, name: str) -> None:
        self._cloudformation = aws.cloudformation()
        self._name = name

    def exists(self) -> bool:
        """Say whether there is such a stack."""
        try:
            return self._find() is not None
        except AWS_TROUBLE as error:
            raise StackError(self._sentence("described", error)) from error

    def ensure(self, parameters: dict[str, str], tags: Mapping[str, str] = NO_TAGS) -> Stack:
        """Deploy the stack unless it is there, wait until it is complete, return its outputs."""
        try:
            if self._find() is None:
                self._create(parameters, tags)
            found = self._settle("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
            # No connection is shared with the processes that are forked next.
            self._cloudformation.close()
            return self._outputs(found)
        except AWS_TROUBLE as error:
            raise StackError(self._sentence("deployed", error)) from error

    def describe(self) -> Stack:
        """Return the outputs of the stack as it is."""
        try:
            return self._outputs(self._find())
        except AWS_TROUBLE as error:
            raise StackError(self._sentence("described", error)) from error

    def delete(self) -> None:
        """Delete the stack and wait until it is gone; nothing happens if there is none."""
        try:
            self._cloudformation.delete_stack(StackName=self._name)
            last = self._settle("DELETE_IN_PROGRESS")
        except AWS_TROUBLE as error:
            raise StackError(self._sentence("deleted", error)) from error
        if last is not None:
            raise StackError(f"The stack {self._name} could not be deleted: {_why(last)}.")

    def _create(self, parameters: dict[str, str], tags: Mapping[str, str]) -> None:
        self._cloudformation.create_stack(
            StackName=self._name,
            TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            OnFailure="DELETE",
            # A repeated request finds the stack that the first one began, not a conflict.
            ClientRequestToken=f"create-{uuid4()}",
        )

    def _find(self) -> "StackTypeDef | None":
        try:
            stacks = self._cloudformation.describe_stacks(StackName=self._name)["Stacks"]
        except ClientError as error:
            if error_code(error) == "ValidationError":
                return None
            raise
        return next((stack for stack in stacks if stack["StackStatus"] != GONE), None)

    def _settle(self, *passing: str) -> "StackTypeDef | None":
        """Return the stack as it is once nobody changes it any more, or None."""

        def passes(found: "StackTypeDef | None") -> bool:
            return found is not None and found["StackStatus"] in passing

        found = look_until(
            self._find,
            lambda found: not passes(found),
            PATIENCE_SECONDS,
            POLL_SECONDS,
            LONGEST_POLL_SECONDS,
        )
        if found is not None and passes(found):
            raise StackError(f"The stack {self._name} is still {found['StackStatus']}.")
        return found

    def _outputs(self, found: "StackTypeDef | None") -> Stack:
        if found is None:
            raise StackError(f"There is no stack {self._name}, or its creation failed.")
        if found["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackError(f"The stack {self._name} cannot be used: {_why(found)}.")
        outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
        tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}
        return Stack(name=self._name, outputs=outputs, tags=tags, **outputs)

    def _sentence(self, done: str, error: BaseException) -> str:
        return f"The stack {self._name} could not be {done}: {error}"


def _why(stack: "StackTypeDef") -> str:
    return f"{stack['StackStatus']} {stack.get('StackStatusReason') or ''}".strip()
