"""The auditor's look at commands: each was told completely, in the events it was promised."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from support.crm.port import Accepted
from support.flaws import Flaw, spoil
from support.judging.case import CLOCKS_APART_S, Case, Evidence, Finding, Kind
from support.judging.commands import causes, commands
from support.judging.history import audit
from tests.support.cases import (
    CREATED,
    DEAL,
    GLOBEX,
    HISTORY,
    NAMED,
    ONLY,
    SOLD,
    SOUND,
    UPDATED,
    accepted,
    arrive,
    updated_by,
)
from tests.support.samples import Document, an_event


def _update(**data: object) -> Accepted:
    return accepted(UPDATED, command="UpdateAccount", **data)


def _naming(*events: Document) -> Case:
    """Let the receipt of the update name these events."""
    return updated_by(accepted(*events, command="UpdateAccount"))


def _silent() -> Accepted:
    """Give an accepted change whose receipt names no event."""
    loud = accepted(CREATED, command="UpdateAccount", name="Globex 2")
    return replace(loud, receipt=loud.receipt.model_copy(update={"events": ()}))


EXTRA = an_event(4, entity_id="initech", payload=NAMED)
GHOST = an_event(8, "AccountUpdated", entity_id=GLOBEX, version=3, payload={"industry": "arms"})
LEGAL: dict[str, Case] = {
    "what was so before need not be told again": updated_by(
        _update(industry="toys", name="Globex", owner="kim")
    ),
    "blanks around a value are not part of it": updated_by(_update(industry=" toys\t")),
    "what is empty before and after": updated_by(
        accepted(CREATED, command="CreateAccount", industry=None), _update(industry="toys")
    ),
    "a command that no contract promises anything of": updated_by(
        accepted(UPDATED, CREATED, command="MergeAccounts")
    ),
    "another tenant's command": replace(
        SOUND,
        accepted=[
            *SOUND.accepted,
            replace(
                _update(), command=replace(_update(industry="arms").command, tenant_id="acme-2")
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", LEGAL.values(), ids=LEGAL.keys())
def test_what_is_told_completely_is_no_finding(case: Case) -> None:
    """An event tells what has changed, no more."""
    assert audit(case) == []


PLANTED: dict[str, tuple[Case, Kind, str]] = {
    "a field that the event leaves out": (
        updated_by(_update(industry="toys", name="Globex 2")),
        Kind.MUTATED,
        "UpdateAccount of globex asked for name 'Globex 2', and the event says 'Globex'",
    ),
    "a field that no event has ever told": (
        updated_by(_update(industry="toys", colour="red")),
        Kind.MUTATED,
        "UpdateAccount of globex asked for colour 'red', and the event says '(not told)'",
    ),
    "a field of a new entity that its event leaves out": (
        replace(
            SOUND,
            accepted=[
                accepted(CREATED, command="CreateAccount", phone="1"),
                *SOUND.accepted[1:],
            ],
        ),
        Kind.MUTATED,
        "CreateAccount of globex asked for phone '1', and the event says '(not told)'",
    ),
    "a field that was to be cleared": (
        updated_by(_update(industry=None)),
        Kind.MUTATED,
        "UpdateAccount of globex asked for industry (none), and the event says 'toys'",
    ),
    "a receipt that names no event": (
        replace(SOUND, accepted=[*SOUND.accepted, _silent()]),
        Kind.LOST,
        "a change of globex was accepted, and its receipt names no event",
    ),
    "an event of another type": (
        updated_by(accepted(UPDATED, command="DeactivateAccount")),
        Kind.PHANTOM,
        "DeactivateAccount of globex should make AccountDeactivated, and made AccountUpdated",
    ),
    "an event too many": (
        _naming(UPDATED, CREATED),
        Kind.PHANTOM,
        "UpdateAccount of globex should make AccountUpdated, "
        "and made AccountUpdated, AccountCreated",
    ),
    "one event too many of its own type": (
        _naming(UPDATED, UPDATED),
        Kind.PHANTOM,
        "UpdateAccount of globex should make AccountUpdated, "
        "and made AccountUpdated, AccountUpdated",
    ),
    "a promised event that the history has not": (
        replace(SOUND, accepted=[*SOUND.accepted, accepted(GHOST, command="UpdateAccount")]),
        Kind.LOST,
        "AccountUpdated of globex version 3 was accepted, and is not in the history",
    ),
}


@pytest.mark.parametrize(("case", "kind", "sentence"), PLANTED.values(), ids=PLANTED.keys())
def test_what_is_wrong_is_found_and_nothing_else(case: Case, kind: Kind, sentence: str) -> None:
    """One defect makes one finding."""
    assert audit(case) == [Finding(kind, "acme", sentence)]


def test_something_that_is_no_command_and_was_accepted_is_judged_all_the_same() -> None:
    """It asked for nothing by name; that it was to be refused, the sentence after it says."""
    nothing = accepted(UPDATED, command="UpdateAccount")
    nothing = replace(nothing, command=spoil(nothing.command, Flaw.NO_COMMAND))
    assert audit(updated_by(nothing)) == []
    unkept = replace(nothing, command=replace(nothing.command, actor="somebody else"))
    (finding,) = audit(updated_by(unkept))
    assert finding.kind is Kind.MUTATED


LEAD = an_event(
    11,
    "LeadCreated",
    entity_id="lead",
    payload={"last_name": "Byron", "company": "Globex", "owner": "nobody"},
)
CONVERTED = an_event(
    12,
    "LeadConverted",
    entity_id="lead",
    payload={"account_id": GLOBEX, "contact_id": "byron", "opportunity_id": DEAL},
)
CONTACT = an_event(14, "ContactCreated", entity_id="byron", payload={"last_name": "Byron"})
OPENED = an_event(15, "OpportunityCreated", entity_id=DEAL, payload=SOLD)
ASKED = {
    "opportunity_name": "Deal",
    "owner": "kim",
    "amount": SOLD["amount"],
    "close_date": SOLD["close_date"],
}
PARTS = (
    CONVERTED,
    an_event(13, entity_id=GLOBEX, payload=NAMED),
    CONTACT,
    OPENED,
)
CLOSE = "ConvertLead of lead asked for close_date '2027-01-01', and the event says '2026-12-31'"


def _converted(*events: Document, **data: Any) -> list[str]:
    evidence = Evidence("acme", history=[LEAD, *events])
    accept = accepted(*events, command="ConvertLead", **data)
    case = replace(SOUND, evidence=[evidence], deliveries=arrive(), accepted=[accept])
    return [finding.sentence for finding in commands(case, evidence)]


def test_a_conversion_is_told_by_the_events_of_all_that_it_made() -> None:
    """Two of its fields have other names there; an account that exists is not made again."""
    assert _converted(*PARTS, **ASKED) == []
    assert _converted(CONVERTED, CONTACT, OPENED, **ASKED, account_id=GLOBEX) == []


def test_what_a_conversion_tells_wrongly_is_found() -> None:
    """Whichever of its events should have told it."""
    assert _converted(*PARTS, **{**ASKED, "close_date": "2027-01-01"}) == [CLOSE]


def test_a_conversion_makes_each_of_its_parts_once() -> None:
    """And begins with the lead's own event."""
    makes = "LeadConverted, AccountCreated, ContactCreated, OpportunityCreated"
    twice = an_event(16, "ContactCreated", entity_id="b-2", payload={"last_name": "B"})
    assert _converted(*PARTS, twice, **ASKED) == [
        f"ConvertLead of lead should make {makes}, and made {makes}, ContactCreated"
    ]
    assert _converted(CONTACT, CONVERTED) == [
        f"ConvertLead of byron should make {makes}, and made ContactCreated, LeadConverted"
    ]


def test_what_was_so_before_is_what_came_before() -> None:
    """Neither later versions nor other entities say how an entity was."""
    later = an_event(9, "AccountUpdated", entity_id=GLOBEX, version=3, payload={"name": "Globex 2"})
    other = an_event(10, entity_id="initech", payload={**NAMED, "name": "Globex 2"})
    evidence = replace(ONLY, history=[other, *HISTORY, later])
    case = replace(updated_by(_update(name="Globex 2")), evidence=[evidence])
    assert [finding.sentence for finding in commands(case, evidence)] == [
        "UpdateAccount of globex asked for name 'Globex 2', and the event says 'Globex'"
    ]


def test_an_event_that_no_receipt_names_is_a_phantom() -> None:
    """What a command did beside what it said has no cause."""
    evidence = replace(ONLY, history=[*HISTORY, EXTRA])
    case = replace(SOUND, evidence=[evidence], deliveries=arrive(*HISTORY, EXTRA))
    assert Finding(
        Kind.PHANTOM,
        "acme",
        "AccountCreated of initech version 1 was caused by nothing that this scenario commanded",
    ) in audit(case)


NOON = 1_774_956_600.0  # 2026-03-31T11:30:00Z


def _timed(occurred_at: str) -> list[str]:
    event = {**CREATED, "occurred_at": occurred_at}
    asked = replace(accepted(event), sent_at=NOON, answered_at=NOON + 0.2)
    evidence = Evidence("acme", [event])
    case = replace(SOUND, evidence=[evidence], accepted=[asked], clocks_apart=0.5)
    return [each.sentence for each in commands(case, evidence)]


@pytest.mark.parametrize("moment", ["2026-03-31T11:30:00.100Z", "2026-03-31T11:30:00.600Z", "soon"])
def test_a_time_within_the_command_is_no_finding(moment: str) -> None:
    """As far as clocks can tell; what is no time, the schema's judge names."""
    assert _timed(moment) == []


@pytest.mark.parametrize("moment", ["2026-03-31T11:29:59.400Z", "2026-03-31T12:30:00.000Z"])
def test_a_time_beside_the_command_is_found(moment: str) -> None:
    """What happens because it was commanded happens between question and answer."""
    assert _timed(moment) == [
        f"AccountCreated of globex version 1 says occurred_at {moment}, and was commanded between "
        "2026-03-31T11:30:00.000+00:00 and 2026-03-31T11:30:00.200+00:00"
    ]


def _causes(*events: Document) -> list[str]:
    evidence = Evidence("acme", events)
    case = replace(SOUND, evidence=[evidence], accepted=[accepted(*events)])
    return [each.sentence for each in commands(case, evidence)]


def test_the_events_of_a_command_cause_each_other_or_are_caused_by_nothing() -> None:
    """The first of them was commanded."""
    assert _causes(CREATED, {**EXTRA, "causation_id": CREATED["event_id"]}) == []


def test_a_cause_that_is_none_is_found() -> None:
    """In the first event and in the others."""
    strange = {"causation_id": "nobody"}
    assert _causes({**CREATED, **strange}, {**EXTRA, **strange}) == [
        "AccountCreated of globex version 1 says causation_id 'nobody', and was commanded",
        "AccountCreated of initech version 1 says causation_id 'nobody', and was commanded",
    ]


def _brought_about(
    actors: Sequence[str] = (), clocks_apart: float = CLOCKS_APART_S, **changes: Any
) -> list[str]:
    """Judge what a subscriber commanded because of the update."""
    event = {**HISTORY[2], **changes}
    evidence = replace(ONLY, history=[*HISTORY[:2], event])
    arrived = arrive(*HISTORY[:2], event)
    case = replace(
        SOUND, evidence=[evidence], deliveries=arrived, actors=actors, clocks_apart=clocks_apart
    )
    return [each.sentence for each in causes(case, evidence)]


def test_a_consequence_came_about_between_its_cause_and_its_publication() -> None:
    """As far as the clocks agree."""
    assert _brought_about(occurred_at="2026-03-31T07:34:00.000Z") == []
    for moment in ("2026-03-31T06:30:00.000Z", "2026-03-31T08:30:00.000Z"):
        assert _brought_about(occurred_at=moment) == [
            f"OpportunityCreated of deal version 1 says occurred_at {moment}, and came about "
            "between 2026-03-31T07:30:00.000Z, when AccountUpdated of globex version 2 happened, "
            "and 2026-03-31T07:30:01.000+00:00, when it was published"
        ]
    assert _brought_about(occurred_at="yesterday") == []


def test_the_clock_of_the_transport_may_be_further_off_than_that_of_the_crm() -> None:
    """It says when something was published, and is another machine's."""
    assert _brought_about(clocks_apart=0.5, occurred_at="2026-03-31T07:30:05.900Z") == []
    assert len(_brought_about(clocks_apart=0.5, occurred_at="2026-03-31T07:30:06.100Z")) == 1
    assert len(_brought_about(clocks_apart=0.5, occurred_at="2026-03-31T07:29:59.400Z")) == 1


def test_a_consequence_that_never_was_published_has_no_latest_moment() -> None:
    """That it was not, another look says."""
    event = {**HISTORY[2], "occurred_at": "2026-03-31T08:30:00.000Z"}
    evidence = replace(ONLY, history=[*HISTORY[:2], event])
    unpublished = replace(SOUND, evidence=[evidence], deliveries=arrive(*HISTORY[:2]))
    assert [*causes(unpublished, evidence)] == []
    event["occurred_at"] = "2026-03-31T06:30:00.000Z"
    (finding,) = causes(unpublished, evidence)
    assert finding.sentence == (
        "OpportunityCreated of deal version 1 says occurred_at 2026-03-31T06:30:00.000Z, and came "
        "about after 2026-03-31T07:30:00.000Z, when AccountUpdated of globex version 2 happened"
    )


def test_a_consequence_names_who_brought_it_about() -> None:
    """Where it is known under which names subscribers command."""
    assert _brought_about(["sales", "kim"]) == _brought_about() == []
    assert _brought_about(["sales", "views"]) == [
        "OpportunityCreated of deal version 1 says actor 'kim', and nobody commanded it but "
        "sales or views"
    ]


def test_an_event_that_a_command_made_does_not_cause_itself() -> None:
    """Though another event of the same command may."""
    own = {**EXTRA, "causation_id": EXTRA["event_id"]}
    case = replace(SOUND, accepted=[accepted(CREATED, own)])
    assert [each.sentence for each in causes(case, Evidence("acme", [CREATED, own]))] == [
        "AccountCreated of initech version 1 names itself as its cause"
    ]


def test_an_event_shares_the_correlation_of_its_cause() -> None:
    """Whoever issued the command behind it."""
    caused = {
        **an_event(5, "OpportunityLost", entity_id=DEAL, version=2, correlation_id="other"),
        "causation_id": CREATED["event_id"],
    }
    evidence = Evidence("acme", [CREATED, caused])
    case = replace(SOUND, evidence=[evidence])
    assert [(each.kind, each.sentence) for each in causes(case, evidence)] == [
        (
            Kind.MUTATED,
            "OpportunityLost of deal version 2 says correlation_id 'other', and its cause, "
            "AccountCreated of globex version 1, 'c-1'",
        )
    ]
