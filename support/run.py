"""What all scenarios of a run share."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from support.contract.catalogue import Catalogue
from support.crm.needs import NEEDS
from support.crm.port import CommandRefused, CrmOperator, CrmPort
from support.crm.sending import Sender
from support.errors import CrmTrouble, Inconclusive, ScenarioError
from support.faults.plane import ControlPlane
from support.faults.probing import Probes
from support.faults.proxy_process import FaultProxy
from support.guest import crm_lost, guest_cannot, notes
from support.judging.books import Books, unexpected
from support.judging.case import Case, Finding
from support.judging.records import record_of_finding
from support.losses import Losses
from support.observing.collector import EventCollector
from support.observing.evidence import Witness
from support.observing.fences import Fences
from support.observing.hops import HopScout
from support.observing.journal import Entry, Journal
from support.observing.latencies import Latencies
from support.observing.own_subscriptions import TapOn
from support.observing.pattern_taps import CopyRules
from support.reporting.recoveries import Recovery
from support.settings import Settings
from support.targets.aws import Aws
from support.targets.capabilities import NOT_ASKED, YES
from support.targets.leases import Renewal, no_lease
from support.targets.leftovers import Footprint
from support.targets.preflight import endpoint_lost
from support.targets.queues import Depth
from support.targets.reference import ReferenceCrm

READY_PATIENCE_S = 60.0


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
    skipped: list[str] = field(default_factory=list)
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
        """Say which need of a scenario's tags cannot be met here, or None.

        Raises Inconclusive where the target does not tell; its endpoint is in doubt then.
        """
        cannot = self._cannot()
        told = ((tag, cannot.get(tag) or self.probes.lacks(tag)) for tag in sorted(tags))
        try:
            return next((f"{tag}: {why}" for tag, why in told if why), None)
        except Inconclusive:
            self.in_doubt = True
            raise

    def _cannot(self) -> Mapping[str, str]:
        """Return what is known to be lacking without asking the target, with the reasons."""
        cannot = dict(self.crm.cannot if self.reference else guest_cannot(self.crm))
        if not self.proxy.is_possible:
            cannot["needs-aws-answers"] = "nothing can stand between a CRM and AWS itself"
        return cannot

    def probe(self, tags: Collection[str]) -> list[str]:
        """Ask an unknown target what the tags of the selected scenarios need, in about 2 s.

        Return the needs that have no answer by then: their scenarios wait for it.
        """
        return self.probes.begin([tag for tag in tags if tag not in self._cannot()])

    @property
    def place(self) -> str:
        """Return in words what is tested: the target, and whose CRM, as they were named."""
        return " and the CRM ".join(filter(None, [self.settings.target, self.settings.crm]))

    def carried(self) -> dict[str, str]:
        """Say of each need that it can be met, why not, or that nobody had to know."""
        cannot = self._cannot()
        return {need: cannot.get(need) or self._told(need) for need in NEEDS}

    def _told(self, need: str) -> str:
        return (self.probes.lacks(need) or YES) if self.probes.has_asked(need) else NOT_ASKED

    def lost(self) -> str | None:
        """Say what the run has lost that it cannot do without, such as its emulator, or None.

        Its endpoint, and a CRM that is not the suite's own, are asked only if they are `in_doubt`,
        or something could not be repaired.
        """
        if self.journal.trouble:
            return self.journal.trouble
        if self.footprint and (told := self.footprint.lost()):
            return told
        if not (self.in_doubt or self.unrepaired):
            return None
        told = endpoint_lost(self.aws)
        return told if told or self.reference else crm_lost(self.crm, self.canary)

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
