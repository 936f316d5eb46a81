"""Putting a run together at the CRM and the target that it has found."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.crm.port import CrmPort
from support.crm.sending import Sender
from support.faults.probing import Probes
from support.faults.proxy_process import FaultProxy
from support.judging.books import Books, Rules
from support.judging.case import CLOCKS_APART_S
from support.observing.collector import EventCollector
from support.observing.deliveries import Delivery
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.pattern_taps import pattern_taps
from support.observing.settling import Order, Window, settle_window
from support.observing.taps import VISIBILITY_S, WHOLE_BUS, BusTap, TenantTap, open_tap
from support.observing.waiting import Backoff, Waiter
from support.run import Run
from support.settings import Settings
from support.targets.aws import BRIEF_POLL_S, LONG_POLL_S, Aws
from support.targets.capabilities import known
from support.targets.discovery import left_to_the_end, located, putting_up, require_rules
from support.targets.leases import Renewal
from support.targets.leftovers import Footprint
from support.targets.queues import depths, require_all_named
from support.targets.reference import ReferenceCrm
from support.targets.stacks import bus_of

EMULATED_VISIBILITY_S = 5
REFERENCE = Settings.model_fields["crm_program"].default
# The reference CRM runs on the suite's own machine; clocks are read to the millisecond.
SAME_CLOCK_S = 0.5
LOOKING = Backoff(first=0.02, ceiling=0.1)
# A CRM that is gone is soon told; one that lost an answer has another one for the same key.
FENCE_ANSWER_S = 0.2
SURE_LOOK_S = 1.0  # the shortest long poll that SQS knows


@dataclass(frozen=True)
class Site:
    """Hold what a run is put together from: a CRM at a target, and a journal to write.

    `tags` mark as this run's what it puts up; `footprint` is told of processes.
    """

    settings: Settings
    aws: Aws
    reference: ReferenceCrm | None
    crm: CrmPort
    journal: Journal
    tags: Mapping[str, str]
    footprint: Footprint

    @property
    def is_own(self) -> bool:
        """Say whether CRM and bus are the suite's own."""
        return self.settings.crm is None

    @property
    def longest_wait(self) -> int:
        """Return how many seconds a look into a queue may last: emulators are asked briefly."""
        return 0 if self.aws.endpoint_url else LONG_POLL_S

    @property
    def sure_look(self) -> float:
        """Return how many seconds a look has to last for its finding nothing to be believed.

        On AWS a look without waiting asks only some of a queue's servers; emulators have one.
        """
        return 0.0 if self.aws.endpoint_url else SURE_LOOK_S

    def name(self, what: str) -> str:
        """Return a name for what the suite puts up for itself.

        What carries the stack's name goes with the stack; a user's may be too long for it.
        """
        settings = self.settings
        return f"{settings.stack_name}-{what}" if self.is_own else f"{what}-{settings.run_id}"


def assemble(site: Site, cleanup: ExitStack) -> Run:
    """Put a run together; `cleanup` takes down what is put up for it.

    Raises ConfigurationError where the CRM's stack lacks something.
    """
    settings, aws, crm, journal = site.settings, site.aws, site.crm, site.journal
    bus = bus_of(aws, settings.stack_name)
    if not site.is_own:
        require_rules(aws, bus)
    tap = _tap(site, bus, cleanup)
    latencies = Latencies()
    sender = Sender(crm, journal, latencies)

    def arrived(delivery: Delivery) -> None:
        latencies.arrived(delivery, held_up=journal.is_disturbed)

    collector = EventCollector([tap], journal, Waiter(), arrived)
    witness = Witness(crm, collector, journal, Waiter(LOOKING))
    if site.is_own:
        require_all_named(aws, bus, [*witness.subscribers], tap.rule)
    else:
        witness.subscribers = located(aws, settings.stack_name, witness.subscribers)
    catalogue = Catalogue()
    rules = _rules(site, witness, catalogue)
    journal.add(Entry.RULES, rules.record())
    upstream = settings.crm_endpoint or aws.endpoint_url
    proxy = FaultProxy(upstream, settings.reports / "proxy.log", site.footprint.started)
    cleanup.callback(proxy.stop)
    probes = Probes(aws, site.name("probe"), known(settings.target), site.tags)
    cleanup.callback(probes.close)
    return Run(
        settings=settings,
        aws=aws,
        crm=crm,
        reference=site.reference,
        bus=bus,
        journal=journal,
        catalogue=catalogue,
        latencies=latencies,
        sender=sender,
        collector=collector,
        fences=_fences(site, sender, collector, latencies),
        witness=witness,
        depths=depths(aws, witness.subscribers),
        books=Books(rules),
        probes=probes,
        proxy=proxy,
        tap_on=lambda name, queue_url: TenantTap(name, aws.sqs, queue_url, site.longest_wait),
        copy_rules=partial(
            pattern_taps,
            site.name("scratch"),
            bus,
            tap_rule=tap.rule,
            sqs=aws.sqs,
            events=aws.events,
            longest_wait=site.longest_wait,
            tags=site.tags,
        ),
        renewal=Renewal(
            settings.run_id,
            settings.lease,
            lambda tags: aws.sqs.tag_queue(QueueUrl=tap.queue_url, Tags=tags),
        ),
    )


def _tap(site: Site, bus: str, cleanup: ExitStack) -> BusTap:
    """Listen to the whole bus or, where others use it, to this run's tenants."""
    aws, run_id = site.aws, site.settings.run_id
    ours = {"detail": {"tenant_id": [{"prefix": f"{run_id}-"}]}}
    pattern: dict[str, Any] = WHOLE_BUS if site.is_own else ours
    with putting_up("the suite's tap on the bus"):
        tap = open_tap(
            "bus",
            site.name(f"tap-{run_id}" if site.is_own else "tap"),
            sqs=aws.sqs,
            events=aws.events,
            bus=bus,
            pattern=pattern,
            longest_wait=bus_wait(site.settings, aws),
            visibility=EMULATED_VISIBILITY_S if aws.endpoint_url else VISIBILITY_S,
            tags=site.tags,
        )
    cleanup.callback(_take_off, tap)
    site.journal.add(Entry.RULE, {"name": tap.rule, "bus": bus, "pattern": pattern})
    return tap


def _rules(site: Site, witness: Witness, catalogue: Catalogue) -> Rules:
    settings = site.settings
    return Rules(
        witness.subscribers,
        catalogue.violations,
        PROMISED,
        objective=settings.objective,
        latest=settings.longest_journey,
        clocks_apart=CLOCKS_APART_S if site.reference is None else SAME_CLOCK_S,
        keeps_order=order_of(settings) is Order.KEPT,
        # Under which names a CRM of the user's own acts, nobody has agreed with it.
        actors=[] if site.reference is None else [each.name for each in witness.subscribers],
    )


def _fences(site: Site, sender: Sender, collector: EventCollector, latencies: Latencies) -> Fences:
    settings = site.settings

    def window() -> Window:
        # What came later than promised is told as late, and need not be waited for again.
        kept = [each for each in latencies.seconds if each <= settings.objective]
        return settle_window(kept, order_of(settings))

    # One whose answer was lost may be in the history: another in its place would leave it there.
    insisting = sender.insisting(FENCE_ANSWER_S)
    return Fences(insisting.send, collector, window, site.journal, site.sure_look)


def _take_off(tap: BusTap) -> None:
    with left_to_the_end("the suite's tap on the bus"):
        tap.close()


def bus_wait(settings: Settings, aws: Aws) -> int:
    """Return how many seconds one look at the bus tap may last while something has to come.

    The embedded emulator looks only now and then during a long poll; elsewhere one long poll is
    quicker than many short ones, and leaves an emulator's time to the others.
    """
    if settings.target == "embedded":
        return 0
    return BRIEF_POLL_S if aws.endpoint_url else LONG_POLL_S


def order_of(settings: Settings) -> Order:
    """Say whether the target keeps the order of events: only the embedded one is known to.

    Whatever stands between CRM and target, or in the CRM's place, may change it.
    """
    plain = settings.crm_endpoint is None and settings.crm_program == REFERENCE
    return Order.KEPT if settings.target == "embedded" and plain else Order.UNKNOWN
