"""Looking at the tenants of one scenario, with evidence that nothing is still on its way."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from support.contract.entities import EntityType
from support.crm.port import View
from support.errors import CrmTrouble, Inconclusive
from support.judging.absence import Proof, what_is_known
from support.judging.books import Seen
from support.judging.case import (
    BUS,
    Case,
    Document,
    Evidence,
    Missing,
    OwnDeliveries,
    title,
)
from support.judging.standing import State
from support.judging.timeliness import Journey, journeys
from support.judging.values import show
from support.names import EntityRef, Tenant, is_fence
from support.observing.choreography import TRIGGER, TRIGGERING
from support.observing.deliveries import Delivery
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


class Survey:
    """See what is true of a scenario's tenants.

    `repair` undoes what the scenario did to the transport: before that, absence proves nothing.
    `own` tells what tenants' own subscriptions have received, by tenant id.
    """

    def __init__(
        self,
        run: Run,
        deeds: Deeds,
        repair: Callable[[], None] = lambda: None,
        own: Callable[[], Mapping[str, OwnDeliveries]] = dict,
    ) -> None:
        self.run = run
        self.deeds = deeds
        self._repair = repair
        self._own = own
        self._disturbed = False
        self._settled: dict[str, Settled] = {}
        self._ahead: dict[str, Ahead] = {}

    @property
    def patience(self) -> float:
        """Return how many seconds a fence has to come back: the delivery objective."""
        return min(self.run.settings.objective, self.run.settings.timeout)

    def level(self, tenant: Tenant) -> Evidence:
        """Wait until bus and subscribers have all of the history.

        Raises AssertionError if something is lost, Inconclusive if only a fence is on its way to
        the bus, or if the CRM does not answer.
        """
        if known := self._known(tenant):
            return known
        question = _on_its_way(tenant)
        try:
            evidence, missing = self._levelled(tenant)
        except CrmTrouble as trouble:
            raise self._untold(tenant, str(trouble), question, ()) from None
        if missing and not any(_is_blamed(each) for each in missing):
            silence = f"the fence of tenant {tenant.tenant_id} did not come back"
            raise self._untold(tenant, silence, question, what_is_known(evidence, missing))
        self._refuse(tenant, missing)
        return evidence

    def _levelled(self, tenant: Tenant) -> tuple[Evidence, list[Missing]]:
        """Wait for level; after a disturbance for as long as somebody is still catching up."""
        patience = self.run.settings.timeout
        evidence, missing = self.run.witness.level(tenant.tenant_id, patience)
        while missing and self._disturbed:
            before = len(missing)
            evidence, missing = self.run.witness.level(tenant.tenant_id, patience)
            if len(missing) >= before:
                break
        return evidence, missing

    def settled(self, tenant: Tenant, asked: str = "") -> Evidence:
        """Return level evidence after which nothing more can come.

        What disturbed the transport is repaired; a fence that was sent last has come back, through
        the subscriber that acts where it has something to act on; everybody is level with a history
        that no subscriber can add to any more; and a settle window has passed. What was found holds
        until the next command, and is in the journal.

        Raises AssertionError if something is lost, Inconclusive if only the fence is: then nobody
        can tell whether `asked`.
        """
        return self.settled_all([tenant], asked)[0]

    def settled_all(self, tenants: Sequence[Tenant], asked: str = "") -> list[Evidence]:
        """Return for each tenant what `settled` would; their fences travel at the same time."""
        if unknown := [tenant for tenant in tenants if not self._known(tenant)]:
            self._settle(unknown, asked)
        return [self._settled[tenant.tenant_id].evidence for tenant in tenants]

    def _settle(self, tenants: Sequence[Tenant], asked: str) -> None:
        self._repair()
        if self._disturbed:
            for tenant in tenants:
                self.level(tenant)  # catching up may take longer than a fence has
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.send_ahead, tenants))
        questions = [asked or _on_its_way(each) for each in tenants]
        returned = [self._fence(*each) for each in zip(tenants, questions, strict=True)]
        found = [self.level(tenant) for tenant in tenants]
        fences = self.run.fences
        # What a subscriber set off while a fence was on its way has its own time to arrive.
        nothing_since = all(each.history and is_fence(each.history[-1]) for each in found)
        window = fences.settle(fences.returned_at if nothing_since else fences.clock())
        for evidence, question, back in zip(found, questions, returned, strict=True):
            self._settled[evidence.tenant_id] = Settled(len(self.deeds.tried), evidence)
            proof = Proof.of(
                evidence,
                asked=question,
                fence=back.sent.event_id,
                fence_s=back.seconds,
                choreography=back.sent.acting is not None,
                window_s=window.seconds,
                window_reason=window.reason,
            )
            self.run.journal.add(Entry.EVIDENCE, {**asdict(proof), "told": proof.sentences()})

    def case(self, evidence: Sequence[Evidence]) -> Case:
        """Put together what an audit of these tenants judges.

        Where the suite itself has held events up, how long they take is not judged.
        """
        witness = self.run.witness
        tenants = [each.tenant_id for each in evidence]
        faults = [line for line in self.run.journal.lines if line["entry"] == Entry.FAULT]
        seen = Seen(
            deliveries=witness.about(evidence),
            accepted=[*self.deeds.accepted, *self.run.fences.sent],
            sightings=[each for tenant in tenants for each in witness.sightings.of(tenant)],
            own=self._own(),
            held_up=bool(faults),
            given_back=any("given back" in line for line in faults),
        )
        return self.run.books.case(evidence, seen)

    def journeys(self, tenant: Tenant) -> list[Journey]:
        """Return how long each event took that a scenario has to mention, once all is settled."""
        evidence = self.settled(tenant)
        mentionable = [event for event in evidence.history if self.is_mentionable(event)]
        return journeys(self.case([evidence]), replace(evidence, history=mentionable))

    def send_ahead(self, tenant: Tenant) -> None:
        """Send the fence that `settled` is going to wait for: all that is to be judged was sent.

        While the transport is disturbed it is sent later, when everybody is level again. One that
        is not accepted is tried again then, and told.
        """
        if self._disturbed or self._known(tenant) or self._sent_ahead(tenant):
            return
        with suppress(Inconclusive):
            self._ahead[tenant.tenant_id] = Ahead(len(self.deeds.tried), self._send(tenant))

    def _sent_ahead(self, tenant: Tenant) -> Sent | None:
        ahead = self._ahead.get(tenant.tenant_id)
        return ahead.sent if ahead and ahead.after == len(self.deeds.tried) else None

    def _send(self, tenant: Tenant) -> Sent:
        fences = self.run.fences
        send = fences.send_acting if self._may_act(tenant) else fences.send
        return send(tenant.tenant_id)

    def _fence(self, tenant: Tenant, asked: str) -> Returned:
        try:
            sent = self._sent_ahead(tenant) or self._send(tenant)
            return self.run.fences.wait(sent, self.patience)
        except Inconclusive as silence:
            facts = self._known_of_silence(tenant)
            # It says all that the silence said.
            raise self._untold(tenant, silence.reason, asked, facts) from None

    def _untold(
        self, tenant: Tenant, reason: str, asked: str, facts: Sequence[str]
    ) -> Inconclusive:
        """Return the verdict that there is none, with what is known all the same."""
        known = [f"  {each}" for each in (*facts, *self._known_of_fence(tenant))]
        untold = f"Nobody can tell whether {asked}. What is known:"
        return Inconclusive("\n".join([reason, untold, *known, self.where(tenant)]))

    def _known_of_silence(self, tenant: Tenant) -> Sequence[str]:
        """Return what is known though no fence came back; raises AssertionError for what is lost.

        Nothing is called lost before the time is up that everything has.
        """
        try:
            evidence, missing = self.run.witness.level(tenant.tenant_id, SOON_S)
            if _own(missing):
                left = max(SOON_S, self.run.settings.timeout - self.patience)
                evidence, missing = self.run.witness.level(tenant.tenant_id, left)
        except CrmTrouble as trouble:
            return [str(trouble)]
        self._refuse(tenant, _own(missing))
        return what_is_known(evidence, missing)

    def _known_of_fence(self, tenant: Tenant) -> Sequence[str]:
        with suppress(CrmTrouble):
            return self.run.losses.tell_fence(tenant.tenant_id)
        return ()

    def _may_act(self, tenant: Tenant) -> bool:
        """Say whether a subscriber may have something to act on: asked for, or published."""
        return any(
            command.tenant_id == tenant.tenant_id and command.command_type == TRIGGERING
            for command, _ in self.deeds.tried
        ) or any(each.detail_type == TRIGGER for each in self.arrived(tenant))

    def forget(self) -> None:
        """Look anew: something other than a command has changed what is delivered."""
        self._disturbed = True
        self._settled.clear()
        self._ahead.clear()

    def _known(self, tenant: Tenant) -> Evidence | None:
        known = self._settled.get(tenant.tenant_id)
        return known.evidence if known and known.after == len(self.deeds.tried) else None

    def _refuse(self, tenant: Tenant, missing: Sequence[Missing]) -> None:
        if missing:
            events = [each.event for each in missing]
            told = self.run.losses.tell(tenant.tenant_id, events, self.deeds.accepted)
            raise AssertionError(
                "\n".join([*told, *self._at_others(tenant, events), self.where(tenant)])
            )

    def _at_others(self, tenant: Tenant, events: Sequence[Document]) -> list[str]:
        """Name what is missing and came, but as another tenant's."""
        missing = {event["event_id"] for event in events}
        return [
            f"leaked: {title(each.detail)} came as an event of tenant {each.event.tenant_id}"
            for each in self.run.collector.deliveries
            if each.event_id in missing and each.event and each.event.tenant_id != tenant.tenant_id
        ]

    def in_scope(self, tenant: Tenant) -> Callable[[Delivery], bool]:
        """Return what says whether a delivery belongs to what a scenario has to mention."""
        return lambda delivery: (
            delivery.event is not None
            and delivery.event.tenant_id == tenant.tenant_id
            and self.is_mentionable(delivery.detail)
        )

    def out_of_scope(self, tenant: Tenant) -> Callable[[Delivery], Sequence[str]]:
        """Return what says how a delivery differs from what a scenario has to mention."""

        def differences(delivery: Delivery) -> list[str]:
            if delivery.event is None:
                return []
            found = delivery.event.tenant_id
            ours = found == tenant.tenant_id
            wanted = f"tenant_id: expected {show(tenant.tenant_id)}, found {show(found)}"
            return [
                *([] if ours else [wanted]),
                *(["it is a fence, the suite's own"] if is_fence(delivery.detail) else []),
                *(["it belongs to what was given"] if self._is_background(delivery.detail) else []),
            ]

        return differences

    def is_mentionable(self, event: Document) -> bool:
        """Say whether an event is neither a fence nor the background that was given."""
        return not is_fence(event) and not self._is_background(event)

    def _is_background(self, event: Document) -> bool:
        return event["correlation_id"] in self.deeds.background

    def arrived(self, tenant: Tenant) -> list[Delivery]:
        """Return all that the bus tap has of a tenant, without the fences."""
        deliveries = self.run.witness.arrived(tenant.tenant_id)
        return [each for each in deliveries if not is_fence(each.detail)]

    def history(self, tenant: Tenant) -> Sequence[Document]:
        """Return the history as it is now; none where the CRM does not answer any more."""
        try:
            return self.run.crm.history(tenant.tenant_id)
        except CrmTrouble:
            return ()

    def view(self, tenant: Tenant, entity: EntityRef) -> View | None:
        """Read the view of an entity."""
        return self.run.crm.view(tenant.tenant_id, entity.entity_type, entity.entity_id)

    def state(self, tenant: Tenant) -> State:
        """Return the history without fences, the view of each named entity, and the pipeline."""
        history = [event for event in self.level(tenant).history if not is_fence(event)]
        views = [self.view(tenant, entity) for entity in tenant.entities.values()]
        totals = self.run.crm.pipeline(tenant.tenant_id)
        return history, [view for view in views if view], totals

    def version(self, tenant: Tenant, entity_type: EntityType, name: str) -> int:
        """Return the version that an editor sees of an entity now."""
        self.level(tenant)
        view = self.view(tenant, tenant.entity(name, entity_type))
        if view is None:
            raise AssertionError(f"there is no view of {name!r} to edit\n{self.where(tenant)}")
        return view.version

    def where(self, tenant: Tenant) -> str:
        """Say which tenant and run a message is about, and how long was waited at most.

        A refusal that no sentence has expected is told before: it may explain what is missing.
        """
        settings = self.run.settings
        refused = [
            f"note: {command.command_type} of {command.entity_id} was {outcome}\n"
            for command, outcome in self.deeds.tried
            if command.tenant_id == tenant.tenant_id and self.deeds.is_unjudged(outcome)
        ]
        return (
            f"{''.join(refused)}"
            f"tenant {tenant.tenant_id}, run {settings.run_id}, seed {settings.seed}; "
            f"waited up to {settings.timeout:g} s, delivery objective {settings.objective:g} s"
        )


def _is_blamed(missing: Missing) -> bool:
    """Say whether it is lost for sure: a fence that is not on the bus is a silence."""
    return not is_fence(missing.event) or missing.hop != BUS


def _on_its_way(tenant: Tenant) -> str:
    return f"nothing more is on its way to {tenant.name}"


def _own(missing: Sequence[Missing]) -> list[Missing]:
    return [each for each in missing if not is_fence(each.event)]


def as_document(model: Any) -> dict[str, Any]:
    """Return a model of the read API as the JSON it came from."""
    document: dict[str, Any] = model.model_dump(mode="json")
    return document
