"""What an opportunity tells, refuses and shows."""

from support.reference_crm.domain import Json
from tests.unit.reference_crm.domain_desk import Refuses, Shows, Tells, act, euros, happened
from tests.unit.reference_crm.domain_samples import (
    ACCOUNT,
    DEACTIVATE,
    DISCONTINUE,
    LOSE,
    OPPORTUNITY,
    PRODUCT,
    WIN,
)

STAGE = act("ChangeOpportunityStage", "deal", stage="proposal")
AMOUNT = act("ChangeOpportunityAmount", "deal", amount=euros("1500.5"))
ADD = act("AddOpportunityProduct", "deal", product_id="bolt", quantity=3)
DOLLARS = {"amount": "1500", "currency": "USD"}
OPEN = (ACCOUNT, OPPORTUNITY)
ITEM: dict[str, Json] = {
    "product_id": "bolt",
    "sku": "BOLT-1",
    "quantity": 3,
    "unit_price": euros("9.90"),
}
DATA = {**OPPORTUNITY.data, "stage": "prospecting", "lead_id": None}

EVENTS: list[Tells] = [
    ((ACCOUNT,), OPPORTUNITY, happened("OpportunityCreated", "deal", **DATA)),
    (
        OPEN,
        STAGE,
        happened("OpportunityStageChanged", "deal", stage="proposal", previous_stage="prospecting"),
    ),
    (
        (*OPEN, STAGE),
        STAGE.but(stage="prospecting"),
        happened("OpportunityStageChanged", "deal", stage="prospecting", previous_stage="proposal"),
    ),
    (
        OPEN,
        AMOUNT,
        happened(
            "OpportunityAmountChanged",
            "deal",
            amount=euros("1500.5"),
            previous_amount=euros("1200.00"),
        ),
    ),
    ((*OPEN, PRODUCT), ADD, happened("OpportunityProductAdded", "deal", **ITEM)),
    (
        (*OPEN, PRODUCT, ADD),
        ADD.but(quantity=1_000_000),
        happened("OpportunityProductAdded", "deal", **{**ITEM, "quantity": 1_000_000}),
    ),
    (OPEN, WIN, happened("OpportunityWon", "deal", amount=euros("1200.00"))),
    (
        (*OPEN, AMOUNT),
        LOSE,
        happened("OpportunityLost", "deal", amount=euros("1500.5"), reason="price"),
    ),
    (
        (*OPEN, DEACTIVATE),
        LOSE,
        happened("OpportunityLost", "deal", **LOSE.data, amount=euros("1200.00")),
    ),
]
REFUSALS: list[Refuses] = [
    ((), OPPORTUNITY, "unknown_account"),
    ((ACCOUNT, DEACTIVATE), OPPORTUNITY, "account_inactive"),
    (OPEN, STAGE.but(stage="prospecting"), "stage_unchanged"),
    (OPEN, STAGE.but(stage="won"), "invalid_stage"),
    ((*OPEN, WIN), STAGE, "opportunity_closed"),
    (OPEN, AMOUNT.but(amount=euros("1200")), "amount_unchanged"),
    (OPEN, AMOUNT.but(amount=euros("01200.0000")), "amount_unchanged"),
    (OPEN, AMOUNT.but(amount=DOLLARS), "currency_mismatch"),
    ((*OPEN, LOSE), AMOUNT, "opportunity_closed"),
    (OPEN, ADD, "unknown_product"),
    ((*OPEN, PRODUCT, DISCONTINUE), ADD, "product_discontinued"),
    ((*OPEN, PRODUCT.but(price=DOLLARS)), ADD, "currency_mismatch"),
    ((*OPEN, PRODUCT, WIN), ADD, "opportunity_closed"),
    ((*OPEN, PRODUCT, LOSE, DISCONTINUE), ADD, "opportunity_closed"),
    ((*OPEN, WIN), WIN, "opportunity_closed"),
    ((*OPEN, LOSE), WIN, "opportunity_closed"),
    ((*OPEN, WIN), LOSE, "opportunity_closed"),
    ((*OPEN, LOSE), LOSE, "opportunity_closed"),
]
VIEWS: list[Shows] = [
    (OPEN, "deal", {**DATA, "products": []}),
    (
        (
            *OPEN,
            PRODUCT,
            STAGE,
            AMOUNT,
            ADD,
            act("ChangeProductPrice", "bolt", price=euros("12")),
            ADD.but(quantity=1),
            WIN,
            DISCONTINUE,
        ),
        "deal",
        {
            **DATA,
            "stage": "won",
            "amount": euros("1500.5"),
            "products": [ITEM, {**ITEM, "quantity": 1, "unit_price": euros("12")}],
        },
    ),
    ((*OPEN, LOSE), "deal", {**DATA, "stage": "lost", "products": []}),
]
