"""The inbox of a subscriber on real queues: poison, trouble that lasts, a killed process."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from threading import Event as Flag
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.envelope import Event
from support.reference_crm.in_hand import InHand
from support.reference_crm.inbox import Applier, Inbox
from support.reference_crm.items import Write
from support.reference_crm.ledger import Ledger
from support.reference_crm.messages import Envelope
from support.reference_crm.pace import Pace
from support.reference_crm.patience import Patience
from support.reference_crm.settings import Stack
from support.reference_crm.subscribers.subscriber import Never, NotYet
from tests.integration.reference_crm.crm_process import eventually
from tests.unit.reference_crm.runtime_fakes import event

VISIBILITY, ATTEMPTS = 1, 3
LASTS_S = (ATTEMPTS + 1) * VISIBILITY + 0.5


class Desk:
    """Hold a queue with dead letters, and a subscriber of its own that works on it."""

    def __init__(self, aws: Aws, stack: Stack) -> None:
        self.aws = aws
        self.table = stack.projection_table
        self.name = f"desk-{uuid4().hex[:8]}"
        self.tenant = f"t-{uuid4().hex[:8]}"
        sqs = aws.sqs()
        self.dead = sqs.create_queue(QueueName=f"{self.name}-dead")["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": {ATTEMPTS}}}'
        attributes: Any = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": redrive}
        made = sqs.create_queue(QueueName=self.name, Attributes=attributes)
        self.queue = made["QueueUrl"]

    def __getstate__(self) -> dict[str, Any]:
        """Go to another process, which needs clients of its own."""
        return {**self.__dict__, "aws": self.aws.settings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come to another process."""
        self.__dict__ = {**state, "aws": Aws(state["aws"])}

    def close(self) -> None:
        """Leave nothing."""
        for queue in (self.queue, self.dead):
            self.aws.sqs().delete_queue(QueueUrl=queue)

    def send(self, *events: Event | str) -> None:
        """Put events into the queue, in order."""
        for one in events:
            body = one if isinstance(one, str) else Envelope(detail=one).model_dump_json()
            self.aws.sqs().send_message(QueueUrl=self.queue, MessageBody=body)

    def event(self, entity_id: str, version: int = 1) -> Event:
        """Return an event of the desk's own tenant."""
        return event(entity_id, version, tenant_id=self.tenant)

    def inbox(self, effects: Callable[[Event], None], stop: Flag, sqs: Any = None) -> Inbox:
        """Return an inbox whose subscriber does no more than this."""

        class Doing:
            def effects(self, one: Event) -> Sequence[Write]:
                effects(one)
                return ()

        sqs = sqs or self.aws.sqs()
        applier = Applier(Ledger(self.aws.dynamodb(), self.table, self.name), Doing())
        in_hand = InHand(sqs, self.queue, VISIBILITY)
        return Inbox(sqs, self.queue, applier, Patience(stop), Pace(0.015), in_hand)

    def depth(self, queue: str) -> int:
        """Count the messages of a queue, in hand or not."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.aws.sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return sum(map(int, found["Attributes"].values()))

    def applied(self) -> dict[str, int]:
        """Count how often each event was applied."""
        found = self.aws.dynamodb().query(
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"{self.name}#{self.tenant}#APPLIED"}},
        )
        return {item["event_id"]["S"]: int(item["times"]["N"]) for item in found["Items"]}


@pytest.fixture
def desk(aws: Aws, bare_stack: Stack) -> Any:
    """Open a desk, and leave nothing of it."""
    opened = Desk(aws, bare_stack)
    yield opened
    opened.close()


def working(desk: Desk, effects: Callable[[Event], None], until: Callable[[], object]) -> None:
    """Let a subscriber work until something is so."""
    stop = Flag()
    thread = Thread(target=desk.inbox(effects, stop).run)
    thread.start()
    try:
        eventually(until)
    finally:
        stop.set()
        thread.join()


def test_poison_is_a_dead_letter_soon_and_the_others_flow_on(desk: Desk) -> None:
    """It has its attempts, as has what holds no event; no visibility is waited out between them."""
    attempts: list[str] = []

    def poisoned(one: Event) -> None:
        if one.entity_id == "p":
            attempts.append(one.event_id)
            raise Never("it cannot be")

    desk.send(desk.event("p"), "no event at all", desk.event("a"))
    working(desk, poisoned, lambda: desk.depth(desk.dead) == 2)
    assert (len(attempts), desk.applied(), desk.depth(desk.queue)) == (ATTEMPTS, {"a-1": 1}, 0)


def test_trouble_that_outlasts_all_attempts_costs_none(desk: Desk) -> None:
    """What is in trouble stays in hand; others flow on, and later versions wait."""
    began, tried = time.monotonic(), []

    def troubled(one: Event) -> None:
        if one.entity_id == "a" and time.monotonic() - began < LASTS_S:
            tried.append(one.event_id)
            raise NotYet

    desk.send(*(desk.event("a", version) for version in (1, 2, 3)), desk.event("b"))
    working(desk, troubled, lambda: len(desk.applied()) == 4 and not desk.depth(desk.queue))
    assert desk.applied() == {"a-1": 1, "a-2": 1, "a-3": 1, "b-1": 1}
    assert (desk.depth(desk.dead), {*tried}) == (0, {"a-1"})
    assert len(tried) > ATTEMPTS


def _work_until_killed(desk: Desk) -> None:
    """Apply a whole batch, and be gone before any of it is deleted."""

    class Deadly:
        def __init__(self, real: Any) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def delete_message_batch(self, **_: Any) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    desk.inbox(lambda _: None, Flag(), Deadly(desk.aws.sqs())).run()


def test_what_was_applied_and_not_deleted_has_its_effect_once(desk: Desk) -> None:
    """A subscriber that is killed in the middle of a batch loses nothing, and repeats nothing."""
    desk.send(*(desk.event("a", version) for version in (1, 2, 3)), desk.event("b"))
    killed = multiprocessing.get_context("spawn").Process(target=_work_until_killed, args=(desk,))
    killed.start()
    killed.join()
    assert (killed.exitcode, len(desk.applied()) > 0) == (-signal.SIGKILL, True)
    working(desk, lambda _: None, lambda: not desk.depth(desk.queue))
    assert desk.applied() == {"a-1": 1, "a-2": 1, "a-3": 1, "b-1": 1}
    assert desk.depth(desk.dead) == 0
