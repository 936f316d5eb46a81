@prd-3.5
Feature: A contact who changes companies is on both files
  People change companies, and both companies' files must say so. The contact stays the same contact,
  with all that was known of it.

  Background:
    Given Acme is a tenant
    And Acme has the account "Globex"
    And Acme has the account "Initech"
    And Acme has the contact "Scorpio" with:
      | account |
      | Globex  |

  @prd-3.5.1 @prd-3.5.2
  Scenario: A move names both accounts and shows in the contact
    When Acme moves the contact "Scorpio" with:
      | account |
      | Initech |
    Then the subscribers of Acme have received exactly:
      | event                 | about   | version | account | previous account |
      | ContactMovedToAccount | Scorpio | 2       | Initech | Globex           |
    And the contact "Scorpio" of Acme reads:
      | version | account |
      | 2       | Initech |

  @prd-3.5.3
  Scenario: The timelines of both accounts tell of the move
    Given Acme has the account "Umbrella"
    When Acme moves the contact "Scorpio" with:
      | account |
      | Initech |
    Then the timeline of the account "Globex" of Acme shows in order:
      | event                 | about   | version |
      | AccountCreated        | Globex  | 1       |
      | ContactCreated        | Scorpio | 1       |
      | ContactMovedToAccount | Scorpio | 2       |
    And the timeline of the account "Initech" of Acme shows in order:
      | event                 | about   | version |
      | AccountCreated        | Initech | 1       |
      | ContactMovedToAccount | Scorpio | 2       |
    And the timeline of the account "Umbrella" of Acme shows in order:
      | event          | about    | version |
      | AccountCreated | Umbrella | 1       |
