"""The account: a company that is sold to."""

from collections.abc import Mapping
from enum import StrEnum

from support.reference_crm.domain.fields import Absent, Text
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityRef,
    EntityType,
    Needs,
    NewEvent,
    Payload,
    Refused,
    State,
    SubjectT,
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


class AccountEvent(StrEnum):
    """What can have happened to an account."""

    CREATED = "AccountCreated"
    UPDATED = "AccountUpdated"
    OWNER_CHANGED = "AccountOwnerChanged"
    DEACTIVATED = "AccountDeactivated"
    REACTIVATED = "AccountReactivated"


class AccountStatus(StrEnum):
    """Whether there is business with an account."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class Account(State):
    """Hold what is known of an account."""

    status: AccountStatus
    name: str
    owner: str
    industry: str | None = None


class CreateAccount(Command):
    """Begin to sell to a company."""

    name: Text
    owner: Text
    industry: Text | None = None


class UpdateAccount(Command):
    """Change what describes an account; an absent field stays, null clears an optional one."""

    name: Text = Absent
    industry: Text | None = Absent


class ChangeAccountOwner(Command):
    """Give an account to another colleague."""

    owner: Text


class DeactivateAccount(Command):
    """End the business with an account."""

    reason: Text


class ReactivateAccount(Command):
    """Take up the business with an account again."""

    reason: Text | None = None


def account_ref(account_id: str) -> EntityRef:
    """Return the reference to an account."""
    return EntityRef(EntityType.ACCOUNT, account_id)


def account_needs(account_id: str | None) -> Needs:
    """Return the need to see an account, if one is named."""
    return Needs() if account_id is None else Needs((account_ref(account_id),))


def require_account(case: Case[SubjectT], account_id: str | None) -> None:
    """Refuse an account that is not there or not active; naming none is fine."""
    if account_id is not None:
        require_active(case.existing(account_ref(account_id), Account, "unknown_account"))


def require_active(account: Account) -> None:
    """Refuse an account that is not active."""
    if account.status is AccountStatus.INACTIVE:
        raise Refused("account_inactive", "The account is not active.")


def account_created(account_id: str, command: CreateAccount) -> NewEvent:
    """Return the first event of an account."""
    return NewEvent(account_ref(account_id), AccountEvent.CREATED, command.payload())


def _create(command: CreateAccount, case: Case[None]) -> Decision:
    return Decision((account_created(case.entity.entity_id, command),))


def _update(command: UpdateAccount, case: Case[Account]) -> Decision:
    require_active(case.state)
    return case.becomes(AccountEvent.UPDATED, command.changes(case.state))


def _change_owner(command: ChangeAccountOwner, case: Case[Account]) -> Decision:
    require_active(case.state)
    if command.owner == case.state.owner:
        raise Refused("owner_unchanged", "The account has this owner already.")
    payload: Payload = {"owner": command.owner, "previous_owner": case.state.owner}
    return case.becomes(AccountEvent.OWNER_CHANGED, payload)


def _deactivate(command: DeactivateAccount, case: Case[Account]) -> Decision:
    require_active(case.state)
    return case.becomes(AccountEvent.DEACTIVATED, command.payload())


def _reactivate(command: ReactivateAccount, case: Case[Account]) -> Decision:
    if case.state.status is AccountStatus.ACTIVE:
        raise Refused("account_active", "The account is active already.")
    return case.becomes(AccountEvent.REACTIVATED, command.payload())


EVENTS: Mapping[str, Evolve] = {
    AccountEvent.CREATED: born(Account, status=AccountStatus.ACTIVE),
    AccountEvent.UPDATED: updated(Account),
    AccountEvent.OWNER_CHANGED: settled(Account, "owner"),
    AccountEvent.DEACTIVATED: settled(Account, status=AccountStatus.INACTIVE),
    AccountEvent.REACTIVATED: settled(Account, status=AccountStatus.ACTIVE),
}
RULES = EntityRules(
    EntityType.ACCOUNT,
    Account,
    commands=(
        creation(EntityType.ACCOUNT, CreateAccount, _create),
        change(EntityType.ACCOUNT, UpdateAccount, Account, _update),
        change(EntityType.ACCOUNT, ChangeAccountOwner, Account, _change_owner),
        change(EntityType.ACCOUNT, DeactivateAccount, Account, _deactivate),
        change(EntityType.ACCOUNT, ReactivateAccount, Account, _reactivate),
    ),
    events=EVENTS,
)
