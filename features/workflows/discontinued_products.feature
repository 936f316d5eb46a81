@prd-3.6
Feature: A discontinued product is no longer sold, and stays sold
  What is no longer made cannot be promised to anybody; what was sold stays sold, with the price of
  that day.

  Background:
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    And Acme has the product "Rod" with:
      | sku    | price      |
      | ROD-01 | 250.00 EUR |

  @prd-3.6.1
  Scenario: A discontinued product can be added to no open opportunity
    Given Acme has discontinued the product "Rod"
    When Acme tries to add a product to the opportunity "Reactor" with:
      | product | quantity |
      | Rod     | 1        |
    Then the command is refused as "product discontinued"
    And the subscribers of Acme have received nothing

  @prd-3.6.2
  Scenario: A discontinued product stays on closed opportunities
    Given Acme has added a product to the opportunity "Reactor" with:
      | product | quantity |
      | Rod     | 12       |
    And Acme has won the opportunity "Reactor"
    When Acme discontinues the product "Rod"
    Then the subscribers of Acme have received exactly:
      | event               | about | version |
      | ProductDiscontinued | Rod   | 2       |
    And the opportunity "Reactor" of Acme reads:
      | version | stage | products                    |
      | 3       | won   | 12 x ROD-01 at 250.00 EUR   |
