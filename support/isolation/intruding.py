"""Requests that must be refused for their credential, or for the tenant that they name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from support.acting import Actor
from support.acts import Act
from support.answers import refused_as
from support.crm.port import CommandRefused, CrmPort, Pretence
from support.errors import ScenarioError
from support.isolation.requests import Request
from support.names import Tenant
from support.observing.journal import Entry
from support.run import Run
from support.scenario import Deeds
from support.vocabulary import CellRow

Call = Callable[[], object]
Credential = str | Pretence


@dataclass(frozen=True)
class Asked:
    """Pair a request, in words, with its answer."""

    words: str
    answer: object


class Intruder:
    """Ask for what is another's; `remember` keeps how things stood before."""

    def __init__(self, run: Run, deeds: Deeds, actor: Actor, remember: Callable[[], None]) -> None:
        self._run = run
        self._deeds = deeds
        self._actor = actor
        self._remember = remember
        self._asked: list[Asked] = []

    def acts(self, tenant: str, act: Act, name: str, credential: Credential) -> None:
        """Send a command in the name of a tenant with a credential that is not its own."""
        owner = self._deeds.tenant(tenant)
        self._actor.introduce(owner, act, name)
        command = self._actor.prepare(owner, act, name)
        self._remember()
        sender = self._run.sender.showing(self._showing(credential))
        self._actor.through(sender).attempt(command)

    def names_another(self, tenant: str, act: Act, name: str, other: str) -> None:
        """Send a command with the tenant's own credential, and another tenant's id in its data."""
        owner, victim = self._deeds.tenant(tenant), self._deeds.tenant(other)
        self._actor.introduce(owner, act, name)
        command = self._actor.prepare(owner, act, name)
        self._remember()
        forged = {**command.data, "tenant_id": victim.tenant_id}
        self._actor.attempt(replace(command, data=forged))

    def asks(self, request: Request, tenant: str, credential: Credential) -> None:
        """Ask for what is a tenant's, with a credential that is not its own."""
        owner = self._deeds.tenant(tenant)
        self._remember()
        calls = self._calls(self._showing(credential), owner)[request]
        if not calls:
            raise ScenarioError(f"{tenant} has nothing to {request}: give it an entity first")
        shown = (
            credential.value
            if isinstance(credential, Pretence)
            else f"with the credential of {credential}"
        )
        self._keep(owner.tenant_id, f"to {request} of {owner.tenant_id} {shown}", *calls)

    def becomes_tenant(self, said: CellRow) -> None:
        """Ask the operator's way for a tenant of this id."""
        tenant_id = str(said["tenant id"])
        words = f"to become the tenant {tenant_id!r}"
        self._keep(tenant_id, words, lambda: self._open(tenant_id))

    def refused_as(self, words: str) -> None:
        """Require that all of the newest request was refused with this code, and told why."""
        if not self._asked:
            raise ScenarioError("nothing was asked for that could have been refused")
        for asked in self._asked:
            self._deeds.judged([asked.answer])  # type: ignore[list-item]  # by identity
            refused_as(words, f"the request {asked.words}", asked.answer)

    def _open(self, tenant_id: str) -> str:
        self._run.crm.open_tenant(tenant_id)
        return f"{tenant_id!r} is a tenant now"

    def _keep(self, tenant_id: str, words: str, *calls: Call) -> None:
        self._asked = [Asked(words, _answer(call)) for call in calls]
        for each in self._asked:
            if isinstance(each.answer, CommandRefused):
                self._deeds.unjudged.append(each.answer)
                told = {"code": each.answer.code, "message": f"{words}: {each.answer.message}"}
                self._run.journal.add(Entry.REFUSAL, {"tenant_id": tenant_id, **told})

    def _showing(self, credential: Credential) -> CrmPort:
        if isinstance(credential, Pretence):
            return self._run.crm.with_credential_of(credential)
        return self._run.crm.with_credential_of(self._deeds.tenant(credential).tenant_id)

    def _calls(self, crm: CrmPort, owner: Tenant) -> Mapping[Request, list[Call]]:
        whose = owner.tenant_id
        return {
            Request.HISTORY: [lambda: crm.history(whose)],
            Request.VIEWS: [
                partial(crm.view, whose, ref.entity_type, ref.entity_id)
                for ref in owner.entities.values()
            ],
            Request.AUDIT_TRAIL: [lambda: crm.audit_trail(whose)],
            Request.PIPELINE: [lambda: crm.pipeline(whose)],
            # What they keep to apply it later is theirs to the same degree.
            Request.APPLIED: [
                *(partial(crm.applied, whose, each.name) for each in self._run.witness.subscribers),
                *(partial(crm.parked, whose, name) for name in self._run.witness.parking),
            ],
            Request.SUBSCRIBE: [lambda: crm.subscribe(whose)],
            Request.UNSUBSCRIBE: [lambda: crm.unsubscribe(whose)],
        }


def _answer(call: Call) -> object:
    try:
        return call()
    except CommandRefused as refusal:
        return refusal
