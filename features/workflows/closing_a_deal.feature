@prd-3.3
Feature: The pipeline follows every deal
  Forecasts are made from the pipeline: what is open, won and lost, in each currency. A total that misses
  one event is wrong for ever. Totals are never converted from one currency to another.

  Background:
    Given Acme is a tenant
    And Acme has the account "Globex"

  @prd-3.3.1 @prd-3.3.4 @smoke
  Scenario: A deal with products goes through its stages and is won
    Given Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    And Acme has the product "Rod" with:
      | sku    | price      |
      | ROD-01 | 250.00 EUR |
    When Acme adds a product to the opportunity "Reactor" with:
      | product | quantity |
      | Rod     | 12       |
    And Acme moves on the opportunity "Reactor" with:
      | stage       |
      | negotiation |
    And Acme wins the opportunity "Reactor"
    Then the subscribers of Acme have received in order:
      | event                   | about   | version | product | quantity | unit price | stage       | previous stage | amount       |
      | OpportunityProductAdded | Reactor | 2       | Rod     | 12       | 250.00 EUR |             |                |              |
      | OpportunityStageChanged | Reactor | 3       |         |          |            | negotiation | prospecting    |              |
      | OpportunityWon          | Reactor | 4       |         |          |            |             |                | 50000.00 EUR |
    And the pipeline of Acme totals:
      | currency | open  | open deals | won          | won deals | lost  | lost deals |
      | EUR      | 0 EUR | 0          | 50000.00 EUR | 1         | 0 EUR | 0          |

  @prd-3.3.1 @prd-3.3.5
  Scenario: A deal that is lost moves from open to lost
    Given Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    When Acme loses the opportunity "Reactor" with:
      | reason    |
      | Too risky |
    Then the subscribers of Acme have received exactly:
      | event           | about   | version | amount       | reason    |
      | OpportunityLost | Reactor | 2       | 50000.00 EUR | Too risky |
    And the pipeline of Acme totals:
      | currency | open  | open deals | won   | won deals | lost         | lost deals |
      | EUR      | 0 EUR | 0          | 0 EUR | 0         | 50000.00 EUR | 1          |

  @prd-3.3.2 @prd-3.3.6
  Scenario: Open deals add up, each currency by itself
    Given Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    When Acme creates the opportunity "Turbine" with:
      | account | amount     |
      | Globex  | 999.99 EUR |
    And Acme creates the opportunity "Cooling" with:
      | account | amount     |
      | Globex  | 0.0001 JPY |
    Then the pipeline of Acme totals:
      | currency | open         | open deals | won deals | lost deals |
      | EUR      | 50999.99 EUR | 2          | 0         | 0          |
      | JPY      | 0.0001 JPY   | 1          | 0         | 0          |

  @prd-3.3.3
  Scenario: A new amount changes the open total by the difference
    Given Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    And Acme has the opportunity "Turbine" with:
      | amount     |
      | 100.00 EUR |
    When Acme revalues the opportunity "Reactor" with:
      | amount       |
      | 20000.00 EUR |
    Then the pipeline of Acme totals:
      | currency | open         | open deals |
      | EUR      | 20100.00 EUR | 2          |
