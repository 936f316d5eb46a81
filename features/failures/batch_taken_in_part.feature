@prd-4.2 @needs-process-control @needs-aws-answers
Feature: Of a batch that is taken in part, only the rest is sent again
  The transport answers for each event of a batch on its own. What it has taken must not come again because of
  what it has not, and what it has not taken must come, without overtaking within its entity. How events are
  put together in batches is not promised.

  @prd-4.2.1 @smoke
  Scenario: What the transport has taken of a batch does not come again
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And Acme has the lead "Grace"
    And the publisher is stopped
    And the transport refuses for now what happens next to the lead "Ada" of Acme
    When Acme qualifies the lead "Ada"
    And Acme qualifies the lead "Grace"
    And Acme creates the account "Globex"
    And the publisher is started
    Then the transport still lacks of Acme exactly:
      | event         | about | version |
      | LeadQualified | Ada   | 2       |
    When everything is repaired
    Then the subscribers of Acme have received exactly:
      | event          | about  | version |
      | LeadQualified  | Ada    | 2       |
      | LeadQualified  | Grace  | 2       |
      | AccountCreated | Globex | 1       |

  @prd-4.2.1 @prd-4.1.3
  Scenario: A later change does not overtake the one that was refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And the publisher is stopped
    And the transport refuses for now what happens next to the opportunity "Reactor" of Acme
    When Acme moves on the opportunity "Reactor"
    And Acme wins the opportunity "Reactor"
    And the publisher is started
    Then the transport still lacks of Acme exactly:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
