@prd-4.3 @needs-process-control @needs-aws-answers @needs-set-aside
Feature: What cannot be published is set aside, and the others flow on
  One event that nobody can take must not stop all the others. It is set aside with the reason, where an
  operator finds it; the later versions of its entity are kept until it comes, and everything else goes on.
  After the repair it is given back, and what was kept follows. What the reason says word for word is not promised.

  @prd-4.3.1 @prd-4.3.3
  Scenario: A qualification that the transport refuses for good is set aside until the repair
    Given Acme is a tenant
    And Acme has the lead "Ada"
    And the transport refuses for good what happens next to the lead "Ada" of Acme
    When Acme qualifies the lead "Ada"
    And Acme disqualifies the lead "Ada"
    And Acme creates the lead "Grace"
    Then what is set aside of Acme is exactly:
      | event         | about | version |
      | LeadQualified | Ada   | 2       |
    And the subscriber entity-views still lacks of Acme exactly:
      | event            | about | version |
      | LeadQualified    | Ada   | 2       |
      | LeadDisqualified | Ada   | 3       |
    When everything is repaired
    Then the timeline of the lead "Ada" of Acme shows in order:
      | event            | version |
      | LeadCreated      | 1       |
      | LeadQualified    | 2       |
      | LeadDisqualified | 3       |
    And nothing is set aside of Acme any more

  @prd-4.3.2 @prd-4.3.3
  Scenario: A deal whose stored event breaks its schema is set aside until the repair
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And what happens next to the opportunity "Reactor" of Acme is stored in breach of its schema
    When Acme moves on the opportunity "Reactor"
    And Acme wins the opportunity "Reactor"
    And Acme creates the lead "Grace"
    Then what is set aside of Acme is exactly:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
    And the subscriber entity-views still lacks of Acme exactly:
      | event                   | about   | version |
      | OpportunityStageChanged | Reactor | 2       |
      | OpportunityWon          | Reactor | 3       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | open deals | won         | won deals |
      | EUR      | 0.00 EUR | 0          | 1200.00 EUR | 1         |
    And nothing is set aside of Acme any more
