@prd-4.10 @needs-process-control
Feature: A subscriber that is killed loses nothing and does nothing twice
  What a subscriber has in its hands when it dies comes to it again. What it had done by then must not be done
  twice, and what it had not must be done; the others do not notice. How soon it comes again is not promised.

  @prd-4.10.1
  Scenario: A total whose keeper is down follows when it is back
    Given Acme is a tenant
    And Acme has the account "Globex"
    And the subscriber sales-pipeline is stopped
    When Acme creates the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    Then the transport lacks nothing of Acme
    And the subscriber sales-pipeline still lacks of Acme exactly:
      | event              | about   | version |
      | OpportunityCreated | Reactor | 1       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open        | open deals | won      | won deals |
      | EUR      | 1200.00 EUR | 1          | 0.00 EUR | 0         |

  @prd-4.10.1 @needs-aws-answers @smoke
  Scenario: A total whose keeper dies in the middle of a batch is right when it is back
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the subscriber sales-pipeline is stopped
    When Acme moves on the opportunity "Reactor"
    And Acme wins the opportunity "Reactor"
    And the subscriber sales-pipeline is started and killed in the middle of a batch
    Then the subscriber sales-pipeline still lacks of Acme exactly:
      | event          | about   | version |
      | OpportunityWon | Reactor | 3       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |

  @prd-4.10.1 @needs-aws-answers
  Scenario: An audit trail that dies before it can note what it has done tells everything once
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And the subscriber audit-trail is stopped
    When Acme updates the lead "Ada"
    And Acme qualifies the lead "Ada"
    And the subscriber audit-trail is started and killed before it can note what it has done
    Then the subscriber audit-trail lacks nothing of Acme
    When everything is repaired
    Then the audit trail of Acme shows in order:
      | event         | about | version |
      | LeadCreated   | Ada   | 1       |
      | LeadUpdated   | Ada   | 2       |
      | LeadQualified | Ada   | 3       |

  @prd-4.10.1 @needs-aws-answers
  Scenario: A subscriber that dies before it can note that it has acted does not act twice
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the subscriber account-deactivation is stopped
    When Acme deactivates the account "Globex"
    And the subscriber account-deactivation is started and killed before it can note what it has done
    And everything is repaired
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | AccountDeactivated | Globex  | 2       | the command        |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated |
