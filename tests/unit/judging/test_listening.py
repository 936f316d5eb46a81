"""A subscriber that listens to some event types only has to have these, and no others."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from support.crm.port import Applied, Parked
from support.judging.case import Kind
from support.judging.history import audit
from support.judging.timeliness import journeys, to_subscriber
from tests.support.cases import (
    CREATED,
    HISTORY,
    ONLY,
    OPENED,
    SALES,
    SOUND,
    UPDATED,
    VIEWS,
    applied,
    kept,
)

CHANGES = VIEWS.model_copy(update={"name": "changes", "event_types": ("AccountUpdated",)})


def _found(*had: Applied, keeps: Sequence[Parked] = ()) -> list[tuple[Kind, str]]:
    evidence = replace(ONLY, applied={**ONLY.applied, "changes": had}, parked={"changes": keeps})
    case = replace(SOUND, evidence=[evidence], subscribers=[*SOUND.subscribers, CHANGES])
    return [(each.kind, each.sentence) for each in audit(case)]


def test_what_it_listens_to_is_all_that_it_needs() -> None:
    """The versions in between are not its business."""
    assert _found(applied(UPDATED)) == []


def test_what_it_lacks_is_lost() -> None:
    """And nothing else is."""
    sentence = (
        "AccountUpdated of globex version 2 was lost between the bus and the subscriber changes"
    )
    assert _found() == [(Kind.LOST, sentence)]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (CREATED, "changes got version 1 of globex, and does not listen to AccountCreated"),
        (OPENED, "changes got version 1 of deal, and does not listen to OpportunityCreated"),
    ],
)
def test_what_it_does_not_listen_to_is_misrouted(event: dict[str, object], what: str) -> None:
    """Though it listens to others about such an entity."""
    assert _found(applied(UPDATED), applied(event)) == [(Kind.MISROUTED, what)]


def test_what_it_keeps_and_does_not_listen_to_is_misrouted() -> None:
    """It would have it one day."""
    sentence = (
        "changes keeps AccountCreated of globex version 1 for later, "
        "and does not listen to AccountCreated"
    )
    assert (Kind.MISROUTED, sentence) in _found(applied(UPDATED), keeps=[kept(CREATED)])


def test_what_it_keeps_waits_for_nothing_that_it_does_not_listen_to() -> None:
    """The version before is not its business, so nothing holds this one up."""
    sentence = "AccountUpdated of globex version 2 waits at the subscriber changes for nothing"
    assert (Kind.BLOCKED, sentence) in _found(keeps=[kept(UPDATED)])


def test_who_names_no_type_listens_to_all_of_its_kinds() -> None:
    """As most do."""
    assert [each for each in HISTORY if VIEWS.listens_to(each)] == [*HISTORY]
    assert [each for each in HISTORY if SALES.listens_to(each)] == [OPENED]
    assert [each for each in HISTORY if CHANGES.listens_to(each)] == [UPDATED]


def test_nobody_waits_for_it_to_have_others() -> None:
    """An event that it does not listen to has not been late there."""
    case = replace(
        SOUND, subscribers=[CHANGES], accepted=[replace(a, sent_at=0.5) for a in SOUND.accepted]
    )
    stations = [journey.stations for journey in journeys(case, ONLY)]
    assert [to_subscriber("changes") in each or "changes" in each for each in stations] == [
        False,
        True,
        False,
    ]
