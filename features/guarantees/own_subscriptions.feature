@prd-1.4
Feature: Every tenant hears of its own changes and of nobody else's
  A tenant can have a subscription of its own, and its neighbours too. The neighbours here are the
  worst there can be: they do the same at the same moment, use the same entity ids, and their own ids
  are nearly the same. One event at the wrong door is a breach of confidence.

  Background:
    Given Acme is a tenant
    And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix
    And Acme Capital is a tenant that uses the entity ids of Acme, and its id in capitals

  @prd-1.4.5 @prd-1.4.6 @prd-1.4.7 @needs-own-subscriptions
  Scenario Outline: <event> comes to the own subscription of its tenant alone
    Given every tenant has a subscription of its own
    And every tenant is ready to <attempt> "Springfield"
    When every tenant <acts> "Springfield"
    Then every own subscription has received exactly:
      | event   | about       |
      | <event> | Springfield |

    Examples:
      | event                    | attempt                          | acts                              |
      | AccountCreated           | create the account               | creates the account               |
      | AccountUpdated           | update the account               | updates the account               |
      | AccountOwnerChanged      | hand over the account            | hands over the account            |
      | AccountDeactivated       | deactivate the account           | deactivates the account           |
      | AccountReactivated       | reactivate the account           | reactivates the account           |
      | ContactCreated           | create the contact               | creates the contact               |
      | ContactUpdated           | update the contact               | updates the contact               |
      | ContactMovedToAccount    | move the contact                 | moves the contact                 |
      | ContactConsentWithdrawn  | withdraw consent of the contact  | withdraws consent of the contact  |
      | ContactArchived          | archive the contact              | archives the contact              |
      | LeadCreated              | create the lead                  | creates the lead                  |
      | LeadUpdated              | update the lead                  | updates the lead                  |
      | LeadQualified            | qualify the lead                 | qualifies the lead                |
      | LeadDisqualified         | disqualify the lead              | disqualifies the lead             |
      | OpportunityCreated       | create the opportunity           | creates the opportunity           |
      | OpportunityStageChanged  | move on the opportunity          | moves on the opportunity          |
      | OpportunityAmountChanged | revalue the opportunity          | revalues the opportunity          |
      | OpportunityProductAdded  | add a product to the opportunity | adds a product to the opportunity |
      | OpportunityWon           | win the opportunity              | wins the opportunity              |
      | OpportunityLost          | lose the opportunity             | loses the opportunity             |
      | ActivityLogged           | log the activity                 | logs the activity                 |
      | ActivityScheduled        | schedule the activity            | schedules the activity            |
      | ActivityRescheduled      | reschedule the activity          | reschedules the activity          |
      | ActivityCompleted        | complete the activity            | completes the activity            |
      | ActivityCancelled        | cancel the activity              | cancels the activity              |
      | ProductCreated           | create the product               | creates the product               |
      | ProductPriceChanged      | reprice the product              | reprices the product              |
      | ProductDiscontinued      | discontinue the product          | discontinues the product          |
      | AddressAdded             | add the address                  | adds the address                  |
      | AddressCorrected         | correct the address              | corrects the address              |
      | AddressMadePrimary       | make primary the address         | makes primary the address         |
      | AddressRemoved           | remove the address               | removes the address               |

  @prd-1.4.5 @prd-1.4.6 @prd-1.4.7 @needs-own-subscriptions
  Scenario: All events of a conversion come to the own subscription of their tenant alone
    Given every tenant has a subscription of its own
    And every tenant is ready to convert the lead "Lovelace"
    When every tenant converts the lead "Lovelace"
    Then every own subscription has received exactly:
      | event              | about                  |
      | LeadConverted      | Lovelace               |
      | AccountCreated     | Lovelace's account     |
      | ContactCreated     | Lovelace's contact     |
      | OpportunityCreated | Lovelace's opportunity |

  @prd-1.4.5 @prd-1.4.7 @smoke @needs-own-subscriptions
  Scenario: What one tenant does comes to none of its neighbours
    Given Acme Longer is a tenant that uses the entity ids of Acme, and its id with one more letter
    And Umbrella is a tenant that uses the entity ids of Acme
    And every tenant has a subscription of its own
    When Acme creates the lead "Lovelace"
    And Acme qualifies the lead "Lovelace"
    Then only the own subscription of Acme has received:
      | event         | about    | version |
      | LeadCreated   | Lovelace | 1       |
      | LeadQualified | Lovelace | 2       |
    And the subscribers of Acme Longer have received nothing
    And the subscribers of Umbrella have received nothing

  @prd-1.4.7
  Scenario: What an account reads is what its own tenant made of it
    Given Acme has the account "Globex" with:
      | name   | industry |
      | Globex | Energy   |
    And Acme Two has the account "Globex" with:
      | name       | industry |
      | Globex Two | Toys     |
    When Acme Two updates the account "Globex" with:
      | industry |
      | Games    |
    Then the account "Globex" of Acme reads:
      | version | name   | industry |
      | 1       | Globex | Energy   |
    And the account "Globex" of Acme Two reads:
      | version | name       | industry |
      | 2       | Globex Two | Games    |
    And the timeline of the account "Globex" of Acme shows in order:
      | event          | about  | version |
      | AccountCreated | Globex | 1       |
    And the subscribers of Acme Capital have received nothing

  @prd-1.4.5 @prd-1.4.7 @needs-own-subscriptions @needs-pattern-taps
  Scenario: Every subscription lets through what is meant for it alone
    Given Acme Longer is a tenant that uses the entity ids of Acme, and its id with one more letter
    And every tenant has a subscription of its own
    Then every subscription lets through exactly what is meant for it:
      | subscriber           | entities                       |
      | audit trail          | all                            |
      | entity views         | all                            |
      | sales pipeline       | opportunity                    |
      | account deactivation | account, activity, opportunity |
