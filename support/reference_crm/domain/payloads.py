"""What the payload of an event has to look like, by its type and the version of its schema.

What a command said is in the payload of its event, so most of these models are its command's. They
are of the newest version: whatever is older has been told in it when it was read.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from support.reference_crm.domain.account import (
    AccountEvent,
    ChangeAccountOwner,
    CreateAccount,
    DeactivateAccount,
    ReactivateAccount,
    UpdateAccount,
)
from support.reference_crm.domain.activity import (
    ActivityEvent,
    CancelActivity,
    CompleteActivity,
    LogActivity,
    RescheduleActivity,
    ScheduleActivity,
)
from support.reference_crm.domain.address import (
    AddAddress,
    AddressEvent,
    CorrectAddress,
    OwnerType,
    RemoveAddress,
)
from support.reference_crm.domain.contact import (
    ArchiveContact,
    ContactEvent,
    CreateContact,
    MoveContactToAccount,
    UpdateContact,
    WithdrawContactConsent,
)
from support.reference_crm.domain.fields import EntityId, Money, Sku, Text, Timestamp
from support.reference_crm.domain.lead import (
    CreateLead,
    DisqualifyLead,
    LeadEvent,
    QualifyLead,
    UpdateLead,
)
from support.reference_crm.domain.model import Command, HistoryError, Payload
from support.reference_crm.domain.opportunity import (
    AddOpportunityProduct,
    ChangeOpportunityAmount,
    ChangeOpportunityStage,
    CreateOpportunity,
    LoseOpportunity,
    OpenStage,
    OpportunityEvent,
    Stage,
)
from support.reference_crm.domain.product import (
    ChangeProductPrice,
    CreateProduct,
    DiscontinueProduct,
    ProductEvent,
)
from support.reference_crm.upcasting import newest_version


class _Changes(Command):
    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("it changes no field")
        return self


class _AccountUpdated(_Changes, UpdateAccount):
    pass


class _AccountOwnerChanged(ChangeAccountOwner):
    previous_owner: Text


class _ContactUpdated(_Changes, UpdateContact):
    pass


class _ContactMovedToAccount(MoveContactToAccount):
    previous_account_id: EntityId | None = None


class _LeadUpdated(_Changes, UpdateLead):
    pass


class _LeadConverted(Command):
    account_id: EntityId
    contact_id: EntityId
    opportunity_id: EntityId


class _OpportunityCreated(CreateOpportunity):
    stage: Literal[Stage.PROSPECTING]
    lead_id: EntityId | None = None


class _OpportunityStageChanged(ChangeOpportunityStage):
    previous_stage: OpenStage


class _OpportunityAmountChanged(ChangeOpportunityAmount):
    previous_amount: Money


class _OpportunityProductAdded(AddOpportunityProduct):
    sku: Sku
    unit_price: Money


class _OpportunityWon(Command):
    amount: Money


class _OpportunityLost(LoseOpportunity):
    amount: Money


class _ActivityRescheduled(RescheduleActivity):
    previous_due_at: Timestamp


class _ProductPriceChanged(ChangeProductPrice):
    previous_price: Money


class _AddressCorrected(_Changes, CorrectAddress):
    pass


class _AddressMadePrimary(Command):
    owner_type: OwnerType
    owner_id: EntityId
    replaces: EntityId | None = None
    nth: Annotated[int, Field(strict=True, ge=1)]


_NEWEST_SCHEMAS: Mapping[str, type[BaseModel]] = {
    AccountEvent.CREATED: CreateAccount,
    AccountEvent.UPDATED: _AccountUpdated,
    AccountEvent.OWNER_CHANGED: _AccountOwnerChanged,
    AccountEvent.DEACTIVATED: DeactivateAccount,
    AccountEvent.REACTIVATED: ReactivateAccount,
    ContactEvent.CREATED: CreateContact,
    ContactEvent.UPDATED: _ContactUpdated,
    ContactEvent.MOVED_TO_ACCOUNT: _ContactMovedToAccount,
    ContactEvent.CONSENT_WITHDRAWN: WithdrawContactConsent,
    ContactEvent.ARCHIVED: ArchiveContact,
    LeadEvent.CREATED: CreateLead,
    LeadEvent.UPDATED: _LeadUpdated,
    LeadEvent.QUALIFIED: QualifyLead,
    LeadEvent.DISQUALIFIED: DisqualifyLead,
    LeadEvent.CONVERTED: _LeadConverted,
    OpportunityEvent.CREATED: _OpportunityCreated,
    OpportunityEvent.STAGE_CHANGED: _OpportunityStageChanged,
    OpportunityEvent.AMOUNT_CHANGED: _OpportunityAmountChanged,
    OpportunityEvent.PRODUCT_ADDED: _OpportunityProductAdded,
    OpportunityEvent.WON: _OpportunityWon,
    OpportunityEvent.LOST: _OpportunityLost,
    ActivityEvent.LOGGED: LogActivity,
    ActivityEvent.SCHEDULED: ScheduleActivity,
    ActivityEvent.RESCHEDULED: _ActivityRescheduled,
    ActivityEvent.COMPLETED: CompleteActivity,
    ActivityEvent.CANCELLED: CancelActivity,
    ProductEvent.CREATED: CreateProduct,
    ProductEvent.PRICE_CHANGED: _ProductPriceChanged,
    ProductEvent.DISCONTINUED: DiscontinueProduct,
    AddressEvent.ADDED: AddAddress,
    AddressEvent.CORRECTED: _AddressCorrected,
    AddressEvent.MADE_PRIMARY: _AddressMadePrimary,
    AddressEvent.REMOVED: RemoveAddress,
}
PAYLOADS: Mapping[tuple[str, int], type[BaseModel]] = {
    (str(each), newest_version(each)): model for each, model in _NEWEST_SCHEMAS.items()
}


def check_payload(event_type: str, schema_version: int, payload: Payload) -> None:
    """Raise HistoryError, with a sentence, for a payload that is not what its type says."""
    model = PAYLOADS.get((event_type, schema_version))
    if model is None:
        raise HistoryError(f"There is no version {schema_version} of the schema of {event_type}.")
    try:
        model.model_validate(dict(payload))
    except ValidationError as error:
        raise HistoryError(
            f"The payload of {event_type} does not fit its schema: {first_fault(error)}."
        ) from error


def first_fault(error: ValidationError) -> str:
    """Return which field breaks a rule first, and which rule, in one line."""
    fault: Any = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, fault["loc"]))
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])
