@prd-4.7
Feature: An event that nobody can take is set aside, and others flow on
  One event that a subscriber cannot take must not stop all the others. Once its attempts are used up it
  is set aside, where somebody finds it. Later versions of the same entity are kept until it comes; all other
  entities flow on. Once the event is mended it is given back from there, and the state is what it should be.
  How many attempts there are is agreed where the CRM is operated: it has that many, no more and no fewer.

  @prd-4.7.1 @needs-deliveries
  Scenario Outline: What is no event is set aside by the <subscriber>
    Given Acme is a tenant
    And Acme has the account "Globex"
    When the subscriber <subscriber> gets what is no event in the name of Acme
    And Acme creates the opportunity "Reactor"
    Then the subscriber <subscriber> has given up of Acme exactly:
      | event    | attempts  |
      | no event | as agreed |
    And the opportunity "Reactor" of Acme reads:
      | version |
      | 1       |

    Examples:
      | subscriber           |
      | audit-trail          |
      | entity-views         |
      | sales-pipeline       |
      | account-deactivation |

  @prd-4.7.1 @prd-4.7.2 @needs-held-deliveries @needs-deliveries @needs-parked
  Scenario: A sale that was spoilt on its way holds up its own deal only
    Given Acme is a tenant
    And Acme has the account "Globex"
    And deliveries to the subscriber sales-pipeline are held back
    When Acme creates the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And Acme wins the opportunity "Reactor"
    And Acme creates the opportunity "Turbine" with:
      | amount     |
      | 300.00 EUR |
    And what was held back from Acme arrives, version 1 of "Reactor" torn off in the middle
    Then the subscriber sales-pipeline has given up of Acme exactly:
      | event              | about   | attempts  |
      | OpportunityCreated | Reactor | as agreed |
    And the subscriber sales-pipeline keeps of Acme until its turn exactly:
      | event          | about   | version |
      | OpportunityWon | Reactor | 2       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open       | open deals | won         | won deals |
      | EUR      | 300.00 EUR | 1          | 1200.00 EUR | 1         |

  @prd-4.7.1 @prd-4.7.2 @needs-held-deliveries @needs-deliveries @needs-parked
  Scenario Outline: A change that comes <spoiling> is set aside until the true one comes
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the opportunity "Reactor" with:
      | amount      |
      | 1200.00 EUR |
    And deliveries to the subscriber sales-pipeline are held back
    When Acme revalues the opportunity "Reactor" with:
      | amount     |
      | 900.00 EUR |
    And Acme loses the opportunity "Reactor"
    And what was held back from Acme arrives, version 2 of "Reactor" <spoiling>
    Then the subscriber sales-pipeline has given up of Acme exactly:
      | event                    | about   | version | attempts  |
      | OpportunityAmountChanged | Reactor | 2       | as agreed |
    And the subscriber sales-pipeline keeps of Acme until its turn exactly:
      | event           | about   | version |
      | OpportunityLost | Reactor | 3       |
    When everything is repaired
    Then the pipeline of Acme totals:
      | currency | open     | lost       | lost deals |
      | EUR      | 0.00 EUR | 900.00 EUR | 1          |

    Examples:
      | spoiling                        |
      | with nothing in it              |
      | in a form that nobody knows yet |
