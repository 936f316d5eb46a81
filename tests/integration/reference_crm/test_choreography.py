"""Account deactivation when the events of different entities come in another order."""

from uuid import uuid4

import pytest

from support.reference_crm.aws import Aws
from support.reference_crm.commands import CommandHandler
from support.reference_crm.domain import Json
from support.reference_crm.envelope import Event
from support.reference_crm.event_store import EventStore
from support.reference_crm.inbox import Applier
from support.reference_crm.ledger import Ledger
from support.reference_crm.request import Request
from support.reference_crm.settings import Stack
from support.reference_crm.subscribers.account_deactivation import NAME, AccountDeactivation

TASK: dict[str, Json] = {
    "kind": "task",
    "subject": "s",
    "regarding_type": "account",
    "regarding_id": "a",
    "due_at": "2026-03-31T10:00:00Z",
}


class Desk:
    """Commit commands, and hand their events to the subscriber in any order."""

    def __init__(self, aws: Aws, stack: Stack) -> None:
        dynamodb, table = aws.dynamodb(), stack.projection_table
        self._tenant_id = f"t-{uuid4().hex[:8]}"
        self._store = EventStore(dynamodb, stack.event_table)
        self._handler = CommandHandler(self._store)
        subscriber = AccountDeactivation(dynamodb, table, self._store, self._handler)
        self._applier = Applier(Ledger(dynamodb, table, NAME), subscriber)

    def commit(self, command: str, data: dict[str, Json], entity_id: str) -> None:
        """Have a command accepted."""
        self._handler.handle(
            Request(self._tenant_id, command, data, str(uuid4()), "ann", "c", entity_id)
        )

    def history(self) -> list[Event]:
        """Return all events."""
        return [one.event for one in self._store.history(self._tenant_id, 0, 100)]

    def deliver(self, *types: str) -> None:
        """Hand over the events of these types."""
        by_type = {event.event_type: event for event in self.history()}
        for name in types:
            self._applier.take(by_type[name], lambda event: pytest.fail(event.event_type))


@pytest.fixture
def desk(aws: Aws, bare_stack: Stack) -> Desk:
    """Return a desk with an account that is to be deactivated."""
    made = Desk(aws, bare_stack)
    made.commit("CreateAccount", {"name": "A", "owner": "b"}, "a")
    return made


def test_what_was_open_is_closed_also_when_it_is_heard_of_later(desk: Desk) -> None:
    """The cause is the deactivation, and hearing of it twice changes nothing."""
    desk.commit("ScheduleActivity", TASK, "t")
    desk.commit("DeactivateAccount", {"reason": "r"}, "a")
    desk.deliver("AccountCreated", "AccountDeactivated")
    assert len(desk.history()) == 3
    desk.deliver("ActivityScheduled", "ActivityScheduled")
    cancelled = desk.history()[3]
    assert (cancelled.event_type, cancelled.actor) == ("ActivityCancelled", NAME)
    assert cancelled.causation_id == desk.history()[2].event_id
    assert len(desk.history()) == 4


def test_what_was_opened_after_a_reactivation_stays_open(desk: Desk) -> None:
    """Also when the subscriber hears of it before it hears of the reactivation."""
    desk.commit("DeactivateAccount", {"reason": "r"}, "a")
    desk.commit("ReactivateAccount", {}, "a")
    desk.commit("ScheduleActivity", TASK, "t")
    desk.deliver("AccountCreated", "AccountDeactivated", "ActivityScheduled", "AccountReactivated")
    assert len(desk.history()) == 4


def test_what_somebody_closed_in_the_meantime_is_done(desk: Desk) -> None:
    """The refusal of the subscriber's command is no trouble."""
    desk.commit("ScheduleActivity", TASK, "t")
    desk.deliver("AccountCreated", "ActivityScheduled")
    desk.commit("CompleteActivity", {}, "t")
    desk.commit("DeactivateAccount", {"reason": "r"}, "a")
    desk.deliver("AccountDeactivated")
    assert desk.history()[-1].event_type == "AccountDeactivated"
