@prd-4.10 @needs-process-control
Feature: A subscriber that is killed loses nothing and does nothing twice
  What a subscriber has in its hands when it dies comes to it again. What it had done by then must not be done
  twice, and what it had not must be done; the others do not notice. How soon it comes again is not promised.

  @prd-4.10.1
  Scenario: A total whose keeper dies follows when it is back
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
