@prd-5.3
Feature: Replaying old events changes nothing
  After a repair a tenant's events are published again, from the first to the newest, so that whoever missed
  one gets it. Whoever missed none must not notice: no total counts twice, nobody acts twice, and the
  audit trail tells everything once. That they were published again is seen where events are published.

  @prd-5.3.1 @needs-publishing
  Scenario: A won deal whose whole story comes again is counted once
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme creates the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme wins the opportunity "Reactor"
    And all that Acme has published is published once more
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again
