@prd-5.3 @needs-replay
Feature: Replaying old events changes nothing
  After a repair a tenant's events are published again, from the first to the newest, so that whoever missed
  one gets it. Whoever missed none must not notice: no total counts twice, nobody acts twice, and the
  audit trail tells everything once. That they were published again is seen where events are published.

  @prd-5.3.1 @smoke
  Scenario: A deal whose whole story comes again is counted once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme has won the opportunity "Reactor"
    When somebody replays all events of Acme
    Then nothing has changed at Acme
    And the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again

  @prd-5.3.1
  Scenario: Nobody acts again on a deactivation that comes again
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the activity "Call Hank"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about     | version | cause              |
      | AccountDeactivated | Globex    | 2       | the command        |
      | ActivityCancelled  | Call Hank | 2       | AccountDeactivated |
    When somebody replays all events of Acme
    Then the subscribers of Acme have received nothing
    And the audit of Acme finds nothing but events that were published again

  @prd-5.3.1
  Scenario: An old deactivation leaves alone what was opened since
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has deactivated the account "Globex"
    And Acme has reactivated the account "Globex"
    And Acme has the activity "Call Hank"
    When somebody replays all events of Acme
    Then nothing has changed at Acme
    And the activity "Call Hank" of Acme reads:
      | version | status    |
      | 1       | scheduled |
    And the audit of Acme finds nothing but events that were published again

  @prd-5.3.1
  Scenario: The audit trail tells once what was published twice
    Given Acme is a tenant
    And Acme has the product "Bolt" with:
      | price    |
      | 2.50 EUR |
    And Acme has repriced the product "Bolt" with:
      | price    |
      | 3.10 EUR |
    When somebody replays all events of Acme
    Then the audit trail of Acme shows in order:
      | event               | about | version | price    | previous price |
      | ProductCreated      | Bolt  | 1       | 2.50 EUR | (not there)    |
      | ProductPriceChanged | Bolt  | 2       | 3.10 EUR | 2.50 EUR       |
    And the audit of Acme finds nothing but events that were published again

  @prd-5.3.1
  Scenario: A replay of one tenant is none of another's business
    Given Acme is a tenant
    And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix
    And Acme has the account "Globex"
    And Acme Two has the account "Globex"
    When somebody replays all events of Acme
    Then nothing has changed at Acme Two
    And the audit of Acme finds nothing but events that were published again
