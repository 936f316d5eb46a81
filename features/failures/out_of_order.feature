@prd-4.9
Feature: Events that arrive in the wrong order are applied in order
  Whatever carries events may let a later one overtake an earlier one. A subscriber that gets a later version
  first keeps it until the earlier ones are there, for as long as that takes; other entities flow on.

  @prd-4.9.1 @needs-held-deliveries
  Scenario: The audit trail tells a shuffled story in order
    Given Acme is a tenant
    And deliveries to the subscriber audit-trail are held back
    When Acme creates the account "Globex"
    And Acme updates the account "Globex"
    And Acme hands over the account "Globex"
    And Acme deactivates the account "Globex"
    And Acme reactivates the account "Globex"
    And what was held back from Acme arrives in a random order
    Then the timeline of the account "Globex" of Acme shows in order:
      | event               | version |
      | AccountCreated      | 1       |
      | AccountUpdated      | 2       |
      | AccountOwnerChanged | 3       |
      | AccountDeactivated  | 4       |
      | AccountReactivated  | 5       |

  @prd-4.9.1 @needs-held-deliveries
  Scenario: The views show the newest state of an entity that came backwards
    Given Acme is a tenant
    And deliveries to the subscriber entity-views are held back
    When Acme creates the lead "Ada"
    And Acme qualifies the lead "Ada" with:
      | score |
      | 80    |
    And Acme updates the lead "Ada" with:
      | company |
      | Globex  |
    And what was held back from Acme arrives in reverse order
    Then the lead "Ada" of Acme reads:
      | version | status    | score | company |
      | 3       | qualified | 80    | Globex  |

  @prd-4.9.1 @needs-held-deliveries
  Scenario: The pipeline adds up a deal that came backwards
    Given Acme is a tenant
    And Acme has the account "Globex"
    And deliveries to the subscriber sales-pipeline are held back
    When Acme creates the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme revalues the opportunity "Reactor" with:
      | amount     |
      | 900.00 EUR |
    And Acme wins the opportunity "Reactor"
    And what was held back from Acme arrives in reverse order
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won        | won deals |
      | EUR      | 0.00 EUR | 0          | 900.00 EUR | 1         |

  @prd-4.9.1 @needs-held-deliveries
  Scenario: A deactivation that came before what it closes closes the same
    Given Acme is a tenant
    And Acme has the account "Globex"
    And deliveries to the subscriber account-deactivation are held back
    When Acme creates the opportunity "Reactor"
    And Acme creates the opportunity "Turbine"
    And Acme wins the opportunity "Turbine"
    And Acme deactivates the account "Globex"
    And what was held back from Acme arrives in reverse order
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | OpportunityCreated | Reactor | 1       | the command        |
      | OpportunityCreated | Turbine | 1       | the command        |
      | OpportunityWon     | Turbine | 2       | the command        |
      | AccountDeactivated | Globex  | 2       | the command        |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated |

  @prd-4.9.1 @needs-held-deliveries @needs-parked
  Scenario Outline: The <subscriber> keeps later versions until the missing one comes
    Given Acme is a tenant
    And Acme has the account "Globex"
    And deliveries to the subscriber <subscriber> are held back
    When Acme creates the opportunity "Reactor"
    And Acme moves on the opportunity "Reactor" with:
      | stage    |
      | proposal |
    And Acme wins the opportunity "Reactor"
    And Acme creates the opportunity "Turbine"
    And what was held back from Acme arrives, but for version 1 of "Reactor"
    Then the subscriber <subscriber> keeps of Acme until its turn exactly:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |
    When everything is repaired
    Then the subscriber <subscriber> keeps nothing of Acme

    Examples:
      | subscriber           |
      | audit-trail          |
      | entity-views         |
      | sales-pipeline       |
      | account-deactivation |

  @prd-4.9.1 @needs-held-deliveries
  Scenario: Everybody applies two tenants' shuffled events in order
    Given Acme is a tenant
    And Bravo is a tenant
    And deliveries to all subscribers are held back
    When Acme creates the account "Globex"
    And Bravo creates the account "Globex"
    And Acme hands over the account "Globex" 9 times in a row
    And Bravo hands over the account "Globex" 9 times in a row
    And what was held back from Acme arrives in a random order
    Then the versions of the account "Globex" of Acme run from 1 to 10
    And the versions of the account "Globex" of Bravo run from 1 to 10
