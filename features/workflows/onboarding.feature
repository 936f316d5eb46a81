@prd-3.2
Feature: A new customer is known to everybody at once
  A customer is entered in one go, by several people: the account, who works there, where they are, and
  what was talked about. Every department works with the whole of it. The steps are commands of their
  own: that all of them succeed together is not promised.

  @prd-3.2.1 @smoke
  Scenario: Onboarding announces the account and all that belongs to it
    Given Acme is a tenant
    When Acme creates the account "Globex"
    And Acme creates the contact "Scorpio" with:
      | account |
      | Globex  |
    And Acme adds the address "Cypress Creek" with:
      | belongs to |
      | Globex     |
    And Acme logs the activity "Welcome call" with:
      | regarding |
      | Globex    |
    Then the subscribers of Acme have received in order:
      | event          | about         | version | account | belongs to | regarding |
      | AccountCreated | Globex        | 1       |         |            |           |
      | ContactCreated | Scorpio       | 1       | Globex  |            |           |
      | AddressAdded   | Cypress Creek | 1       |         | Globex     |           |
      | ActivityLogged | Welcome call  | 1       |         |            | Globex    |

  @prd-3.2.2
  Scenario: The audit trail tells who did each step of an onboarding
    Given Acme is a tenant
    When "hank" of Acme creates the account "Globex"
    And "marge" of Acme adds the address "Cypress Creek"
    And "homer" of Acme schedules the activity "Welcome call"
    Then the audit trail of Acme shows in order:
      | actor | event             | about         | version |
      | hank  | AccountCreated    | Globex        | 1       |
      | marge | AddressAdded      | Cypress Creek | 1       |
      | homer | ActivityScheduled | Welcome call  | 1       |

  @prd-3.2.3
  Scenario: What belongs to a new account leads back to it
    Given Acme is a tenant
    And Acme has the account "Globex"
    When Acme creates the contact "Scorpio" with:
      | account |
      | Globex  |
    And Acme adds the address "Cypress Creek" with:
      | belongs to |
      | Globex     |
    And Acme schedules the activity "Welcome call" with:
      | regarding |
      | Globex    |
    Then the contact "Scorpio" of Acme reads:
      | version | account |
      | 1       | Globex  |
    And the address "Cypress Creek" of Acme reads:
      | version | belongs to | primary |
      | 1       | Globex     | no      |
    And the activity "Welcome call" of Acme reads:
      | version | regarding | status    |
      | 1       | Globex    | scheduled |
