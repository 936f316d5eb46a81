"""Looking at every hop: all that is there, nothing taken out, and never longer than allowed."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from support.crm.port import Command, CrmPort
from support.judging.case import Document
from support.judging.hops import Obstacle
from support.judging.tracing import Queues, Rule, Scene, missing
from support.observing.deliveries import Delivery
from support.observing.hops import LOOK_S, HopScout
from support.observing.taps import GONE
from tests.support.fake_crm import FakeCrm
from tests.support.fake_subscribers import PIPELINE, SUBSCRIBERS, TRAIL, VIEWS
from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import an_event, delivery, envelope, numbered
from tests.support.still_queues import StillQueues

LIMIT_S = 0.2
PATIENCE_S = 5.0
QUEUES = {each.name: each for each in SUBSCRIBERS}
PATTERN = {"source": ["crm"]}


class Arrived:
    """Be a tap at which these have come; each look is noted, with what was asked before it."""

    def __init__(self, *deliveries: Delivery) -> None:
        self._deliveries = deliveries
        self.looks = 0

    def catch_up(self) -> int:
        """Receive what has come."""
        self.looks += 1
        return 0

    def arrived(self, _: str) -> Sequence[Delivery]:
        """Return what holds an event."""
        return [each for each in self._deliveries if each.event]

    def unreadable(self, _: str) -> Sequence[Delivery]:
        """Return what holds none."""
        return [each for each in self._deliveries if not each.event]


NOTHING_CAME = Arrived()


@pytest.fixture
def queues() -> StillQueues:
    """Return queues of which one is routed to."""
    still = StillQueues()
    still.routes = {"all": (PATTERN, [VIEWS, TRAIL]), "nobody": (PATTERN, [])}
    return still


@pytest.fixture
def crm() -> FakeCrm:
    """Return a CRM in which something has happened."""
    fake = FakeCrm(InMemoryTap())
    data = {"name": "Globex", "owner": "kim"}
    fake.send(Command("acme", "CreateAccount", "globex", data, "key", "c-1", "kim"))
    return fake


@pytest.fixture
def scout(queues: StillQueues, crm: FakeCrm) -> HopScout:
    """Return one that has all the time it needs."""
    return HopScout(queues.as_aws(), "bus", crm, SUBSCRIBERS, seconds=10.0)


@pytest.fixture
def hanging() -> Iterator[Event]:
    """Return what somebody waits for who hangs until the test is over."""
    end = Event()
    yield end
    end.set()


def _everything(scene: Scene) -> Sequence[Document]:
    return scene.history or ()


def _letter(number: int) -> str:
    return json.dumps(envelope(an_event(number)))


def test_all_hops_are_looked_at(scout: HopScout, queues: StillQueues) -> None:
    """History, rules with their queues, queues, applied lists, views and audit trail."""
    queues.holds[QUEUES[VIEWS].queue_url] = 3
    scene = scout.look("acme", NOTHING_CAME, (), _everything)
    (event,) = scene.history or ()
    assert scene.rules == [
        Rule("all", True, PATTERN, frozenset({VIEWS, TRAIL})),
        Rule("nobody", True, PATTERN, frozenset()),
    ]
    assert scene.queues == {
        VIEWS: Queues(3, 0),
        TRAIL: Queues(0, 0),
        PIPELINE: Queues(0, 0),
    }
    assert {name: len(rows) for name, rows in scene.applied.items()} == {
        VIEWS: 1,
        TRAIL: 1,
        PIPELINE: 0,
    }
    (view,) = scene.views.values()
    assert view is not None
    assert view.last_event_id == event["event_id"]
    assert scene.trail == frozenset({event["event_id"]})
    assert scene.unknown == ()


def test_that_there_is_no_view_is_an_answer(scout: HopScout) -> None:
    """It is not the same as no answer."""
    stranger = an_event(entity_id="nobody")
    assert scout.look("acme", NOTHING_CAME, (), lambda _: [stranger]).views == {
        ("account", "nobody"): None
    }


def test_three_views_are_enough(scout: HopScout) -> None:
    """When much is missing, not everything is read."""
    many = [an_event(entity_id=f"e-{number}") for number in range(9)]
    assert list(scout.look("acme", NOTHING_CAME, (), lambda _: many).views) == [
        ("account", "e-0"),
        ("account", "e-1"),
        ("account", "e-2"),
    ]


def test_dead_letters_are_looked_at_and_left(scout: HopScout, queues: StillQueues) -> None:
    """They are put back for the next reader; a live queue is never received from."""
    url = QUEUES[VIEWS].dead_letter_queue_url
    queues.holds[url] = 2
    queues.letters[url] = [_letter(1), "{half"]
    held = scout.look("acme", NOTHING_CAME, (), missing).queues[VIEWS]
    assert (held.dead, [each.event_id for each in held.letters]) == (2, [numbered(1), None])
    assert [(each["QueueUrl"], each["VisibilityTimeout"]) for each in queues.received] == [
        (url, LOOK_S)
    ]
    assert queues.put_back == queues.letters[url]
    assert not hasattr(queues, "delete_message")


def test_dead_letters_are_received_until_all_were_seen(
    scout: HopScout, queues: StillQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten come at a time; where none comes any more, it is no use to go on."""
    url = QUEUES[VIEWS].dead_letter_queue_url
    queues.holds[url] = 30
    bodies = [_letter(number) for number in range(12)]
    batches = [bodies[:10], bodies[8:], []]

    def receive(**_: Any) -> dict[str, Any]:
        found = batches.pop(0)
        seen = {"Attributes": {"ApproximateReceiveCount": "4"}}
        return {
            "Messages": [{"MessageId": b, "ReceiptHandle": b, "Body": b, **seen} for b in found]
        }

    monkeypatch.setattr(queues, "receive_message", receive)
    letters = scout.dead_letters()
    assert {name: len(held) for name, held in letters.items()} == {VIEWS: 12, TRAIL: 0, PIPELINE: 0}
    assert {each.receive_count for each in letters[VIEWS]} == {4}
    assert (batches, sorted(queues.put_back)) == ([], sorted(bodies))


def test_a_queue_that_denies_the_bus_is_told_as_that(
    scout: HopScout, queues: StillQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its policy is read, whatever is in it."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage"}
    counting = queues.get_queue_attributes

    def attributes(**asked: Any) -> dict[str, Any]:
        if "Policy" in asked["AttributeNames"]:
            return {"Attributes": {"Policy": json.dumps({"Statement": [statement]})}}
        return counting(**asked)

    monkeypatch.setattr(queues, "get_queue_attributes", attributes)
    assert scout.look("acme", NOTHING_CAME, (), missing).queues[VIEWS] == Queues(
        0, 0, (), Obstacle.DENIED
    )


def test_a_queue_that_is_gone_is_told_as_that(
    scout: HopScout, queues: StillQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its dead letters are looked at all the same; any other error is no such thing."""
    counting, code = queues.get_queue_attributes, GONE[0]

    def attributes(**asked: Any) -> dict[str, Any]:
        if asked["QueueUrl"] == QUEUES[VIEWS].queue_url:
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetQueueAttributes")
        return counting(**asked)

    monkeypatch.setattr(queues, "get_queue_attributes", attributes)
    queues.holds[QUEUES[VIEWS].dead_letter_queue_url] = 1
    assert scout.look("acme", NOTHING_CAME, (), missing).queues[VIEWS] == Queues(
        0, 1, (), Obstacle.NO_QUEUE
    )
    code = "AccessDenied"
    assert VIEWS not in scout.look("acme", NOTHING_CAME, (), missing).queues


def test_a_disabled_rule_is_told_as_that(
    scout: HopScout, queues: StillQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is no JSON is no pattern; a schedule has none."""
    listed = [
        {"Name": "all", "EventPattern": json.dumps(PATTERN), "State": "DISABLED"},
        {"Name": "nobody", "EventPattern": "{half", "State": "ENABLED"},
        {"Name": "nightly", "ScheduleExpression": "rate(1 day)"},
    ]
    monkeypatch.setattr(queues, "_list_rules", lambda **_: [{"Rules": listed}])
    assert scout.look("acme", NOTHING_CAME, (), missing).rules == [
        Rule("all", False, PATTERN, frozenset({VIEWS, TRAIL})),
        Rule("nobody", True, "{half", frozenset()),
    ]


@pytest.mark.parametrize(
    ("call", "unknown"),
    [
        ("get_queue_attributes", [f"the queues of {each.name}" for each in SUBSCRIBERS]),
        ("_list_rules", ["the rules of the bus"]),
        ("_list_targets_by_rule", ["the rules of the bus"]),
    ],
)
def test_an_endpoint_that_hangs_holds_nobody_up(
    scout: HopScout,
    queues: StillQueues,
    hanging: Event,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    unknown: list[str],
) -> None:
    """What the others said is there; what is not known is told."""
    monkeypatch.setattr(queues, call, lambda **_: hanging.wait(PATIENCE_S))
    scene = replace(scout, seconds=LIMIT_S).look("acme", NOTHING_CAME, (), _everything)
    assert {each.split(" (")[0] for each in scene.unknown} == set(unknown)
    assert (len(scene.history or ()), len(scene.views), len(scene.trail or ())) == (1, 1, 1)
    assert list(scene.applied) == [VIEWS, TRAIL, PIPELINE]


def test_the_tap_is_read_before_anything_is_judged(scout: HopScout) -> None:
    """Once the history is known: what has been committed by then may have come meanwhile."""
    came, broken = delivery(an_event()), delivery({"half": 1})
    tap = Arrived(came, broken)
    scene = scout.look("acme", tap, (), missing)
    assert (scene.deliveries, scene.unreadable, scene.is_tap_read) == ([came], [broken], True)
    assert tap.looks == 2


def test_what_is_set_aside_is_asked_for_where_something_has_not_come(
    scout: HopScout, crm: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not where all has come, nor of a CRM that cannot tell."""
    crm._aside += crm.history("acme")
    came = Arrived(delivery(crm.history("acme")[0]))
    looks = [scout.look("acme", tap, (), _everything) for tap in (NOTHING_CAME, came)]
    assert [len(look.set_aside) for look in looks] == [1, 0]
    monkeypatch.setattr(crm, "cannot", {"needs-set-aside": "it does not tell"})
    assert scout.look("acme", NOTHING_CAME, (), _everything).set_aside == ()


def test_a_tap_that_hangs_holds_nobody_up(
    scout: HopScout, hanging: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was received before counts; whether more has come is not known."""
    tap = Arrived(delivery(an_event()))
    monkeypatch.setattr(tap, "catch_up", lambda: hanging.wait(PATIENCE_S))
    began = time.monotonic()
    scene = replace(scout, seconds=LIMIT_S).look("acme", tap, (), missing)
    assert time.monotonic() - began < PATIENCE_S / 2
    assert (len(scene.deliveries), scene.is_tap_read) == (1, False)
    assert "what has come to the tap (no answer within 0.2 s)" in scene.unknown


class _Hanging:
    """Be a CRM that accepts a connection and says nothing."""

    def __init__(self, end: Event) -> None:
        self._end = end

    def __getattr__(self, _: str) -> Any:
        return lambda *_: self._end.wait(PATIENCE_S)


def test_a_crm_that_hangs_holds_nobody_up(scout: HopScout, hanging: Event) -> None:
    """The bus and the queues are known all the same."""
    silent = replace(scout, crm=cast(CrmPort, _Hanging(hanging)), seconds=LIMIT_S)
    scene = silent.look("acme", NOTHING_CAME, (), _everything)
    assert (scene.history, scene.applied, scene.views, scene.trail) == (None, {}, {}, None)
    assert len(scene.rules or ()) == 2
    assert "the history (no answer within 0.2 s)" in scene.unknown


def test_a_crm_in_trouble_is_told(
    scout: HopScout, crm: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises: the failure that is explained is another one."""

    def fail(*_: object) -> Sequence[Delivery]:
        raise RuntimeError("out of order")

    monkeypatch.setattr(crm, "applied", fail)
    scene = scout.look("acme", NOTHING_CAME, (), missing)
    assert scene.unknown == tuple(
        f"what {each.name} has applied (RuntimeError: out of order)" for each in SUBSCRIBERS
    )
