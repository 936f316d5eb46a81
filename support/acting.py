"""Sending what scenarios do: completing the data, naming what came of it, keeping the outcome."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

from support.acts import Act
from support.contract.entities import EntityType
from support.crm.port import Command, CommandRefused, Receipt
from support.crm.sending import Sender
from support.errors import ScenarioError
from support.fixtures.builders import Builder
from support.names import EntityRef, Tenant
from support.scenario import Deeds, Outcome
from support.vocabulary import COLUMNS, UNKNOWN, CellRow, Named, as_json

NOTHING_SAID: CellRow = {}
BASED_ON = "based on version"
ABOUT = "about"
NOBODY = EntityRef(EntityType.ACCOUNT, "nobody-knows-me")
# Which reference a command cannot do without, and the kind that is meant when nobody names it.
REQUIRED_REFERENCES: Mapping[str, tuple[str, EntityType]] = {
    "CreateOpportunity": ("account_id", EntityType.ACCOUNT),
    "AddOpportunityProduct": ("product_id", EntityType.PRODUCT),
    "LogActivity": ("regarding", EntityType.ACCOUNT),
    "ScheduleActivity": ("regarding", EntityType.ACCOUNT),
    "AddAddress": ("owner", EntityType.ACCOUNT),
    "MoveContactToAccount": ("account_id", EntityType.ACCOUNT),
}
POLYMORPHIC = ("regarding", "owner")


class Actor:
    """Act in the name of a scenario's tenants."""

    def __init__(self, sender: Sender, builder: Builder, deeds: Deeds) -> None:
        self._sender = sender
        self._builder = builder
        self._deeds = deeds

    def prepare(
        self, tenant: Tenant, act: Act, name: str, said: CellRow = NOTHING_SAID, actor: str = ""
    ) -> Command:
        """Build a command: what the scenario says, and seeded values for the rest."""
        filled = {} if act.partial and said else self._builder.data(act, name)
        data = {**filled, **_said(tenant, said)}
        version = said.get(BASED_ON)
        return Command(
            tenant_id=tenant.tenant_id,
            command_type=act.command,
            entity_id=self._target(tenant, act, name).entity_id,
            data={**_implied(tenant, act, data), **data},
            idempotency_key=self._builder.key(),
            correlation_id=self._builder.key(),
            actor=actor or self._builder.actor(),
            expected_version=version if isinstance(version, int) else None,
        )

    def prepare_row(self, tenant: Tenant, act: Act, row: CellRow) -> Command:
        """Build a command on the entity that a row is about; raises ScenarioError without one."""
        about = row.get(ABOUT)
        if not isinstance(about, Named):
            raise ScenarioError(f"each row has to say what it is {ABOUT}")
        return self.prepare(tenant, act, about.name, {k: v for k, v in row.items() if k != ABOUT})

    def send(self, command: Command) -> Outcome:
        """Send a command and keep its outcome, a refusal too."""
        outcome = self._outcome(command)
        self._deeds.note(command, outcome)
        return outcome

    def insist(self, tenant: Tenant, name: str, command: Command) -> Receipt:
        """Send a command that must be accepted, and name what it made; raises AssertionError."""
        return self._accepted(tenant, name, command, self.send(command))

    def insist_at_once(
        self, tenants: Sequence[Tenant], name: str, commands: Sequence[Command]
    ) -> None:
        """Send a command for each tenant, all at the same time; raises AssertionError likewise."""
        with ThreadPoolExecutor(len(commands)) as pool:
            outcomes = list(pool.map(self._outcome, commands))
        for command, outcome in zip(commands, outcomes, strict=True):
            self._deeds.note(command, outcome)
        for tenant, command, outcome in zip(tenants, commands, outcomes, strict=True):
            self._accepted(tenant, name, command, outcome)

    def through(self, sender: Sender) -> "Actor":
        """Return an actor who sends another way, and keeps the outcomes in the same place."""
        return Actor(sender, self._builder, self._deeds)

    def _accepted(self, tenant: Tenant, name: str, command: Command, outcome: Outcome) -> Receipt:
        if isinstance(outcome, CommandRefused):
            raise AssertionError(
                f"{command.command_type} of {name!r} should have been accepted, and was {outcome}"
            ) from outcome
        self._name(tenant, name, outcome.receipt)
        return outcome.receipt

    def attempt(self, command: Command) -> None:
        """Send a command that may be refused: a later sentence has to say so."""
        outcome = self.send(command)
        if isinstance(outcome, CommandRefused):
            self._deeds.unjudged.append(outcome)

    def same_key(self, command: Command) -> Command:
        """Return a command under the key of the newest one."""
        before, _ = self._deeds.last()
        return replace(command, idempotency_key=before.idempotency_key)

    def introduce(self, tenant: Tenant, act: Act, name: str) -> None:
        """Let a name stand for an entity that may not exist."""
        fresh = self._builder.entity_id(tenant.name, act.entity)
        made = EntityRef(act.entity, tenant.ids.setdefault((act.entity, name), fresh))
        tenant.entities.setdefault(name, made)

    def at_once(self, commands: Sequence[Command]) -> list[Outcome]:
        """Send commands at the same moment, and return how each ended."""
        start = Barrier(len(commands))

        def sent(command: Command) -> Outcome:
            start.wait()
            return self._outcome(command)

        with ThreadPoolExecutor(len(commands)) as pool:
            outcomes = list(pool.map(sent, commands))
        for command, outcome in zip(commands, outcomes, strict=True):
            self._deeds.note(command, outcome)
        self._deeds.unjudged += [o for o in outcomes if isinstance(o, CommandRefused)]
        return outcomes

    def again(self, tenant: Tenant, said: CellRow = NOTHING_SAID) -> Command:
        """Return the first command since the facts, with other data where some is said."""
        command = self._deeds.first()
        return replace(command, data={**command.data, **_said(tenant, said)})

    def _outcome(self, command: Command) -> Outcome:
        try:
            return self._sender.send(command)
        except CommandRefused as refusal:
            return refusal

    def _target(self, tenant: Tenant, act: Act, name: str) -> EntityRef:
        if act.creates:
            self.introduce(tenant, act, name)
        return tenant.entity(name, act.entity)

    def _name(self, tenant: Tenant, name: str, receipt: Receipt) -> None:
        for event in receipt.events:
            entity = EntityRef(event.entity_type, event.entity_id)
            if entity not in tenant.entities.values():
                tenant.call(f"{name}'s {event.entity_type}", entity)


def _said(tenant: Tenant, said: CellRow) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for heading, value in said.items():
        if heading != BASED_ON:
            data |= _field(tenant, heading, value)
    return data


def _implied(tenant: Tenant, act: Act, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reference that nobody named, where the command cannot do without."""
    if act.command not in REQUIRED_REFERENCES:
        return {}
    field, kind = REQUIRED_REFERENCES[act.command]
    named = field in data or f"{field}_id" in data
    return {} if named else _reference(field, tenant.only(kind))


def _field(tenant: Tenant, heading: str, value: Any) -> dict[str, Any]:
    column = COLUMNS[heading]
    if not isinstance(value, Named):
        return {column.field: as_json(value)}
    entity = NOBODY if value.name == UNKNOWN else tenant.entity(value.name)
    return _reference(column.field, entity)


def _reference(field: str, entity: EntityRef) -> dict[str, Any]:
    if field in POLYMORPHIC:
        return {f"{field}_type": entity.entity_type, f"{field}_id": entity.entity_id}
    return {field: entity.entity_id}
