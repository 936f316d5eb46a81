"""The product: what is sold, under a SKU that is unique in a tenant."""

from collections.abc import Mapping
from enum import StrEnum

from support.reference_crm.domain.fields import Money, Sku, Text
from support.reference_crm.domain.model import (
    Case,
    Command,
    Decision,
    EntityType,
    Needs,
    Payload,
    Refused,
    Register,
    State,
)
from support.reference_crm.domain.rules import EntityRules, Evolve, born, change, creation, settled


class ProductEvent(StrEnum):
    """What can have happened to a product."""

    CREATED = "ProductCreated"
    PRICE_CHANGED = "ProductPriceChanged"
    DISCONTINUED = "ProductDiscontinued"


class ProductStatus(StrEnum):
    """Whether a product is sold."""

    ACTIVE = "active"
    DISCONTINUED = "discontinued"


class Product(State):
    """Hold what is known of a product."""

    status: ProductStatus
    sku: str
    name: str
    price: Money


class CreateProduct(Command):
    """Begin to sell a product."""

    sku: Sku
    name: Text
    price: Money


class ChangeProductPrice(Command):
    """Change the price of a product, for what is added from now on."""

    price: Money


class DiscontinueProduct(Command):
    """Sell a product no more."""

    reason: Text | None = None


def require_on_sale(product: Product) -> None:
    """Refuse a product that is not sold any more."""
    if product.status is ProductStatus.DISCONTINUED:
        raise Refused("product_discontinued", "The product is discontinued.")


def _sku_register(sku: str) -> str:
    return f"sku#{sku}"


def _create(command: CreateProduct, case: Case[None]) -> Decision:
    register = _sku_register(command.sku)
    if case.around.registers[register] is not None:
        raise Refused("sku_taken", f"Another product has the SKU {command.sku}.")
    created = case.becomes(ProductEvent.CREATED, command.payload())
    return Decision(created.events, {register: Register(case.entity.entity_id, 1)})


def _change_price(command: ChangeProductPrice, case: Case[Product]) -> Decision:
    require_on_sale(case.state)
    if command.price.equals(case.state.price):
        raise Refused("price_unchanged", "The product has this price already.")
    previous: Payload = {"previous_price": case.state.price.json_value()}
    return case.becomes(ProductEvent.PRICE_CHANGED, {**command.payload(), **previous})


def _discontinue(command: DiscontinueProduct, case: Case[Product]) -> Decision:
    require_on_sale(case.state)
    return case.becomes(ProductEvent.DISCONTINUED, command.payload())


EVENTS: Mapping[str, Evolve] = {
    ProductEvent.CREATED: born(Product, status=ProductStatus.ACTIVE),
    ProductEvent.PRICE_CHANGED: settled(Product, "price"),
    ProductEvent.DISCONTINUED: settled(Product, status=ProductStatus.DISCONTINUED),
}
RULES = EntityRules(
    EntityType.PRODUCT,
    Product,
    commands=(
        creation(
            EntityType.PRODUCT,
            CreateProduct,
            _create,
            lambda command, _: Needs(registers=(_sku_register(command.sku),)),
        ),
        change(EntityType.PRODUCT, ChangeProductPrice, Product, _change_price),
        change(EntityType.PRODUCT, DiscontinueProduct, Product, _discontinue),
    ),
    events=EVENTS,
)
