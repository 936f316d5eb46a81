@prd-2.6
Feature: Products say what can be sold, and at which price
  Offers and invoices are made from these events: a missed change of price costs money every day. They are
  seen in the product's view and in its events. A SKU is unique within a tenant, and says nothing about the
  products of others. What a discontinuation means for opportunities is promised in section 3.6.

  @prd-2.6.6 @smoke
  Scenario: A new product is announced with SKU, name and price
    Given Stark Industries is a tenant
    When Stark Industries creates the product "Bolt" with:
      | sku     | name                         | price    |
      | BOLT-M8 | Bolt M8 × 40, "stainless" 🔩 | 0.25 EUR |
    Then the subscribers of Stark Industries have received exactly:
      | event          | about | version | sku     | name                         | price    |
      | ProductCreated | Bolt  | 1       | BOLT-M8 | Bolt M8 × 40, "stainless" 🔩 | 0.25 EUR |
    And the product "Bolt" of Stark Industries reads:
      | version | sku     | name                         | price    | status |
      | 1       | BOLT-M8 | Bolt M8 × 40, "stainless" 🔩 | 0.25 EUR | active |

  @prd-2.6.1 @prd-2.6.2 @prd-2.6.3 @prd-2.6.4
  Scenario Outline: A product may be called <sku> and cost <price>
    Given Acme is a tenant
    When Acme creates the product "Bolt" with:
      | sku   | name   | price   |
      | <sku> | <name> | <price> |
    Then the subscribers of Acme have received exactly:
      | event          | about | version | sku   | name        | price   |
      | ProductCreated | Bolt  | 1       | <sku> | <announced> | <price> |
    And the product "Bolt" of Acme reads:
      | version | sku   | name        | price   |
      | 1       | <sku> | <announced> | <price> |

    Examples:
      | sku                                      | name            | announced     | price                    |
      | 7                                        | X               | X             | 0 JPY                    |
      | A-                                       | "  برغي فولاذ " | برغي فولاذ    | 0.0001 KWD               |
      | ABCDEFGHIJ-KLMNOPQRST-UVWXYZ0123-4567890 | (255 letters)   | (255 letters) | 999999999999999.9999 IDR |

  @prd-2.6.7
  Scenario Outline: A change of price from <before> to <after> names both prices
    Given Stark Industries is a tenant
    And Stark Industries has the product "Bolt" with:
      | price    |
      | <before> |
    When Stark Industries reprices the product "Bolt" with:
      | price   |
      | <after> |
    Then the subscribers of Stark Industries have received exactly:
      | event               | about | version | price   | previous price |
      | ProductPriceChanged | Bolt  | 2       | <after> | <before>       |
    And the product "Bolt" of Stark Industries reads:
      | version | price   | status |
      | 2       | <after> | active |

    Examples:
      | before   | after                    |
      | 0.25 EUR | 0.2501 EUR               |
      | 0.25 EUR | 0.25 USD                 |
      | 0.00 CHF | 999999999999999.9999 CHF |

  @prd-2.6.5 @prd-2.6.8
  Scenario Outline: A discontinued product announces the reason <reason>
    Given Acme is a tenant
    And Acme has the product "Bolt"
    When Acme discontinues the product "Bolt" with:
      | reason   |
      | <reason> |
    Then the subscribers of Acme have received exactly:
      | event               | about | version | reason   |
      | ProductDiscontinued | Bolt  | 2       | <reason> |
    And the product "Bolt" of Acme reads:
      | version | status       |
      | 2       | discontinued |

    Examples:
      | reason                  |
      | Replaced by "Bolt M8/2" |
      | (none)                  |

  Scenario Outline: The product rules refuse to <attempt> with the <field> <value>
    Given Stark Industries is a tenant
    And Stark Industries has the product "Bolt"
    When Stark Industries tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "<refusal>"
    And nothing has changed at Stark Industries

    @prd-2.6.1
    Examples: The SKU is required, and has 1 to 40 capital letters, digits and hyphens
      | attempt                  | field | value                                     | refusal     |
      | create the product "Nut" | sku   | (none)                                    | invalid sku |
      | create the product "Nut" | sku   | (blank)                                   | invalid sku |
      | create the product "Nut" | sku   | -NUT                                      | invalid sku |
      | create the product "Nut" | sku   | nut-m8                                    | invalid sku |
      | create the product "Nut" | sku   | NUT_M8                                    | invalid sku |
      | create the product "Nut" | sku   | ABCDEFGHIJ-KLMNOPQRST-UVWXYZ0123-45678901 | invalid sku |

    @prd-2.6.2
    Examples: The name is required and is a text
      | attempt                  | field | value         | refusal      |
      | create the product "Nut" | name  | (none)        | invalid name |
      | create the product "Nut" | name  | (spaces)      | invalid name |
      | create the product "Nut" | name  | (256 letters) | invalid name |

    @prd-2.6.3
    Examples: The price is required, and has 15 digits before and 4 after the point
      | attempt                    | field | value                   | refusal        |
      | create the product "Nut"   | price | (none)                  | invalid price  |
      | create the product "Nut"   | price | -0.01 EUR               | invalid amount |
      | create the product "Nut"   | price | 1000000000000000.00 EUR | invalid amount |
      | reprice the product "Bolt" | price | (none)                  | invalid price  |
      | reprice the product "Bolt" | price | 0.00001 EUR             | invalid amount |

    @prd-2.6.4
    Examples: The currency is required and is one of ISO 4217
      | attempt                    | field | value       | refusal          |
      | create the product "Nut"   | price | 1.00 (none) | invalid currency |
      | create the product "Nut"   | price | 1.00 ZZZ    | invalid currency |
      | reprice the product "Bolt" | price | 1.00 EURO   | invalid currency |

    @prd-2.6.5
    Examples: The reason for a discontinuation is a text
      | attempt                        | field  | value         | refusal        |
      | discontinue the product "Bolt" | reason | (blank)       | invalid reason |
      | discontinue the product "Bolt" | reason | (256 letters) | invalid reason |

  @prd-2.6.9
  Scenario: A SKU that another product has is refused
    Given Acme is a tenant
    And Acme has the product "Bolt" with:
      | sku     |
      | BOLT-M8 |
    When Acme tries to create the product "Screw" with:
      | sku     |
      | BOLT-M8 |
    Then the command is refused as "sku taken"
    And the subscribers of Acme have received nothing
    And Acme has no product "Screw"

  @prd-2.6.9
  Scenario: The SKU of a product that was discontinued stays its own
    Given Acme is a tenant
    And Acme has the product "Bolt" with:
      | sku     |
      | BOLT-M8 |
    And Acme has discontinued the product "Bolt"
    When Acme tries to create the product "Screw" with:
      | sku     |
      | BOLT-M8 |
    Then the command is refused as "sku taken"
    And nothing has changed at Acme

  @prd-2.6.9
  Scenario: Of several people who want the same SKU at the same moment one gets it
    Given Acme is a tenant
    When several people at Acme each create the product at the same time with:
      | about  | sku     |
      | Bolt 1 | BOLT-M8 |
      | Bolt 2 | BOLT-M8 |
      | Bolt 3 | BOLT-M8 |
      | Bolt 4 | BOLT-M8 |
      | Bolt 5 | BOLT-M8 |
      | Bolt 6 | BOLT-M8 |
      | Bolt 7 | BOLT-M8 |
      | Bolt 8 | BOLT-M8 |
    Then one command is carried out and the others are refused as "sku taken"
    And the subscribers of Acme have received exactly:
      | event          | version | sku     |
      | ProductCreated | 1       | BOLT-M8 |

  @prd-2.6.9
  Scenario: Another tenant may use the same SKU
    Given Acme is a tenant
    And Stark Industries is a tenant
    And Acme has the product "Bolt" with:
      | sku     |
      | BOLT-M8 |
    When Stark Industries creates the product "Screw" with:
      | sku     |
      | BOLT-M8 |
    Then the subscribers of Stark Industries have received exactly:
      | event          | about | version | sku     |
      | ProductCreated | Screw | 1       | BOLT-M8 |
    And the subscribers of Acme have received nothing

  @prd-2.6.10
  Scenario Outline: A product refuses a change to its own price <price>
    Given Stark Industries is a tenant
    And Stark Industries has the product "Bolt" with:
      | price     |
      | 12.00 EUR |
    When Stark Industries tries to reprice the product "Bolt" with:
      | price   |
      | <price> |
    Then the command is refused as "price unchanged"
    And the subscribers of Stark Industries have received nothing

    Examples:
      | price       |
      | 12.00 EUR   |
      | 12 EUR      |
      | 12.0000 EUR |

  @prd-2.6.11
  Scenario Outline: No attempt to <attempt> a discontinued product succeeds
    Given Acme is a tenant
    And Acme has the product "Bolt"
    And Acme has discontinued the product "Bolt"
    When Acme tries to <attempt> the product "Bolt"
    Then the command is refused as "product discontinued"
    And nothing has changed at Acme

    Examples:
      | attempt     |
      | reprice     |
      | discontinue |
