"""What an order may say."""

import json
from typing import Any

import pytest

from support.reference_crm.control import Do, Order, Problem, order
from support.reference_crm.operations import Kind, Operation
from support.reference_crm.roles import Role

PROXY = "http://127.0.0.1:9999"


def read(**asked: Any) -> object:
    """Read an order."""
    return order(json.dumps(asked).encode())


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"do": "stop", "role": "api"}, Order(do=Do.STOP, role=Role.API)),
        (
            {"do": "start", "role": "publisher", "endpoint": PROXY},
            Order(do=Do.START, role=Role.PUBLISHER, endpoint=PROXY),
        ),
        ({"do": "replay"}, Operation(Kind.REPLAY, None, None)),
        ({"do": "replay", "tenant": "acme"}, Operation(Kind.REPLAY, None, "acme")),
        (
            {"do": "redrive", "role": "account-deactivation"},
            Operation(Kind.REDRIVE, Role.ACCOUNT_DEACTIVATION, None),
        ),
        (
            {"do": "rebuild", "role": "audit-trail", "tenant": "acme"},
            Operation(Kind.REBUILD, Role.AUDIT_TRAIL, "acme"),
        ),
    ],
)
def test_an_order_is_read(asked: dict[str, str], wanted: object) -> None:
    """To a role, or for an operation."""
    assert read(**asked) == wanted


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"do": "stop", "role": "api", "endpoint": PROXY}, "An endpoint is for start only"),
        ({"do": "start", "role": "api", "endpoint": "here"}, "'here' is not a URL"),
        ({"do": "start", "role": "api", "tenant": "acme"}, "An order is"),
        ({"do": "replay", "role": "publisher"}, "A replay is of no role"),
        ({"do": "redrive"}, "To redrive needs a role; name one."),
        ({"do": "redrive", "role": "api"}, "Nothing is given up by the api"),
        ({"do": "rebuild", "role": "publisher"}, "publisher has nothing that can be built anew"),
        ({"do": "replay", "tenant": ""}, "An order is"),
        ({"do": "dance", "role": "api"}, "the roles are api, publisher, audit-trail"),
        ({}, "what to do is one of start, stop, kill, status, redrive, replay, rebuild"),
    ],
)
def test_what_is_no_order_is_told_in_a_sentence(asked: dict[str, str], said: str) -> None:
    """That says what to do instead."""
    problem = read(**asked)
    assert isinstance(problem, Problem)
    assert said in problem.error
