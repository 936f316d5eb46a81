@prd-1.3
Feature: Versions tell the order, whatever way events travel
  A subscriber that applies an old change last shows a state that never was. The versions of an entity
  give the order; the order of arrival promises nothing, and no scenario relies on it.

  @prd-1.3.1
  Scenario: The versions of an entity have no gap
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor"
    When Acme moves on the opportunity "Reactor" with:
      | stage    |
      | proposal |
    And Acme wins the opportunity "Reactor"
    Then the subscribers of Acme have received in order:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |
    And the versions of the opportunity "Reactor" of Acme run from 1 to 3

  @prd-1.3.2
  Scenario: A burst of changes ends in the newest state
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme hands over the account "Globex" 25 times in a row
    And Acme hands over the account "Globex" with:
      | owner  |
      | Winner |
    Then the versions of the account "Globex" of Acme run from 1 to 27
    And the account "Globex" of Acme reads:
      | version | owner  |
      | 27      | Winner |

  @prd-1.3.2 @needs-held-deliveries
  Scenario: Events that arrive in reverse order are applied in order
    Given Acme is a tenant
    And Acme has the account "Globex"
    And deliveries to all subscribers are held back
    When Acme updates the account "Globex" with:
      | name  |
      | Early |
    And Acme updates the account "Globex" with:
      | name |
      | Late |
    And Acme deactivates the account "Globex"
    And what was held back from Acme arrives in reverse order
    Then the account "Globex" of Acme reads:
      | version | name | status   |
      | 4       | Late | inactive |

  @prd-1.3.3
  Scenario: Each entity counts its own versions
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the account "Initech"
    When Acme updates the account "Globex"
    And Acme updates the account "Initech"
    And Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version |
      | AccountUpdated     | Globex  | 2       |
      | AccountUpdated     | Initech | 2       |
      | AccountDeactivated | Globex  | 3       |
