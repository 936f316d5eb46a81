"""A real loss at each hop, by real means: the message names exactly that hop."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from support.acts import ACTS, CREATING
from support.contract.entities import EntityType
from support.crm.port import Subscriber
from support.errors import Inconclusive
from support.judging.expectations import Ending
from support.observing.waiting import Waiter
from support.opening import open_run
from support.run import Run
from support.settings import Settings
from support.targets.aws import Aws
from support.vocabulary import CellRow
from support.world import World
from tests.support.silent_server import silent_server

TRAIL = "audit-trail"
LEAD = EntityType.LEAD
CREATES = CREATING[LEAD]
UPDATES = next(act for act in ACTS if act.command == "UpdateLead")
CREATED: list[CellRow] = [{"event": "LeadCreated", "version": 1}]
PATIENCE_S = 30.0
BUS_TO_TRAIL = "between the bus and the subscriber audit-trail: "
QUEUE_TO_TRAIL = "between the queue of the subscriber audit-trail and the subscriber: "


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Start emulator and reference CRM as a run does, with little patience."""
    settings = Settings(timeout=1.0, seed=7, run_id="hops", reports=tmp_path_factory.mktemp("run"))
    with open_run(settings) as opened:
        yield opened


@pytest.fixture
def world(run: Run, request: pytest.FixtureRequest) -> World:
    """Return the World of a scenario with a tenant."""
    opened = World(run, request.node.name)
    opened.open_tenant("Acme")
    return opened


@pytest.fixture
def trail(run: Run) -> Subscriber:
    """Return the subscriber that suffers."""
    return next(each for each in run.witness.subscribers if each.name == TRAIL)


@pytest.fixture
def rule(run: Run) -> str:
    """Return the name of the rule that delivers to it."""
    rules = run.aws.events.list_rules(EventBusName=run.bus)["Rules"]
    return next(rule["Name"] for rule in rules if rule["Name"].endswith(TRAIL))


@contextmanager
def _cut(run: Run, rule: str) -> Iterator[None]:
    """Take the target of a rule away for a while."""
    events = run.aws.events
    targets = events.list_targets_by_rule(Rule=rule, EventBusName=run.bus)["Targets"]
    events.remove_targets(Rule=rule, EventBusName=run.bus, Ids=[each["Id"] for each in targets])
    try:
        yield
    finally:
        events.put_targets(Rule=rule, EventBusName=run.bus, Targets=targets)


@contextmanager
def _altered(run: Run, rule: str, pattern: object) -> Iterator[None]:
    """Give a rule another pattern for a while."""
    events = run.aws.events
    before = events.describe_rule(Name=rule, EventBusName=run.bus)["EventPattern"]
    events.put_rule(Name=rule, EventBusName=run.bus, EventPattern=json.dumps(pattern))
    try:
        yield
    finally:
        events.put_rule(Name=rule, EventBusName=run.bus, EventPattern=before)


@contextmanager
def _stopped(run: Run, role: str) -> Iterator[None]:
    """Stop a process of the CRM for a while."""
    assert run.reference is not None
    run.reference.stop(role)
    try:
        yield
    finally:
        run.reference.start(role)


def _lines(error: BaseException) -> list[str]:
    """Return the lines of a message, without what differs from run to run."""
    text = re.sub(r"acme-lead-\w+", "LEAD", str(error))
    return re.sub(r"fence-\w+", "FENCE", text).splitlines()


def _red(world: World) -> list[str]:
    with pytest.raises(AssertionError) as red:
        world.observer.received("Acme", CREATED, Ending.EXACTLY)
    return _lines(red.value)


def _lost(where: str) -> str:
    return f"LeadCreated of LEAD version 1 was lost {where}"


def _eventually(fulfilled: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not fulfilled():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def test_a_rule_without_its_target_is_named(run: Run, world: World, rule: str) -> None:
    """The bus has the event, and nobody to give it to; the others have it."""
    with _cut(run, rule):
        world.does("Acme", CREATES, "Ada")
        lines = _red(world)
    assert lines[0] == _lost(
        f"{BUS_TO_TRAIL}no rule of the bus delivers to its queue; "
        f"the rule {rule} lets it pass, and has no target"
    )
    assert lines[-4:-1] == [
        "  entity-views: applied once",
        "  in the audit trail: no",
        "  in the view: version 1",
    ]


def test_a_rule_whose_pattern_refuses_the_event_is_named(run: Run, world: World, rule: str) -> None:
    """With the leaf, what it wants, and what the event has."""
    with _altered(run, rule, {"source": ["crm"], "detail": {"entity_type": ["account"]}}):
        world.does("Acme", CREATES, "Ada")
        lines = _red(world)
    refuses = f"the rule {rule} refuses it"
    assert lines[0] == _lost(f"{BUS_TO_TRAIL}{refuses}, by its detail.entity_type")
    assert f'    {refuses}: detail.entity_type should be "account", and is "lead"' in lines


def test_a_subscriber_that_was_stopped_is_named(run: Run, world: World, rule: str) -> None:
    """What it should have taken waits in its queue; two are there, as the fence is, too."""
    with _stopped(run, TRAIL):
        world.does("Acme", CREATES, "Ada")
        lines = _red(world)
    assert lines[0] == _lost(f"{QUEUE_TO_TRAIL}2 messages there, not taken in time")
    assert lines[4:8] == [
        "  audit-trail: not applied",
        f"    the rule {rule} lets it pass",
        "    in its queue 2 messages",
        "    in its dead-letter queue no messages",
    ]


def test_a_poison_message_is_found_among_the_dead_letters(
    run: Run, world: World, rule: str, trail: Subscriber
) -> None:
    """It is looked at and left there; later versions are kept back by the subscriber."""
    sqs = run.aws.sqs
    with _cut(run, rule):
        world.does("Acme", CREATES, "Ada")
        (sound,) = run.witness.published(world._deeds.tenant("Acme").tenant_id, PATIENCE_S)
    with _impatient(run, trail):
        broken = {**sound.detail, "payload": "poison"}
        body = {**json.loads(sound.body), "detail": broken}
        sqs.send_message(QueueUrl=trail.queue_url, MessageBody=json.dumps(body))
        _eventually(lambda: run.losses.scout.dead_letters()[TRAIL])
    lines = _red(world)
    assert lines[0] == _lost(
        f"{QUEUE_TO_TRAIL}the subscriber gave it up, and it is among its dead letters"
    )
    assert "    in its dead-letter queue 1 message, this event among them" in lines
    world.has_done("Acme", UPDATES, "Ada", {"company": "Analytical Engines"})
    with pytest.raises(AssertionError) as red:
        world.close()
    assert [line for line in _lines(red.value) if "was lost" in line] == [lines[0]]
    assert "  the same holds for LeadUpdated of LEAD version 2" in _lines(red.value)
    assert len(run.losses.scout.dead_letters()[TRAIL]) == 1
    sqs.purge_queue(QueueUrl=trail.dead_letter_queue_url)


@contextmanager
def _impatient(run: Run, subscriber: Subscriber) -> Iterator[None]:
    """Give a queue's messages one attempt for a while."""
    sqs = run.aws.sqs
    known = sqs.get_queue_attributes(
        QueueUrl=subscriber.queue_url, AttributeNames=["RedrivePolicy"]
    )
    before = known["Attributes"]["RedrivePolicy"]
    once = json.dumps({**json.loads(before), "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=subscriber.queue_url, Attributes={"RedrivePolicy": once})
    try:
        yield
    finally:
        sqs.set_queue_attributes(
            QueueUrl=subscriber.queue_url, Attributes={"RedrivePolicy": before}
        )


def test_a_version_behind_a_gap_is_told_as_that(run: Run, world: World, rule: str) -> None:
    """The subscriber has it, and waits for the one before."""
    with _cut(run, rule):
        world.has("Acme", LEAD, "Ada")
        run.witness.published(world._deeds.tenant("Acme").tenant_id, PATIENCE_S)
    world.does("Acme", UPDATES, "Ada", {"company": "Analytical Engines"})
    with pytest.raises(AssertionError) as red:
        world.close()
    assert [line for line in _lines(red.value) if "was lost" in line] == [
        _lost(
            f"{BUS_TO_TRAIL}a rule lets it pass and no queue holds it, so either the queue did "
            "not get it, the subscriber took it and did nothing, or `applied` leaves it out"
        ),
        f"LeadUpdated of LEAD version 2 was lost {QUEUE_TO_TRAIL}the subscriber keeps it back "
        "until it has had version 1",
    ]


def test_a_publisher_that_was_stopped_is_named(run: Run, world: World) -> None:
    """The event is in the event store, and the tap has not seen it."""
    with _stopped(run, "publisher"):
        world.does("Acme", CREATES, "Ada")
        lines = _red(world)
    where = "between the event store and the bus: it is committed, and was not published"
    assert lines[-5:-1] == [
        f"  {_lost(where)}",
        "    accepted by the CRM: yes",
        "    committed to the event store: yes",
        "    on the bus: no, the tap has not seen it",
    ]


def test_a_fence_that_the_publisher_leaves_is_followed(run: Run, world: World) -> None:
    """There is no verdict, and what is known of the fence is told."""
    with _stopped(run, "publisher"), pytest.raises(Inconclusive) as verdict:
        world.observer.received("Acme", [], Ending.EXACTLY)
    lines = _lines(verdict.value)
    assert lines[0].startswith("INCONCLUSIVE: the fence of tenant hops-acme-")
    assert lines[-5:-1] == [
        "  What is known of the newest fence that the CRM accepted, LeadCreated of FENCE "
        "version 1:",
        "    accepted by the CRM: yes",
        "    committed to the event store: yes",
        "    on the bus: no, the tap has not seen it",
    ]


def test_an_endpoint_that_says_nothing_is_not_waited_for(run: Run, world: World) -> None:
    """A real client on a socket that accepts and is silent: the rest is known all the same."""
    world.has("Acme", LEAD, "Ada")
    tenant = world._deeds.tenant("Acme").tenant_id
    with silent_server() as url:
        scout = replace(run.losses.scout, aws=Aws(url, run.settings.region), seconds=2.0)
        scene = scout.look(tenant, run.witness, (), lambda scene: scene.history or ())
        assert (scene.rules, scene.queues) == (None, {})
        assert (len(scene.history or ()), len(scene.views)) == (1, 1)
        assert "the rules of the bus (no answer within 2 s)" in scene.unknown


def test_a_fault_proxy_that_has_died_ends_the_run(run: Run) -> None:
    """Else each later scenario would fail by itself."""
    assert run.proxy.url.startswith("http://localhost:")
    assert run.lost() is None
    assert run.proxy._child is not None
    os.killpg(run.proxy._child.pid, signal.SIGKILL)
    lost = Waiter().until(lambda _: run.lost(), bool, PATIENCE_S)
    assert str(lost).startswith("the fault proxy ended in the middle of the run, by SIGKILL: see ")
