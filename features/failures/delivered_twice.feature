@prd-4.8
Feature: An event that is delivered twice has effect once
  Whoever is not sure that a message got through sends it again. That is right, and must do no harm: no
  total counts it twice, nobody acts on it twice, and the audit trail tells it once. The audit sees
  that it was published twice; the subscribers do not show it.

  @prd-4.8.1 @needs-publishing
  Scenario: A sale that is published twice is counted once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    When Acme wins the opportunity "Reactor"
    And all that Acme has published is published once more
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds exactly:
      | anomaly   | event          | about   | version |
      | duplicate | OpportunityWon | Reactor | 2       |

  @prd-4.8.1 @needs-publishing
  Scenario: A deactivation that is published twice closes everything once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | AccountDeactivated | Globex  | 2       | the command        |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated |
    When all that Acme has published is published once more
    Then the subscribers of Acme have received nothing
    And the audit of Acme finds exactly:
      | anomaly   | event              | about   | version |
      | duplicate | AccountDeactivated | Globex  | 2       |
      | duplicate | OpportunityLost    | Reactor | 2       |

  @prd-4.8.1 @needs-publishing
  Scenario: A conversion that is published twice makes one of each
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And Acme has qualified the lead "Ada"
    When Acme converts the lead "Ada"
    And all that Acme has published is published once more
    Then the timeline of the lead "Ada" of Acme shows in order:
      | event              |
      | LeadCreated        |
      | LeadQualified      |
      | LeadConverted      |
      | OpportunityCreated |
    And the audit of Acme finds exactly:
      | anomaly   | event              |
      | duplicate | LeadConverted      |
      | duplicate | AccountCreated     |
      | duplicate | ContactCreated     |
      | duplicate | OpportunityCreated |

  @prd-4.8.1 @needs-deliveries
  Scenario Outline: The <subscriber> counts a deal that is delivered twice once
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme creates the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | OpportunityCreated | Reactor | 1       | the command        |
      | AccountDeactivated | Globex  | 2       | the command        |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated |
    When all that Acme has published is delivered once more to the subscriber <subscriber>
    Then the subscribers of Acme have received nothing
    And the pipeline of Acme totals:
      | currency | open     | open deals | lost        | lost deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1          |

    Examples:
      | subscriber           |
      | audit-trail          |
      | entity-views         |
      | sales-pipeline       |
      | account-deactivation |

  @prd-4.8.1 @needs-publishing
  Scenario: A story that is published again from its end changes nothing
    Given Acme is a tenant
    When Acme creates the account "Globex"
    And Acme updates the account "Globex"
    And Acme hands over the account "Globex" with:
      | owner |
      | Dana  |
    And all that Acme has published is published once more in reverse order
    Then the account "Globex" of Acme reads:
      | version | owner |
      | 3       | Dana  |
    And the audit of Acme finds nothing but events that were published again
