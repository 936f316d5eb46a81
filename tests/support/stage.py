"""A stage for one scenario: the real World over a CRM in memory, spoken to in real sentences."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from behave.cucumber_expression import StepMatcher4CucumberExpressions
from behave.model import Step
from behave.parser import parse_steps
from behave.runner_util import load_step_modules
from behave.step_registry import registry

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.crm.sending import Sender
from support.faults.probing import Probes
from support.judging.books import Books, Rules
from support.observing.collector import EventCollector
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.settling import Window
from support.observing.waiting import Waiter
from support.run import Run
from support.settings import Settings
from support.targets.capabilities import known
from support.targets.queues import depths
from support.vocabulary import define_vocabulary
from support.world import World
from tests.support.doors import Doors
from tests.support.fake_crm import FakeCrm
from tests.support.fake_defects import Defect
from tests.support.in_memory_tap import InMemoryTap
from tests.support.still_queues import AGREED

TIMEOUT_S = 0.04
PATIENT_S = 10.0
CATALOGUE = cache(Catalogue)


SWIFT = Window(0.001, "tests need not wait")


@dataclass(frozen=True)
class Stage:
    """Hold the World of one scenario, and the CRM behind it."""

    crm: FakeCrm
    tap: InMemoryTap
    queues: Doors
    run: Run
    world: World

    def play(self, text: str, defect: Defect | None = None) -> None:
        """Say these sentences; the defect begins with the act."""
        if defect is Defect.SLOW_SUBSCRIBER:
            # It has to be looked at several times, however busy the machine is.
            self.run.settings = self.run.settings.model_copy(update={"timeout": PATIENT_S})
        for step in parse_steps(text):
            if step.step_type == "when":
                self.crm.defect = defect
            self.say(step)

    def say(self, step: Step) -> None:
        """Carry out one sentence as behave would."""
        context = SimpleNamespace(world=self.world, table=step.table)
        for definition in definitions(step.step_type):
            arguments = definition.check_match(step.name)
            if arguments is not None:
                definition.func(context, *(argument.value for argument in arguments))
                return
        raise LookupError(f"no step says {step.name!r}")


@contextmanager
def open_stage(folder: Path, scenario: str = "a scenario") -> Iterator[Stage]:
    """Put up a run as `open_run` does, with everything in memory but the journal."""
    settings = Settings(timeout=TIMEOUT_S, seed=7, run_id="test", reports=folder)
    tap = InMemoryTap()
    crm = FakeCrm(tap)
    queues = _doors(tap, crm)
    with Journal(folder / "journal.jsonl") as journal:
        latencies = Latencies()
        sender = Sender(crm, journal, latencies)
        collector = EventCollector([tap], journal, Waiter(), latencies.arrived)
        rules = Rules(
            crm.subscribers(),
            CATALOGUE().violations,
            PROMISED,
            objective=settings.objective,
            latest=settings.longest_journey,
            keeps_order=True,
        )
        journal.add(Entry.RULES, rules.record())
        run = Run(
            settings=settings,
            aws=queues.as_aws(),
            crm=crm,
            reference=None,
            bus="bus",
            journal=journal,
            catalogue=CATALOGUE(),
            latencies=latencies,
            sender=sender,
            collector=collector,
            fences=Fences(sender.send, collector, lambda: SWIFT, journal),
            witness=Witness(crm, collector, journal, Waiter(), crm.clock),
            depths=depths(queues.as_aws(), crm.subscribers()),
            books=Books(rules),
            probes=Probes(queues.as_aws(), "probe", known("embedded")),
            tap_on=crm.own.tap_on,
            copy_rules=crm.copy_rules,
            canary="canary",
            proxy=crm.proxy,
        )
        yield Stage(crm, tap, queues, run, World(run, scenario))


def _doors(tap: InMemoryTap, crm: FakeCrm) -> Doors:
    """Let the CRM in memory hear of what becomes of its rules and queues."""
    doors = Doors(tap, [each.name for each in crm.subscribers()])
    doors.off, doors.on = crm.stop, crm.start
    doors.unhooked, doors.hooked = crm.inboxes.deaf.add, crm.inboxes.deaf.discard

    def delivered(subscriber: str, bodies: Sequence[str]) -> Sequence[str]:
        doors.attempts = 9 if crm.defect is Defect.TRIES_ON else AGREED
        return crm.receive(subscriber, bodies)

    doors.delivered = delivered
    return doors


def definitions(keyword: str) -> Sequence[Any]:
    """Return the step definitions of a keyword: given, when or then."""
    return _loaded()[keyword]


@cache
def _loaded() -> dict[str, Sequence[Any]]:
    """Load the real steps, and leave behave as it was."""
    forget: Sequence[Callable[[], None]] = (
        registry.clear,
        StepMatcher4CucumberExpressions.TYPE_REGISTRY.clear,
    )
    for each in forget:
        each()
    define_vocabulary()
    load_step_modules([str(Path(__file__).parents[2] / "steps")])
    loaded: dict[str, Sequence[Any]] = {
        keyword: tuple(steps) for keyword, steps in registry.steps.items()
    }
    for each in forget:
        each()
    return loaded
