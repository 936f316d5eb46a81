"""A real loss at each hop, by real means: the message names exactly that hop."""

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.contract.entities import EntityType
from support.crm.port import Subscriber
from support.errors import Inconclusive
from support.judging.expectations import Ending
from support.observing.hops import TIME_LIMIT_S
from support.run import Run, open_run
from support.settings import Settings
from support.targets.queues import depths
from support.world import World

TRAIL = "audit-trail"
LEAD = EntityType.LEAD
ROWS = [{"event": "LeadCreated", "version": 1}]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Start emulator and reference CRM as a run does, with little patience."""
    settings = Settings(timeout=0.8, seed=7, run_id="hops", reports=tmp_path_factory.mktemp("run"))
    with open_run(settings) as opened:
        yield opened


@pytest.fixture
def world(run: Run) -> World:
    """Return the World of a scenario with a tenant."""
    opened = World(run, "a scenario")
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
    """Take the targets of a rule away for a while."""
    events = run.aws.events
    targets = events.list_targets_by_rule(Rule=rule, EventBusName=run.bus)["Targets"]
    events.remove_targets(Rule=rule, EventBusName=run.bus, Ids=[each["Id"] for each in targets])
    yield
    events.put_targets(Rule=rule, EventBusName=run.bus, Targets=targets)


@contextmanager
def _stopped(run: Run, role: str) -> Iterator[None]:
    """Stop a process of the CRM for a while."""
    assert run.reference is not None
    run.reference.control("stop", role)
    yield
    run.reference.control("start", role)


def _told(fails: Callable[[], object]) -> str:
    """Return the message of what must fail, with the names that differ from run to run cut out."""
    with pytest.raises(AssertionError) as red:
        fails()
    return re.sub(r"acme-lead-[0-9a-f]+", "LEAD", str(red.value))


def _received(world: World) -> str:
    return _told(lambda: world.observer.received("Acme", ROWS, Ending.EXACTLY))


def _patiently(run: Run, fulfilled: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not fulfilled():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def _lines(message: str) -> Sequence[str]:
    return [line.strip() for line in message.splitlines()]


OTHERS = "account-deactivation", "sales-pipeline"


def test_a_rule_without_its_target(run: Run, world: World, rule: str) -> None:
    """The bus has the event and delivers it to nobody."""
    with _cut(run, rule):
        world.has("Acme", LEAD, "Ada")
        print(_told(lambda: world.close()))
        world.does("Acme", __import__("support.acts", fromlist=["x"]).CREATING[LEAD], "Bob")
        print(_received(world))


def test_publisher(run: Run, world: World) -> None:
    with _stopped(run, "publisher"):
        world.does("Acme", __import__("support.acts", fromlist=["x"]).CREATING[LEAD], "Bob")
        print(_received(world))
        with pytest.raises(Inconclusive) as v:
            World(run, "b").open_tenant("X")
            w = World(run, "b")
            w.open_tenant("X")
            w._survey.settled(w._deeds.tenant("X"))
        print(v.value)
