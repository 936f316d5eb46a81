"""What is sound is seen at once, and nothing slips through that only looks sound at once."""

from dataclasses import replace
from typing import Any

import pytest

from support.crm.port import AuditEntry
from support.judging.case import Case, Evidence
from support.judging.commands import causes
from support.judging.history import audit
from tests.support.cases import (
    CREATED,
    HISTORY,
    ONLY,
    OPENED,
    SOUND,
    UPDATED,
    accepted,
    applied,
    arrive,
    entry,
    view,
    with_evidence,
)
from tests.support.samples import an_event

SCORED = an_event(1, entity_id="x", payload={"name": "X", "score": 1})


def _scored(**changes: Any) -> Case:
    """Return a sound case of one event that holds a number, with other evidence of it."""
    told = {
        "history": [SCORED],
        "applied": {"views": [applied(SCORED)]},
        "audit_trail": [entry(SCORED)],
        "views": [_view(1)],
    }
    return replace(
        SOUND,
        evidence=[Evidence("acme", **(told | changes))],
        deliveries=arrive(SCORED),
        accepted=[accepted(SCORED)],
        violations=lambda _: (),
    )


def _view(score: object) -> Any:
    return view(SCORED, data={"name": "X", "score": score, "status": "active"})


def _payload(score: object) -> dict[str, Any]:
    return {"name": "X", "score": score}


def _sentences(case: Case) -> list[str]:
    return [str(finding) for finding in audit(case)]


@pytest.mark.parametrize(("other", "shown"), [(True, "True"), (1.0, "1.0")])
def test_a_number_that_only_python_takes_for_the_same_is_found(other: object, shown: str) -> None:
    """On the bus, in the audit trail and in the view."""
    created = "AccountCreated of x version 1"
    arrived = arrive({**SCORED, "payload": _payload(other)})
    assert [
        _sentences(_scored()),
        _sentences(replace(_scored(), deliveries=arrived)),
        _sentences(_scored(audit_trail=[entry(SCORED, payload=_payload(other))])),
        _sentences(_scored(views=[_view(other)])),
    ] == [
        [],
        [
            f"mutated: {created} arrived other than it was committed: "
            f"payload.score {shown} instead of 1 (tenant acme)"
        ],
        [
            f"mutated: the audit trail tells {created} differently: "
            f"payload.score {shown} instead of 1 (tenant acme)"
        ],
        [f"mutated: the view of x says score {shown}, and its events say 1 (tenant acme)"],
    ]


def test_one_entry_too_many_does_not_stand_for_one_too_few() -> None:
    """As many entries as events are not yet one for each."""
    case = with_evidence(audit_trail=[entry(CREATED), entry(CREATED), entry(OPENED)])
    assert _sentences(case) == [
        "duplicate: the audit trail has AccountCreated of globex version 1 2 times (tenant acme)",
        "lost: the audit trail has AccountUpdated of globex version 2 0 times (tenant acme)",
    ]


def test_an_entry_of_nothing_does_not_stand_for_one_too_few() -> None:
    """As many different entries as events are not yet those of the events."""
    invented = entry(UPDATED, event_id="invented")
    case = with_evidence(audit_trail=[entry(CREATED), invented, entry(OPENED)])
    assert _sentences(case) == [
        "phantom: the audit trail has AccountUpdated of globex version 2, the history has not "
        "(tenant acme)",
        "lost: the audit trail has AccountUpdated of globex version 2 0 times (tenant acme)",
    ]


def test_one_effect_too_many_does_not_stand_for_one_too_few() -> None:
    """As many effects as events are not yet one for each."""
    twice = [applied(CREATED), applied(CREATED), applied(OPENED)]
    assert _sentences(with_evidence(applied={**ONLY.applied, "views": twice})) == [
        "lost: AccountUpdated of globex version 2 was lost between the bus and the subscriber "
        "views (tenant acme)",
        "duplicate: views applied version 1 of globex 2 times (tenant acme)",
    ]


def test_a_subscriber_that_has_the_whole_history_may_have_too_much() -> None:
    """It was meant for others: this one listens to opportunities only."""
    every = [applied(event) for event in HISTORY]
    assert _sentences(with_evidence(applied={**ONLY.applied, "sales": every})) == [
        "misrouted: sales got version 1 of globex, and does not listen to account (tenant acme)",
        "misrouted: sales got version 2 of globex, and does not listen to account (tenant acme)",
    ]


def test_what_arrived_as_it_was_committed_is_out_of_order_if_that_was() -> None:
    """The history is no measure of the order of arrival, the versions are."""
    backwards = (UPDATED, CREATED, OPENED)
    case = replace(with_evidence(history=backwards), deliveries=arrive(*backwards))
    late = "reordered: AccountCreated of globex version 1 arrived after version 2 (tenant acme)"
    assert late not in _sentences(case)
    assert late in _sentences(replace(case, keeps_order=True))


def test_an_event_id_that_two_entities_share_is_found() -> None:
    """The versions of both run as they should."""
    again = {**OPENED, "event_id": CREATED["event_id"], "causation_id": None}
    assert (
        "duplicate: OpportunityCreated of deal version 1 is in the history more than once "
        "(tenant acme)"
    ) in _sentences(with_evidence(history=(CREATED, UPDATED, again)))


class Detailed(AuditEntry):
    """Show a line of somebody's audit trail that says more than it has to."""

    ip_address: str = "127.0.0.1"


def test_an_entry_that_says_more_than_it_has_to_is_sound() -> None:
    """A driver of somebody's own may return more than the port asks for."""
    entries = [Detailed(**vars(entry(event))) for event in HISTORY]
    assert _sentences(with_evidence(audit_trail=entries)) == []


def test_a_cause_is_looked_at_also_where_receipts_name_all_events() -> None:
    """Whoever was commanded may have a cause, too: here one of another correlation."""
    caused = {**UPDATED, "causation_id": CREATED["event_id"], "correlation_id": "c-2"}
    evidence = Evidence("acme", (CREATED, caused))
    case = replace(SOUND, evidence=[evidence], accepted=[accepted(CREATED, caused)])
    assert [finding.sentence for finding in causes(case, evidence)] == [
        "AccountUpdated of globex version 2 says correlation_id 'c-2', and its cause, "
        "AccountCreated of globex version 1, 'c-1'"
    ]
