@prd-4.4 @needs-process-control
Feature: A publisher that is killed goes on where it stopped
  Machines stop without a warning. What was committed by then has to reach everybody all the same, and what the
  publisher sends again because it no longer knows better must have effect once. How often it is published is
  not promised; the audit counts it.

  @prd-4.4.1 @smoke
  Scenario: What happens while the publisher is down is published when it is back
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And the publisher is stopped
    When Acme qualifies the lead "Ada"
    And Acme creates the account "Globex"
    Then the transport still lacks of Acme exactly:
      | event          | about  | version |
      | LeadQualified  | Ada    | 2       |
      | AccountCreated | Globex | 1       |
    When everything is repaired
    Then the subscribers of Acme have received in order:
      | event          | about  | version |
      | LeadQualified  | Ada    | 2       |
      | AccountCreated | Globex | 1       |

  @prd-4.4.1 @prd-4.4.2
  Scenario: A publisher that is killed while changes come in loses none of them
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    When Acme moves on the opportunity "Reactor"
    And the publisher is killed
    And Acme wins the opportunity "Reactor"
    And everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again

  @prd-4.4.1 @needs-aws-answers
  Scenario: A publisher that is killed in the middle of a batch publishes the rest when it is back
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And the publisher is stopped
    When Acme updates the lead "Ada"
    And Acme qualifies the lead "Ada"
    And the publisher is started and killed in the middle of a batch
    Then the transport still lacks of Acme exactly:
      | event         | about | version |
      | LeadQualified | Ada   | 3       |
    When everything is repaired
    Then the timeline of the lead "Ada" of Acme shows in order:
      | event         | version |
      | LeadCreated   | 1       |
      | LeadUpdated   | 2       |
      | LeadQualified | 3       |
    And the audit of Acme finds nothing but events that were published again

  @prd-4.4.2 @needs-aws-answers
  Scenario: What a publisher had published when it was killed comes twice and counts once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the publisher is stopped
    When Acme wins the opportunity "Reactor"
    And the publisher is started and killed before it can note what it has done
    Then the transport lacks nothing of Acme
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds exactly:
      | anomaly   | event          | about   | version |
      | duplicate | OpportunityWon | Reactor | 2       |

  @prd-4.4.2 @needs-aws-answers
  Scenario: A deactivation that comes twice because of a killed publisher closes everything once
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the publisher is stopped
    When Acme deactivates the account "Globex"
    And the publisher is started and killed before it can note what it has done
    And everything is repaired
    Then the subscribers of Acme have received exactly:
      | event              | about   | version | cause              |
      | AccountDeactivated | Globex  | 2       | the command        |
      | OpportunityLost    | Reactor | 2       | AccountDeactivated |
    And the audit of Acme finds nothing but events that were published again

  @prd-4.4.1 @prd-4.4.2 @needs-checkpoint @slow
  Scenario: A publisher that has forgotten everything publishes all again and changes nothing
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the publisher is stopped
    When Acme wins the opportunity "Reactor"
    And the publisher forgets how far it came
    Then the transport still lacks of Acme exactly:
      | event          | about   | version |
      | OpportunityWon | Reactor | 2       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And the audit of Acme finds nothing but events that were published again
