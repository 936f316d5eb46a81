@prd-1.4
Feature: What belongs to one tenant is refused to everybody else
  Every request is made in the name of one tenant, with a credential that only this tenant has. Whoever
  shows another, or none, gets neither a change nor an answer, and leaves no trace. Which events a tenant
  hears of is told in the feature about own subscriptions.

  @prd-1.4.1 @prd-1.4.9 @needs-credentials
  Scenario Outline: A command <credential> is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    When somebody tries to create the account "Initech" of Acme <credential>
    Then the command is refused as "invalid credential"
    And nothing has changed at Acme
    And Acme has no account "Initech"

    Examples:
      | credential                           |
      | without a credential                 |
      | with a credential that nobody issued |

  @prd-1.4.1 @needs-credentials
  Scenario Outline: To <request> <credential> is refused
    Given Acme is a tenant
    And Acme has the account "Globex"
    When somebody tries to <request> of Acme <credential>
    Then the request is refused as "invalid credential"

    Examples:
      | request                           | credential                           |
      | read the history                  | without a credential                 |
      | read the history                  | with a credential that nobody issued |
      | read the views                    | without a credential                 |
      | read the views                    | with a credential that nobody issued |
      | read the audit trail              | without a credential                 |
      | read the audit trail              | with a credential that nobody issued |
      | read the pipeline                 | without a credential                 |
      | read the pipeline                 | with a credential that nobody issued |
      | read what the subscribers applied | without a credential                 |
      | read what the subscribers applied | with a credential that nobody issued |

  @prd-1.4.2 @prd-1.4.9 @smoke @needs-credentials
  Scenario Outline: A command with the credential of <neighbour> is refused
    Given Acme is a tenant
    And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix
    And Acme Capital is a tenant that uses the entity ids of Acme, and its id in capitals
    And Umbrella is a tenant that uses the entity ids of Acme
    And every tenant is ready to update the account "Globex"
    When somebody tries to update the account "Globex" of Acme with the credential of <neighbour>
    Then the command is refused as "wrong tenant"
    And the subscribers of Acme have received nothing
    And the subscribers of <neighbour> have received nothing
    And nothing has changed at Acme
    And nothing has changed at <neighbour>

    Examples:
      | neighbour    |
      | Acme Two     |
      | Acme Capital |
      | Umbrella     |

  @prd-1.4.2 @prd-1.4.9 @needs-credentials
  Scenario: A refused command leaves its key to the tenant whose name it used
    Given Acme is a tenant
    And Umbrella is a tenant
    When somebody tries to create the account "Globex" of Acme with the credential of Umbrella
    Then the command is refused as "wrong tenant"
    When Acme tries to create the lead "Lovelace" with the key of the command before
    Then the subscribers of Acme have received exactly:
      | event       | about    | version |
      | LeadCreated | Lovelace | 1       |
    And the subscribers of Umbrella have received nothing

  @prd-1.4.3 @prd-1.4.9
  Scenario Outline: A command to <attempt> that names another tenant in its data is refused
    Given Acme is a tenant
    And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix
    And every tenant is ready to <attempt> "Globex"
    When Acme Two tries to <attempt> "Globex" for Acme
    Then the command is refused as "wrong tenant"
    And the subscribers of Acme have received nothing
    And the subscribers of Acme Two have received nothing
    And nothing has changed at Acme
    And nothing has changed at Acme Two

    Examples:
      | attempt                |
      | update the account     |
      | create the account     |
      | create the contact     |
      | create the lead        |
      | create the opportunity |
      | schedule the activity  |
      | create the product     |
      | add the address        |

  @prd-1.4.4
  Scenario Outline: A tenant id of <peculiarity> is refused
    When somebody asks to become a tenant with:
      | tenant id |
      | <id>      |
    Then the request is refused as "invalid tenant id"

    Examples:
      | peculiarity           | id            |
      | no character          | (blank)       |
      | spaces                | (spaces)      |
      | too many characters   | (101 letters) |
      | two words             | acme two      |
      | two lines             | (two lines)   |
      | a path                | acme/../umbra |
      | a pattern             | acme*         |
      | an accented letter    | açme          |
      | a hyphen at the start | -acme         |

  @prd-1.4.8 @prd-1.4.9 @needs-credentials
  Scenario Outline: To <request> with the credential of another tenant is refused
    Given Acme is a tenant
    And Acme Two is a tenant that uses the entity ids of Acme, and its id with a suffix
    And every tenant is ready to win the opportunity "Reactor"
    When somebody tries to <request> of Acme with the credential of Acme Two
    Then the request is refused as "wrong tenant"
    And nothing has changed at Acme
    And nothing has changed at Acme Two

    Examples:
      | request                           |
      | read the history                  |
      | read the views                    |
      | read the audit trail              |
      | read the pipeline                 |
      | read what the subscribers applied |

  @prd-1.4.8 @needs-credentials @needs-own-subscriptions
  Scenario Outline: To <request> of another tenant is refused
    Given Acme is a tenant
    And Acme Capital is a tenant that uses the entity ids of Acme, and its id in capitals
    And every tenant has a subscription of its own
    When somebody tries to <request> of Acme with the credential of Acme Capital
    Then the request is refused as "wrong tenant"
    When every tenant creates the lead "Lovelace"
    Then every own subscription has received exactly:
      | event       | about    |
      | LeadCreated | Lovelace |

    Examples:
      | request                 |
      | subscribe to the events |
      | cancel the subscription |

  @prd-1.4.6
  Scenario: Tenants that use the same ids have timelines and totals of their own
    Given Acme is a tenant
    And Umbrella is a tenant that uses the entity ids of Acme
    And every tenant is ready to win the opportunity "Reactor"
    When Acme wins the opportunity "Reactor"
    Then the subscribers of Acme have received exactly:
      | event          | about   | version |
      | OpportunityWon | Reactor | 2       |
    And the subscribers of Umbrella have received nothing
    And the timeline of the opportunity "Reactor" of Umbrella shows in order:
      | event              | about   | version |
      | OpportunityCreated | Reactor | 1       |
    And the opportunity "Reactor" of Umbrella reads:
      | version | stage       |
      | 1       | prospecting |
    And the pipeline of Umbrella totals:
      | open deals | won deals |
      | 1          | 0         |
    And the pipeline of Acme totals:
      | open deals | won deals |
      | 0          | 1         |
