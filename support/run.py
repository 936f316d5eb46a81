"""What all scenarios of a run share, from the first process started to the last audit."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import cast

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.crm.checked import CheckedCrm
from support.crm.http import HttpCrm
from support.crm.own import not_offered, own_driver
from support.crm.port import CommandRefused, CrmOperator, CrmPort
from support.crm.sending import Sender
from support.errors import ConfigurationError, CrmTrouble, Inconclusive, ScenarioError
from support.faults.plane import ControlPlane
from support.faults.probing import Probes
from support.faults.proxy_process import FaultProxy
from support.guest import close_tenants, notes
from support.judging.again import READINESS
from support.judging.books import Books, Left, Rules, Seen, unexpected
from support.judging.case import CLOCKS_APART_S, Case, Evidence, Finding, Kind
from support.judging.records import record_of, record_of_finding
from support.judging.strays import may_come_again
from support.losses import Losses
from support.observing.collector import EventCollector
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.hops import HopScout
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.own_subscriptions import TapOn
from support.observing.pattern_taps import CopyRules, pattern_taps
from support.observing.settling import Order, settle_window
from support.observing.taps import VISIBILITY_S, WHOLE_BUS, BusTap, TenantTap, open_tap
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.reporting.recoveries import Recovery
from support.settings import LOCALSTACK_URL, Settings
from support.targets.aws import LONG_POLL_S, Aws
from support.targets.discovery import left_to_the_end, located, putting_up, require_rules
from support.targets.embedded import start_emulator
from support.targets.leases import Renewal, lease_of, no_lease
from support.targets.leftovers import Footprint, Tell, leaving_nothing
from support.targets.preflight import require_endpoint, require_localstack
from support.targets.queues import Depth, depths, require_all_named
from support.targets.reference import ReferenceCrm, start_reference_crm
from support.targets.stacks import bus_of
from support.targets.tenure import require_unused, sweep_before

READY_PATIENCE_S = 60.0
EMULATED_VISIBILITY_S = 5
LAST_LOOK_S = 1.0
# What the suite does to its own CRM only.
NOT_OURS: Mapping[str, str] = {
    "needs-broken-routes": "the routes of a deployed CRM are not ours",
    "needs-deliveries": "the suite puts nothing into the queues of a deployed CRM",
    "needs-disabled-rules": "the routes of a deployed CRM are not ours",
    "needs-held-deliveries": "the routes of a deployed CRM are not ours",
    "needs-aws-answers": "what answers a deployed CRM is not ours",
    "needs-checkpoint": "what the publisher of a deployed CRM remembers is not ours",
    "needs-pattern-taps": "the routes of a deployed CRM are not ours",
    "needs-queue-policies": "the routes of a deployed CRM are not ours",
    "needs-publishing": "the suite puts nothing on the bus of a deployed CRM",
}
REFERENCE = Settings.model_fields["crm_program"].default
# The reference CRM runs on the suite's own machine; clocks are read to the millisecond.
SAME_CLOCK_S = 0.5
LOOKING = Backoff(first=0.02, ceiling=0.1)
log = logging.getLogger(__name__)


@dataclass
class Run:
    """Hold what the scenarios of a run share."""

    settings: Settings
    aws: Aws
    crm: CrmPort
    reference: ReferenceCrm | None
    bus: str
    journal: Journal
    catalogue: Catalogue
    latencies: Latencies
    sender: Sender
    collector: EventCollector
    fences: Fences
    witness: Witness
    depths: Mapping[str, Depth]
    tap_on: TapOn
    copy_rules: CopyRules
    books: Books
    probes: Probes
    proxy: FaultProxy
    canary: str = ""
    scenarios: int = 0
    recoveries: list[Recovery] = field(default_factory=list)
    unrepaired: list[ControlPlane] = field(default_factory=list)
    footprint: Footprint | None = None
    in_doubt: bool = False
    renewal: Renewal = field(default_factory=no_lease)

    @property
    def operator(self) -> CrmOperator:
        """Return who operates the CRM: its driver does if it is somebody else's."""
        return self.reference or cast(CrmOperator, self.crm)

    @property
    def losses(self) -> Losses:
        """Return what says where events were lost."""
        scout = HopScout(self.aws, self.bus, self.crm, self.witness.subscribers)
        return Losses(scout, self.witness, self.fences)

    def open_tenant(self, slug: str, scenario: str) -> str:
        """Open a fresh tenant for a scenario and return its id."""
        tenant_id = f"{self.settings.run_id}-{slug}-{len(self.books.scenario_of) + 1}"
        self.open_tenant_called(tenant_id, scenario)
        return tenant_id

    def open_tenant_called(self, tenant_id: str, scenario: str) -> None:
        """Open a tenant under an id; raises ScenarioError if a scenario has it already."""
        if tenant_id in self.books.scenario_of:
            raise ScenarioError(f"there is a tenant {tenant_id} already: make another one alike")
        self._let_in(tenant_id)
        self.books.scenario_of[tenant_id] = scenario
        self.journal.add(Entry.TENANT, {"tenant_id": tenant_id, "of": scenario})

    def _let_in(self, tenant_id: str) -> None:
        try:
            self.crm.open_tenant(tenant_id)
        except CommandRefused as refusal:
            if not self.canary:
                raise  # nobody was let in yet: see `_explaining`
            raise CrmTrouble(
                f"the CRM lets the suite open no tenant any more ({refusal}): give it an operator "
                "token that lasts as long as the run"
            ) from refusal

    @property
    def guest_notes(self) -> list[str]:
        """Say what a run at somebody else's CRM could not see, and what it leaves there."""
        if self.settings.crm is None:
            return []
        return notes(self.settings.run_id, self.bus, self.crm, len(self.books.scenario_of))

    def lacks(self, tags: Collection[str]) -> str | None:
        """Say which need of a scenario's tags cannot be met here, or None."""
        cannot = dict(self.crm.cannot)
        if self.reference is None:
            cannot = {**NOT_OURS, **not_offered(self.crm), **cannot}
        if not self.proxy.is_possible:
            cannot["needs-aws-answers"] = "nothing can stand between a CRM and AWS itself"
        told = ((tag, cannot.get(tag) or self.probes.lacks(tag)) for tag in sorted(tags))
        return next((f"{tag}: {why}" for tag, why in told if why), None)

    def leave(self, plane: ControlPlane) -> None:
        """Repair what a scenario has broken, and see that events come round again.

        Raises FaultError or Inconclusive if they do not: then the next scenario must not begin.
        """
        if not plane.used:
            return
        self.unrepaired.append(plane)
        plane.repair()
        self.fences.pass_through(self.canary, self.settings.timeout)
        self.unrepaired.remove(plane)

    def require_repaired(self) -> None:
        """Try again to repair what an earlier scenario has left broken; raises likewise."""
        for plane in [*self.unrepaired]:
            self.unrepaired.remove(plane)
            self.leave(plane)

    def lost(self) -> str | None:
        """Say what the run has lost that it cannot do without, such as its emulator, or None.

        Its endpoint is asked only if it is `in_doubt`.
        """
        if self.journal.trouble:
            return self.journal.trouble
        if self.footprint and (told := self.footprint.lost()):
            return told
        try:
            if self.in_doubt:
                require_endpoint(self.aws)
        except ConfigurationError as error:
            return str(error)
        return None

    def close_books(self, case: Case, is_expected: Callable[[Finding], bool]) -> list[Finding]:
        """Audit tenants, and close their books: whatever arrives from now on is late.

        What a scenario has said itself is to be found is no finding.
        """
        found = self.books.close(case)
        expected = [each for each in found if is_expected(each)]
        findings = unexpected(found, expected)
        tenants = [each.tenant_id for each in case.evidence]
        for tenant in tenants:
            self.collector.close(tenant)
        told = [str(each) for each in findings]
        self.journal.add(
            Entry.VERDICT,
            {
                "tenants": tenants,
                "findings": told,
                "expected": [*map(record_of_finding, expected)],
                "before_own": {name: sorted(own.before) for name, own in case.own.items()},
            },
        )
        return findings

    def abandon(self, tenants: Sequence[str]) -> None:
        """Close the books of tenants that cannot be audited: what has come of them is theirs."""
        for tenant in tenants:
            self.books.account_for(tenant, self.collector.deliveries)
        self.journal.add(Entry.ABANDONED, {"tenants": [*tenants]})

    def final_audit(self) -> list[str]:
        """Look once more, and name all that came late, came again, got stuck or is nobody's.

        What a scenario has reported is not reported again.
        Raises Inconclusive if nothing comes back any more and nothing wrong was seen before.
        """
        self.journal.begin(None)  # it is no scenario's, the last one's neither
        patience = min(self.settings.objective, self.settings.timeout)
        try:
            self.fences.pass_through(self.canary, patience)
        except Inconclusive as silence:
            verdict = silence.with_evidence(self.losses.tell_fence(self.canary))
            if found := self._left_over((), {}):
                return [*found, str(verdict)]
            raise verdict from silence
        self.fences.settle(self.fences.clock(), at_least=LAST_LOOK_S)
        again = self.witness.second_look([*self.books.closed.values()])
        return [*map(str, self._close_canary()), *self._left_over(again, self._left())]

    def _close_canary(self) -> list[Finding]:
        """Audit the canary too: what befalls a run's first events befalls it.

        On AWS a new rule takes a while to match: there its first events may be lost. How long a
        path takes that is just starting is not judged. What the run has had published again comes
        again, the canary's own as well.
        """
        evidence, _ = self.witness.level(self.canary, self.settings.objective)
        whole = [self.witness.full(evidence)]
        seen = Seen(self.witness.about(whole), self.fences.sent, held_up=True)
        on_aws = self.settings.target == "aws"
        again = may_come_again(self.journal.faults)(self.canary)
        return self.close_books(
            self.books.case(whole, seen),
            lambda finding: (
                (on_aws and finding.kind is Kind.LOST) or (again and finding.published_again)
            ),
        )

    def _left_over(self, again: Sequence[Evidence], left: Mapping[str, Left]) -> list[str]:
        self.books.account_for(self.canary, self.collector.deliveries)
        comes_again = may_come_again(self.journal.faults)
        found = self.books.left_over(self.collector.deliveries, again, left, comes_again)
        for each in again:
            self.journal.add(Entry.SECOND_LOOK, record_of(each))
        self.journal.add(Entry.LEFT, {"left": {name: asdict(each) for name, each in left.items()}})
        self.journal.add(Entry.RUN_VERDICT, {"canary": self.canary, "findings": found})
        return found

    def _left(self) -> dict[str, Left]:
        """Count what the subscribers leave in their queues, and among the dead letters."""

        def look(_: float) -> dict[str, Depth]:
            now = depths(self.aws, self.witness.subscribers)
            if self.reference is None:
                # Others use a deployed CRM's queues too: only its dead letters say something.
                now = {name: replace(depth, waiting=0) for name, depth in now.items()}
            return {name: now[name].above(before) for name, before in self.depths.items()}

        try:
            left = Waiter(LOOKING).until(look, _is_empty, self.settings.objective)
        except WaitTimeout as late:
            left = late.last
        dead = any(each.dead > 0 for each in left.values())
        letters = self.losses.tell_dead_letters(self.books.scenario_of) if dead else {}
        return {
            name: Left(depth.waiting, depth.dead, letters.get(name, ()))
            for name, depth in left.items()
        }


def order_of(settings: Settings) -> Order:
    """Say whether the target keeps the order of events: only the embedded one is known to.

    Whatever stands between CRM and target, or in the CRM's place, may change it.
    """
    plain = settings.crm_endpoint is None and settings.crm_program == REFERENCE
    return Order.KEPT if settings.target == "embedded" and plain else Order.UNKNOWN


def _is_empty(left: Mapping[str, Depth]) -> bool:
    return all(depth.waiting <= 0 and depth.dead <= 0 for depth in left.values())


@contextmanager
def open_run(settings: Settings, tell: Tell = log.info) -> Iterator[Run]:
    """Start or find everything that the settings name; take all of it down again at the end.

    `tell` gets in sentences what dead runs had left, and that this one has left nothing.
    Raises ConfigurationError with one sentence where something is missing, and LeftBehind at the
    end with the names of what is left.
    """
    with ExitStack() as cleanup:
        journal = cleanup.enter_context(_journal(settings))
        journal.add(Entry.SETTINGS, settings.echo())
        footprint = cleanup.enter_context(leaving_nothing(settings.run_id, tell))
        aws = Aws(_endpoint(settings, footprint, cleanup), settings.region)
        reference, crm = _crm(settings, aws, footprint, cleanup)
        with _explaining(settings):
            run = _assemble(settings, aws, reference, crm, journal, cleanup)
            run.footprint = footprint
            cleanup.callback(close_tenants, crm, run.books.scenario_of)
            run.canary = run.open_tenant("canary", READINESS)
            run.fences.canary(run.canary, READY_PATIENCE_S)
            run.latencies.forget()
        yield run


def _journal(settings: Settings) -> Journal:
    try:
        return Journal(settings.reports / "journal.jsonl", continued=settings.keep_results)
    except OSError as error:
        raise ConfigurationError(
            f"nothing can be written to -D reports={settings.reports}: {error}; name a folder"
        ) from error


@contextmanager
def _explaining(settings: Settings) -> Iterator[None]:
    """Say what to do about a CRM that does not let the suite in."""
    try:
        yield
    except CommandRefused as refusal:
        token = (
            "give its operator token with -D operator_token=... or ACCEPTANCE_OPERATOR_TOKEN"
            if settings.has_http_crm
            else f"give the driver {settings.crm} what it needs to be let in"
        )
        raise ConfigurationError(
            f"the CRM lets the suite open no tenant ({refusal}): {token}"
        ) from refusal
    except CrmTrouble as trouble:
        raise ConfigurationError(f"{trouble}; {_hint(settings)}") from trouble


def _hint(settings: Settings) -> str:
    if settings.crm is None:
        return "see crm.log"
    if settings.has_http_crm:
        return f"is it running at -D crm={settings.crm}?"
    return "is the CRM running? what a driver must do is in support/crm/GUIDE.md"


def _endpoint(settings: Settings, footprint: Footprint, cleanup: ExitStack) -> str | None:
    if settings.target == "embedded":
        emulator, url = start_emulator(settings.reports / "emulator.log")
        footprint.started(emulator, url)
        cleanup.callback(emulator.stop)
        return url
    aws = Aws(settings.endpoint_url, settings.region)
    if settings.target == "localstack":
        require_localstack(LOCALSTACK_URL)
    require_endpoint(aws)
    sweep_before(aws, footprint.tell)
    require_unused(aws, settings.run_id)
    footprint.aws = aws
    return settings.endpoint_url


def _crm(
    settings: Settings, aws: Aws, footprint: Footprint, cleanup: ExitStack
) -> tuple[ReferenceCrm | None, CrmPort]:
    token = settings.operator_token.get_secret_value()
    if settings.crm is None:
        tags = lease_of(settings.run_id, settings.lease).tags
        reference = start_reference_crm(settings, aws, settings.reports / "crm.log", tags)
        footprint.started(reference.child, reference.url)
        cleanup.callback(reference.child.stop)
        return reference, cleanup.enter_context(closing(HttpCrm(reference.url, token)))
    if settings.crm_url is not None:
        driver = CheckedCrm(HttpCrm(settings.crm_url, token, renewing=True), settings.crm_url, {})
        return None, cleanup.enter_context(closing(driver))
    return None, cleanup.enter_context(closing(own_driver(settings.crm)))


def _assemble(
    settings: Settings,
    aws: Aws,
    reference: ReferenceCrm | None,
    crm: CrmPort,
    journal: Journal,
    cleanup: ExitStack,
) -> Run:
    bus = bus_of(aws, settings.stack_name)
    own_bus = settings.crm is None
    if not own_bus:
        require_rules(aws, bus)
    ours = {"detail": {"tenant_id": [{"prefix": f"{settings.run_id}-"}]}}
    pattern = WHOLE_BUS if own_bus else ours
    longest_wait = 0 if aws.endpoint_url else LONG_POLL_S
    tags = lease_of(settings.run_id, settings.lease).tags
    with putting_up("the suite's tap on the bus"):
        tap = open_tap(
            "bus",
            _own_name(settings, f"tap-{settings.run_id}" if own_bus else "tap"),
            sqs=aws.sqs,
            events=aws.events,
            bus=bus,
            pattern=pattern,
            longest_wait=longest_wait,
            visibility=EMULATED_VISIBILITY_S if aws.endpoint_url else VISIBILITY_S,
            tags=tags,
        )
    cleanup.callback(_take_off, tap)
    journal.add(Entry.RULE, {"name": tap.rule, "bus": bus, "pattern": pattern})
    latencies = Latencies()
    sender = Sender(crm, journal, latencies)
    collector = EventCollector([tap], journal, Waiter(), latencies.arrived)
    witness = Witness(crm, collector, journal, Waiter(LOOKING))
    if not own_bus:
        witness.subscribers = located(aws, settings.stack_name, witness.subscribers)
    else:
        require_all_named(aws, bus, [*witness.subscribers], tap.rule)
    catalogue = Catalogue()
    rules = Rules(
        witness.subscribers,
        catalogue.violations,
        PROMISED,
        objective=settings.objective,
        latest=settings.longest_journey,
        clocks_apart=CLOCKS_APART_S if reference is None else SAME_CLOCK_S,
        keeps_order=order_of(settings) is Order.KEPT,
    )
    journal.add(Entry.RULES, rules.record())
    proxy = FaultProxy(settings.crm_endpoint or aws.endpoint_url, settings.reports / "proxy.log")
    cleanup.callback(proxy.stop)
    return Run(
        settings=settings,
        aws=aws,
        crm=crm,
        reference=reference,
        bus=bus,
        journal=journal,
        catalogue=catalogue,
        latencies=latencies,
        sender=sender,
        collector=collector,
        fences=Fences(
            sender.send,
            collector,
            # What came later than promised is told as late, and need not be waited for again.
            lambda: settle_window(
                [each for each in latencies.seconds if each <= settings.objective],
                order_of(settings),
            ),
            journal,
        ),
        witness=witness,
        depths=depths(aws, witness.subscribers),
        books=Books(rules),
        probes=Probes(aws, _own_name(settings, "probe")),
        proxy=proxy,
        tap_on=lambda name, queue_url: TenantTap(name, aws.sqs, queue_url, longest_wait),
        copy_rules=partial(
            pattern_taps,
            _own_name(settings, "scratch"),
            bus,
            tap_rule=tap.rule,
            sqs=aws.sqs,
            events=aws.events,
            longest_wait=longest_wait,
            tags=tags,
        ),
        renewal=Renewal(
            settings.run_id,
            settings.lease,
            lambda tags: aws.sqs.tag_queue(QueueUrl=tap.queue_url, Tags=tags),
        ),
    )


def _take_off(tap: BusTap) -> None:
    with left_to_the_end("the suite's tap on the bus"):
        tap.close()


def _own_name(settings: Settings, what: str) -> str:
    """Return a name for what the suite puts up for itself.

    What carries the stack's name goes with the stack; a user's may be too long for it.
    """
    own_bus = settings.crm is None
    return f"{settings.stack_name}-{what}" if own_bus else f"{what}-{settings.run_id}"
