"""Evidence that nothing more can come: a fence that came back, everybody level, and a window."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass

from support.errors import CrmTrouble, Inconclusive
from support.judging.absence import Proof, what_is_known
from support.judging.case import Evidence, Missing
from support.levels import Levels, on_its_way
from support.names import Tenant, is_fence
from support.observing.choreography import TRIGGER, TRIGGERING
from support.observing.fences import Returned, Sent
from support.observing.journal import Entry
from support.run import Run
from support.scenario import Deeds

SOON_S = 0.1
AT_ONCE = 4


@dataclass(frozen=True)
class Settled:
    """Remember evidence, and after how many commands it was found."""

    after: int
    evidence: Evidence


@dataclass(frozen=True)
class Ahead:
    """Remember a fence, and after how many commands it was sent."""

    after: int
    sent: Sent


class Absence:
    """Prove that nothing more comes for a scenario's tenants, and remember for how long it holds.

    `repair` undoes what the scenario did to the transport: before that, absence proves nothing.
    """

    def __init__(self, run: Run, deeds: Deeds, levels: Levels, repair: Callable[[], None]) -> None:
        self._run = run
        self._deeds = deeds
        self._levels = levels
        self._repair = repair
        self._settled: dict[str, Settled] = {}
        self._ahead: dict[str, Ahead] = {}

    @property
    def _patience(self) -> float:
        """Return how many seconds a fence has to come back: the delivery objective."""
        return min(self._run.settings.objective, self._run.settings.timeout)

    def settled_all(self, tenants: Sequence[Tenant], asked: str = "") -> list[Evidence]:
        """Return for each tenant evidence after which nothing more can come.

        What disturbed the transport is repaired; fences that were sent last, and travel at the same
        time, have come back, through the subscriber that acts where it has something to act on;
        everybody is level with a history that no subscriber can add to any more; and a settle
        window has passed. What was found holds until the next command, and is in the journal.

        Raises AssertionError if something is lost, Inconclusive if only a fence is: then nobody
        can tell whether `asked`.
        """
        if unknown := [tenant for tenant in tenants if not self.known(tenant)]:
            self._settle(unknown, asked)
        return [self._settled[tenant.tenant_id].evidence for tenant in tenants]

    def _settle(self, tenants: Sequence[Tenant], asked: str) -> None:
        self._repair()
        if self._levels.disturbed:
            for tenant in tenants:
                self._levels.level(tenant)  # catching up may take longer than a fence has
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.send_ahead, tenants))
        questions = [asked or on_its_way(each) for each in tenants]
        returned = [self._fence(*each) for each in zip(tenants, questions, strict=True)]
        found = [self._levels.level(tenant) for tenant in tenants]
        fences = self._run.fences
        # What a subscriber set off while a fence was on its way has its own time to arrive.
        nothing_since = all(each.history and is_fence(each.history[-1]) for each in found)
        window = fences.settle(fences.returned_at if nothing_since else fences.clock())
        for evidence, question, back in zip(found, questions, returned, strict=True):
            self._settled[evidence.tenant_id] = Settled(len(self._deeds.tried), evidence)
            proof = Proof.of(
                evidence,
                asked=question,
                fence=back.sent.event_id,
                fence_s=back.seconds,
                choreography=back.sent.acting is not None,
                window_s=window.seconds,
                window_reason=window.reason,
            )
            self._run.journal.add(Entry.EVIDENCE, {**asdict(proof), "told": proof.sentences()})

    def known(self, tenant: Tenant) -> Evidence | None:
        """Return what was found, if no command was sent since."""
        known = self._settled.get(tenant.tenant_id)
        return known.evidence if known and known.after == len(self._deeds.tried) else None

    def send_ahead(self, tenant: Tenant) -> None:
        """Send the fence that `settled_all` will wait for: all that is to be judged was sent.

        While the transport is disturbed it is sent later, when everybody is level again. One that
        is not accepted is tried again then, and told.
        """
        if self._levels.disturbed or self.known(tenant) or self._sent_ahead(tenant):
            return
        with suppress(Inconclusive):
            self._ahead[tenant.tenant_id] = Ahead(len(self._deeds.tried), self._send(tenant))

    def _sent_ahead(self, tenant: Tenant) -> Sent | None:
        ahead = self._ahead.get(tenant.tenant_id)
        return ahead.sent if ahead and ahead.after == len(self._deeds.tried) else None

    def _send(self, tenant: Tenant) -> Sent:
        fences = self._run.fences
        send = fences.send_acting if self._may_act(tenant) else fences.send
        return send(tenant.tenant_id)

    def _fence(self, tenant: Tenant, asked: str) -> Returned:
        try:
            sent = self._sent_ahead(tenant) or self._send(tenant)
            return self._run.fences.wait(sent, self._patience)
        except Inconclusive as silence:
            facts = self._known_of_silence(tenant)
            # It says all that the silence said.
            raise self._levels.untold(tenant, silence.reason, asked, facts) from None

    def _known_of_silence(self, tenant: Tenant) -> Sequence[str]:
        """Return what is known though no fence came back; raises AssertionError for what is lost.

        Nothing is called lost before the time is up that everything has.
        """
        try:
            evidence, missing = self._run.witness.level(tenant.tenant_id, SOON_S)
            if _own(missing):
                left = max(SOON_S, self._run.settings.timeout - self._patience)
                evidence, missing = self._run.witness.level(tenant.tenant_id, left)
        except CrmTrouble as trouble:
            return [str(trouble)]
        self._levels.refuse(tenant, _own(missing))
        return what_is_known(evidence, missing)

    def _may_act(self, tenant: Tenant) -> bool:
        """Say whether a subscriber may have something to act on: asked for, or published."""
        return any(
            command.tenant_id == tenant.tenant_id and command.command_type == TRIGGERING
            for command, _ in self._deeds.tried
        ) or any(
            each.detail_type == TRIGGER and not is_fence(each.detail)
            for each in self._run.witness.arrived(tenant.tenant_id)
        )

    def forget(self) -> None:
        """Look anew: something other than a command has changed what is delivered."""
        self._levels.disturbed = True
        self._settled.clear()
        self._ahead.clear()


def _own(missing: Sequence[Missing]) -> list[Missing]:
    return [each for each in missing if not is_fence(each.event)]
