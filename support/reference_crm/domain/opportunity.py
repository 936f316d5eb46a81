"""The opportunity: a deal on its way to be won or lost."""

from collections.abc import Mapping
from enum import StrEnum

from support.reference_crm.domain.account import account_needs, require_account
from support.reference_crm.domain.fields import Date, EntityId, Money, Quantity, Text
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
)
from support.reference_crm.domain.product import Product, require_on_sale
from support.reference_crm.domain.rules import (
    EntityRules,
    Evolve,
    born,
    change,
    creation,
    grown,
    settled,
)


class OpportunityEvent(StrEnum):
    """What can have happened to an opportunity."""

    CREATED = "OpportunityCreated"
    STAGE_CHANGED = "OpportunityStageChanged"
    AMOUNT_CHANGED = "OpportunityAmountChanged"
    PRODUCT_ADDED = "OpportunityProductAdded"
    WON = "OpportunityWon"
    LOST = "OpportunityLost"


class OpenStage(StrEnum):
    """The stages that an opportunity can be moved to."""

    PROSPECTING = "prospecting"
    QUALIFICATION = "qualification"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"


class Stage(StrEnum):
    """All stages: the open ones, and the two ends."""

    PROSPECTING = OpenStage.PROSPECTING
    QUALIFICATION = OpenStage.QUALIFICATION
    PROPOSAL = OpenStage.PROPOSAL
    NEGOTIATION = OpenStage.NEGOTIATION
    WON = "won"
    LOST = "lost"


class Item(State):
    """Hold one product of an opportunity at the price of the day it was added."""

    product_id: str
    sku: str
    quantity: int
    unit_price: Money


class Opportunity(State):
    """Hold what is known of an opportunity."""

    stage: Stage
    account_id: str
    name: str
    amount: Money
    close_date: str
    lead_id: str | None = None
    products: tuple[Item, ...] = ()


class CreateOpportunity(Command):
    """Begin a deal with an account."""

    account_id: EntityId
    name: Text
    amount: Money
    close_date: Date


class ChangeOpportunityStage(Command):
    """Move an open opportunity to another open stage, forwards or back."""

    stage: OpenStage


class ChangeOpportunityAmount(Command):
    """Change what an opportunity is worth, in the same currency."""

    amount: Money


class AddOpportunityProduct(Command):
    """Add a product, at its price of now."""

    product_id: EntityId
    quantity: Quantity


class WinOpportunity(Command):
    """Close an opportunity as won."""


class LoseOpportunity(Command):
    """Close an opportunity as lost."""

    reason: Text


def opportunity_created(
    opportunity_id: str, command: CreateOpportunity, lead_id: str | None = None
) -> NewEvent:
    """Return the first event of an opportunity."""
    opportunity = EntityRef(EntityType.OPPORTUNITY, opportunity_id)
    payload = {**command.payload(), "stage": str(Stage.PROSPECTING), "lead_id": lead_id}
    return NewEvent(opportunity, OpportunityEvent.CREATED, payload)


def _require_open(opportunity: Opportunity) -> None:
    if opportunity.stage in (Stage.WON, Stage.LOST):
        raise Refused("opportunity_closed", f"The opportunity is {opportunity.stage} already.")


def _require_currency(opportunity: Opportunity, money: Money) -> None:
    currency = opportunity.amount.currency
    if money.currency != currency:
        raise Refused(
            "currency_mismatch", f"The opportunity is in {currency}, not in {money.currency}."
        )


def _product_ref(product_id: str) -> EntityRef:
    return EntityRef(EntityType.PRODUCT, product_id)


def _create(command: CreateOpportunity, case: Case[None]) -> Decision:
    require_account(case, command.account_id)
    return Decision((opportunity_created(case.entity.entity_id, command),))


def _change_stage(command: ChangeOpportunityStage, case: Case[Opportunity]) -> Decision:
    _require_open(case.state)
    if Stage(command.stage) is case.state.stage:
        raise Refused("stage_unchanged", f"The opportunity is at {command.stage} already.")
    payload: Payload = {"stage": str(command.stage), "previous_stage": str(case.state.stage)}
    return case.becomes(OpportunityEvent.STAGE_CHANGED, payload)


def _change_amount(command: ChangeOpportunityAmount, case: Case[Opportunity]) -> Decision:
    _require_open(case.state)
    _require_currency(case.state, command.amount)
    if command.amount.equals(case.state.amount):
        raise Refused("amount_unchanged", "The opportunity has this amount already.")
    previous: Payload = {"previous_amount": case.state.amount.json_value()}
    return case.becomes(OpportunityEvent.AMOUNT_CHANGED, {**command.payload(), **previous})


def _add_product(command: AddOpportunityProduct, case: Case[Opportunity]) -> Decision:
    _require_open(case.state)
    product = case.existing(_product_ref(command.product_id), Product, "unknown_product")
    require_on_sale(product)
    _require_currency(case.state, product.price)
    price: Payload = {"sku": product.sku, "unit_price": product.price.json_value()}
    return case.becomes(OpportunityEvent.PRODUCT_ADDED, {**command.payload(), **price})


def _win(_command: WinOpportunity, case: Case[Opportunity]) -> Decision:
    _require_open(case.state)
    return case.becomes(OpportunityEvent.WON, {"amount": case.state.amount.json_value()})


def _lose(command: LoseOpportunity, case: Case[Opportunity]) -> Decision:
    _require_open(case.state)
    amount: Payload = {"amount": case.state.amount.json_value()}
    return case.becomes(OpportunityEvent.LOST, {**amount, **command.payload()})


def _with_product(opportunity: Opportunity, payload: Payload) -> Opportunity:
    item = Item.model_validate(payload)
    return opportunity.model_copy(update={"products": (*opportunity.products, item)})


EVENTS: Mapping[str, Evolve] = {
    OpportunityEvent.CREATED: born(Opportunity),
    OpportunityEvent.STAGE_CHANGED: settled(Opportunity, "stage"),
    OpportunityEvent.AMOUNT_CHANGED: settled(Opportunity, "amount"),
    OpportunityEvent.PRODUCT_ADDED: grown(Opportunity, _with_product),
    OpportunityEvent.WON: settled(Opportunity, stage=Stage.WON),
    OpportunityEvent.LOST: settled(Opportunity, stage=Stage.LOST),
}
RULES = EntityRules(
    EntityType.OPPORTUNITY,
    Opportunity,
    commands=(
        creation(
            EntityType.OPPORTUNITY,
            CreateOpportunity,
            _create,
            lambda command, _: account_needs(command.account_id),
        ),
        change(EntityType.OPPORTUNITY, ChangeOpportunityStage, Opportunity, _change_stage),
        change(EntityType.OPPORTUNITY, ChangeOpportunityAmount, Opportunity, _change_amount),
        change(
            EntityType.OPPORTUNITY,
            AddOpportunityProduct,
            Opportunity,
            _add_product,
            lambda command, _: Needs((_product_ref(command.product_id),)),
        ),
        change(EntityType.OPPORTUNITY, WinOpportunity, Opportunity, _win),
        change(EntityType.OPPORTUNITY, LoseOpportunity, Opportunity, _lose),
    ),
    events=EVENTS,
)
