"""The auditor's look at choreography: what a deactivation leaves open, or closes of others."""

from collections.abc import Sequence
from typing import Any

import pytest

from support.judging.case import Evidence, Finding, Kind
from support.judging.choreography import choreography
from tests.support.samples import Document, an_event, numbered

KINDS = ("account", "opportunity", "activity")


def _event(number: int, event_type: str, entity_id: str, **more: Any) -> Document:
    kind = next(kind for kind in KINDS if event_type.lower().startswith(kind))
    cause = more.pop("cause", None)
    return an_event(
        number,
        event_type,
        entity_type=kind,
        entity_id=entity_id,
        causation_id=None if cause is None else numbered(cause),
        payload=more,
    )


DEAL = _event(1, "OpportunityCreated", "deal", account_id="globex")
CALL = _event(2, "ActivityScheduled", "call", regarding_type="account", regarding_id="globex")
AT_CONTACT = _event(3, "ActivityScheduled", "meal", regarding_type="contact", regarding_id="hank")
ELSEWHERE = _event(4, "OpportunityCreated", "other", account_id="initech")
END = _event(5, "AccountDeactivated", "globex")
DEAL_LOST = _event(6, "OpportunityLost", "deal", cause=5)
CALL_CANCELLED = _event(7, "ActivityCancelled", "call", cause=5)
DEAL_WON = _event(8, "OpportunityWon", "deal")
BACK = _event(9, "AccountReactivated", "globex")
NEXT_CALL = _event(10, "ActivityScheduled", "next", regarding_type="account", regarding_id="globex")
END_AGAIN = _event(11, "AccountDeactivated", "globex")
OTHER_LOST = _event(12, "OpportunityLost", "other", cause=5)
MEAL_CANCELLED = _event(13, "ActivityCancelled", "meal", cause=5)


def _found(*history: Document) -> list[Finding]:
    return list(choreography(Evidence("acme", history=history)))


@pytest.mark.parametrize(
    "history",
    [
        [DEAL, CALL],
        [DEAL, CALL, AT_CONTACT, ELSEWHERE, END, DEAL_LOST, CALL_CANCELLED],
        [DEAL, DEAL_WON, END],
        [DEAL, END, DEAL_WON],
        [AT_CONTACT, END, MEAL_CANCELLED],
        [END, BACK, NEXT_CALL],
    ],
    ids=[
        "nobody is deactivated",
        "all is closed that was open there",
        "closed before",
        "closed by somebody who was quicker",
        "what is open at a contact may be closed, too",
        "opened after a reactivation",
    ],
)
def test_what_is_right_is_no_finding(history: Sequence[Document]) -> None:
    """A deactivation closes what is open at its account by then, whoever is quicker."""
    assert _found(*history) == []


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        (
            [DEAL, CALL, END, CALL_CANCELLED],
            "AccountDeactivated of globex version 2 has left the opportunity deal open",
        ),
        (
            [END, BACK, NEXT_CALL, END_AGAIN],
            "AccountDeactivated of globex version 2 has left the activity next open",
        ),
    ],
    ids=["a deal", "what came after a reactivation"],
)
def test_what_is_left_open_is_lost(history: Sequence[Document], sentence: str) -> None:
    """However long ago it was opened."""
    (finding,) = _found(*history)
    assert (finding.kind, finding.sentence) == (Kind.LOST, sentence)
    assert finding.event is not None
    assert finding.event["event_type"] == "AccountDeactivated"


def test_what_is_closed_of_another_account_is_a_phantom() -> None:
    """Its cause is none of its business."""
    (finding,) = _found(ELSEWHERE, END, OTHER_LOST)
    assert finding.kind is Kind.PHANTOM
    assert finding.sentence == (
        "OpportunityLost of other version 2 was caused by AccountDeactivated of globex version 2, "
        "and is about initech"
    )
