"""What an activity tells, refuses and shows."""

from tests.unit.reference_crm.domain_desk import Act, Refuses, Shows, Tells, act, happened
from tests.unit.reference_crm.domain_samples import (
    ACCOUNT,
    CANCEL,
    CONTACT,
    DEACTIVATE,
    LEAD,
    LOG,
    OPPORTUNITY,
    SCHEDULE,
)

RESCHEDULE = act("RescheduleActivity", "visit", due_at="2026-01-06T09:00:00Z")
COMPLETE = act("CompleteActivity", "visit", outcome="signed")
OPEN = (ACCOUNT, SCHEDULE)
LOGGED = (ACCOUNT, LOG)
DUE = SCHEDULE.data["due_at"]
PLANNED = {**SCHEDULE.data, "happened_at": None, "notes": None, "outcome": None}


def _of_logged(wanted: Act) -> Act:
    return Act(wanted.command, "talk", wanted.data)


EVENTS: list[Tells] = [
    ((ACCOUNT,), LOG, happened("ActivityLogged", "talk", **LOG.data, notes=None)),
    (
        (CONTACT,),
        LOG.but(regarding_type="contact", regarding_id="kim", notes=" a\nb "),
        happened(
            "ActivityLogged",
            "talk",
            **LOG.but(regarding_type="contact", regarding_id="kim", notes="a\nb").data,
        ),
    ),
    ((ACCOUNT, DEACTIVATE), LOG, happened("ActivityLogged", "talk", **LOG.data, notes=None)),
    ((ACCOUNT,), SCHEDULE, happened("ActivityScheduled", "visit", **SCHEDULE.data, notes=None)),
    (
        (ACCOUNT, OPPORTUNITY, DEACTIVATE),
        SCHEDULE.but(regarding_type="opportunity", regarding_id="deal"),
        happened(
            "ActivityScheduled",
            "visit",
            **SCHEDULE.but(regarding_type="opportunity", regarding_id="deal", notes=None).data,
        ),
    ),
    (
        (LEAD,),
        SCHEDULE.but(regarding_type="lead", regarding_id="lea", kind="task"),
        happened(
            "ActivityScheduled",
            "visit",
            **SCHEDULE.but(regarding_type="lead", regarding_id="lea", kind="task", notes=None).data,
        ),
    ),
    (
        OPEN,
        RESCHEDULE,
        happened(
            "ActivityRescheduled", "visit", due_at="2026-01-06T09:00:00Z", previous_due_at=DUE
        ),
    ),
    (OPEN, COMPLETE, happened("ActivityCompleted", "visit", outcome="signed")),
    (OPEN, act("CompleteActivity", "visit"), happened("ActivityCompleted", "visit", outcome=None)),
    (OPEN, CANCEL, happened("ActivityCancelled", "visit", reason="snow")),
    ((*OPEN, DEACTIVATE), CANCEL, happened("ActivityCancelled", "visit", reason="snow")),
]
REFUSALS: list[Refuses] = [
    ((), LOG, "unknown_regarding"),
    ((ACCOUNT,), LOG.but(regarding_type="lead"), "unknown_regarding"),
    ((ACCOUNT,), LOG.but(kind="task"), "invalid_kind"),
    ((ACCOUNT,), LOG.but(regarding_type="product"), "invalid_regarding_type"),
    ((), SCHEDULE, "unknown_regarding"),
    ((ACCOUNT,), SCHEDULE.but(kind="note"), "invalid_kind"),
    ((ACCOUNT, DEACTIVATE), SCHEDULE, "account_inactive"),
    (OPEN, RESCHEDULE.but(due_at=DUE), "due_at_unchanged"),
    (OPEN, RESCHEDULE.but(due_at="2026-01-05T08:00:00.0Z"), "due_at_unchanged"),
    *(
        ((*OPEN, closing), wanted, "activity_not_open")
        for closing in (COMPLETE, CANCEL)
        for wanted in (RESCHEDULE, COMPLETE, CANCEL)
    ),
    *(
        (LOGGED, _of_logged(wanted), "activity_not_open")
        for wanted in (RESCHEDULE, COMPLETE, CANCEL)
    ),
]
VIEWS: list[Shows] = [
    (
        LOGGED,
        "talk",
        {**LOG.data, "status": "logged", "due_at": None, "notes": None, "outcome": None},
    ),
    (OPEN, "visit", {**PLANNED, "status": "scheduled"}),
    (
        (*OPEN, RESCHEDULE, COMPLETE),
        "visit",
        {
            **PLANNED,
            "status": "completed",
            "due_at": "2026-01-06T09:00:00Z",
            "outcome": "signed",
        },
    ),
    ((*OPEN, CANCEL), "visit", {**PLANNED, "status": "cancelled"}),
]
