"""The lead: somebody who may buy; its conversion is in `conversion`."""

from collections.abc import Mapping
from enum import StrEnum

from support.reference_crm.domain.fields import Absent, Email, Phone, Score, Text
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityType,
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


class LeadEvent(StrEnum):
    """What can have happened to a lead."""

    CREATED = "LeadCreated"
    UPDATED = "LeadUpdated"
    QUALIFIED = "LeadQualified"
    DISQUALIFIED = "LeadDisqualified"
    CONVERTED = "LeadConverted"


class LeadStatus(StrEnum):
    """How far a lead has come."""

    NEW = "new"
    QUALIFIED = "qualified"
    DISQUALIFIED = "disqualified"
    CONVERTED = "converted"


class Lead(State):
    """Hold what is known of a lead; the three ids are those of its conversion."""

    status: LeadStatus
    last_name: str
    company: str
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    source: str | None = None
    score: int | None = None
    account_id: str | None = None
    contact_id: str | None = None
    opportunity_id: str | None = None


class CreateLead(Command):
    """Note down somebody who may buy."""

    last_name: Text
    company: Text
    first_name: Text | None = None
    email: Email | None = None
    phone: Phone | None = None
    source: Text | None = None


class UpdateLead(Command):
    """Change what describes a lead; an absent field stays, null clears an optional one."""

    first_name: Text | None = Absent
    last_name: Text = Absent
    company: Text = Absent
    email: Email | None = Absent
    phone: Phone | None = Absent
    source: Text | None = Absent


class QualifyLead(Command):
    """Find that a lead is worth an opportunity."""

    score: Score


class DisqualifyLead(Command):
    """Give a lead up."""

    reason: Text


def require_open(lead: Lead) -> None:
    """Refuse a lead that was given up or converted."""
    if lead.status is LeadStatus.DISQUALIFIED:
        raise Refused("lead_disqualified", "The lead is disqualified.")
    if lead.status is LeadStatus.CONVERTED:
        raise Refused("lead_converted", "The lead is converted already.")


def _create(command: CreateLead, case: Case[None]) -> Decision:
    return case.becomes(LeadEvent.CREATED, command.payload())


def _update(command: UpdateLead, case: Case[Lead]) -> Decision:
    require_open(case.state)
    return case.becomes(LeadEvent.UPDATED, command.changes(case.state))


def _qualify(command: QualifyLead, case: Case[Lead]) -> Decision:
    require_open(case.state)
    if case.state.status is LeadStatus.QUALIFIED:
        raise Refused("lead_qualified", "The lead is qualified already.")
    return case.becomes(LeadEvent.QUALIFIED, command.payload())


def _disqualify(command: DisqualifyLead, case: Case[Lead]) -> Decision:
    require_open(case.state)
    return case.becomes(LeadEvent.DISQUALIFIED, command.payload())


EVENTS: Mapping[str, Evolve] = {
    LeadEvent.CREATED: born(Lead, status=LeadStatus.NEW),
    LeadEvent.UPDATED: updated(Lead),
    LeadEvent.QUALIFIED: settled(Lead, "score", status=LeadStatus.QUALIFIED),
    LeadEvent.DISQUALIFIED: settled(Lead, status=LeadStatus.DISQUALIFIED),
    LeadEvent.CONVERTED: settled(
        Lead, "account_id", "contact_id", "opportunity_id", status=LeadStatus.CONVERTED
    ),
}
RULES = EntityRules(
    EntityType.LEAD,
    Lead,
    commands=(
        creation(EntityType.LEAD, CreateLead, _create),
        change(EntityType.LEAD, UpdateLead, Lead, _update),
        change(EntityType.LEAD, QualifyLead, Lead, _qualify),
        change(EntityType.LEAD, DisqualifyLead, Lead, _disqualify),
    ),
    events=EVENTS,
)
