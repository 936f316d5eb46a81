@prd-3.4
Feature: Deactivating an account tidies up after it
  Nobody should call a customer who has left, or count on their business. A subscriber does the tidying
  by commands of its own, so everything it does can be followed back to the deactivation. It happens
  after the deactivation, not together with it.

  Background:
    Given Acme is a tenant
    And Acme has the account "Globex"

  @prd-3.4.1 @prd-3.4.4 @smoke
  Scenario: Open activities of a deactivated account are cancelled
    Given Acme has the activity "Call Hank"
    And Acme has the activity "Visit Hank"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about      | version | cause              |
      | AccountDeactivated | Globex     | 2       | the command        |
      | ActivityCancelled  | Call Hank  | 2       | AccountDeactivated |
      | ActivityCancelled  | Visit Hank | 2       | AccountDeactivated |
    And the events of Acme share the correlation of the command

  @prd-3.4.2 @prd-3.4.5
  Scenario: Open opportunities of a deactivated account are lost
    Given Acme has the opportunity "Reactor" with:
      | amount       |
      | 50000.00 EUR |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              | amount       |
      | AccountDeactivated | Globex  | 2       | the command        |              |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated | 50000.00 EUR |
    And the pipeline of Acme totals:
      | currency | open  | open deals | lost         | lost deals |
      | EUR      | 0 EUR | 0          | 50000.00 EUR | 1          |

  @prd-3.4.3
  Scenario: What is done and closed stays as it is
    Given Acme has the activity "Call Hank"
    And Acme has completed the activity "Call Hank"
    And Acme has the opportunity "Reactor"
    And Acme has won the opportunity "Reactor"
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about  | version |
      | AccountDeactivated | Globex | 2       |

  @prd-3.4.3
  Scenario: Other accounts keep their activities and opportunities
    Given Acme has the account "Initech"
    And Acme has the activity "Call Bill" with:
      | regarding |
      | Initech   |
    And Acme has the opportunity "Reports" with:
      | account |
      | Initech |
    When Acme deactivates the account "Globex"
    Then the subscribers of Acme have received exactly:
      | event              | about  | version |
      | AccountDeactivated | Globex | 2       |
    And the activity "Call Bill" of Acme reads:
      | version | status    |
      | 1       | scheduled |
