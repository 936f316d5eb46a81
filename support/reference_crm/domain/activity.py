"""The activity: a call, a meeting or a task, regarding another entity."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from support.reference_crm.domain.account import Account, require_active
from support.reference_crm.domain.fields import EntityId, Notes, Text, Timestamp
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityRef,
    EntityType,
    Needs,
    Payload,
    Refused,
    State,
)
from support.reference_crm.domain.rules import EntityRules, Evolve, born, change, creation, settled


class ActivityEvent(StrEnum):
    """What can have happened to an activity."""

    LOGGED = "ActivityLogged"
    SCHEDULED = "ActivityScheduled"
    RESCHEDULED = "ActivityRescheduled"
    COMPLETED = "ActivityCompleted"
    CANCELLED = "ActivityCancelled"


class ActivityStatus(StrEnum):
    """Where an activity stands; only a scheduled one is open."""

    LOGGED = "logged"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class LoggedKind(StrEnum):
    """What kind of activity can be logged afterwards."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    NOTE = "note"


class ScheduledKind(StrEnum):
    """What kind of activity can be scheduled."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    TASK = "task"


class RegardingType(StrEnum):
    """What an activity can be about."""

    ACCOUNT = EntityType.ACCOUNT
    CONTACT = EntityType.CONTACT
    LEAD = EntityType.LEAD
    OPPORTUNITY = EntityType.OPPORTUNITY


class Activity(State):
    """Hold what is known of an activity."""

    status: ActivityStatus
    kind: str
    subject: str
    regarding_type: RegardingType
    regarding_id: str
    happened_at: str | None = None
    due_at: str | None = None
    notes: str | None = None
    outcome: str | None = None


class LogActivity(Command):
    """Note down what has happened, be the account active or not."""

    kind: LoggedKind
    subject: Text
    regarding_type: RegardingType
    regarding_id: EntityId
    happened_at: Timestamp
    notes: Notes | None = None


class ScheduleActivity(Command):
    """Plan an activity."""

    kind: ScheduledKind
    subject: Text
    regarding_type: RegardingType
    regarding_id: EntityId
    due_at: Timestamp
    notes: Notes | None = None


class RescheduleActivity(Command):
    """Give an open activity another time."""

    due_at: Timestamp


class CompleteActivity(Command):
    """Finish an open activity."""

    outcome: Text | None = None


class CancelActivity(Command):
    """Drop an open activity."""

    reason: Text


def _regarding(command: LogActivity | ScheduleActivity) -> EntityRef:
    return EntityRef(EntityType(command.regarding_type), command.regarding_id)


def _require_regarding(case: Case[None], command: LogActivity | ScheduleActivity) -> State:
    return case.existing(_regarding(command), State, "unknown_regarding")


def _require_open(activity: Activity) -> None:
    if activity.status is not ActivityStatus.SCHEDULED:
        raise Refused("activity_not_open", f"The activity is {activity.status}, not open.")


def _log(command: LogActivity, case: Case[None]) -> Decision:
    _require_regarding(case, command)
    return case.becomes(ActivityEvent.LOGGED, command.payload())


def _schedule(command: ScheduleActivity, case: Case[None]) -> Decision:
    regarding = _require_regarding(case, command)
    if isinstance(regarding, Account):
        require_active(regarding)
    return case.becomes(ActivityEvent.SCHEDULED, command.payload())


def _reschedule(command: RescheduleActivity, case: Case[Activity]) -> Decision:
    _require_open(case.state)
    previous = str(case.state.due_at)
    if datetime.fromisoformat(command.due_at) == datetime.fromisoformat(previous):
        raise Refused("due_at_unchanged", "The activity is due at this moment already.")
    payload: Payload = {"due_at": command.due_at, "previous_due_at": previous}
    return case.becomes(ActivityEvent.RESCHEDULED, payload)


def _complete(command: CompleteActivity, case: Case[Activity]) -> Decision:
    _require_open(case.state)
    return case.becomes(ActivityEvent.COMPLETED, command.payload())


def _cancel(command: CancelActivity, case: Case[Activity]) -> Decision:
    _require_open(case.state)
    return case.becomes(ActivityEvent.CANCELLED, command.payload())


EVENTS: Mapping[str, Evolve] = {
    ActivityEvent.LOGGED: born(Activity, status=ActivityStatus.LOGGED),
    ActivityEvent.SCHEDULED: born(Activity, status=ActivityStatus.SCHEDULED),
    ActivityEvent.RESCHEDULED: settled(Activity, "due_at"),
    ActivityEvent.COMPLETED: settled(Activity, "outcome", status=ActivityStatus.COMPLETED),
    ActivityEvent.CANCELLED: settled(Activity, status=ActivityStatus.CANCELLED),
}
RULES = EntityRules(
    EntityType.ACTIVITY,
    Activity,
    commands=(
        creation(
            EntityType.ACTIVITY, LogActivity, _log, lambda command, _: Needs((_regarding(command),))
        ),
        creation(
            EntityType.ACTIVITY,
            ScheduleActivity,
            _schedule,
            lambda command, _: Needs((_regarding(command),)),
        ),
        change(EntityType.ACTIVITY, RescheduleActivity, Activity, _reschedule),
        change(EntityType.ACTIVITY, CompleteActivity, Activity, _complete),
        change(EntityType.ACTIVITY, CancelActivity, Activity, _cancel),
    ),
    events=EVENTS,
)
