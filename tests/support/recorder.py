"""A proxy that notes which calls of the AWS API pass it."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from tests.defects.wire.proxy import Proxy

# The service of a request is told by what its signature is good for.
SIGNED_FOR = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")


@dataclass
class Recorder(Proxy):
    """Pass everything on, and keep the rights that it takes, such as sqs:SendMessage."""

    rights: set[str] = field(default_factory=set)

    async def _serve(self, request: Request) -> Response:
        found = SIGNED_FOR.search(request.headers.get("authorization", ""))
        if found:
            self.rights |= rights_for(found[1], await _operation(request))
        return await super()._serve(request)


async def _operation(request: Request) -> str:
    target = request.headers.get("x-amz-target")
    if target is not None:
        return target.rpartition(".")[2]
    return parse_qs((await request.body()).decode())["Action"][0]


def rights_for(service: str, operation: str) -> set[str]:
    """Return the actions of IAM that a call takes."""
    if operation == "TransactWriteItems":
        return {f"dynamodb:{write}" for write in WRITES}
    return {f"{service}:{operation.removesuffix('Batch')}"}
