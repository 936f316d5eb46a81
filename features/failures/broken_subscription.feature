@prd-4.5
Feature: A broken subscription is noticed, and a replay makes up for it
  Between the events and a subscriber stands a subscription, and somebody can switch it off, unhook it or shut
  its door by mistake. What is published meanwhile never reaches that subscriber, and nobody gets an error.
  So the loss has to be noticed and named; after the repair the events are replayed, and everybody is level.

  @prd-4.5.1 @prd-4.5.2 @needs-broken-routes @needs-replay
  Scenario Outline: A subscription that <breakage> is found out, and made up for
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the subscription of the subscriber sales-pipeline <breakage>
    When Acme wins the opportunity "Reactor"
    Then the subscriber sales-pipeline is found to have lost of Acme, because its subscription <breakage>:
      | event          | about   | version |
      | OpportunityWon | Reactor | 2       |
    When the subscription of the subscriber sales-pipeline is mended
    And somebody replays all events of Acme
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again

    @needs-disabled-rules
    Examples: Switched off
      | breakage        |
      | is switched off |

    Examples: Unhooked, or its end is gone
      | breakage              |
      | leads nowhere         |
      | ends where a door was |

    @needs-queue-policies
    Examples: Shut out
      | breakage                   |
      | is turned away at the door |
