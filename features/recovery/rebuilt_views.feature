@prd-5.2 @needs-rebuild
Feature: What is rebuilt from the stored events equals what was live
  What subscribers show is made of events, so it can be thrown away and made again: to mend a view, to add a
  field, to prove that nothing else has gone into it. The rebuilt has to be the live to the last digit, and
  has to go on from there. Whoever acts on events has nothing to rebuild: what it did is done.

  @prd-5.2.1
  Scenario: The views of a busy tenant are the same after a rebuild
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the account "Initech"
    And Acme has the contact "Hank Scorpio" with:
      | account |
      | Globex  |
    And Acme has moved the contact "Hank Scorpio" with:
      | account |
      | Initech |
    When somebody rebuilds the views of Acme
    Then nothing has changed at Acme
    And the contact "Hank Scorpio" of Acme reads:
      | version | account |
      | 2       | Initech |

  @prd-5.2.1
  Scenario: The pipeline counts won and lost deals after a rebuild as before
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme has the opportunity "Turbine" with:
      | amount    |
      | 80.50 CHF |
    And Acme has revalued the opportunity "Reactor" with:
      | amount     |
      | 900.10 EUR |
    And Acme has won the opportunity "Reactor"
    And Acme has lost the opportunity "Turbine"
    When somebody rebuilds the pipeline of Acme
    Then nothing has changed at Acme
    And the pipeline of Acme totals:
      | currency | open deals | won        | won deals | lost      | lost deals |
      | CHF      | 0          | 0.00 CHF   | 0         | 80.50 CHF | 1          |
      | EUR      | 0          | 900.10 EUR | 1         | 0.00 EUR  | 0          |

  @prd-5.2.1
  Scenario: The audit trail tells the same story after a rebuild
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the activity "Call Hank"
    When Acme deactivates the account "Globex"
    And somebody rebuilds the audit trail of Acme
    Then the timeline of the activity "Call Hank" of Acme shows in order:
      | event             | about     | version | cause              |
      | ActivityScheduled | Call Hank | 1       | the command        |
      | ActivityCancelled | Call Hank | 2       | AccountDeactivated |

  @prd-5.2.1
  Scenario: A rebuilt pipeline goes on with the next change
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    When somebody rebuilds the pipeline of Acme
    And Acme wins the opportunity "Reactor"
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |

  @prd-5.2.1
  Scenario: A rebuild for one tenant is none of another's business
    Given Acme is a tenant
    And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix
    And Acme has the lead "Lovelace"
    And Acme Two has the lead "Lovelace"
    When somebody rebuilds the views of Acme
    Then nothing has changed at Acme Two
    And nothing has changed at Acme

  @prd-5.2.1 @needs-held-deliveries @needs-deliveries
  Scenario: A rebuild mends what everybody was told wrongly
    Given Acme is a tenant
    And Acme has the account "Globex"
    And deliveries to all subscribers are held back
    When Acme creates the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And what was held back from Acme arrives with wrong amounts
    Then the opportunity "Reactor" of Acme reads:
      | amount   |
      | 1.00 EUR |
    And the pipeline of Acme totals:
      | currency | open     | open deals |
      | EUR      | 1.00 EUR | 1          |
    And the timeline of the opportunity "Reactor" of Acme shows in order:
      | event              | amount   |
      | OpportunityCreated | 1.00 EUR |
    When somebody rebuilds the views of Acme
    And somebody rebuilds the pipeline of Acme
    And somebody rebuilds the audit trail of Acme
    Then the opportunity "Reactor" of Acme reads:
      | amount      |
      | 1200.00 EUR |
    And the pipeline of Acme totals:
      | currency | open        | open deals |
      | EUR      | 1200.00 EUR | 1          |
    And the timeline of the opportunity "Reactor" of Acme shows in order:
      | event              | amount      |
      | OpportunityCreated | 1200.00 EUR |
