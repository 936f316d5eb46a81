"""The address: a place of an account or a contact; one of an owner's addresses can be primary."""

from collections.abc import Mapping
from enum import StrEnum

from support.reference_crm.domain.fields import Absent, Country, EntityId, Text
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityRef,
    EntityType,
    Needs,
    Payload,
    Refused,
    Register,
    State,
)
from support.reference_crm.domain.rules import (
    EntityRules,
    Evolve,
    born,
    change,
    creation,
    settled,
    updated,
)


class AddressEvent(StrEnum):
    """What can have happened to an address."""

    ADDED = "AddressAdded"
    CORRECTED = "AddressCorrected"
    MADE_PRIMARY = "AddressMadePrimary"
    REMOVED = "AddressRemoved"


class AddressStatus(StrEnum):
    """Whether an address is in use."""

    CURRENT = "current"
    REMOVED = "removed"


class OwnerType(StrEnum):
    """What an address can belong to."""

    ACCOUNT = EntityType.ACCOUNT
    CONTACT = EntityType.CONTACT


class Address(State):
    """Hold what is known of an address; which one is primary is a register of the owner."""

    status: AddressStatus
    owner_type: OwnerType
    owner_id: str
    line1: str
    line2: str | None = None
    postal_code: str | None = None
    city: str
    country: str


class AddAddress(Command):
    """Add an address to an account or a contact."""

    owner_type: OwnerType
    owner_id: EntityId
    line1: Text
    line2: Text | None = None
    postal_code: Text | None = None
    city: Text
    country: Country


class CorrectAddress(Command):
    """Change an address; an absent field stays, null clears an optional one."""

    line1: Text = Absent
    line2: Text | None = Absent
    postal_code: Text | None = Absent
    city: Text = Absent
    country: Country = Absent


class MakeAddressPrimary(Command):
    """Make an address the first of its owner."""


class RemoveAddress(Command):
    """Take an address out of use; a primary one stays until another takes its place."""

    reason: Text | None = None


def primary_register(address: Address) -> str:
    """Return the key of the register that holds the primary address of the owner."""
    return f"primary-address#{address.owner_type}#{address.owner_id}"


def _owner(command: AddAddress) -> EntityRef:
    return EntityRef(EntityType(command.owner_type), command.owner_id)


def _primary_needs(_command: Command, address: Address) -> Needs:
    return Needs(registers=(primary_register(address),))


def _primary(case: Case[Address]) -> Register | None:
    return case.around.registers[primary_register(case.state)]


def _require_current(address: Address) -> None:
    if address.status is AddressStatus.REMOVED:
        raise Refused("address_removed", "The address is removed.")


def _require_not_primary(case: Case[Address], message: str) -> None:
    primary = _primary(case)
    if primary is not None and primary.value == case.entity.entity_id:
        raise Refused("address_primary", message)


def _add(command: AddAddress, case: Case[None]) -> Decision:
    case.existing(_owner(command), State, "unknown_owner")
    return case.becomes(AddressEvent.ADDED, command.payload())


def _correct(command: CorrectAddress, case: Case[Address]) -> Decision:
    _require_current(case.state)
    return case.becomes(AddressEvent.CORRECTED, command.changes(case.state))


def _make_primary(_command: MakeAddressPrimary, case: Case[Address]) -> Decision:
    _require_current(case.state)
    _require_not_primary(case, "The address is the primary one already.")
    before = _primary(case)
    nth = 1 if before is None else before.number + 1
    payload: Payload = {
        "owner_type": str(case.state.owner_type),
        "owner_id": case.state.owner_id,
        "replaces": None if before is None else before.value,
        "nth": nth,
    }
    made_primary = case.becomes(AddressEvent.MADE_PRIMARY, payload)
    register = {primary_register(case.state): Register(case.entity.entity_id, nth)}
    return Decision(made_primary.events, register)


def _remove(command: RemoveAddress, case: Case[Address]) -> Decision:
    _require_current(case.state)
    _require_not_primary(case, "The address is primary: make another one primary first.")
    return case.becomes(AddressEvent.REMOVED, command.payload())


EVENTS: Mapping[str, Evolve] = {
    AddressEvent.ADDED: born(Address, status=AddressStatus.CURRENT),
    AddressEvent.CORRECTED: updated(Address),
    AddressEvent.MADE_PRIMARY: settled(Address),
    AddressEvent.REMOVED: settled(Address, status=AddressStatus.REMOVED),
}
RULES = EntityRules(
    EntityType.ADDRESS,
    Address,
    commands=(
        creation(
            EntityType.ADDRESS, AddAddress, _add, lambda command, _: Needs((_owner(command),))
        ),
        change(EntityType.ADDRESS, CorrectAddress, Address, _correct),
        change(EntityType.ADDRESS, MakeAddressPrimary, Address, _make_primary, _primary_needs),
        change(EntityType.ADDRESS, RemoveAddress, Address, _remove, _primary_needs),
    ),
    events=EVENTS,
)
