"""The auditor: one case for each kind of finding, and silence where all is well."""

from dataclasses import replace
from typing import Any

import pytest

from support.crm.port import Accepted
from support.judging.case import BUS, Case, Evidence, Finding, Kind, Missing, behind
from support.judging.history import audit
from tests.support.cases import (
    CREATED,
    GLOBEX,
    HISTORY,
    NAMED,
    ONLY,
    OPENED,
    SALES,
    SOLD_TO,
    SOUND,
    UPDATED,
    VIEWED,
    VIEWS,
    accepted,
    applied,
    arrive,
    came,
    delivered,
    entry,
    kept,
    updated_by,
    view,
    with_evidence,
)
from tests.support.samples import Document, an_event, delivery, numbered


def _asked(**changes: str) -> Accepted:
    update = accepted(UPDATED)
    return replace(update, command=replace(update.command, **changes))  # type: ignore[arg-type]


def _found(case: Case) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.sentence) for finding in audit(case)]


def test_where_all_is_well_nothing_is_found() -> None:
    """An event caused by another needs no receipt of its own."""
    assert audit(SOUND) == []


def test_a_tenant_without_events_is_sound() -> None:
    """A scenario may refuse everything."""
    empty = replace(SOUND, evidence=[Evidence("acme")], deliveries=(), accepted=[])
    assert audit(empty) == []


def _grown(event: Document) -> Case:
    """Let one more event happen, and everybody have it; only entities get a view."""
    return replace(
        SOUND,
        evidence=[
            replace(
                ONLY,
                history=[*HISTORY, event],
                applied={**ONLY.applied, "views": [*ONLY.applied["views"], applied(event)]},
                audit_trail=[*ONLY.audit_trail, entry(event)],
            )
        ],
        deliveries=arrive(*HISTORY, event),
    )


FENCE = an_event(4, entity_id="fence-1", payload=NAMED, causation_id=numbered(1))
LEGAL: dict[str, Case] = {
    "the transport delivers twice": delivered(*SOUND.deliveries, delivery(CREATED, "m-again")),
    "the queue delivers again": delivered(*SOUND.deliveries, SOUND.deliveries[0]),
    "the transport delivers in another order": delivered(*reversed(SOUND.deliveries)),
    "a fence has no view": _grown(FENCE),
    "another tenant has events, too": delivered(
        *SOUND.deliveries, delivery(an_event(9, tenant_id="acme-2"), "m-9")
    ),
}


@pytest.mark.parametrize("case", LEGAL.values(), ids=LEGAL.keys())
def test_what_is_allowed_is_no_finding(case: Case) -> None:
    """At least once and in any order is all that a transport promises."""
    assert audit(case) == []


LATER = "AccountUpdated of globex version 3"
GHOST = an_event(8, "AccountUpdated", entity_id=GLOBEX, version=3, payload={"industry": "arms"})
TITLE = "AccountUpdated of globex version 2"
ALTERED = {**UPDATED, "payload": {"industry": "arms"}}
BROKEN = {**UPDATED, "payload": {"colour": "red"}}

PLANTED: dict[str, tuple[Case, Kind, str]] = {
    "lost before the event store": (
        replace(SOUND, accepted=[*SOUND.accepted, accepted(GHOST)]),
        Kind.LOST,
        f"{LATER} was accepted, and is not in the history",
    ),
    "lost before the bus": (
        delivered(*arrive(CREATED, OPENED)),
        Kind.LOST,
        f"{TITLE} was lost between the event store and the bus",
    ),
    "lost before a subscriber": (
        with_evidence(applied={"views": VIEWED}),
        Kind.LOST,
        "OpportunityCreated of deal version 1 was lost between the bus and the subscriber sales",
    ),
    "lost before the audit trail": (
        with_evidence(audit_trail=ONLY.audit_trail[:2]),
        Kind.LOST,
        "the audit trail has OpportunityCreated of deal version 1 0 times",
    ),
    "lost before the view": (
        with_evidence(views=[view(UPDATED)]),
        Kind.LOST,
        "there is no view of deal",
    ),
    "a view that stays behind": (
        with_evidence(views=[view(CREATED), view(OPENED)]),
        Kind.LOST,
        f"the view of globex is at version 1, not at {TITLE}",
    ),
    "a view that names another event": (
        with_evidence(views=[view(UPDATED, last_event_id=numbered(1)), view(OPENED)]),
        Kind.MUTATED,
        f"the view of globex names {numbered(1)} as its last event, not {TITLE} ({numbered(2)})",
    ),
    "published twice": (
        delivered(*SOUND.deliveries, came(UPDATED, "m-again", id="another")),
        Kind.DUPLICATE,
        f"{TITLE} was published 2 times",
    ),
    "applied twice, and written down twice": (
        with_evidence(applied={"views": [*VIEWED, applied(UPDATED)], "sales": SOLD_TO}),
        Kind.DUPLICATE,
        "views applied version 2 of globex 2 times",
    ),
    "applied not at all, and written down": (
        with_evidence(applied={"views": VIEWED, "sales": [applied(OPENED, times=0)]}),
        Kind.DUPLICATE,
        "sales applied version 1 of deal 0 times",
    ),
    "applied as another version": (
        with_evidence(applied={"views": VIEWED, "sales": [applied(OPENED, version=2)]}),
        Kind.MUTATED,
        "sales applied OpportunityCreated of deal version 1 as version 2 of deal",
    ),
    "applied to another entity": (
        with_evidence(applied={"views": VIEWED, "sales": [applied(OPENED, entity_id="deal-2")]}),
        Kind.MUTATED,
        "sales applied OpportunityCreated of deal version 1 as version 1 of deal-2",
    ),
    "applied twice": (
        with_evidence(applied={"views": VIEWED, "sales": [applied(OPENED, times=2)]}),
        Kind.DUPLICATE,
        "sales applied version 1 of deal 2 times",
    ),
    "twice in the audit trail": (
        with_evidence(audit_trail=[*ONLY.audit_trail, entry(UPDATED)]),
        Kind.DUPLICATE,
        f"the audit trail has {TITLE} 2 times",
    ),
    "a phantom on the bus": (
        delivered(*SOUND.deliveries, delivery(GHOST, "m-8")),
        Kind.PHANTOM,
        f"{LATER} arrived, and is not in the history",
    ),
    "a phantom at a subscriber": (
        with_evidence(applied={"views": [*VIEWED, applied(GHOST)], "sales": SOLD_TO}),
        Kind.PHANTOM,
        "views applied version 3 of globex, which is not in the history",
    ),
    "a phantom in the audit trail": (
        with_evidence(audit_trail=[*ONLY.audit_trail, entry(GHOST)]),
        Kind.PHANTOM,
        f"the audit trail has {LATER}, the history has not",
    ),
    "an event without a cause": (
        replace(SOUND, accepted=SOUND.accepted[1:]),
        Kind.PHANTOM,
        "AccountCreated of globex version 1 was caused by nothing that this scenario commanded",
    ),
    "altered by the transport": (
        delivered(*arrive(CREATED, ALTERED, OPENED)),
        Kind.MUTATED,
        f"{TITLE} arrived other than it was committed: payload.industry 'arms' instead of 'toys'",
    ),
    "other than commanded": (
        updated_by(accepted(UPDATED, industry="arms")),
        Kind.MUTATED,
        "DoIt of globex asked for industry 'arms', and the event says 'toys'",
    ),
    "in the name of another actor": (
        updated_by(_asked(actor="lou")),
        Kind.MUTATED,
        f"{TITLE} says actor 'kim', and was asked with 'lou'",
    ),
    "under another correlation": (
        updated_by(_asked(correlation_id="c-2")),
        Kind.MUTATED,
        f"{TITLE} says correlation_id 'c-1', and was asked with 'c-2'",
    ),
    "other than promised": (
        updated_by(accepted({**UPDATED, "version": 7})),
        Kind.MUTATED,
        f"AccountUpdated of globex version 7 was promised, and the history has {TITLE}",
    ),
    "told differently by the audit trail": (
        with_evidence(audit_trail=[entry(CREATED), entry(UPDATED, actor="nobody"), entry(OPENED)]),
        Kind.MUTATED,
        f"the audit trail tells {TITLE} differently: actor 'nobody' instead of 'kim'",
    ),
    "another tenant's event in the audit trail": (
        with_evidence(audit_trail=[*ONLY.audit_trail, entry(GHOST, tenant_id="acme-2")]),
        Kind.LEAKED,
        f"{LATER} of tenant acme-2 is in the audit trail",
    ),
    "another tenant's view": (
        with_evidence(views=[view(UPDATED, tenant_id="ACME"), view(OPENED)]),
        Kind.LEAKED,
        "the view of globex belongs to tenant ACME",
    ),
    "sent under another type": (
        delivered(*arrive(CREATED, UPDATED), came(OPENED, "m-3", **{"detail-type": "Changed"})),
        Kind.MISROUTED,
        "OpportunityCreated of deal version 1 was sent as 'Changed' from 'crm'",
    ),
    "sent from another source": (
        delivered(*arrive(CREATED, UPDATED), came(OPENED, "m-3", source="elsewhere")),
        Kind.MISROUTED,
        "OpportunityCreated of deal version 1 was sent as 'OpportunityCreated' from 'elsewhere'",
    ),
    "kept for later, and never happened": (
        with_evidence(parked={"views": [kept(GHOST)]}),
        Kind.PHANTOM,
        f"views keeps {LATER} for later, which is not in the history",
    ),
    "kept for later as another version": (
        with_evidence(parked={"views": [kept(UPDATED, version=7)]}),
        Kind.MUTATED,
        f"views keeps AccountUpdated of globex version 7 for later, which was committed as {TITLE}",
    ),
    "kept for later, though nothing is missing": (
        with_evidence(parked={"views": [kept(UPDATED)]}),
        Kind.BLOCKED,
        f"{TITLE} waits at the subscriber views for nothing",
    ),
    "kept for later by a subscriber that does not listen": (
        with_evidence(parked={"sales": [kept(UPDATED)]}),
        Kind.MISROUTED,
        f"sales keeps {TITLE} for later, and does not listen to account",
    ),
    "sent to a subscriber that does not listen": (
        with_evidence(applied={"views": VIEWED, "sales": [*SOLD_TO, applied(CREATED)]}),
        Kind.MISROUTED,
        "sales got version 1 of globex, and does not listen to account",
    ),
}


@pytest.mark.parametrize(("case", "kind", "sentence"), PLANTED.values(), ids=PLANTED.keys())
def test_what_is_wrong_is_found_and_nothing_else(case: Case, kind: Kind, sentence: str) -> None:
    """One defect makes one finding, with its kind, its event and its place."""
    assert audit(case) == [Finding(kind, "acme", sentence)]


AGAIN = an_event(5, "AccountUpdated", entity_id=GLOBEX, version=3, payload={"industry": "arms"})


def _behind(**changes: object) -> list[Missing]:
    """Let the account change twice, and its views lack both changes."""
    evidence = replace(ONLY, history=[*HISTORY, AGAIN], **changes)  # type: ignore[arg-type]
    return behind(evidence, arrive(*HISTORY, AGAIN), [VIEWS])


def test_what_waits_behind_a_gap_is_blocked_not_lost() -> None:
    """A subscriber parks later versions until the missing one comes; other entities flow on."""
    found = _behind(applied={"views": [applied(CREATED), applied(OPENED)]})
    assert [(each.kind, str(each)) for each in found] == [
        (Kind.LOST, f"{TITLE} was lost between the bus and the subscriber views"),
        (Kind.BLOCKED, f"{LATER} waits at the subscriber views for version 2, which it lacks"),
    ]


def test_what_a_subscriber_gave_up_is_dead_lettered_not_lost() -> None:
    """It can still be given back; what waits behind it is blocked."""
    dead = {"views": {UPDATED["event_id"]}}
    found = _behind(applied={"views": [applied(CREATED), applied(OPENED)]}, dead_letters=dead)
    assert [(each.kind, str(each)) for each in found] == [
        (Kind.DEAD_LETTERED, f"{TITLE} is among the dead letters of the subscriber views"),
        (Kind.BLOCKED, f"{LATER} waits at the subscriber views for version 2, which it lacks"),
    ]


def test_a_later_version_is_blocked_by_one_that_never_got_to_the_bus() -> None:
    """The first hop that lost something is named for the one, the gap for the other."""
    evidence = replace(
        ONLY, history=[*HISTORY, AGAIN], applied={"views": [applied(CREATED), applied(OPENED)]}
    )
    found = behind(evidence, arrive(CREATED, OPENED, AGAIN), [VIEWS])
    assert [(each.kind, str(each)) for each in found] == [
        (Kind.LOST, f"{TITLE} was lost between the event store and the bus"),
        (Kind.BLOCKED, f"{LATER} waits at the subscriber views for version 2, which it lacks"),
    ]


def test_what_waits_for_a_version_that_is_missing_is_told_once() -> None:
    """With the version that it waits for, not as something that waits for nothing."""
    case = with_evidence(
        history=[*HISTORY, AGAIN],
        applied={"views": [applied(CREATED), applied(OPENED)], "sales": SOLD_TO},
        parked={"views": [kept(AGAIN)]},
    )
    delivered_all = replace(case, deliveries=arrive(*HISTORY, AGAIN))
    assert [s for kind, s in _found(delivered_all) if kind is Kind.BLOCKED] == [
        f"{LATER} waits at the subscriber views for version 2, which it lacks"
    ]


def test_what_is_kept_of_another_tenant_is_a_leak() -> None:
    """Whose event it is, is known if both are audited."""
    theirs = an_event(9, entity_id="theirs", tenant_id="acme-2")
    ours = replace(ONLY, parked={"views": [kept({**theirs}, version=9)]})
    case = replace(SOUND, evidence=[ours, Evidence("acme-2", history=[theirs])])
    found = [each for each in audit(case) if "keeps" in each.sentence]
    assert found == [
        Finding(
            Kind.LEAKED,
            "acme",
            "views keeps AccountCreated of theirs version 9 of tenant acme-2 for later",
        )
    ]


def test_order_is_judged_only_where_the_target_promises_it() -> None:
    """Versions of one entity; what comes again, and other entities, may come whenever they like."""
    wrong = delivered(*arrive(UPDATED, OPENED, CREATED))
    assert audit(wrong) == []
    found = Finding(
        Kind.REORDERED, "acme", "AccountCreated of globex version 1 arrived after version 2"
    )
    assert audit(replace(wrong, keeps_order=True)) == [found]
    again = delivered(*arrive(OPENED, CREATED, UPDATED), delivery(CREATED, "m-again"))
    assert audit(replace(again, keeps_order=True)) == []


def test_an_effect_is_not_committed_before_its_cause() -> None:
    """Nobody can have acted on what had not happened; the history is read in order of commit."""
    case = with_evidence(history=(CREATED, OPENED, UPDATED))
    found = Finding(
        Kind.REORDERED,
        "acme",
        "OpportunityCreated of deal version 1 was committed before its cause, AccountUpdated of "
        "globex version 2",
    )
    assert audit(case) == [found]


COMPOUND: dict[str, tuple[Case, list[tuple[Kind, str]]]] = {
    "a gap in the versions": (
        _grown({**GHOST, "version": 4, "causation_id": numbered(2)}),
        [
            (Kind.GAP, "AccountUpdated of globex version 4 follows version 2"),
            (
                Kind.LOST,
                "the view of globex is at version 2, not at AccountUpdated of globex version 4",
            ),
        ],
    ),
    "a version twice": (
        _grown({**GHOST, "version": 2, "causation_id": numbered(2)}),
        [
            (Kind.GAP, "AccountUpdated of globex version 2 follows version 2"),
            (
                Kind.MUTATED,
                f"the view of globex names {numbered(2)} as its last event, not {TITLE} "
                f"({GHOST['event_id']})",
            ),
        ],
    ),
    "an event twice in the history": (
        with_evidence(history=[*HISTORY, UPDATED]),
        [(Kind.DUPLICATE, f"{TITLE} is in the history more than once")],
    ),
    "an event that breaks its schema": (
        delivered(*arrive(CREATED, BROKEN, OPENED)),
        [
            (
                Kind.MUTATED,
                f"{TITLE} arrived other than it was committed: payload.industry (not there) "
                "instead of 'toys', payload.colour 'red' instead of (not there)",
            ),
            (
                Kind.MUTATED,
                f"{TITLE} breaks its schema: payload.colour: is not part of this event",
            ),
        ],
    ),
    "an event relabelled for another tenant": (
        delivered(*arrive(CREATED, {**UPDATED, "tenant_id": "ACME"}, OPENED)),
        [
            (Kind.LOST, f"{TITLE} was lost between the event store and the bus"),
            (Kind.LEAKED, f"{TITLE} was published in the name of tenant ACME"),
        ],
    ),
    "events that cause each other": (
        _grown({**GHOST, "causation_id": GHOST["event_id"]}),
        [
            (Kind.LOST, f"the view of globex is at version 2, not at {LATER}"),
            (
                Kind.PHANTOM,
                f"{LATER} was caused by nothing that this scenario commanded",
            ),
            (Kind.MUTATED, f"{LATER} names itself as its cause"),
        ],
    ),
}


@pytest.mark.parametrize(("case", "found"), COMPOUND.values(), ids=COMPOUND.keys())
def test_one_defect_can_have_several_signs(case: Case, found: list[tuple[Kind, str]]) -> None:
    """They are told hop by hop."""
    assert _found(case) == found


def test_another_tenants_event_in_the_history_is_a_leak() -> None:
    """It belongs to neither the tenant nor its commands."""
    leaked = an_event(9, entity_id="theirs", tenant_id="acme-2", payload=NAMED)
    case = with_evidence(history=[*HISTORY, leaked])
    found = _found(case)
    assert (
        Kind.LEAKED,
        "AccountCreated of theirs version 1 of tenant acme-2 is in the history",
    ) in found


def test_each_tenant_is_judged_by_its_own_events() -> None:
    """An event that changed its tenant is lost and leaked, and told once."""
    other = Evidence("acme-2")
    moved = delivery({**UPDATED, "tenant_id": "acme-2"}, "m-2")
    case = replace(
        SOUND,
        evidence=[ONLY, other],
        deliveries=[SOUND.deliveries[0], moved, SOUND.deliveries[2]],
    )
    assert audit(case) == [
        Finding(Kind.LOST, "acme", f"{TITLE} was lost between the event store and the bus"),
        Finding(Kind.LEAKED, "acme", f"{TITLE} was published in the name of tenant acme-2"),
    ]


THEIRS = an_event(2, "LeadCreated", entity_id="ada", tenant_id="acme-2")
SHARED = (
    f"the event_id {numbered(2)} of {TITLE} is in the history of tenant acme-2, too: "
    "LeadCreated of ada version 1"
)


@pytest.mark.parametrize(
    "known",
    [
        {"evidence": [ONLY, Evidence("acme-2", [THEIRS])]},
        {"closed": {"acme-2": Evidence("acme-2", [THEIRS])}},
    ],
    ids=["in this scenario", "in an earlier one"],
)
def test_an_event_id_of_two_tenants_is_told_as_that(known: dict[str, Any]) -> None:
    """Each has its own event, and nobody got the other's."""
    case = replace(SOUND, deliveries=[*SOUND.deliveries, delivery(THEIRS, "m-9")])
    found = audit(replace(case, **known))
    assert [each for each in found if each.tenant_id == "acme"] == [
        Finding(Kind.DUPLICATE, "acme", SHARED)
    ]


def test_an_event_id_of_two_tenants_excuses_no_leak() -> None:
    """What came is not what the other tenant has under this id."""
    moved = delivery({**UPDATED, "tenant_id": "acme-2"}, "m-9")
    case = replace(SOUND, deliveries=[*SOUND.deliveries, moved])
    case = replace(case, closed={"acme-2": Evidence("acme-2", [THEIRS])})
    assert audit(case) == [
        Finding(Kind.LEAKED, "acme", f"{TITLE} was published in the name of tenant acme-2")
    ]


def test_every_defect_is_found_among_a_thousand_sound_events() -> None:
    """Size hides nothing."""
    many = [
        an_event(number, entity_id=f"a-{number}", payload=NAMED) for number in range(100, 1_100)
    ]
    case = replace(
        delivered(*SOUND.deliveries[:2], *arrive(*many)),
        evidence=[
            replace(
                ONLY,
                history=[*HISTORY, *many],
                applied={"views": [*VIEWED, *map(applied, many)], "sales": SOLD_TO},
                audit_trail=[*ONLY.audit_trail, *map(entry, many)],
                views=[*ONLY.views, *map(view, many)],
            )
        ],
        accepted=[*SOUND.accepted, *(accepted(event) for event in many)],
        violations=lambda _: (),
    )
    assert _found(case) == [
        (
            Kind.LOST,
            "OpportunityCreated of deal version 1 was lost between the event store and the bus",
        )
    ]


def test_whoever_is_behind_is_named_hop_by_hop() -> None:
    """What is not on the bus is not held against its subscribers."""
    evidence = replace(ONLY, applied={"views": VIEWED[:1]})
    missing = behind(evidence, SOUND.deliveries[:2], [VIEWS, SALES])
    assert missing == [Missing(OPENED, BUS), Missing(UPDATED, "the bus and the subscriber views")]
    assert [str(each) for each in missing] == [
        "OpportunityCreated of deal version 1 was lost between the event store and the bus",
        f"{TITLE} was lost between the bus and the subscriber views",
    ]
    assert behind(ONLY, SOUND.deliveries, [VIEWS, SALES]) == []


def test_a_finding_reads_as_a_sentence() -> None:
    """Kind, event and tenant on one line."""
    found = Finding(Kind.LOST, "acme", f"{TITLE} was lost between the event store and the bus")
    assert str(found) == (
        f"lost: {TITLE} was lost between the event store and the bus (tenant acme)"
    )
