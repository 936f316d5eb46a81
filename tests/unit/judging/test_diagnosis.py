"""Which hop lost an event: the first one without a trace, told with what shows it."""

from dataclasses import replace

import pytest

from support.judging.diagnosis import Loss, diagnose, headline, known, losses
from support.judging.hops import Hops, Obstacle, Route, Stop
from support.judging.patterns import MATCHES, Answer, Leaf, Verdict

PASSES = Route("views-rule", is_enabled=True, verdict=MATCHES)
REFUSES = replace(
    PASSES, verdict=Verdict(Answer.REFUSES, (Leaf("detail.entity_type", '"account"', '"lead"'),))
)
UNJUDGED = replace(
    PASSES, verdict=Verdict(Answer.UNKNOWN, (Leaf("detail.x", 'sounds-like "a"', '"b"'),))
)
DISABLED = replace(PASSES, is_enabled=False)
HAS = Stop("trail", applied=1)
LACKS = Stop("views", 0, routes=(PASSES,), waiting=0, dead=0, is_dead_letter=False)
EVENT = Hops("LeadCreated of ada version 2", 2, accepted=True, committed=True, on_bus=True)
THERE = replace(EVENT, stops=(HAS, replace(HAS, subscriber="views")), is_on_record=True, view=2)
BUS_TO_VIEWS = "the bus and the subscriber views"
QUEUE_TO_VIEWS = "the queue of the subscriber views and the subscriber"


def _lacking(**changes: object) -> Hops:
    return replace(EVENT, stops=(HAS, replace(LACKS, **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hops", "hop", "why"),
    [
        (
            replace(EVENT, accepted=False, committed=False, on_bus=False),
            "the suite and the CRM",
            "no command that was accepted made it",
        ),
        (
            replace(EVENT, committed=False, on_bus=False),
            "the CRM's answer and the event store",
            "it was accepted, and is not committed",
        ),
        (
            replace(EVENT, committed=None, on_bus=False),
            "the CRM and the bus",
            "it was not published; whether it is committed, is not known",
        ),
        (
            replace(EVENT, on_bus=False),
            "the event store and the bus",
            "it is committed, and was not published",
        ),
        (
            replace(EVENT, on_bus=False, set_aside="It is too long."),
            "the event store and the bus",
            "it was set aside: It is too long.",
        ),
        (
            _lacking(routes=()),
            BUS_TO_VIEWS,
            "no rule of the bus delivers to its queue",
        ),
        (
            _lacking(routes=(REFUSES,)),
            BUS_TO_VIEWS,
            "the rule views-rule refuses it, by its detail.entity_type",
        ),
        (_lacking(routes=(DISABLED,)), BUS_TO_VIEWS, "the rule views-rule is disabled"),
        (
            _lacking(is_dead_letter=True, dead=1),
            QUEUE_TO_VIEWS,
            "the subscriber gave it up, and it is among its dead letters",
        ),
        (_lacking(waiting=1), QUEUE_TO_VIEWS, "1 message there, not taken in time"),
        (_lacking(waiting=3), QUEUE_TO_VIEWS, "3 messages there, not taken in time"),
        (
            _lacking(lacks=1),
            QUEUE_TO_VIEWS,
            "the subscriber keeps it back until it has had version 1",
        ),
        (
            _lacking(),
            BUS_TO_VIEWS,
            "a rule lets it pass and no queue holds it, so either the queue did not get it, "
            "the subscriber took it and did nothing, or `applied` leaves it out",
        ),
        (
            replace(THERE, is_on_record=False),
            "the subscribers and the audit trail",
            "all have applied it, and no entry has it",
        ),
        (
            replace(THERE, view=1),
            "the subscribers and the view",
            "all have applied it, and it shows version 1",
        ),
        (
            replace(THERE, view=0),
            "the subscribers and the view",
            "all have applied it, and there is none",
        ),
    ],
)
def test_the_first_hop_without_a_trace_lost_it(hops: Hops, hop: str, why: str) -> None:
    """Each hop, with what shows that it was this one."""
    assert losses(hops) == (Loss(hop, why),)
    assert headline(hops) == f"LeadCreated of ada version 2 was lost between {hop}: {why}"


@pytest.mark.parametrize(
    "changes",
    [
        {"routes": None},
        {"waiting": None, "dead": None, "is_dead_letter": None},
        {"is_dead_letter": None, "dead": 20},
    ],
)
def test_without_an_answer_no_reason_is_made_up(changes: dict[str, object]) -> None:
    """That the subscriber lacks it is known, why is not."""
    why = "what its rules and queues would show is not known"
    assert losses(_lacking(**changes)) == (Loss(BUS_TO_VIEWS, why),)


@pytest.mark.parametrize("known_all_the_same", [{"waiting": 2}, {"is_dead_letter": True}])
def test_certain_evidence_counts_also_without_the_rest(
    known_all_the_same: dict[str, object],
) -> None:
    """The rules need not answer where the queue has."""
    (loss,) = losses(_lacking(routes=None, **known_all_the_same))
    assert loss.hop == QUEUE_TO_VIEWS


def test_a_dead_letter_was_delivered_whatever_the_rules_say_now() -> None:
    """A rule that was changed later did not lose it; what else waits there does not matter."""
    (loss,) = losses(_lacking(routes=(REFUSES,), is_dead_letter=True, waiting=3))
    assert loss.hop == QUEUE_TO_VIEWS


def test_other_messages_do_not_hide_that_the_rule_refuses_it() -> None:
    """What waits in the queue cannot be this event then."""
    (loss,) = losses(_lacking(routes=(REFUSES, DISABLED), waiting=3))
    assert (loss.hop, loss.why.count("the rule views-rule")) == (BUS_TO_VIEWS, 2)


@pytest.mark.parametrize("other", [PASSES, UNJUDGED])
def test_one_rule_that_may_let_it_pass_is_enough(other: Route) -> None:
    """A queue can be fed by several; one that cannot be judged accuses nobody."""
    (loss,) = losses(_lacking(routes=(REFUSES, other)))
    assert loss.why.startswith("a rule lets it pass and no queue holds it")


def test_what_every_hop_has_was_only_late() -> None:
    """The message does not accuse a hop of what it has."""
    assert losses(THERE) == ()
    assert headline(THERE) == (
        "LeadCreated of ada version 2 is there by now: it came after the waiting had ended"
    )


def test_what_everybody_has_but_the_history_was_lost_before_it() -> None:
    """It is no late arrival, and whoever lacks it besides is not accused."""
    for published in (THERE, _lacking()):
        (loss,) = losses(replace(published, committed=False))
        assert loss == Loss(
            "the CRM's answer and the event store",
            "it was accepted and published, and is not in the history",
        )


def test_what_nobody_commanded_and_the_bus_has_is_no_late_arrival() -> None:
    """It is not told together with one that came after the waiting, either."""
    phantom = replace(THERE, accepted=False, committed=False, title="LeadDeleted of ada version 3")
    assert losses(phantom) == ()
    told = diagnose([THERE, phantom])
    assert [line for line in told if not line.startswith("  ")] == [
        "LeadCreated of ada version 2 is there by now: it came after the waiting had ended",
        "LeadDeleted of ada version 3 is on the bus: it is not in the history, and no receipt "
        "names it",
    ]


def test_what_was_lost_on_one_hop_for_another_reason_is_told_by_itself() -> None:
    """That the same holds for it would not be true."""
    unpublished = replace(EVENT, on_bus=False)
    told = diagnose([unpublished, replace(unpublished, unreadable="not JSON: '{'")])
    assert len([line for line in told if "was lost between" in line]) == 2


def test_a_subscriber_that_does_not_answer_is_not_accused() -> None:
    """It is told as not known; the view behind it is not judged."""
    hops = replace(EVENT, stops=(HAS, replace(LACKS, applied=None)), view=0)
    assert losses(hops) == ()
    assert headline(hops) == (
        "LeadCreated of ada version 2 reached the bus; whether it reached views is not known"
    )


def test_a_tap_that_could_not_be_read_accuses_nobody() -> None:
    """Who was asked and is known not to have it was asked before the bus."""
    unread = replace(EVENT, on_bus=None)
    assert losses(unread) == ()
    assert headline(unread) == (
        "LeadCreated of ada version 2 is missing; whether it came to the bus is not known"
    )
    assert list(known(unread)) == [
        "accepted by the CRM: yes",
        "committed to the event store: yes",
        "on the bus: not known",
    ]
    assert list(known(replace(unread, kin="under the event_id 'A'")))[2] == (
        "on the bus: not known, but one like it came under the event_id 'A'"
    )
    (loss,) = losses(replace(unread, committed=False))
    assert loss.hop == "the CRM's answer and the event store"


def test_each_subscriber_that_lacks_it_is_named() -> None:
    """One broken route does not hide another."""
    hops = replace(
        EVENT, stops=(replace(LACKS, routes=()), replace(LACKS, subscriber="sales", waiting=1))
    )
    assert headline(hops) == (
        "LeadCreated of ada version 2 was lost between the bus and the subscriber views: "
        "no rule of the bus delivers to its queue; and between the queue of the subscriber sales "
        "and the subscriber: 1 message there, not taken in time"
    )


def test_all_that_is_known_is_told_hop_by_hop() -> None:
    """A reader can follow the event to where it stopped."""
    hops = replace(
        _lacking(is_dead_letter=True, dead=2, waiting=0, lacks=1), is_on_record=True, view=1
    )
    assert list(known(hops)) == [
        "accepted by the CRM: yes",
        "committed to the event store: yes",
        "on the bus: yes",
        "trail: applied once",
        "views: not applied",
        "  the rule views-rule lets it pass",
        "  in its queue no messages",
        "  in its dead-letter queue 2 messages, this event among them",
        "  it lacks version 1 of the same entity, too",
        "in the audit trail: yes",
        "in the view: version 1",
    ]


def test_what_is_not_known_is_told_as_that() -> None:
    """Nothing is left out, and nothing guessed."""
    stops = (Stop("views", None), Stop("sales", 0), replace(HAS, applied=2), _with_unjudged())
    hops = replace(EVENT, accepted=False, committed=None, stops=stops, view=0)
    assert list(known(hops)) == [
        "accepted by the CRM: no receipt names it",
        "committed to the event store: not known",
        "on the bus: yes",
        "views: whether it was applied is not known",
        "sales: not applied",
        "  its rules are not known",
        "  in its queue an unknown number of messages",
        "  in its dead-letter queue an unknown number of messages",
        "trail: applied 2 times",
        "late: not applied",
        '  the rule views-rule cannot be judged: detail.x should be sounds-like "a", and is "b"',
        "  in its queue no messages",
        "  in its dead-letter queue no messages",
        "in the view: there is none",
    ]


def test_the_rules_of_a_queue_are_told_one_by_one() -> None:
    """With what each wants and what the event has."""
    told = list(known(_lacking(routes=(REFUSES, DISABLED, PASSES))))
    assert told[5:8] == [
        '  the rule views-rule refuses it: detail.entity_type should be "account", and is "lead"',
        "  the rule views-rule is disabled",
        "  the rule views-rule lets it pass",
    ]


def _with_unjudged() -> Stop:
    return replace(LACKS, subscriber="late", routes=(UNJUDGED,))


def test_hops_behind_the_loss_are_not_told() -> None:
    """What never got there can have left no trace."""
    unpublished = replace(EVENT, on_bus=False)
    assert list(known(unpublished)) == [
        "accepted by the CRM: yes",
        "committed to the event store: yes",
        "on the bus: no, the tap has not seen it",
    ]
    assert list(known(replace(unpublished, committed=False)))[1:] == [
        "committed to the event store: no"
    ]


def test_events_that_were_lost_alike_are_told_together() -> None:
    """Whatever else is known of each; three are named."""
    lost = [replace(EVENT, title=f"event {n}", on_bus=False) for n in range(1, 7)]
    assert diagnose(lost)[-1] == "  the same holds for event 2, event 3, event 4 and 2 more"
    assert diagnose(lost[:3]) == [
        "event 1 was lost between the event store and the bus: "
        "it is committed, and was not published",
        "  accepted by the CRM: yes",
        "  committed to the event store: yes",
        "  on the bus: no, the tap has not seen it",
        "  the same holds for event 2, event 3",
    ]


def test_three_ways_to_get_lost_are_told_and_the_others_counted() -> None:
    """A message stays readable when everything is broken; what gave no answer comes last."""
    ways = [
        replace(EVENT, on_bus=False),
        replace(EVENT, committed=False, on_bus=False),
        _lacking(routes=()),
        _lacking(waiting=1),
        _lacking(waiting=2),
    ]
    told = diagnose(ways, ["the view of ada (no answer within 2 s)"])
    assert [line for line in told if not line.startswith("  ")] == [
        *(headline(each) for each in ways[:3]),
        "lost in other ways: 2 more event(s)",
        "not known: the view of ada (no answer within 2 s)",
    ]


@pytest.mark.parametrize(
    ("changes", "obstacle", "why"),
    [
        ({"routes": (DISABLED,)}, Obstacle.DISABLED, "the rule views-rule is disabled"),
        (
            {"routes": (REFUSES,)},
            Obstacle.REFUSED,
            "the rule views-rule refuses it, by its detail.entity_type",
        ),
        (
            {"routes": (), "aimless": ("views-rule",)},
            Obstacle.NO_TARGET,
            "no rule of the bus delivers to its queue; the rule views-rule lets it pass, and has "
            "no target",
        ),
        ({"closed": Obstacle.NO_QUEUE}, Obstacle.NO_QUEUE, "its queue is gone"),
        (
            {"closed": Obstacle.DENIED},
            Obstacle.DENIED,
            "the policy of its queue denies the bus to send",
        ),
        ({"waiting": 1}, None, "1 message there, not taken in time"),
    ],
)
def test_what_stands_in_the_way_is_named(
    changes: dict[str, object], obstacle: Obstacle | None, why: str
) -> None:
    """So that a broken subscription is told from a slow subscriber."""
    (loss,) = losses(_lacking(**changes))
    assert (loss.obstacle, loss.why) == (obstacle, why)


def test_all_that_is_wrong_with_a_way_is_among_its_traces() -> None:
    """A rule without a target, and a queue that is gone."""
    told = [*known(_lacking(routes=(), aimless=("views-rule",), closed=Obstacle.NO_QUEUE))]
    assert told[told.index("views: not applied") + 1 :][:4] == [
        "  no rule of the bus delivers to its queue",
        "  the rule views-rule lets it pass, and has no target",
        "  its queue is gone",
        "  in its queue no messages",
    ]
