@prd-5.4
Feature: Events of an older form are still understood
  What was published stays as it was published, for years; how events are told changes. A revaluation
  named its currency once, and names it with each amount today. Whoever gets or reads an old one must
  understand it as if it were told today. That an unknown newer form is understood is not promised.

  @prd-5.4.1 @needs-held-deliveries
  Scenario: A revaluation that is told in its older form is understood by every subscriber
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And deliveries to all subscribers are held back
    When Acme revalues the opportunity "Reactor" with:
      | amount     |
      | 900.00 EUR |
    And what was held back from Acme arrives in its older form
    Then the opportunity "Reactor" of Acme reads:
      | version | amount     |
      | 2       | 900.00 EUR |
    And the pipeline of Acme totals:
      | currency | open       | open deals |
      | EUR      | 900.00 EUR | 1          |
    And the timeline of the opportunity "Reactor" of Acme shows in order:
      | event                    | version | amount      | previous amount |
      | OpportunityCreated       | 1       | 1200.00 EUR | (not there)     |
      | OpportunityAmountChanged | 2       | 900.00 EUR  | 1200.00 EUR     |

  @prd-5.4.1 @needs-held-deliveries
  Scenario: An older form among newer ones takes its place in the order
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And deliveries to all subscribers are held back
    When Acme moves on the opportunity "Reactor" with:
      | stage    |
      | proposal |
    And Acme revalues the opportunity "Reactor" with:
      | amount     |
      | 900.00 EUR |
    And Acme wins the opportunity "Reactor"
    And what was held back from Acme arrives in its older form
    Then the opportunity "Reactor" of Acme reads:
      | version | amount     | stage |
      | 4       | 900.00 EUR | won   |
    And the pipeline of Acme totals:
      | currency | open     | open deals | won        | won deals |
      | EUR      | 0.00 EUR | 0          | 900.00 EUR | 1         |

  @prd-5.4.1 @needs-process-control @needs-aws-answers @needs-rebuild @needs-replay
  Scenario: A revaluation that was stored in its older form is understood whenever it is read
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And what happens next to the opportunity "Reactor" of Acme is stored in its older form
    When Acme revalues the opportunity "Reactor" with:
      | amount     |
      | 900.00 EUR |
    And Acme wins the opportunity "Reactor"
    Then the subscribers of Acme have received in order:
      | event                    | about   | version | amount     | previous amount |
      | OpportunityAmountChanged | Reactor | 2       | 900.00 EUR | 1200.00 EUR     |
      | OpportunityWon           | Reactor | 3       | 900.00 EUR | (not there)     |
    When somebody rebuilds the views of Acme
    And somebody rebuilds the pipeline of Acme
    And somebody replays all events of Acme
    Then nothing has changed at Acme
    And the opportunity "Reactor" of Acme reads:
      | version | amount     | stage |
      | 3       | 900.00 EUR | won   |
    And the pipeline of Acme totals:
      | currency | open     | open deals | won        | won deals |
      | EUR      | 0.00 EUR | 0          | 900.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again
