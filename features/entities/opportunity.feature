@prd-2.4
Feature: Opportunities say what business may be won and what it is worth
  Forecasts and commissions are made from these events: a lost one hides money, a wrong one invents it. They
  are seen in the opportunity's view and in its events. The totals of the pipeline are promised in section
  3.3. An amount stays in the currency that it was first given in.

  @prd-2.4.10 @smoke
  Scenario: A new opportunity is announced at the stage prospecting
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    When Hooli creates the opportunity "Reactor" with:
      | account | name                  | amount      | close date |
      | Globex  | Reactor № 2 "Phoenix" | 1200.50 EUR | 2028-02-29 |
    Then the subscribers of Hooli have received exactly:
      | event              | about   | version | account | name                  | amount      | close date | stage       | lead   |
      | OpportunityCreated | Reactor | 1       | Globex  | Reactor № 2 "Phoenix" | 1200.50 EUR | 2028-02-29 | prospecting | (none) |
    And the opportunity "Reactor" of Hooli reads:
      | version | account | name                  | amount      | close date | stage       |
      | 1       | Globex  | Reactor № 2 "Phoenix" | 1200.50 EUR | 2028-02-29 | prospecting |

  @prd-2.4.2 @prd-2.4.3 @prd-2.4.4
  Scenario Outline: An opportunity may be called <name> and be worth <amount>
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme creates the opportunity "Reactor" with:
      | name   | amount   |
      | <name> | <amount> |
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | name   | amount   |
      | OpportunityCreated | Reactor | 1       | <name> | <amount> |
    And the opportunity "Reactor" of Acme reads:
      | version | name   | amount   |
      | 1       | <name> | <amount> |

    Examples:
      | name               | amount                   |
      | X                  | 0 JPY                    |
      | (255 letters)      | 0.0001 KWD               |
      | מפעל 🏭 n̈umber "1" | 999999999999999.9999 IDR |

  @prd-2.4.6 @prd-2.4.11
  Scenario Outline: A change from <before> to <after> names both stages
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has the opportunity "Reactor"
    And Hooli has moved on the opportunity "Reactor" with:
      | stage    |
      | <before> |
    When Hooli moves on the opportunity "Reactor" with:
      | stage   |
      | <after> |
    Then the subscribers of Hooli have received exactly:
      | event                   | about   | version | stage   | previous stage |
      | OpportunityStageChanged | Reactor | 3       | <after> | <before>       |
    And the opportunity "Reactor" of Hooli reads:
      | version | stage   |
      | 3       | <after> |

    Examples:
      | before        | after         |
      | qualification | proposal      |
      | proposal      | negotiation   |
      | negotiation   | qualification |
      | negotiation   | prospecting   |

  @prd-2.4.12
  Scenario Outline: A change of amount from <before> to <after> names both amounts
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount   |
      | <before> |
    When Acme revalues the opportunity "Reactor" with:
      | amount  |
      | <after> |
    Then the subscribers of Acme have received exactly:
      | event                    | about   | version | amount  | previous amount |
      | OpportunityAmountChanged | Reactor | 2       | <after> | <before>        |
    And the opportunity "Reactor" of Acme reads:
      | version | amount  |
      | 2       | <after> |

    Examples:
      | before      | after                    |
      | 1200.00 EUR | 1200.01 EUR              |
      | 0 GBP       | 999999999999999.9999 GBP |
      | 0.0001 CHF  | 0.00 CHF                 |

  @prd-2.4.7 @prd-2.4.8 @prd-2.4.13
  Scenario Outline: A product in the quantity <quantity> is added at that day's price
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Hooli has the product "Bolt" with:
      | sku     | price    |
      | BOLT-M8 | 0.25 EUR |
    And Hooli has repriced the product "Bolt" with:
      | price    |
      | 0.30 EUR |
    When Hooli adds a product to the opportunity "Reactor" with:
      | product | quantity   |
      | Bolt    | <quantity> |
    Then the subscribers of Hooli have received exactly:
      | event                   | about   | version | product | sku     | quantity   | unit price |
      | OpportunityProductAdded | Reactor | 2       | Bolt    | BOLT-M8 | <quantity> | 0.30 EUR   |
    And the opportunity "Reactor" of Hooli reads:
      | version | products                         | amount      |
      | 2       | <quantity> x BOLT-M8 at 0.30 EUR | 1200.00 EUR |

    Examples:
      | quantity |
      | 1        |
      | 1000000  |

  @prd-2.4.13
  Scenario: A product that is added again is there twice, each time at that day's price
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Hooli has the product "Bolt" with:
      | sku     | price    |
      | BOLT-M8 | 0.25 EUR |
    And Hooli has added a product to the opportunity "Reactor" with:
      | product | quantity |
      | Bolt    | 2        |
    And Hooli has repriced the product "Bolt" with:
      | price    |
      | 0.30 EUR |
    When Hooli adds a product to the opportunity "Reactor" with:
      | product | quantity |
      | Bolt    | 3        |
    Then the subscribers of Hooli have received exactly:
      | event                   | about   | version | product | quantity | unit price |
      | OpportunityProductAdded | Reactor | 3       | Bolt    | 3        | 0.30 EUR   |
    And the opportunity "Reactor" of Hooli reads:
      | version | products                                         |
      | 3       | 2 x BOLT-M8 at 0.25 EUR, 3 x BOLT-M8 at 0.30 EUR |

  @prd-2.4.14
  Scenario: A won opportunity announces the amount that was won
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme has revalued the opportunity "Reactor" with:
      | amount      |
      | 1100.50 EUR |
    When Acme wins the opportunity "Reactor"
    Then the subscribers of Acme have received exactly:
      | event          | about   | version | amount      |
      | OpportunityWon | Reactor | 3       | 1100.50 EUR |
    And the opportunity "Reactor" of Acme reads:
      | version | stage | amount      |
      | 3       | won   | 1100.50 EUR |

  @prd-2.4.15
  Scenario: A lost opportunity announces its amount and the reason
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has the opportunity "Reactor" with:
      | amount         |
      | 7000000.00 USD |
    When Hooli loses the opportunity "Reactor" with:
      | reason                         |
      | "Too dear" – they bought solar |
    Then the subscribers of Hooli have received exactly:
      | event           | about   | version | amount         | reason                         |
      | OpportunityLost | Reactor | 2       | 7000000.00 USD | "Too dear" – they bought solar |
    And the opportunity "Reactor" of Hooli reads:
      | version | stage | amount         |
      | 2       | lost  | 7000000.00 USD |

  Scenario Outline: The opportunity rules refuse to <attempt> with the <field> <value>
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor"
    And Acme has the product "Bolt"
    When Acme tries to <attempt> with:
      | <field> |
      | <value> |
    Then the command is refused as "<refusal>"
    And nothing has changed at Acme

    @prd-2.4.1
    Examples: The account is required and is an entity id
      | attempt                        | field      | value         | refusal            |
      | create the opportunity "Plant" | account id | (none)        | invalid account id |
      | create the opportunity "Plant" | account id | (101 letters) | invalid account id |
      | create the opportunity "Plant" | account id | not an id     | invalid account id |

    @prd-2.4.2
    Examples: The name is required and is a text
      | attempt                        | field | value         | refusal      |
      | create the opportunity "Plant" | name  | (none)        | invalid name |
      | create the opportunity "Plant" | name  | (spaces)      | invalid name |
      | create the opportunity "Plant" | name  | (256 letters) | invalid name |

    @prd-2.4.3
    Examples: The amount is required, and has 15 digits before and 4 after the point
      | attempt                           | field  | value                   | refusal        |
      | create the opportunity "Plant"    | amount | (none)                  | invalid amount |
      | create the opportunity "Plant"    | amount | -0.01 EUR               | invalid amount |
      | create the opportunity "Plant"    | amount | 1000000000000000.00 EUR | invalid amount |
      | revalue the opportunity "Reactor" | amount | (none)                  | invalid amount |
      | revalue the opportunity "Reactor" | amount | 0.00001 EUR             | invalid amount |

    @prd-2.4.4
    Examples: The currency is required and is one of ISO 4217
      | attempt                           | field  | value       | refusal          |
      | create the opportunity "Plant"    | amount | 1.00 (none) | invalid currency |
      | create the opportunity "Plant"    | amount | 1.00 ZZZ    | invalid currency |
      | revalue the opportunity "Reactor" | amount | 1.00 EURO   | invalid currency |

    @prd-2.4.5
    Examples: The close date is required and is a day of the calendar
      | attempt                        | field      | value      | refusal            |
      | create the opportunity "Plant" | close date | (none)     | invalid close date |
      | create the opportunity "Plant" | close date | 2027-02-29 | invalid close date |
      | create the opportunity "Plant" | close date | next week  | invalid close date |

    @prd-2.4.6
    Examples: The stage is one of four
      | attempt                           | field | value  | refusal       |
      | move on the opportunity "Reactor" | stage | (none) | invalid stage |
      | move on the opportunity "Reactor" | stage | won    | invalid stage |
      | move on the opportunity "Reactor" | stage | demo   | invalid stage |

    @prd-2.4.7
    Examples: The quantity is required and is a whole number from 1 to 1000000
      | attempt                                    | field    | value   | refusal          |
      | add a product to the opportunity "Reactor" | quantity | (none)  | invalid quantity |
      | add a product to the opportunity "Reactor" | quantity | 0       | invalid quantity |
      | add a product to the opportunity "Reactor" | quantity | 1000001 | invalid quantity |
      | add a product to the opportunity "Reactor" | quantity | 1.5     | invalid quantity |

    @prd-2.4.8
    Examples: The product is required and is an entity id
      | attempt                                    | field      | value         | refusal            |
      | add a product to the opportunity "Reactor" | product id | (none)        | invalid product id |
      | add a product to the opportunity "Reactor" | product id | (101 letters) | invalid product id |

    @prd-2.4.9
    Examples: The reason for a loss is required and is a text
      | attempt                        | field  | value         | refusal        |
      | lose the opportunity "Reactor" | reason | (none)        | invalid reason |
      | lose the opportunity "Reactor" | reason | (spaces)      | invalid reason |
      | lose the opportunity "Reactor" | reason | (256 letters) | invalid reason |

  Scenario Outline: An opportunity for an <status> account is refused
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has deactivated the account "Globex"
    When Hooli tries to create the opportunity "Reactor" with:
      | account   |
      | <account> |
    Then the command is refused as "<refusal>"
    And the subscribers of Hooli have received nothing

    @prd-2.4.16
    Examples: There is no such account
      | status  | account   | refusal         |
      | unknown | (unknown) | unknown account |

    @prd-2.4.17
    Examples: The account was deactivated
      | status   | account | refusal          |
      | inactive | Globex  | account inactive |

  Scenario Outline: An opportunity refuses a change of <field> to its own <value>
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    When Acme tries to <attempt> the opportunity "Reactor" with:
      | <field> |
      | <value> |
    Then the command is refused as "<refusal>"
    And the subscribers of Acme have received nothing

    @prd-2.4.18
    Examples: The stage is the same
      | attempt | field | value       | refusal         |
      | move on | stage | prospecting | stage unchanged |

    @prd-2.4.19
    Examples: The amount is equal
      | attempt | field  | value       | refusal          |
      | revalue | amount | 1200.00 EUR | amount unchanged |
      | revalue | amount | 1200 EUR    | amount unchanged |
      | revalue | amount | 1200.0 EUR  | amount unchanged |

  @prd-2.4.20
  Scenario Outline: An opportunity in euros refuses the <field> <value> in another currency
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Hooli has the product "Bolt" with:
      | price    |
      | 0.25 USD |
    When Hooli tries to <attempt> the opportunity "Reactor" with:
      | <field> |
      | <value> |
    Then the command is refused as "currency mismatch"
    And nothing has changed at Hooli

    Examples:
      | attempt          | field   | value       |
      | revalue          | amount  | 1200.00 USD |
      | revalue          | amount  | 5.00 CHF    |
      | add a product to | product | Bolt        |

  Scenario Outline: A product that is <status> cannot be added to an opportunity
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme has the product "Bolt" with:
      | price    |
      | 0.25 EUR |
    And Acme has discontinued the product "Bolt"
    When Acme tries to add a product to the opportunity "Reactor" with:
      | product   |
      | <product> |
    Then the command is refused as "<refusal>"
    And nothing has changed at Acme

    @prd-2.4.21
    Examples: There is no such product
      | status  | product   | refusal         |
      | unknown | (unknown) | unknown product |

    @prd-2.4.22
    Examples: The product is no longer made
      | status       | product | refusal              |
      | discontinued | Bolt    | product discontinued |

  @prd-2.4.23
  Scenario Outline: No attempt to <attempt> an opportunity succeeds after it was <closed>
    Given Hooli is a tenant
    And Hooli has the account "Globex"
    And Hooli has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Hooli has the product "Bolt" with:
      | price    |
      | 0.25 EUR |
    And Hooli has <closed> the opportunity "Reactor"
    When Hooli tries to <attempt> the opportunity "Reactor" with:
      | <field> |
      | <value> |
    Then the command is refused as "opportunity closed"
    And nothing has changed at Hooli

    Examples: After a win
      | closed | attempt          | field   | value       |
      | won    | move on          | stage   | negotiation |
      | won    | revalue          | amount  | 900.00 EUR  |
      | won    | add a product to | product | Bolt        |
      | won    | lose             | reason  | Regret      |

    Examples: After a loss
      | closed | attempt          | field   | value       |
      | lost   | move on          | stage   | negotiation |
      | lost   | revalue          | amount  | 900.00 EUR  |
      | lost   | add a product to | product | Bolt        |
      | lost   | lose             | reason  | Regret      |

  @prd-2.4.23
  Scenario Outline: An opportunity that was <closed> cannot be won
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor"
    And Acme has <closed> the opportunity "Reactor"
    When Acme tries to win the opportunity "Reactor"
    Then the command is refused as "opportunity closed"
    And nothing has changed at Acme

    Examples:
      | closed |
      | won    |
      | lost   |
