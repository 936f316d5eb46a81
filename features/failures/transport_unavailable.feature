@prd-4.1 @needs-process-control @needs-aws-answers
Feature: While the transport is out of order, events are late and not lost
  No transport is always there. A command is accepted all the same, and what it did is told as soon as the
  transport takes it: everything, and in order for each entity. How late it is while the transport is out of
  order is not promised; other tenants' events may be late as well.

  @prd-4.1.1 @prd-4.1.3 @smoke
  Scenario: A deal that is won while the transport is throttled is told when it is repaired
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the transport is throttled for Acme
    When Acme moves on the opportunity "Reactor"
    And Acme wins the opportunity "Reactor"
    Then the transport still lacks of Acme exactly:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |
    When everything is repaired
    Then the subscribers of Acme have received in order:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |

  @prd-4.1.2
  Scenario: A lead that is qualified while the transport is unavailable is told when it is repaired
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And the transport is unavailable for Acme
    When Acme qualifies the lead "Ada"
    Then the transport still lacks of Acme exactly:
      | event         | about | version |
      | LeadQualified | Ada   | 2       |
    When everything is repaired
    Then the timeline of the lead "Ada" of Acme shows in order:
      | event         | version |
      | LeadCreated   | 1       |
      | LeadQualified | 2       |
