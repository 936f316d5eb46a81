"""The contact: a person, at an account or at none."""

from collections.abc import Mapping
from enum import StrEnum

from support.reference_crm.domain.account import account_needs, require_account
from support.reference_crm.domain.fields import Absent, Consent, Email, EntityId, Phone, Text
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityRef,
    EntityType,
    NewEvent,
    Payload,
    Refused,
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


class ContactEvent(StrEnum):
    """What can have happened to a contact."""

    CREATED = "ContactCreated"
    UPDATED = "ContactUpdated"
    MOVED_TO_ACCOUNT = "ContactMovedToAccount"
    CONSENT_WITHDRAWN = "ContactConsentWithdrawn"
    ARCHIVED = "ContactArchived"


class ContactStatus(StrEnum):
    """Whether a contact is in use."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class Contact(State):
    """Hold what is known of a contact."""

    status: ContactStatus
    last_name: str
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    account_id: str | None = None
    consent: bool = False


class CreateContact(Command):
    """Note down a person."""

    last_name: Text
    first_name: Text | None = None
    email: Email | None = None
    phone: Phone | None = None
    account_id: EntityId | None = None
    consent: Consent = False


class UpdateContact(Command):
    """Change what describes a contact; an absent field stays, null clears an optional one."""

    first_name: Text | None = Absent
    last_name: Text = Absent
    email: Email | None = Absent
    phone: Phone | None = Absent


class MoveContactToAccount(Command):
    """Move a contact to another account."""

    account_id: EntityId


class WithdrawContactConsent(Command):
    """Note that a contact may not be written to any more."""

    reason: Text | None = None


class ArchiveContact(Command):
    """Put a contact away."""

    reason: Text | None = None


def contact_created(contact_id: str, command: CreateContact) -> NewEvent:
    """Return the first event of a contact."""
    contact = EntityRef(EntityType.CONTACT, contact_id)
    return NewEvent(contact, ContactEvent.CREATED, command.payload())


def _require_current(contact: Contact) -> None:
    if contact.status is ContactStatus.ARCHIVED:
        raise Refused("contact_archived", "The contact is archived.")


def _create(command: CreateContact, case: Case[None]) -> Decision:
    require_account(case, command.account_id)
    return Decision((contact_created(case.entity.entity_id, command),))


def _update(command: UpdateContact, case: Case[Contact]) -> Decision:
    _require_current(case.state)
    return case.becomes(ContactEvent.UPDATED, command.changes(case.state))


def _move(command: MoveContactToAccount, case: Case[Contact]) -> Decision:
    _require_current(case.state)
    if command.account_id == case.state.account_id:
        raise Refused("account_unchanged", "The contact is at this account already.")
    require_account(case, command.account_id)
    payload: Payload = {
        "account_id": command.account_id,
        "previous_account_id": case.state.account_id,
    }
    return case.becomes(ContactEvent.MOVED_TO_ACCOUNT, payload)


def _withdraw_consent(command: WithdrawContactConsent, case: Case[Contact]) -> Decision:
    _require_current(case.state)
    if not case.state.consent:
        raise Refused("consent_not_given", "The contact has given no consent.")
    return case.becomes(ContactEvent.CONSENT_WITHDRAWN, command.payload())


def _archive(command: ArchiveContact, case: Case[Contact]) -> Decision:
    _require_current(case.state)
    return case.becomes(ContactEvent.ARCHIVED, command.payload())


EVENTS: Mapping[str, Evolve] = {
    ContactEvent.CREATED: born(Contact, status=ContactStatus.ACTIVE),
    ContactEvent.UPDATED: updated(Contact),
    ContactEvent.MOVED_TO_ACCOUNT: settled(Contact, "account_id"),
    ContactEvent.CONSENT_WITHDRAWN: settled(Contact, consent=False),
    ContactEvent.ARCHIVED: settled(Contact, status=ContactStatus.ARCHIVED),
}
RULES = EntityRules(
    EntityType.CONTACT,
    Contact,
    commands=(
        creation(
            EntityType.CONTACT,
            CreateContact,
            _create,
            lambda command, _: account_needs(command.account_id),
        ),
        change(EntityType.CONTACT, UpdateContact, Contact, _update),
        change(
            EntityType.CONTACT,
            MoveContactToAccount,
            Contact,
            _move,
            lambda command, _: account_needs(command.account_id),
        ),
        change(EntityType.CONTACT, WithdrawContactConsent, Contact, _withdraw_consent),
        change(EntityType.CONTACT, ArchiveContact, Contact, _archive),
    ),
    events=EVENTS,
)
