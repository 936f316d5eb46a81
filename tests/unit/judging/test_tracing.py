"""From what was seen to the traces of an event."""

import json
from dataclasses import replace
from typing import Any

import pytest

from support.crm.port import SetAside
from support.judging.diagnosis import losses
from support.judging.hops import Route, Stop
from support.judging.patterns import MATCHES
from support.judging.tracing import (
    Queues,
    Rule,
    Scene,
    dead_letters,
    distinct,
    fruitless,
    lost,
    missing,
    tell,
    trace,
)
from tests.support.cases import (
    CREATED,
    CREATION,
    DEAL,
    GLOBEX,
    HISTORY,
    ONLY,
    OPENED,
    SALES,
    SOUND,
    UPDATED,
    VIEWED,
    VIEWS,
    accepted,
    applied,
    arrive,
    entry,
    view,
    with_evidence,
)
from tests.support.samples import Document, an_event, delivery, numbered

ACCOUNTS = Rule("accounts", True, {"detail": {"entity_type": ["account"]}}, frozenset({"q", "z"}))
ELSEWHERE = Rule("elsewhere", True, {"source": ["crm"]}, frozenset({"z"}))
FENCE = an_event(9, entity_id="fence-1")
SCENE = Scene(
    tenant_id="acme",
    deliveries=arrive(*HISTORY),
    accepted=SOUND.accepted,
    subscribers=(VIEWS, SALES),
    history=HISTORY,
    applied=ONLY.applied,
    rules=[ACCOUNTS, ELSEWHERE],
    queues={"views": Queues(waiting=1, dead=0)},
    views={("account", GLOBEX): view(UPDATED), ("opportunity", DEAL): None},
    trail=frozenset({numbered(1)}),
)
BARE = Scene("acme", (), (), (VIEWS, SALES))


def test_an_event_is_followed_over_every_hop() -> None:
    """Only the subscribers that listen to its kind count, only the rules of their queues."""
    hops = trace(SCENE, CREATED)
    assert (hops.title, hops.version) == (f"AccountCreated of {GLOBEX} version 1", 1)
    assert (hops.accepted, hops.committed, hops.on_bus) == (True, True, True)
    assert (hops.is_on_record, hops.view) == (True, 2)
    assert hops.stops == (
        Stop(
            "views",
            applied=1,
            routes=(Route("accounts", is_enabled=True, verdict=MATCHES),),
            waiting=1,
            dead=0,
            is_dead_letter=False,
        ),
    )


def test_what_was_altered_on_its_way_to_the_bus_is_named() -> None:
    """It may be why a subscriber does not take it."""
    committed = {**CREATED, "actor": "jtaylor"}
    hops = trace(replace(SCENE, history=[committed]), CREATED)
    assert hops.altered == f"actor {CREATED['actor']!r} instead of 'jtaylor'"
    assert trace(SCENE, CREATED).altered == ""
    first, *_ = tell(replace(SCENE, history=[committed], applied={"views": ()}), [CREATED])
    assert first.startswith(
        f"{hops.title} arrived on the bus other than it was committed, and was lost between "
    )
    told = tell(replace(SCENE, history=[committed]), [CREATED])
    assert f"    other than it was committed: {hops.altered}" in told


def test_a_tap_that_was_not_read_to_the_end_may_have_it() -> None:
    """What was received from it counts."""
    unread = replace(SCENE, deliveries=arrive(CREATED), is_tap_read=False)
    assert [trace(unread, each).on_bus for each in (CREATED, UPDATED)] == [True, None]


def test_what_came_in_its_name_and_is_no_event_is_told() -> None:
    """It was published, but nobody can read it."""
    broken = {name: value for name, value in CREATED.items() if name != "version"}
    other = {**broken, "event_id": UPDATED["event_id"]}
    came = [delivery(other), delivery(broken)]
    headline, *lines = tell(replace(SCENE, deliveries=(), unreadable=came), [CREATED])
    assert headline == (
        f"{trace(SCENE, CREATED).title} was lost between the event store and the bus: what arrived "
        "in its name is no event: version: Field required"
    )
    assert lines == [
        "  accepted by the CRM: yes",
        "  committed to the event store: yes",
        "  on the bus: no event: version: Field required",
    ]


def test_one_that_came_under_another_id_is_told() -> None:
    """It was published, in a way: whoever looks for it by its id does not find it."""
    shouted = {**CREATED, "event_id": "ABC"}
    headline, *lines = tell(replace(SCENE, deliveries=arrive(shouted, UPDATED)), [CREATED])
    assert headline == (
        f"{trace(SCENE, CREATED).title} was lost between the event store and the bus: "
        "one like it came, and not under its event_id"
    )
    assert lines == [
        "  accepted by the CRM: yes",
        "  committed to the event store: yes",
        "  on the bus: no, but one like it came under the event_id 'ABC'",
    ]
    unknown = trace(replace(SCENE, deliveries=arrive(shouted), history=None), CREATED)
    assert [str(each) for each in losses(unknown)] == [
        "between the CRM and the bus: one like it came, and not under its event_id; "
        "whether it is committed, is not known"
    ]


def test_one_that_came_without_an_id_is_told_with_what_is_wrong_with_it() -> None:
    """Also of an event that the history lacks."""
    nameless = delivery({name: CREATED[name] for name in CREATED if name != "event_id"})
    bare = replace(SCENE, deliveries=(), unreadable=[nameless], history=())
    assert tell(bare, [CREATED])[-1] == (
        "  on the bus: no, but one like it came under the event_id (none) "
        "(no event: event_id: Field required)"
    )


@pytest.mark.parametrize("name", ["event_type", "entity_type", "entity_id", "version"])
def test_one_about_something_else_is_not_like_it(name: str) -> None:
    """Nor is one that was committed itself, or that is under its own id."""
    others = {"event_type": "x", "entity_type": "lead", "entity_id": "x", "version": 9}
    other = {**CREATED, "event_id": "ABC", name: others[name]}
    assert trace(replace(SCENE, deliveries=arrive(other)), CREATED).kin == ""
    twin = {**CREATED, "event_id": "twin"}
    scene = replace(SCENE, deliveries=arrive(twin), history=[*HISTORY, twin])
    assert trace(scene, CREATED).kin == ""


ASIDE: dict[str, Any] = {
    **{name: CREATED[name] for name in ("event_id", "event_type", "entity_type", "entity_id")},
    "version": 1,
    "reason": "The transport\nrefused it. ",
    "set_aside_at": "",
}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "The transport refused it."),
        ({"event_id": None}, "The transport refused it."),
        ({"reason": " "}, "no reason is given"),
        ({"event_id": "another"}, ""),
        ({"event_id": None, "version": None}, ""),
    ],
    ids=str,
)
def test_what_was_set_aside_is_told_with_the_reason(changes: dict[str, Any], told: str) -> None:
    """The publisher knows of it; what it could not read, it has not named."""
    scene = replace(SCENE, set_aside=[SetAside(**{**ASIDE, **changes})], deliveries=())
    assert trace(scene, CREATED).set_aside == told
    assert trace(replace(scene, deliveries=arrive(CREATED)), CREATED).set_aside == ""


def test_a_view_that_is_not_there_has_version_0() -> None:
    """A view that was not asked for is not known."""
    assert trace(SCENE, OPENED).view == 0
    assert trace(replace(SCENE, views={}), OPENED).view is None


def test_what_was_not_answered_is_not_known() -> None:
    """None of it is taken for a no."""
    scene = replace(BARE, deliveries=arrive(CREATED))
    hops = trace(scene, CREATED)
    assert hops.stops == (Stop("views", applied=None),)
    assert (hops.committed, hops.is_on_record, hops.view) == (None, None, None)


def test_an_event_that_is_not_on_the_bus_has_no_stops() -> None:
    """A receipt's words are enough to ask for it."""
    promised = CREATION.receipt.events[0].model_dump(mode="json")
    hops = trace(replace(SCENE, deliveries=(), history=()), promised)
    assert (hops.accepted, hops.committed, hops.on_bus, hops.stops) == (True, False, False, ())


def test_an_event_that_no_receipt_names_was_not_accepted() -> None:
    """A subscriber's own command made it."""
    assert not trace(SCENE, OPENED).accepted


def test_the_rule_judges_the_message_as_the_bus_sent_it() -> None:
    """Its source counts, too."""
    odd = Rule("odd", True, {"source": ["other"]}, frozenset({"q"}))
    scene = replace(SCENE, rules=[odd], deliveries=[delivery(CREATED, source="other")])
    (stop,) = trace(scene, CREATED).stops
    assert stop.routes == (Route("odd", is_enabled=True, verdict=MATCHES),)


def test_an_earlier_version_that_is_lacking_is_named() -> None:
    """The first of them: everything later waits for it; another entity's does not count."""
    third = an_event(4, "AccountUpdated", entity_id=GLOBEX, version=3)
    scene = replace(
        SCENE,
        history=(*HISTORY, third),
        deliveries=arrive(*HISTORY, third),
        applied={"views": [], "sales": []},
    )
    assert [trace(scene, each).stops[0].lacks for each in (third, UPDATED, CREATED)] == [1, 1, None]
    without_deal = replace(scene, applied={"views": [applied(CREATED), applied(UPDATED)]})
    assert trace(without_deal, third).stops[0].lacks is None


@pytest.mark.parametrize(
    ("dead", "bodies", "found"),
    [
        (0, [], False),
        (1, [CREATED], True),
        (9, [CREATED], True),
        (1, [UPDATED], False),
        (2, [UPDATED], None),
        (1, [{"event_id": numbered(1)}], True),
    ],
)
def test_dead_letters_are_known_by_their_event(
    dead: int, bodies: list[Document], *, found: bool | None
) -> None:
    """Also one that is broken; while some could not be read, only a find is certain."""
    letters = tuple(delivery(each, f"m-{number}") for number, each in enumerate(bodies))
    assert Queues(0, dead, letters).has_dead(CREATED["event_id"]) is found


def test_dead_letters_are_listed_by_subscriber() -> None:
    """What holds no event has no id."""
    letters = {"views": [delivery(CREATED), delivery({"half": 1})], "sales": []}
    assert dead_letters(letters) == {"views": {numbered(1)}, "sales": set()}


def test_what_did_not_get_everywhere_is_missing() -> None:
    """Accepted and not committed, committed and not on the bus, on the bus and not applied."""
    assert missing(SCENE) == []
    assert missing(replace(SCENE, deliveries=arrive(CREATED, OPENED))) == [UPDATED]
    assert missing(replace(SCENE, applied={"views": VIEWED, "sales": []})) == [OPENED]
    assert missing(replace(SCENE, applied={"views": [], "sales": []})) == [*HISTORY]
    (promised,) = missing(replace(SCENE, history=HISTORY[1:]))
    assert promised["event_id"] == CREATED["event_id"]


def test_what_is_not_known_is_not_missing() -> None:
    """A subscriber or a history without an answer accuses nobody."""
    assert missing(replace(SCENE, applied={"views": VIEWED})) == []
    assert missing(replace(SCENE, history=None)) == []


CLOSED = an_event(4, "AccountDeactivated", entity_id=GLOBEX, version=3, payload={"reason": "x"})


@pytest.mark.parametrize(
    ("more", "has", "is_told"),
    [
        ((), [CLOSED], True),
        ((), [], False),
        (({**OPENED, "event_id": "x", "causation_id": CLOSED["event_id"]},), [CLOSED], False),
    ],
    ids=["fruitless", "not applied", "fruitful"],
)
def test_what_was_applied_and_caused_nothing_is_named(
    more: tuple[Document, ...], has: list[Document], *, is_told: bool
) -> None:
    """Only those count that listen to it; who gave no answer may have done something."""
    scene = replace(
        SCENE,
        history=[*HISTORY, CLOSED, *more, {**CLOSED, "event_id": "f", "entity_id": "fence-1"}],
        applied={"views": [applied(each) for each in has]},
    )
    told = "AccountDeactivated of globex version 3 was applied by views, and no event names it"
    assert fruitless(scene, CLOSED["event_type"]) == [f"{told} as its cause"] * is_told
    assert fruitless(scene, "LeadCreated") == []
    assert fruitless(replace(scene, applied={}), CLOSED["event_type"]) == []
    assert fruitless(replace(scene, history=None), CLOSED["event_type"]) == []


def test_another_tenants_receipts_are_not_missing_here() -> None:
    """The run's fences of all tenants are among what was accepted."""
    other = accepted(an_event(8))
    other = replace(other, command=replace(other.command, tenant_id="bravo"))
    assert missing(replace(SCENE, accepted=[*SCENE.accepted, other])) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"applied": {"views": VIEWED[:2], "sales": ONLY.applied["sales"]}}, [OPENED]),
        ({"audit_trail": ONLY.audit_trail[1:]}, [CREATED]),
        ({"views": [view(CREATED), view(OPENED)]}, [UPDATED]),
        ({"views": [view(UPDATED)]}, [OPENED]),
    ],
)
def test_an_audits_losses_are_looked_for_wherever_they_are(
    changes: dict[str, Any], found: list[Document]
) -> None:
    """At the subscribers, in the audit trail, in the views."""
    case = with_evidence(**changes)
    assert lost(case, case.evidence[0]) == found


def test_a_loss_on_the_bus_and_before_it_is_found_by_an_audit() -> None:
    """What a receipt promised goes first."""
    assert lost(replace(SOUND, deliveries=arrive(*HISTORY[:2])), ONLY) == [OPENED]
    case = with_evidence(history=HISTORY[1:])
    first, *others = lost(case, case.evidence[0])
    assert (first["event_id"], others) == (CREATED["event_id"], [])


def test_a_fence_needs_no_view() -> None:
    """Whether it has one is nobody's business."""
    history = (*HISTORY, FENCE)
    case = with_evidence(
        history=history,
        applied={"views": [applied(each) for each in history], **_sales()},
        audit_trail=[entry(each) for each in history],
    )
    case = replace(case, deliveries=arrive(*history))
    assert lost(case, case.evidence[0]) == []


def _sales() -> dict[str, Any]:
    return {"sales": ONLY.applied["sales"]}


def test_each_event_is_told_once() -> None:
    """Four subscribers that lack it are one loss."""
    assert distinct([UPDATED, CREATED, UPDATED]) == [UPDATED, CREATED]
    told = tell(replace(SCENE, deliveries=()), [CREATED, CREATED])
    assert [line for line in told if "was lost" in line] == [
        f"AccountCreated of {GLOBEX} version 1 was lost between the event store and the bus: "
        "it is committed, and was not published"
    ]


def test_of_very_many_the_rest_is_counted() -> None:
    """The message comes quickly, also after a backlog of hundreds."""
    events = [an_event(number) for number in range(60)]
    *_, same, more = tell(replace(SCENE, deliveries=(), history=events), events)
    assert same.endswith(" and 46 more")
    assert more == "missing as well, and not looked at: 10 event(s)"


def test_fences_are_told_only_where_nothing_else_is() -> None:
    """What the suite adds is of no interest to a reader."""
    told = tell(replace(SCENE, deliveries=(), history=(*HISTORY, FENCE)), [FENCE, CREATED])
    assert "fence" not in json.dumps(told)
    assert "fence-1" in tell(replace(SCENE, deliveries=(), history=(FENCE,)), [FENCE])[0]
