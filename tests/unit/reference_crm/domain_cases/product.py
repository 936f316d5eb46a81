"""What a product tells, refuses and shows."""

from tests.unit.reference_crm.domain_desk import Act, Refuses, Shows, Tells, act, euros, happened
from tests.unit.reference_crm.domain_samples import DISCONTINUE, PRODUCT

PRICE = act("ChangeProductPrice", "bolt", price=euros("11"))
DOLLARS = {"amount": "9.90", "currency": "USD"}

EVENTS: list[Tells] = [
    ((), PRODUCT, happened("ProductCreated", "bolt", **PRODUCT.data)),
    (
        (PRODUCT,),
        Act("CreateProduct", "nut", PRODUCT.but(sku="NUT-1").data),
        happened("ProductCreated", "nut", **PRODUCT.but(sku="NUT-1").data),
    ),
    (
        (PRODUCT,),
        PRICE,
        happened("ProductPriceChanged", "bolt", price=euros("11"), previous_price=euros("9.90")),
    ),
    (
        (PRODUCT,),
        PRICE.but(price=DOLLARS),
        happened("ProductPriceChanged", "bolt", price=DOLLARS, previous_price=euros("9.90")),
    ),
    ((PRODUCT,), DISCONTINUE, happened("ProductDiscontinued", "bolt", reason=None)),
]
REFUSALS: list[Refuses] = [
    ((PRODUCT,), Act("CreateProduct", "nut", PRODUCT.data), "sku_taken"),
    ((PRODUCT, DISCONTINUE), Act("CreateProduct", "nut", PRODUCT.data), "sku_taken"),
    ((PRODUCT,), PRICE.but(price=euros("9.9")), "price_unchanged"),
    ((PRODUCT, DISCONTINUE), PRICE, "product_discontinued"),
    ((PRODUCT, DISCONTINUE), DISCONTINUE, "product_discontinued"),
]
VIEWS: list[Shows] = [
    ((PRODUCT,), "bolt", {"status": "active", **PRODUCT.data}),
    (
        (PRODUCT, PRICE, DISCONTINUE),
        "bolt",
        {**PRODUCT.data, "status": "discontinued", "price": euros("11")},
    ),
]
