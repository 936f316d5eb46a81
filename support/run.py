"""What all scenarios of a run share, from the first process started to the last audit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.crm.http import HttpCrm
from support.crm.own import own_driver
from support.crm.port import Accepted, CommandRefused, CrmPort
from support.crm.sending import Sender
from support.errors import ConfigurationError, CrmTrouble
from support.judging.case import CLOCKS_APART_S, Case, Evidence, Kind
from support.judging.history import audit
from support.judging.strays import strays
from support.judging.subscribers import effects
from support.observing.collector import EventCollector
from support.observing.deliveries import Passage
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.taps import VISIBILITY_S, WHOLE_BUS, open_tap
from support.observing.waiting import Backoff, Waiter, WaitTimeout
from support.settings import Settings
from support.targets.aws import LONG_POLL_S, Aws
from support.targets.embedded import require_endpoint, start_emulator
from support.targets.queues import Depth, depths, require_all_named
from support.targets.reference import ReferenceCrm, start_reference_crm
from support.targets.stacks import bus_of
from support.targets.sweep import swept

READY_PATIENCE_S = 60.0
EMULATED_VISIBILITY_S = 5
LAST_LOOK_S = 1.0
# The reference CRM runs on the suite's own machine; clocks are read to the millisecond.
SAME_CLOCK_S = 0.5
LOOKING = Backoff(first=0.02, ceiling=0.1)


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
    canary: str = ""
    scenarios: int = 0
    scenario_of: dict[str, str] = field(default_factory=dict)
    accounted: set[Passage] = field(default_factory=set)
    closed: list[Evidence] = field(default_factory=list)

    def open_tenant(self, slug: str, scenario: str) -> str:
        """Open a fresh tenant for a scenario and return its id."""
        tenant_id = f"{self.settings.run_id}-{slug}-{len(self.scenario_of) + 1}"
        self.crm.open_tenant(tenant_id)
        self.scenario_of[tenant_id] = scenario
        return tenant_id

    def lacks(self, tags: Collection[str]) -> str | None:
        """Say which need of a scenario's tags cannot be met here, or None."""
        cannot = dict(self.crm.cannot)
        if self.reference is None:
            cannot.setdefault("needs-held-deliveries", "the routes of a deployed CRM are not ours")
        return next((f"{tag}: {cannot[tag]}" for tag in tags if tag in cannot), None)

    def case(self, levelled: Sequence[Evidence], accepted: Sequence[Accepted]) -> Case:
        """Return all that an audit of some tenants judges, besides what was accepted of them."""
        return Case(
            evidence=[self.witness.full(evidence) for evidence in levelled],
            deliveries=self.witness.about(levelled),
            subscribers=self.witness.subscribers,
            accepted=[*accepted, *self.fences.sent],
            violations=self.catalogue.violations,
            promised=PROMISED,
            clocks_apart=CLOCKS_APART_S if self.reference is None else SAME_CLOCK_S,
        )

    def close_books(self, evidence: Evidence) -> None:
        """Close the books of a tenant: whatever arrives for it from now on is late."""
        self.closed.append(evidence)
        self.accounted |= {each.passage for each in self.witness.arrived(evidence.tenant_id)}

    def final_audit(self) -> list[str]:
        """Look once more, and name all that came late, came again, got stuck or is nobody's.

        Raises Inconclusive if nothing comes back any more.
        """
        self.fences.pass_through(self.canary, self.settings.timeout)
        self.fences.settle(self.fences.clock(), at_least=LAST_LOOK_S)
        self.accounted |= {each.passage for each in self.witness.arrived(self.canary)}
        again = self.witness.second_look(self.closed)
        owners = {e["event_id"]: each.tenant_id for each in again for e in each.history}
        return [
            *self._canary(),
            *strays(self.collector.deliveries, self.accounted, self.scenario_of),
            *self._stuck(),
            *(str(each) for e in again for each in effects(self.witness.subscribers, e, owners)),
        ]

    def _canary(self) -> list[str]:
        """Audit the canary too: what befalls a run's first events befalls it.

        On AWS a new rule takes a while to match: there its first events may be lost.
        """
        evidence, _ = self.witness.level(self.canary, self.settings.objective)
        findings = audit(self.case([evidence], ()))
        may_be_lost = self.settings.target == "aws"
        return [str(each) for each in findings if not (may_be_lost and each.kind is Kind.LOST)]

    def _stuck(self) -> list[str]:
        """Name the subscribers that leave messages in their queues, or among the dead letters."""

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
        return [
            f"stuck: {name} leaves {depth.waiting} message(s) in its queue and has {depth.dead} "
            "more among its dead letters"
            for name, depth in left.items()
            if not _is_empty({name: depth})
        ]


def _is_empty(left: Mapping[str, Depth]) -> bool:
    return all(depth.waiting <= 0 and depth.dead <= 0 for depth in left.values())


@contextmanager
def open_run(settings: Settings) -> Iterator[Run]:
    """Start or find everything that the settings name; take all of it down again at the end.

    Raises ConfigurationError with one sentence where something is missing.
    """
    with ExitStack() as cleanup:
        journal = cleanup.enter_context(_journal(settings))
        journal.add(Entry.SETTINGS, settings.echo())
        aws = Aws(_endpoint(settings, cleanup), settings.region)
        reference, crm = _crm(settings, aws, cleanup)
        with _explaining(settings):
            run = _assemble(settings, aws, reference, crm, journal, cleanup)
            run.canary = run.open_tenant("canary", "the readiness check")
            run.fences.canary(run.canary, READY_PATIENCE_S)
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
        raise ConfigurationError(
            f"the CRM lets the suite open no tenant ({refusal}): give its operator token with "
            "-D operator_token=... or ACCEPTANCE_OPERATOR_TOKEN"
        ) from refusal
    except CrmTrouble as trouble:
        where = (
            "see crm.log" if settings.crm is None else f"is it running at -D crm={settings.crm}?"
        )
        raise ConfigurationError(f"{trouble}; {where}") from trouble


def _endpoint(settings: Settings, cleanup: ExitStack) -> str | None:
    if settings.target == "embedded":
        emulator, url = start_emulator(settings.reports / "emulator.log")
        cleanup.callback(emulator.stop)
        return url
    if settings.endpoint_url is not None:
        require_endpoint(Aws(settings.endpoint_url, settings.region))
    return settings.endpoint_url


def _crm(settings: Settings, aws: Aws, cleanup: ExitStack) -> tuple[ReferenceCrm | None, CrmPort]:
    token = settings.operator_token.get_secret_value()
    if settings.crm is None:
        if settings.target != "embedded":
            cleanup.enter_context(swept(aws, settings.stack_name))
        reference = start_reference_crm(settings, aws, settings.reports / "crm.log")
        cleanup.callback(reference.child.stop)
        return reference, cleanup.enter_context(closing(HttpCrm(reference.url, token)))
    if settings.crm_url is not None:
        return None, cleanup.enter_context(closing(HttpCrm(settings.crm_url, token)))
    return None, own_driver(settings.crm)


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
    ours = {"detail": {"tenant_id": [{"prefix": f"{settings.run_id}-"}]}}
    pattern = WHOLE_BUS if own_bus else ours
    # What carries the stack's name goes with the stack; a user's may be too long for it.
    name = f"tap-{settings.run_id}"
    tap = open_tap(
        "bus",
        f"{settings.stack_name}-{name}" if own_bus else name,
        sqs=aws.sqs,
        events=aws.events,
        bus=bus,
        pattern=pattern,
        longest_wait=0 if aws.endpoint_url else LONG_POLL_S,
        visibility=EMULATED_VISIBILITY_S if aws.endpoint_url else VISIBILITY_S,
    )
    cleanup.callback(tap.close)
    journal.add(Entry.RULE, {"name": tap.rule, "bus": bus, "pattern": pattern})
    latencies = Latencies()
    sender = Sender(crm, journal, latencies)
    collector = EventCollector([tap], journal, Waiter(), latencies.arrived)
    witness = Witness(crm, collector, journal, Waiter(LOOKING))
    if own_bus:
        require_all_named(aws, bus, [*witness.subscribers], tap.rule)
    return Run(
        settings=settings,
        aws=aws,
        crm=crm,
        reference=reference,
        bus=bus,
        journal=journal,
        catalogue=Catalogue(),
        latencies=latencies,
        sender=sender,
        collector=collector,
        fences=Fences(sender.send, collector, latencies, journal),
        witness=witness,
        depths=depths(aws, witness.subscribers),
    )
