@prd-3.1
Feature: A lead becomes a customer in one step, or not at all
  The moment in which a lead becomes a customer touches four entities, and half of it would be worse than
  none. One command makes all four changes; whoever sees one of them will see the others too. In which
  order the three new entities become visible is not promised.

  @prd-1.1.3 @prd-3.1.1 @prd-3.1.6 @smoke
  Scenario: A qualified lead becomes an account, a contact and an opportunity
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace"
    Then the subscribers of Acme have received in order:
      | event              | about                  | version | cause         |
      | LeadConverted      | Lovelace               | 3       | the command   |
      | AccountCreated     | Lovelace's account     | 1       | LeadConverted |
      | ContactCreated     | Lovelace's contact     | 1       | LeadConverted |
      | OpportunityCreated | Lovelace's opportunity | 1       | LeadConverted |
    And the lead "Lovelace" of Acme reads:
      | version | status    |
      | 3       | converted |

  @prd-3.1.3
  Scenario: The new account has the lead's company and the named owner
    Given Acme is a tenant
    And Acme has the lead "Lovelace" with:
      | company            |
      | Analytical Engines |
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace" with:
      | owner |
      | Dana  |
    Then the account "Lovelace's account" of Acme reads:
      | version | name               | owner | status |
      | 1       | Analytical Engines | Dana  | active |

  @prd-3.1.4
  Scenario: The new contact is the person that the lead was
    Given Acme is a tenant
    And Acme has the lead "Lovelace" with:
      | first name | email           | phone       |
      | Ada        | ada@example.com | +44 20 7946 |
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace"
    Then the contact "Lovelace's contact" of Acme reads:
      | version | first name | last name | email           | phone       | account            | consent |
      | 1       | Ada        | Lovelace  | ada@example.com | +44 20 7946 | Lovelace's account | no      |

  @prd-3.1.5
  Scenario: The new opportunity is what was agreed and names the lead
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace" with:
      | opportunity name | amount         | close date |
      | Engine No. 2     | 1200000.00 GBP | 2026-12-31 |
    Then the opportunity "Lovelace's opportunity" of Acme reads:
      | version | name         | amount         | close date | account            | lead     |
      | 1       | Engine No. 2 | 1200000.00 GBP | 2026-12-31 | Lovelace's account | Lovelace |

  @prd-3.1.2
  Scenario: A lead of a known company joins the existing account
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme converts the lead "Lovelace" with:
      | account |
      | Globex  |
    Then the subscribers of Acme have received exactly:
      | event              | about                  | account | cause         |
      | LeadConverted      | Lovelace               | Globex  | the command   |
      | ContactCreated     | Lovelace's contact     | Globex  | LeadConverted |
      | OpportunityCreated | Lovelace's opportunity | Globex  | LeadConverted |

  @prd-3.1.7 @prd-3.1.9
  Scenario: A conversion into an unknown account leaves nothing behind
    Given Acme is a tenant
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme tries to convert the lead "Lovelace" with:
      | account           |
      | (unknown)         |
    Then the command is refused as "unknown account"
    And the subscribers of Acme have received nothing
    And nothing has changed at Acme

  @prd-3.1.8 @prd-3.1.9
  Scenario: A conversion into an inactive account leaves nothing behind
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has deactivated the account "Globex"
    And Acme has the lead "Lovelace"
    And Acme has qualified the lead "Lovelace"
    When Acme tries to convert the lead "Lovelace" with:
      | account |
      | Globex  |
    Then the command is refused as "account inactive"
    And the subscribers of Acme have received nothing
    And nothing has changed at Acme
