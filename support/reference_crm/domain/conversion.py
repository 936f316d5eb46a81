"""The conversion of a lead: one command, four entities, all or nothing."""

from dataclasses import replace

from support.reference_crm.domain.account import (
    CreateAccount,
    account_created,
    account_needs,
    require_account,
)
from support.reference_crm.domain.contact import CreateContact, contact_created
from support.reference_crm.domain.fields import Date, EntityId, Money, Text
from support.reference_crm.domain.lead import Lead, LeadEvent, LeadStatus, require_open
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityType,
    NewEvent,
    Refused,
)
from support.reference_crm.domain.opportunity import CreateOpportunity, opportunity_created
from support.reference_crm.domain.rules import change


class ConvertLead(Command):
    """Make a qualified lead a contact with an opportunity, at a new account or an existing one."""

    opportunity_name: Text
    amount: Money
    close_date: Date
    owner: Text
    account_id: EntityId | None = None


def _convert(command: ConvertLead, case: Case[Lead]) -> Decision:
    _require_qualified(case.state)
    require_account(case, command.account_id)
    account_id = command.account_id or case.around.new_id(EntityType.ACCOUNT)
    contact_id = case.around.new_id(EntityType.CONTACT)
    opportunity_id = case.around.new_id(EntityType.OPPORTUNITY)
    ids = {"account_id": account_id, "contact_id": contact_id, "opportunity_id": opportunity_id}
    consequences = (
        *((_account(account_id, command, case),) if command.account_id is None else ()),
        _contact(contact_id, account_id, case),
        _opportunity(opportunity_id, account_id, command, case),
    )
    caused = (replace(event, caused_by_first=True) for event in consequences)
    return Decision((NewEvent(case.entity, LeadEvent.CONVERTED, ids), *caused))


def _require_qualified(lead: Lead) -> None:
    require_open(lead)
    if lead.status is not LeadStatus.QUALIFIED:
        raise Refused("lead_not_qualified", "The lead is not qualified yet.")


def _account(account_id: str, command: ConvertLead, case: Case[Lead]) -> NewEvent:
    return account_created(account_id, CreateAccount(name=case.state.company, owner=command.owner))


def _contact(contact_id: str, account_id: str, case: Case[Lead]) -> NewEvent:
    lead = case.state
    contact = CreateContact(
        last_name=lead.last_name,
        first_name=lead.first_name,
        email=lead.email,
        phone=lead.phone,
        account_id=account_id,
    )
    return contact_created(contact_id, contact)


def _opportunity(
    opportunity_id: str, account_id: str, command: ConvertLead, case: Case[Lead]
) -> NewEvent:
    opportunity = CreateOpportunity(
        account_id=account_id,
        name=command.opportunity_name,
        amount=command.amount,
        close_date=command.close_date,
    )
    return opportunity_created(opportunity_id, opportunity, case.entity.entity_id)


COMMANDS = (
    change(
        EntityType.LEAD,
        ConvertLead,
        Lead,
        _convert,
        lambda command, _: account_needs(command.account_id),
    ),
)
