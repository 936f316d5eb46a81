@prd-4.6 @needs-process-control @needs-aws-answers
Feature: A subscriber that fails for a while gets its events until it succeeds
  Whatever a subscriber keeps, it keeps elsewhere, and that fails now and then. It tries again until its events have
  had their effect, each once; the others do not notice. How long that takes is not promised, nor how often it
  has tried.

  @prd-4.6.1
  Scenario Outline: A subscriber that <hardship> has every effect after the repair
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the subscriber sales-pipeline <hardship> for Acme
    When Acme moves on the opportunity "Reactor"
    And Acme wins the opportunity "Reactor"
    Then the subscriber sales-pipeline still lacks of Acme exactly:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |

    Examples:
      | hardship                   |
      | is throttled               |
      | is unavailable             |
      | is cut off again and again |

  @prd-4.6.2
  Scenario: A subscriber that never hears that it succeeded has every effect once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the subscriber sales-pipeline hears only every other answer for Acme
    When Acme wins the opportunity "Reactor"
    Then the subscriber sales-pipeline lacks nothing of Acme
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |

  # Each of five deactivations would hold up the others' for a while: together, for too long.
  @prd-4.6.1
  Scenario: A subscriber that is throttled for one tenant acts for another meanwhile
    Given Acme is a tenant
    And Bravo is a tenant
    And Acme has the account "Globex" 5 times
    And Acme has the opportunity "Reactor" with:
      | account  |
      | Globex 1 |
    And Acme has the opportunity "Turbine" with:
      | account  |
      | Globex 2 |
    And Acme has the opportunity "Boiler" with:
      | account  |
      | Globex 3 |
    And Acme has the opportunity "Pump" with:
      | account  |
      | Globex 4 |
    And Acme has the opportunity "Valve" with:
      | account  |
      | Globex 5 |
    And Bravo has the account "Initech"
    And Bravo has the opportunity "Rocket"
    And the subscriber account-deactivation is throttled for Acme
    When Acme deactivates the account "Globex 1"
    And Acme deactivates the account "Globex 2"
    And Acme deactivates the account "Globex 3"
    And Acme deactivates the account "Globex 4"
    And Acme deactivates the account "Globex 5"
    And Bravo deactivates the account "Initech"
    Then the subscriber account-deactivation lacks nothing of Bravo
    And the subscriber account-deactivation still lacks of Acme exactly:
      | event              | about    | version |
      | AccountDeactivated | Globex 1 | 2       |
      | AccountDeactivated | Globex 2 | 2       |
      | AccountDeactivated | Globex 3 | 2       |
      | AccountDeactivated | Globex 4 | 2       |
      | AccountDeactivated | Globex 5 | 2       |
    When everything is repaired
    Then the subscribers of Acme have received exactly:
      | event              | about    | version | cause              |
      | AccountDeactivated | Globex 1 | 2       | the command        |
      | AccountDeactivated | Globex 2 | 2       | the command        |
      | AccountDeactivated | Globex 3 | 2       | the command        |
      | AccountDeactivated | Globex 4 | 2       | the command        |
      | AccountDeactivated | Globex 5 | 2       | the command        |
      | OpportunityLost    | Reactor  | 2       | AccountDeactivated |
      | OpportunityLost    | Turbine  | 2       | AccountDeactivated |
      | OpportunityLost    | Boiler   | 2       | AccountDeactivated |
      | OpportunityLost    | Pump     | 2       | AccountDeactivated |
      | OpportunityLost    | Valve    | 2       | AccountDeactivated |

  @prd-4.6.1 @prd-4.6.2
  Scenario: A slow subscriber gets everything while the others go on
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And the subscriber audit-trail is slow for Acme
    When Acme updates the lead "Ada"
    And Acme qualifies the lead "Ada"
    Then the subscriber entity-views lacks nothing of Acme
    And the subscriber audit-trail lacks nothing of Acme
    And the timeline of the lead "Ada" of Acme shows in order:
      | event         | version |
      | LeadCreated   | 1       |
      | LeadUpdated   | 2       |
      | LeadQualified | 3       |
