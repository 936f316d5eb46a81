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

  @prd-4.1.4
  Scenario: Changes of a contact come one by one while the transport is slow
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the contact "Ada"
    And the transport is slow for Acme
    When Acme updates the contact "Ada" 3 times in a row
    Then the transport lacks nothing of Acme
    And the versions of the contact "Ada" of Acme run from 1 to 4

  @prd-4.1.2
  Scenario: An address that is added while the transport is cut off again and again is told in the end
    Given Acme is a tenant
    And Acme has the account "Globex"
    And the transport is cut off again and again for Acme
    When Acme adds the address "Main Street 1"
    Then the transport still lacks of Acme exactly:
      | event        | about         | version |
      | AddressAdded | Main Street 1 | 1       |
    When everything is repaired
    Then the subscribers of Acme have received exactly:
      | event        | about         | version |
      | AddressAdded | Main Street 1 | 1       |

  @prd-4.1.4
  Scenario: A sale that was taken without a word comes twice and counts once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the publisher hears only every other answer for Acme
    When Acme wins the opportunity "Reactor"
    Then the transport lacks nothing of Acme
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again
