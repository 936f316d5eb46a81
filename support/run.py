"""What all scenarios of a run share, from the first process started to the last audit."""

import importlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import cast

from support.contract.catalogue import Catalogue
from support.crm.http import HttpCrm
from support.crm.port import CrmPort
from support.crm.sending import Sender
from support.errors import ConfigurationError
from support.judging.strays import strays
from support.observing.collector import EventCollector
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.taps import WHOLE_BUS, open_tap
from support.observing.waiting import Backoff, Waiter
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.embedded import require_endpoint, start_emulator
from support.targets.reference import ReferenceCrm, start_reference_crm
from support.targets.stacks import bus_of
from support.targets.sweep import sweep

READY_PATIENCE_S = 60.0
LONG_POLL_S = 5
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
    canary: str = ""
    scenarios: int = 0
    scenario_of: dict[str, str] = field(default_factory=dict)
    accounted: set[str] = field(default_factory=set)

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

    def account_for(self, tenant_id: str) -> None:
        """Close the books of a tenant: whatever arrives for it from now on is late."""
        self.accounted |= {each.message_id for each in self.witness.arrived(tenant_id)}

    def final_audit(self) -> list[str]:
        """Look once more, and name every event that came late or belongs to no scenario."""
        self.account_for(self.canary)
        self.fences.settle()
        return strays(self.collector.deliveries, self.accounted, self.scenario_of)


@contextmanager
def open_run(settings: Settings) -> Iterator[Run]:
    """Start or find everything that the settings name; take all of it down again at the end.

    Raises ConfigurationError with one sentence where something is missing.
    """
    with ExitStack() as cleanup:
        journal = cleanup.enter_context(Journal(settings.reports / "journal.jsonl"))
        journal.add(Entry.SETTINGS, settings.echo())
        aws = Aws(_endpoint(settings, cleanup), settings.region)
        reference, crm = _crm(settings, aws, cleanup)
        run = _assemble(settings, aws, reference, crm, journal, cleanup)
        run.canary = run.open_tenant("canary", "the readiness check")
        run.fences.canary(run.canary, READY_PATIENCE_S)
        yield run


def _endpoint(settings: Settings, cleanup: ExitStack) -> str | None:
    if settings.target == "embedded":
        emulator, url = start_emulator(settings.reports / "emulator.log")
        cleanup.callback(emulator.stop)
        return url
    if settings.endpoint_url is not None:
        require_endpoint(settings.endpoint_url)
    return settings.endpoint_url


def _crm(settings: Settings, aws: Aws, cleanup: ExitStack) -> tuple[ReferenceCrm | None, CrmPort]:
    token = settings.operator_token.get_secret_value()
    if settings.crm is None:
        if settings.target != "embedded":
            cleanup.callback(sweep, aws, settings.stack_name)
        reference = start_reference_crm(settings, aws, settings.reports / "crm.log")
        cleanup.callback(reference.child.stop)
        return reference, cleanup.enter_context(closing(HttpCrm(reference.url, token)))
    if settings.crm.startswith("http"):
        return None, cleanup.enter_context(closing(HttpCrm(settings.crm, token)))
    return None, _own_class(settings.crm)


def _own_class(path: str) -> CrmPort:
    module, _, name = path.partition(":")
    try:
        return cast(CrmPort, getattr(importlib.import_module(module), name)())
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"-D crm={path} names no class that can be imported: {error}; use package.module:Class"
        ) from error


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
    pattern = WHOLE_BUS if own_bus else {"detail": {"tenant_id": [{"prefix": settings.run_id}]}}
    tap = open_tap(
        "bus",
        f"{settings.stack_name}-tap-{settings.run_id}",
        sqs=aws.sqs,
        events=aws.events,
        bus=bus,
        pattern=pattern,
        longest_wait=0 if aws.endpoint_url else LONG_POLL_S,
    )
    cleanup.callback(tap.close)
    journal.add(Entry.RULE, {"name": tap.rule, "bus": bus, "pattern": pattern})
    latencies = Latencies()
    sender = Sender(crm, journal, latencies)
    collector = EventCollector([tap], journal, Waiter(), latencies.arrived)
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
        fences=Fences(sender.accept, collector, latencies, journal),
        witness=Witness(crm, collector, journal, Waiter(LOOKING)),
    )
