"""What the program does with the stack when something goes wrong, and how the publisher starts."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from threading import Event as Flag
from types import SimpleNamespace
from typing import Any

import pytest

from support.reference_crm import program, roles
from support.reference_crm.aws import Aws
from support.reference_crm.program import up
from support.reference_crm.roles import Life, Role, Surroundings, run
from support.reference_crm.settings import AwsSettings, Secrets, Stack
from support.reference_crm.stream import Checkpoints
from tests.unit.reference_crm.runtime_fakes import failure

STACK = Stack(
    name="s",
    BusName="b",
    EventTableName="e",
    EventStreamArn="arn",
    CheckpointTableName="c",
    ProjectionTableName="p",
    outputs={},
)


class FakeStack:
    """Count how often the stack is deleted."""

    def __init__(self, *, exists: bool) -> None:
        self.deleted = 0
        self._exists = exists

    def exists(self) -> bool:
        """Say whether it was there before."""
        return self._exists

    def ensure(self, _parameters: Mapping[str, str], _tags: Mapping[str, str]) -> Stack:
        """Return it."""
        return STACK

    def delete(self) -> None:
        """Delete it."""
        self.deleted += 1


class FakeSupervisor:
    """Fail to start, or while serving."""

    def __init__(self, *, starts: bool) -> None:
        self._starts = starts

    def start(self, _roles: object) -> None:
        """Start."""
        if not self._starts:
            raise OSError("no start")

    def serve(self, _control: object) -> None:
        """Break."""
        raise OSError("broken")

    def stop(self) -> None:
        """Stop."""

    def pids(self) -> dict[str, int]:
        """Return none."""
        return {}


@pytest.mark.parametrize(
    ("exists", "starts", "delete_stack", "deleted"),
    [
        (False, False, False, 1),
        (True, False, False, 0),
        (False, True, False, 0),
        (False, True, True, 1),
    ],
)
def test_only_a_new_stack_that_never_served_is_cleared_away(
    monkeypatch: pytest.MonkeyPatch,
    *,
    exists: bool,
    starts: bool,
    delete_stack: bool,
    deleted: int,
) -> None:
    """Once somebody was told that it is ready, it holds data, and only --delete-stack deletes."""
    stack = FakeStack(exists=exists)
    monkeypatch.setenv("CRM_OPERATOR_TOKEN", "t")
    monkeypatch.setattr(program, "StackDeployer", lambda _aws, _name: stack)
    taps: list[str] = []
    monkeypatch.setattr(program, "delete_added", lambda _aws, name: taps.append(name))
    monkeypatch.setattr(program, "Supervisor", lambda _around: FakeSupervisor(starts=starts))
    monkeypatch.setattr(program, "_control", lambda: SimpleNamespace(say=lambda _line: None))
    options = Namespace(
        host="127.0.0.1",
        port=0,
        stack="s",
        visibility=None,
        attempts=5,
        delete_stack=delete_stack,
        control=False,
        tag=[],
        roles=[],
    )
    with pytest.raises(OSError, match=r"no start|broken"):
        up(options)
    assert stack.deleted == deleted
    assert taps == ["s"] * delete_stack


def test_a_publisher_starts_while_the_store_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads its checkpoints again until it has them."""
    answers: Iterator[Any] = iter([failure("ThrottlingException"), {"shard": "7"}])
    seen: list[Mapping[str, str]] = []

    def read(_checkpoints: object) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(_client: object, _arn: str, reached: Mapping[str, str]) -> None:
        seen.append(reached)
        stop.set()

    stop = Flag()
    monkeypatch.setattr(Checkpoints, "all", read)
    monkeypatch.setattr(roles, "Stream", end)
    aws = Aws(AwsSettings("http://127.0.0.1:9", "us-east-1"))
    around: Any = Surroundings(aws, STACK, Secrets("t", b"k"), None)  # type: ignore[arg-type]
    run(Role.PUBLISHER, around, Life(stop, lambda: None))
    assert seen == [{"shard": "7"}]
